from apps.notifications.views.choices import address_confirm, preferences, unsubscribe
from apps.notifications.views.inbox import (
    inbox_detail,
    inbox_list,
    inbox_read,
    inbox_read_all,
    inbox_unread,
)
from apps.notifications.views.letters import letter_detail, letter_html, letter_list
from apps.notifications.views.outbox import mail_list, mail_now

__all__ = [
    "address_confirm",
    "inbox_detail",
    "inbox_list",
    "inbox_read",
    "inbox_read_all",
    "inbox_unread",
    "letter_detail",
    "letter_html",
    "letter_list",
    "mail_list",
    "mail_now",
    "preferences",
    "unsubscribe",
]
