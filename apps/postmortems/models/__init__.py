from apps.postmortems.models.postmortem import (
    NEXT_STATUS,
    Postmortem,
    PostmortemQuerySet,
    PostmortemStatus,
    Review,
    ReviewDecision,
)
from apps.postmortems.models.section import PublishedSnapshot, Section, SectionRevision

__all__ = [
    "NEXT_STATUS",
    "Postmortem",
    "PostmortemQuerySet",
    "PostmortemStatus",
    "PublishedSnapshot",
    "Review",
    "ReviewDecision",
    "Section",
    "SectionRevision",
]
