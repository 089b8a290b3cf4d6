from apps.reports.views.handing_over import hand_over
from apps.reports.views.pages import home, search

__all__ = ["hand_over", "home", "search"]
