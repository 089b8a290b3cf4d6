"""Reminders that wait on action items: taken by who plans the digests, and put to their next moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from apps.action_items.models import ActionItem, Redating
from apps.core.changes import put_moments

Clock = Literal["next_reminder_at", "escalates_at"]


def take_due_items(now: datetime, size: int) -> list[ActionItem]:
    """Locked until the caller's transaction ends; those that another planner has are left to it. `redated_at` is when
    the present date was given, None while it is the first."""
    moved = Redating.objects.filter(item=OuterRef("pk")).order_by().values("item").annotate(at=Max("at"))
    rows = ActionItem.objects.reminder_due(now).annotate(redated_at=Subquery(moved.values("at")))
    return _locked(rows, "next_reminder_at", size)


def take_due_escalations(now: datetime, size: int) -> list[ActionItem]:
    return _locked(ActionItem.objects.escalation_due(now), "escalates_at", size)


def _locked(rows: QuerySet[ActionItem], clock: Clock, size: int) -> list[ActionItem]:
    rows = rows.select_for_update(of=("self",), skip_locked=True).select_related(
        "owner", "service", "incident"
    )
    return list(rows.order_by(F(clock), "pk")[:size])


def put_reminders(items: Iterable[ActionItem], *clocks: Clock) -> None:
    """Each item's next moments, as they stand on the rows. It changes nothing else about an item."""
    put_moments(items, *clocks)
