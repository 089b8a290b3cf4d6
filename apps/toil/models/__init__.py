from apps.toil.models.entry import Category, EntryStatus, ToilEntry, ToilSlice, Trigger, WorkKind
from apps.toil.models.week import DirtyWeek, TeamWeek, TeamWeekCategory

__all__ = [
    "Category",
    "DirtyWeek",
    "EntryStatus",
    "TeamWeek",
    "TeamWeekCategory",
    "ToilEntry",
    "ToilSlice",
    "Trigger",
    "WorkKind",
]
