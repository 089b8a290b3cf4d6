"""The first step of an import: a file is kept and read, and what would become of it is said. No entry is written."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NotRequired, TypedDict, Unpack

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.core.changes import apply_changes, lock
from apps.core.errors import Conflict
from apps.core.filenames import harmless
from apps.core.permissions import require
from apps.core.tables import NotReadable
from apps.toil.imports.dates import AsksOrder
from apps.toil.models import ImportPart, ImportState, ImportUpload, ToilImport
from apps.toil.models.imports import NOT_STARTED, ToilImportQuerySet
from apps.toil.operations.drafts import zone_named
from apps.toil.operations.import_parts import packed, sample_of
from apps.toil.operations.import_reading import MOST_LABELS, MOST_PEOPLE, Findings, read_file
from apps.toil.policies import can_start_import

LEASE = timedelta(minutes=2)

READ_AT_ONCE = 1_000_000  # bytes; what is larger is read by the clock
ASKED = {"tz", "said_tool", "said_order", "team"}
ONLY_UPLOADER = "Only who uploaded the file goes on with it."
BEGUN = "The import of this file has begun."


class Meant(TypedDict):
    """How a file is to be read; what is left out is found from it."""

    team: Team
    tz: NotRequired[str]
    tool: NotRequired[str]
    order: NotRequired[str]


def upload_file(
    *, name: str, chunks: Iterable[bytes], now: datetime, by: User, **meant: Unpack[Meant]
) -> ToilImport:
    """Keeps a file for a day, for this person alone, and reads it: at once, or by the clock when it is large. One
    upload waits at a time; a new one takes the place of the last. Raises ValidationError by field."""
    batch = _new_batch(name, now=now, by=by, **meant)
    batch.sha256, content, size = _kept(chunks)
    parts = _read_into(batch, zlib.decompress(content), now) if size <= READ_AT_ONCE else []
    if batch.state == ImportState.BROKEN:
        raise ValidationError({"file": batch.trouble})
    with transaction.atomic():
        drop(ToilImport.objects.waiting_of(by))
        batch.save(force_insert=True)
        ImportUpload.objects.create(batch=batch, content=content)
        _keep_parts(batch, parts)
    return batch


def preview_file(
    *, name: str, chunks: Iterable[bytes], now: datetime, by: User, **meant: Unpack[Meant]
) -> ToilImport:
    """What would become of it, however large it is: read, and kept nowhere. What waits already goes on waiting."""
    batch = _new_batch(name, now=now, by=by, **meant)
    _, content, _ = _kept(chunks)
    _read_into(batch, zlib.decompress(content), now)
    return batch


def _new_batch(
    name: str, *, team: Team, tz: str = "", tool: str = "", order: str = "", now: datetime, by: User
) -> ToilImport:
    require(by.may_write, "Auditors read; they import nothing.")
    if tz:
        zone_named(tz)
    told = {"tz": tz, "said_tool": tool, "said_order": order}
    return ToilImport(person=by, team=team, file_name=harmless(name) or "unnamed", created_at=now, **told)


def _kept(chunks: Iterable[bytes]) -> tuple[str, bytes, int]:
    """Its checksum, its compressed content and its size, piece by piece: a large file is never in memory whole."""
    digest, packing, size, packed_pieces = hashlib.sha256(), zlib.compressobj(), 0, []
    for chunk in chunks:
        size += len(chunk)
        if size > settings.TOIL_IMPORT_MAX_BYTES:
            most = settings.TOIL_IMPORT_MAX_BYTES // 1_000_000
            raise ValidationError({"file": f"This file is larger than {most} MB. Export a shorter time."})
        digest.update(chunk)
        packed_pieces.append(packing.compress(chunk))
    return digest.hexdigest(), b"".join([*packed_pieces, packing.flush()]), size


@transaction.atomic
def read_again(batch: ToilImport, *, changes: Mapping[str, Any], now: datetime, by: User) -> ToilImport:
    """With another zone, team, tool or order of dates (`tz`, `team`, `said_tool`, `said_order`)."""
    batch = lock(batch)
    require(can_start_import(by, batch), ONLY_UPLOADER)
    if batch.state not in NOT_STARTED:
        raise Conflict(BEGUN)
    if unknown := sorted(set(changes) - ASKED):
        raise ValidationError(dict.fromkeys(unknown, "This cannot be changed."))
    if changes.get("tz"):
        zone_named(changes["tz"])
    apply_changes(batch, changes)
    raw = zlib.decompress(batch.upload.content)
    batch.state, batch.leased_until = ImportState.READING, None
    _store(batch, _read_into(batch, raw, now) if len(raw) <= READ_AT_ONCE else [])
    return batch


def read_waiting(batch: ToilImport, *, now: datetime) -> None:
    """What the clock does with a large file, outside of any transaction. Whoever dies over it leaves it to the next
    once the lease is over; two readers would come to the same."""
    if not ToilImport.objects.unread(now).filter(pk=batch.pk).update(leased_until=now + LEASE):
        return
    before = ToilImport.objects.select_related("upload", "person", "team").get(pk=batch.pk)
    parts = _read_into(before, zlib.decompress(before.upload.content), now)
    with transaction.atomic():
        row = lock(batch)
        is_same = all(getattr(row, name) == getattr(before, name) for name in ASKED)
        if row.state == ImportState.READING and is_same:
            _store(before, parts)


def _store(batch: ToilImport, parts: list[bytes]) -> None:
    batch.parts.all().delete()
    batch.save(force_update=True)
    _keep_parts(batch, parts)


def _keep_parts(batch: ToilImport, parts: list[bytes]) -> None:
    ImportPart.objects.bulk_create(
        ImportPart(batch=batch, position=place, content=content) for place, content in enumerate(parts)
    )


def drop(uploads: ToilImportQuerySet) -> int:
    """How many are gone. Locked first: what somebody starts at this moment is none of them any more."""
    found = list(uploads.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    ToilImport.objects.filter(pk__in=found).delete()
    return len(found)


def _read_into(batch: ToilImport, raw: bytes, now: datetime) -> list[bytes]:
    """Sets what was found on the batch, unsaved, and returns the parts of its rows."""
    _forget(batch)
    zone = zone_named(batch.tz) if batch.tz else None
    try:
        findings = read_file(
            raw,
            team=batch.team,
            tool=batch.said_tool,
            order=batch.said_order,
            zone=zone,
            by=batch.person,
            now=now,
        )
    except NotReadable as error:
        batch.state, batch.trouble = ImportState.BROKEN, str(error)[:1000]
        return []
    except AsksOrder as question:
        batch.state = ImportState.ASKS
        meanings = {order: day.isoformat() for order, day in question.meanings.items()}
        batch.found = {"line": question.line, "text": question.text, "meanings": meanings}
        return []
    batch.state = ImportState.READY
    _tell(batch, findings)
    return packed(findings.rows)


def _forget(batch: ToilImport) -> None:
    batch.trouble, batch.tool, batch.date_order, batch.found = "", "", "", {}
    batch.total = batch.refused = batch.left_out = batch.same = batch.fresh = batch.noted = 0
    batch.problems, batch.notes, batch.people, batch.labels, batch.sample = [], [], [], [], []
    batch.for_others = False


def _tell(batch: ToilImport, findings: Findings) -> None:
    table = findings.table
    batch.tool, batch.date_order = table.columns.tool, findings.order
    batch.found = {
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "unused": list(table.columns.unused)[:30],
        "labels": len(findings.labels),
        "people": len(findings.left_out),
    }
    batch.total, batch.refused, batch.noted = findings.total, findings.refused, findings.noted
    batch.left_out = sum(one["rows"] for one in findings.left_out.values())
    batch.same, batch.fresh = findings.same, len(findings.rows) - findings.same
    batch.problems, batch.notes = findings.problems, findings.notes
    batch.people = sorted(findings.left_out.values(), key=lambda one: -one["rows"])[:MOST_PEOPLE]
    batch.labels = [[part, name, rows] for (part, name), rows in findings.labels.most_common(MOST_LABELS)]
    batch.sample = sample_of(findings.rows)
    batch.for_others = any(row.person.pk != batch.person_id for row in findings.rows)
