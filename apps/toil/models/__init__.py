from apps.toil.models.checkin import WeekCheckin
from apps.toil.models.entry import Category, EntryStatus, ToilEntry, ToilSlice, Trigger, WorkKind
from apps.toil.models.week import DirtyWeek, TeamWeek, TeamWeekCategory, WeekSnapshot

__all__ = [
    "Category",
    "DirtyWeek",
    "EntryStatus",
    "TeamWeek",
    "TeamWeekCategory",
    "ToilEntry",
    "ToilSlice",
    "Trigger",
    "WeekCheckin",
    "WeekSnapshot",
    "WorkKind",
]
