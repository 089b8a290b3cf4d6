from apps.notifications.views.letters import letter_detail, letter_html, letter_list
from apps.notifications.views.outbox import mail_list, mail_now

__all__ = ["letter_detail", "letter_html", "letter_list", "mail_list", "mail_now"]
