"""Factors, lessons and impact values: adding, changing, ordering and removing one row of a list."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core import markdown
from apps.core.changes import Diff, apply_changes, check_version, lock, plain
from apps.core.ordering import place_at
from apps.core.permissions import require
from apps.postmortems.models import Factor, FactorCategories, ImpactValue, Lesson, Measure, Part, Postmortem
from apps.postmortems.operations.moving import mark_changed, require_open
from apps.postmortems.policies import can_write

Row = TypeVar("Row", bound=Part)
FIELDS: dict[type[Part], tuple[str, ...]] = {
    Factor: ("category", "text", "is_mitigator"),
    Lesson: ("kind", "phase", "text"),
    ImpactValue: ("measure", "name", "certainty", "value", "unit", "method"),
}
WORDS = ("text", "name", "unit", "method")
MOST = 100


@transaction.atomic
def add_part(
    postmortem: Postmortem, model: type[Row], fields: Mapping[str, Any], *, now: datetime, by: User
) -> Row:
    """A new row at the end of its list, or at `fields["position"]` (from 1). `fields` are those of `FIELDS`."""
    document = _lock_to_write(postmortem, by=by)
    manager: Any = model._default_manager
    siblings = manager.filter(postmortem=document)
    count = siblings.count()
    if count >= MOST:
        raise ValidationError(f"At most {MOST} {model.PLURAL} fit into a postmortem.")
    wanted = _clean(model, fields)
    row = model(postmortem=document, position=count + 1, **wanted)
    _check(row)
    row.full_clean(exclude={"postmortem"}, validate_constraints=False)
    row.save(force_insert=True)
    if fields.get("position") is not None:
        _put_at(row, int(fields["position"]))
    changes: Diff = {name: [None, plain(getattr(row, name))] for name in FIELDS[model]}
    record(f"postmortem.{model._meta.model_name}_added", row, by=by, changes=_named(row) | changes)
    mark_changed(document, now=now, by=by)
    return row


@transaction.atomic
def edit_part(
    part: Row, changes: Mapping[str, Any], *, seen: int | None = None, now: datetime, by: User
) -> Row:
    """Change fields of `FIELDS` and `position`; what is not named stays. Nothing changed is no version."""
    document = _lock_to_write(part.postmortem, by=by)
    row = lock(part)
    row.postmortem = document
    check_version(row, seen)
    wanted = _clean(type(row), changes)
    _check(row, wanted)
    diff = apply_changes(row, wanted)
    if changes.get("position") is not None:
        diff |= _put_at(row, int(changes["position"]))
    if diff:
        record(f"postmortem.{row._meta.model_name}_edited", row, by=by, changes=_named(row) | diff)
        mark_changed(document, now=now, by=by)
    return row


@transaction.atomic
def remove_part(part: Part, *, seen: int | None = None, now: datetime, by: User) -> None:
    """The row goes; what it said stays in the audit trail."""
    document = _lock_to_write(part.postmortem, by=by)
    row = lock(part)
    row.postmortem = document
    check_version(row, seen)
    said: Diff = {name: [plain(getattr(row, name)), None] for name in FIELDS[type(row)]}
    record(f"postmortem.{row._meta.model_name}_removed", row, by=by, changes=_named(row) | said)
    row.delete()
    mark_changed(document, now=now, by=by)


def _lock_to_write(postmortem: Postmortem, *, by: User) -> Postmortem:
    document = lock(postmortem)
    require(can_write(by, document))
    require_open(document)
    return document


def _clean(model: type[Part], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Known fields alone, with texts as they are stored."""
    wanted = {name: fields[name] for name in FIELDS[model] if name in fields}
    for name in WORDS:
        if isinstance(wanted.get(name), str):
            wanted[name] = wanted[name].replace("\r\n", "\n").replace("\r", "\n").strip()
    if "phase" in wanted:
        wanted["phase"] = wanted["phase"] or ""
    return wanted


def _check(row: Part, wanted: Mapping[str, Any] | None = None) -> None:
    """What a field alone cannot know. `wanted` is None for a new row."""
    after = {name: getattr(row, name) for name in FIELDS[type(row)]} | dict(wanted or {})
    if "text" in after:
        markdown.check(after["text"])
    category = after.get("category")
    if category is not None and (wanted is None or category != getattr(row, "category", None)):
        _check_category(category)
    measure = after.get("measure")
    if measure is not None and measure != Measure.OTHER:
        others = ImpactValue.objects.filter(postmortem=row.postmortem, measure=measure)
        if others.exclude(pk=row.pk).exists():
            raise ValidationError({"measure": "It has a value already. Change that one."})


def _check_category(slug: str) -> None:
    offered = dict(FactorCategories.objects.current().offered)
    if slug not in offered:
        raise ValidationError({"category": f"Choose one of: {', '.join(offered)}."})


def _put_at(row: Part, place: int) -> Diff:
    """Move the row to `place` and number its siblings from 1 without gaps."""
    manager: Any = type(row)._default_manager
    siblings, before = manager.filter(postmortem=row.postmortem), row.position
    siblings.bulk_update(place_at(row, place, siblings), ["position"])
    return {"position": [before, row.position]} if before != row.position else {}


def _named(row: Part) -> Diff:
    """Which of several rows the event is about."""
    return {"id": [str(row.uuid), str(row.uuid)]}
