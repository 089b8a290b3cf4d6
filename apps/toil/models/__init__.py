from apps.toil.models.checkin import WeekCheckin
from apps.toil.models.entry import Category, EntryStatus, ToilEntry, ToilSlice, Trigger, WorkKind
from apps.toil.models.imports import (
    ImportLabel,
    ImportPart,
    ImportState,
    ImportUpload,
    LabelPart,
    ToilImport,
)
from apps.toil.models.reduction import Reduction, Strategy
from apps.toil.models.source import SourceStatus, ToilSource
from apps.toil.models.week import DirtyWeek, TeamWeek, TeamWeekCategory, WeekSnapshot

__all__ = [
    "Category",
    "DirtyWeek",
    "EntryStatus",
    "ImportLabel",
    "ImportPart",
    "ImportState",
    "ImportUpload",
    "LabelPart",
    "Reduction",
    "SourceStatus",
    "Strategy",
    "TeamWeek",
    "TeamWeekCategory",
    "ToilEntry",
    "ToilImport",
    "ToilSlice",
    "ToilSource",
    "Trigger",
    "WeekCheckin",
    "WeekSnapshot",
    "WorkKind",
]
