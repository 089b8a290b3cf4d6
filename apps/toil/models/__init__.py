from apps.toil.models.checkin import WeekCheckin
from apps.toil.models.entry import Category, EntryStatus, ToilEntry, ToilSlice, Trigger, WorkKind
from apps.toil.models.source import SourceStatus, ToilSource
from apps.toil.models.week import DirtyWeek, TeamWeek, TeamWeekCategory, WeekSnapshot

__all__ = [
    "Category",
    "DirtyWeek",
    "EntryStatus",
    "SourceStatus",
    "TeamWeek",
    "TeamWeekCategory",
    "ToilEntry",
    "ToilSlice",
    "ToilSource",
    "Trigger",
    "WeekCheckin",
    "WeekSnapshot",
    "WorkKind",
]
