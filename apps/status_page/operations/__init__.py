"""The only code that writes what strangers read."""

from apps.status_page.operations.pages import add_page, edit_page, set_public_title
from apps.status_page.operations.reports import publish_report, relate_report, withdraw_report

__all__ = ["add_page", "edit_page", "publish_report", "relate_report", "set_public_title", "withdraw_report"]
