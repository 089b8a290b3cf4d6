from apps.status_page.views.public import public_feed, public_history, public_page
from apps.status_page.views.reports import public_postmortem, public_postmortems
from apps.status_page.views.setup import page_edit, page_list, page_new, title_edit

__all__ = [
    "page_edit",
    "page_list",
    "page_new",
    "public_feed",
    "public_history",
    "public_page",
    "public_postmortem",
    "public_postmortems",
    "title_edit",
]
