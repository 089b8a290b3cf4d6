"""Sorting what was imported once its labels are explained. Rows stay kept for as long as their import can be undone,
and with them their labels, which entries do not have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.toil.models import ImportPart, ImportState, ToilImport, ToilSlice, WorkKind
from apps.toil.operations.import_labels import Label, Meaning, explain_labels, meanings_of
from apps.toil.operations.import_parts import unpacked
from apps.toil.operations.marks import mark_weeks, weeks_of_slices
from apps.toil.policies import can_undo_import


@transaction.atomic
def explain_import(batch: ToilImport, *, wanted: Mapping[Label, str], now: datetime, by: User) -> int:
    """`explain_labels`, and then the clock sorts those entries of this import that nobody has sorted yet. Returns how
    many labels came out different."""
    count = explain_labels(batch.team, wanted=wanted, by=by)
    row = lock(batch)
    if count and row.can_be_sorted(now) and can_undo_import(by, row):
        row.parts.update(is_done=False)
        row.state = ImportState.SORTING
        row.save(update_fields=["state"])
        record("toil_import.sorted", row, by=by, changes={"labels": [None, count]})
    return count


def sort_part(batch: ToilImport, now: datetime) -> bool:
    """Whether there is more."""
    part = batch.parts.filter(is_done=False).first()
    if part is not None:
        _sort(batch, part, now)
    if batch.parts.filter(is_done=False).exists():
        return True
    batch.state = ImportState.DONE
    batch.save(update_fields=["state"])
    return False


def _sort(batch: ToilImport, part: ImportPart, now: datetime) -> None:
    meaning_of = cache(meanings_of(batch.team).of)
    keys: defaultdict[Meaning, list[UUID]] = defaultdict(list)
    for row in unpacked(part.content):
        keys[meaning_of(row.project, row.activity, tuple(row.tags))].append(row.key)
    keys.pop(Meaning(), None)
    for meaning, found in keys.items():
        entries = batch.entries.filter(import_key__in=found, kind=WorkKind.UNMAPPED)
        weeks = weeks_of_slices(ToilSlice.objects.filter(entry__in=entries))
        entries.update(**_fields(meaning), version=F("version") + 1, updated_at=now)
        mark_weeks(weeks, batch.person)
    part.is_done = True
    part.save(update_fields=["is_done"])


def _fields(meaning: Meaning) -> dict[str, Any]:
    source = meaning.source
    if source is None:
        return {"kind": meaning.kind}
    said = {"source": source, "category": source.category, "trigger": source.trigger}
    return {"kind": meaning.kind, "service": Coalesce("service", Value(source.service_id)), **said}
