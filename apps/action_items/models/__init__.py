from apps.action_items.models.bulk import BulkChange, BulkRow
from apps.action_items.models.calendar import CalendarKey, CalendarKeyQuerySet
from apps.action_items.models.checklist import ChecklistStep
from apps.action_items.models.choices import (
    CHECKED_KINDS,
    COMMITTED,
    FINAL,
    LIVE,
    NEXT_STATUS,
    Kind,
    Priority,
    Source,
    Status,
    Verdict,
)
from apps.action_items.models.dependency import Dependency, held_up
from apps.action_items.models.history import EffectCheck, Move, Redating
from apps.action_items.models.item import ActionItem, slip_words
from apps.action_items.models.merged import MergedInto
from apps.action_items.models.policy import ActionItemPolicy
from apps.action_items.models.queryset import UNDATED, ActionItemQuerySet, end_of_week
from apps.action_items.models.reckoning import LOOKED, Look, Outcome
from apps.action_items.models.recurrence import Recurrence, RecurrenceQuerySet
from apps.action_items.models.reminder import (
    ASKED_AGAIN,
    ESCALATIONS,
    HEARD,
    LATE,
    OPEN,
    TELLING,
    Reminder,
    ReminderState,
    Snooze,
    Stage,
)
from apps.action_items.models.saved_view import SavedView, SavedViewQuerySet
from apps.action_items.models.split import Split, SplitQuerySet
from apps.action_items.models.talk import ItemComment, Watch
from apps.action_items.models.tallying import tally

__all__ = [
    "ASKED_AGAIN",
    "CHECKED_KINDS",
    "COMMITTED",
    "ESCALATIONS",
    "FINAL",
    "HEARD",
    "LATE",
    "LIVE",
    "LOOKED",
    "NEXT_STATUS",
    "OPEN",
    "TELLING",
    "UNDATED",
    "ActionItem",
    "ActionItemPolicy",
    "ActionItemQuerySet",
    "BulkChange",
    "BulkRow",
    "CalendarKey",
    "CalendarKeyQuerySet",
    "ChecklistStep",
    "Dependency",
    "EffectCheck",
    "ItemComment",
    "Kind",
    "Look",
    "MergedInto",
    "Move",
    "Outcome",
    "Priority",
    "Recurrence",
    "RecurrenceQuerySet",
    "Redating",
    "Reminder",
    "ReminderState",
    "SavedView",
    "SavedViewQuerySet",
    "Snooze",
    "Source",
    "Split",
    "SplitQuerySet",
    "Stage",
    "Status",
    "Verdict",
    "Watch",
    "end_of_week",
    "held_up",
    "slip_words",
    "tally",
]
