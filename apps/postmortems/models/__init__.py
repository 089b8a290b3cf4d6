from apps.postmortems.models.cause import SHIPPED_CATEGORIES, Factor, FactorCategories
from apps.postmortems.models.impact import ImpactValue
from apps.postmortems.models.lesson import Lesson, LessonKind, LessonPhase
from apps.postmortems.models.part import Part
from apps.postmortems.models.postmortem import (
    NEXT_STATUS,
    Postmortem,
    PostmortemQuerySet,
    PostmortemStatus,
    Review,
    ReviewDecision,
)
from apps.postmortems.models.section import PublishedSnapshot, Section, SectionRevision
from apps.postmortems.models.words import Certainty, Measure, SectionKind, TriggerCategory

__all__ = [
    "NEXT_STATUS",
    "SHIPPED_CATEGORIES",
    "Certainty",
    "Factor",
    "FactorCategories",
    "ImpactValue",
    "Lesson",
    "LessonKind",
    "LessonPhase",
    "Measure",
    "Part",
    "Postmortem",
    "PostmortemQuerySet",
    "PostmortemStatus",
    "PublishedSnapshot",
    "Review",
    "ReviewDecision",
    "Section",
    "SectionKind",
    "SectionRevision",
    "TriggerCategory",
]
