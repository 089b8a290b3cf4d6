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
from apps.action_items.models.history import EffectCheck, Move, Redating
from apps.action_items.models.item import ActionItem
from apps.action_items.models.policy import ActionItemPolicy
from apps.action_items.models.queryset import ActionItemQuerySet
from apps.action_items.models.recurrence import Recurrence, RecurrenceQuerySet

__all__ = [
    "CHECKED_KINDS",
    "COMMITTED",
    "FINAL",
    "LIVE",
    "NEXT_STATUS",
    "ActionItem",
    "ActionItemPolicy",
    "ActionItemQuerySet",
    "EffectCheck",
    "Kind",
    "Move",
    "Priority",
    "Recurrence",
    "RecurrenceQuerySet",
    "Redating",
    "Source",
    "Status",
    "Verdict",
]
