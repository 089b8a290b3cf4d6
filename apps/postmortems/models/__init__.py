from apps.postmortems.models.arrival import Became, ImportBatch, ImportFile
from apps.postmortems.models.attachment import Attachment
from apps.postmortems.models.block import Block
from apps.postmortems.models.cause import SHIPPED_CATEGORIES, Factor, FactorCategories
from apps.postmortems.models.comment import Comment
from apps.postmortems.models.draft import SectionDraft
from apps.postmortems.models.gate import Gate, GateException
from apps.postmortems.models.impact import ImpactValue
from apps.postmortems.models.lesson import Lesson, LessonKind, LessonPhase
from apps.postmortems.models.nudge import Nudge
from apps.postmortems.models.obligation import (
    NEXT_OBLIGATION,
    ObligationQuerySet,
    ObligationStatus,
    PostmortemObligation,
    Rule,
    drafts_of,
)
from apps.postmortems.models.owing import SHIPPED_RULES, PostmortemPolicy, TrailReading
from apps.postmortems.models.part import Part
from apps.postmortems.models.postmortem import (
    NEXT_STATUS,
    Postmortem,
    PostmortemQuerySet,
    PostmortemStatus,
)
from apps.postmortems.models.public_version import NEXT_PUBLIC, PublicStatus, PublicVersion
from apps.postmortems.models.reader import FeedKey, ReadingDuty, ReadReceipt, RequiredReader, UsefulVote
from apps.postmortems.models.review import CheckItem, Review, ReviewCheck, ReviewDecision, Reviewer
from apps.postmortems.models.search import SearchText, SearchWord
from apps.postmortems.models.section import PublishedSnapshot, Section, SectionRevision
from apps.postmortems.models.template import Template
from apps.postmortems.models.words import BlockKind, Certainty, Measure, SectionKind, TriggerCategory

__all__ = [
    "NEXT_OBLIGATION",
    "NEXT_PUBLIC",
    "NEXT_STATUS",
    "SHIPPED_CATEGORIES",
    "SHIPPED_RULES",
    "Attachment",
    "Became",
    "Block",
    "BlockKind",
    "Certainty",
    "CheckItem",
    "Comment",
    "Factor",
    "FactorCategories",
    "FeedKey",
    "Gate",
    "GateException",
    "ImpactValue",
    "ImportBatch",
    "ImportFile",
    "Lesson",
    "LessonKind",
    "LessonPhase",
    "Measure",
    "Nudge",
    "ObligationQuerySet",
    "ObligationStatus",
    "Part",
    "Postmortem",
    "PostmortemObligation",
    "PostmortemPolicy",
    "PostmortemQuerySet",
    "PostmortemStatus",
    "PublicStatus",
    "PublicVersion",
    "PublishedSnapshot",
    "ReadReceipt",
    "ReadingDuty",
    "RequiredReader",
    "Review",
    "ReviewCheck",
    "ReviewDecision",
    "Reviewer",
    "Rule",
    "SearchText",
    "SearchWord",
    "Section",
    "SectionDraft",
    "SectionKind",
    "SectionRevision",
    "Template",
    "TrailReading",
    "TriggerCategory",
    "UsefulVote",
    "drafts_of",
]
