from apps.action_items.models.choices import (
    COMMITTED,
    FINAL,
    LIVE,
    NEXT_STATUS,
    Kind,
    Priority,
    Source,
    Status,
)
from apps.action_items.models.history import Move, Redating
from apps.action_items.models.item import ActionItem, ActionItemQuerySet
from apps.action_items.models.policy import ActionItemPolicy
from apps.action_items.models.recurrence import Recurrence, RecurrenceQuerySet

__all__ = [
    "COMMITTED",
    "FINAL",
    "LIVE",
    "NEXT_STATUS",
    "ActionItem",
    "ActionItemPolicy",
    "ActionItemQuerySet",
    "Kind",
    "Move",
    "Priority",
    "Recurrence",
    "RecurrenceQuerySet",
    "Redating",
    "Source",
    "Status",
]
