from apps.notifications.operations.delivery import deliver_due
from apps.notifications.operations.queue import forget_old, outbox_row, queue_email, queue_emails

__all__ = ["deliver_due", "forget_old", "outbox_row", "queue_email", "queue_emails"]
