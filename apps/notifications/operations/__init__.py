from apps.notifications.operations.bounces import confirm_address
from apps.notifications.operations.delivery import deliver_due, help_deliver
from apps.notifications.operations.inbox import mark_all_read, mark_read, mark_unread
from apps.notifications.operations.preferences import set_preferences, unsubscribe
from apps.notifications.operations.queue import forget_old, outbox_row, queue_email, queue_emails
from apps.notifications.operations.runs import note_run

__all__ = [
    "confirm_address",
    "deliver_due",
    "forget_old",
    "help_deliver",
    "mark_all_read",
    "mark_read",
    "mark_unread",
    "note_run",
    "outbox_row",
    "queue_email",
    "queue_emails",
    "set_preferences",
    "unsubscribe",
]
