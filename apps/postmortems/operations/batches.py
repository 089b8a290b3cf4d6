"""Importing in two steps: files are previewed and held, then a button takes in what was previewed and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.postmortems.models import Became, ImportBatch, ImportFile
from apps.postmortems.operations.importing import Outcome, import_file, import_postmortems
from apps.postmortems.policies import can_import

MEANWHILE = "would become something else now than the preview said; upload it once more"


def preview_import(files: Sequence[tuple[str, bytes]], *, now: datetime, by: User) -> ImportBatch:
    """Holds what would arrive for an hour, for this person alone. One upload waits at a time: a new one takes the
    place of the last."""
    report = import_postmortems(files, dry_run=True, now=now, by=by)
    with transaction.atomic():
        ImportBatch.objects.visible_to(by).filter(started_at__isnull=True).delete()
        batch = ImportBatch.objects.create(person=by, created_at=now)
        ImportFile.objects.bulk_create(
            _held(batch, place, raw, outcome)
            for place, ((_, raw), outcome) in enumerate(zip(files, report.outcomes, strict=True))
        )
    return batch


def _held(batch: ImportBatch, place: int, raw: bytes, outcome: Outcome) -> ImportFile:
    """Only what will be read again is stored; what arrives has been found to be text."""
    content = raw.decode() if outcome.became == Became.NEW else ""
    return ImportFile(batch=batch, position=place, name=outcome.name, content=content, said=asdict(outcome))


def import_batch(batch: ImportBatch, *, now: datetime, by: User) -> ImportBatch:
    """Takes in what the preview said. Pressed twice, also at once, or again after it broke off, it goes on where it
    stopped: each file carries its answer in the transaction that took it in. Raises Conflict after the hour."""
    batch = _begin(batch, now=now, by=by)
    for file in batch.files.undone().only("pk"):
        _import_held(file, now=now, by=by)
    with transaction.atomic():
        batch = lock(batch)
        if batch.finished_at is None:
            batch.finished_at = now
            batch.save(update_fields=["finished_at"])
    return batch


@transaction.atomic
def _begin(batch: ImportBatch, *, now: datetime, by: User) -> ImportBatch:
    batch = lock(batch)
    require(can_import(by) and batch.person_id == by.pk, "Only admins import.")
    if batch.has_lapsed(now):
        raise Conflict("This preview is older than an hour. Upload the files once more.")
    if batch.started_at is None:
        batch.started_at = now
        batch.save(update_fields=["started_at"])
    return batch


@transaction.atomic
def _import_held(file: ImportFile, *, now: datetime, by: User) -> None:
    file = lock(file)
    if file.result is not None:
        return
    file.result = file.said if file.said["became"] != Became.NEW else _as_said(file, now=now, by=by)
    file.content = ""
    file.save(update_fields=["result", "content"])


def _as_said(file: ImportFile, *, now: datetime, by: User) -> dict[str, Any]:
    """The file arrives as the preview said, or not at all; what somebody else has imported meanwhile is here."""
    with transaction.atomic():
        told = asdict(import_file(file.name, file.content.encode(), owner=by, now=now, by=by))
        if told["became"] != Became.NEW or _what_matters(told) == _what_matters(file.said):
            return told
        transaction.set_rollback(True)
    return told | {"became": Became.LEFT, "line": 0, "reason": MEANWHILE, "key": ""}


def _what_matters(told: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """Under which title it arrives, for which services of which teams; not who made those first."""
    return told["title"], [(one["service"], one["team"]) for one in told["landings"]]


def sweep_imports(now: datetime) -> int:
    """Uploads whose button nobody pressed within the hour, and answers of a month ago."""
    _, counts = ImportBatch.objects.stale(now).delete()
    return counts.get("postmortems.ImportBatch", 0)
