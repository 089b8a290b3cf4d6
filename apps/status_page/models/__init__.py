from apps.status_page.models.page import (
    ORGANISATION,
    PublicTitle,
    StatusPage,
    StatusPageQuerySet,
    validate_free_slug,
)
from apps.status_page.models.report import Report, ReportVersion

__all__ = [
    "ORGANISATION",
    "PublicTitle",
    "Report",
    "ReportVersion",
    "StatusPage",
    "StatusPageQuerySet",
    "validate_free_slug",
]
