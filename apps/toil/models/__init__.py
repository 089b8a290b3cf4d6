from apps.toil.kinds import Category, WorkKind
from apps.toil.models.budget import About, BudgetChange, BudgetPlan, ToilBudget
from apps.toil.models.checkin import WeekCheckin
from apps.toil.models.driver import Driver, DriverValue
from apps.toil.models.entry import EntryStatus, ToilEntry, Trigger
from apps.toil.models.imports import (
    ImportLabel,
    ImportPart,
    ImportState,
    ImportUpload,
    LabelPart,
    ToilImport,
)
from apps.toil.models.many import EntryChange, EntryChangeRow
from apps.toil.models.recurring import Recurring
from apps.toil.models.reduction import Reduction, Strategy
from apps.toil.models.slice import ToilSlice
from apps.toil.models.source import SourceStatus, ToilSource
from apps.toil.models.suggestion import Suggestion
from apps.toil.models.survey import SurveyAnswer, TicketCount
from apps.toil.models.timer import Timer
from apps.toil.models.verdict import VerdictNotice
from apps.toil.models.week import DirtyWeek, TeamWeek, TeamWeekCategory, WeekSnapshot

__all__ = [
    "About",
    "BudgetChange",
    "BudgetPlan",
    "Category",
    "DirtyWeek",
    "Driver",
    "DriverValue",
    "EntryChange",
    "EntryChangeRow",
    "EntryStatus",
    "ImportLabel",
    "ImportPart",
    "ImportState",
    "ImportUpload",
    "LabelPart",
    "Recurring",
    "Reduction",
    "SourceStatus",
    "Strategy",
    "Suggestion",
    "SurveyAnswer",
    "TeamWeek",
    "TeamWeekCategory",
    "TicketCount",
    "Timer",
    "ToilBudget",
    "ToilEntry",
    "ToilImport",
    "ToilSlice",
    "ToilSource",
    "Trigger",
    "VerdictNotice",
    "WeekCheckin",
    "WeekSnapshot",
    "WorkKind",
]
