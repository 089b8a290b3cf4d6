"""Plans for less toil, and the promises that carry them."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock, plain
from apps.core.permissions import require
from apps.toil.models import Reduction, ToilSource
from apps.toil.policies import can_keep_sources
from apps.toil.reductions.weighing import usual_week

PLANNED = ("strategy", "expected_pct", "build_minutes", "maintenance_minutes", "switch_minutes", "lead_weeks")
WEIGHED = ("weekly_seconds", "weekly_occurrences", "weeks_known", "reporters", "planned_net")
EDITABLE = (*PLANNED, "item", "started_on", "other_benefits", "is_pinned")
NOT_YOURS = "Members of the source's team and admins plan how to reduce it."
DONE = {
    "expected_pct": "It is done: what was expected of it stays, since its verdict is on that.",
    "started_on": "It is done: the weeks it is compared with stay, since its verdict is on them.",
    "item": "It is done: the promise that carried it stays, since its verdict is on that.",
}
AFTER_ALL = "It was done on {}: work began that day at the latest."
RELATIONS = ["source", "item", "created_by"]


@transaction.atomic
def add_reduction(source: ToilSource, *, by: User, now: datetime, **fields: Any) -> Reduction:
    """Weighed against what was logged until today. `item` is the promise that carries it, or nobody promised yet."""
    source = lock(source)
    require(can_keep_sources(by, source.team), NOT_YOURS)
    _check_item(source, fields.get("item"))
    row = Reduction(source=source, created_by=by, **fields)
    row.clean_fields(exclude=RELATIONS)
    _check_begin(row)
    weigh(row, now)
    row.save(force_insert=True)
    told = {name: [None, plain(value)] for name, value in fields.items() if value not in (None, "", False)}
    record("toil_reduction.added", row, by=by, changes={"source": [None, plain(source)], **told})
    return row


@transaction.atomic
def edit_reduction(
    reduction: Reduction, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> Reduction:
    """A plan that changes is weighed anew, until it is done; then it stands as it was, and what was expected of it
    cannot be changed any more: the verdict is on that."""
    row = lock(reduction)
    require(can_keep_sources(by, row.source.team), NOT_YOURS)
    check_version(row, seen)
    wanted = {name: changes[name] for name in EDITABLE if name in changes}
    _check_done(row, wanted)
    if wanted.get("item", row.item) != row.item:
        _check_item(row.source, wanted.get("item"))
    planned = copy(row)
    for name, value in wanted.items():
        setattr(planned, name, value)
    planned.clean_fields(exclude=RELATIONS)
    _check_begin(planned)
    if planned.plan != row.plan and not row.done_on:
        weigh(planned, now)
        wanted |= {name: getattr(planned, name) for name in WEIGHED}
    diff = apply_changes(row, wanted)
    if diff:
        record("toil_reduction.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def remove_reduction(reduction: Reduction, *, seen: int | None = None, by: User) -> None:
    """A plan is gone; the action item it was carried by stays. What it said stays in the audit trail."""
    row = lock(reduction)
    require(can_keep_sources(by, row.source.team), NOT_YOURS)
    check_version(row, seen)
    told = {name: [plain(getattr(row, name)), None] for name in ("source", "item", *PLANNED)}
    record("toil_reduction.removed", row, by=by, changes=told)
    row.delete()


def _check_item(source: ToilSource, item: ActionItem | None) -> None:
    if item and Reduction.objects.filter(source=source, item=item).exists():
        raise ValidationError({"item": "This action item reduces this source already."})


def _check_done(row: Reduction, wanted: Mapping[str, Any]) -> None:
    changed = [name for name in DONE if wanted.get(name, getattr(row, name)) != getattr(row, name)]
    if row.done_on and changed:
        raise ValidationError({name: DONE[name] for name in changed})


def _check_begin(row: Reduction) -> None:
    """Else weeks since it was done would be those before it."""
    if row.started_on and row.done_on and row.started_on > row.done_on:
        raise ValidationError({"started_on": AFTER_ALL.format(row.done_on)})


def weigh(row: Reduction, now: datetime) -> None:
    """Set what the log says on that day of a plan that is not saved yet, and what the plan brings by it."""
    known = usual_week(row.source, now.date())
    row.weekly_seconds, row.weekly_occurrences = known.seconds, known.occurrences
    row.weeks_known, row.reporters = known.weeks, known.people
    row.planned_net = round(row.payback.net)
