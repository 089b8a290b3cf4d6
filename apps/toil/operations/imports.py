"""The second step of an import, and taking it back. Both go part by part, each in a transaction of its own: whoever
dies half-way loses nothing and doubles nothing, and any number may work at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.toil.models import Category, ImportPart, ImportState, ImportUpload, ToilEntry, ToilImport
from apps.toil.operations.bulk import remove_entries, write_entries
from apps.toil.operations.import_labels import Meaning, meanings_of
from apps.toil.operations.import_parts import ROWS, KeptRow, unpacked
from apps.toil.operations.import_sorting import sort_part
from apps.toil.operations.uploads import BEGUN, ONLY_UPLOADER, drop, read_waiting
from apps.toil.policies import can_import_for, can_start_import, can_undo_import

log = structlog.get_logger("ballast.toil")
AT_ONCE = 1  # parts, while somebody waits for the page
A_TURN = 5  # parts, each time the clock looks
NO_LONGER_YOURS = "The file holds the time of others, and you no longer lead the team."
NOT_READY = "There is nothing to import yet."
TOO_LATE = "An import can be undone for 30 days. Delete its entries one by one."
NOT_DONE = "Only what has been imported can be undone."


@transaction.atomic
def start_import(batch: ToilImport, *, now: datetime, by: User) -> ToilImport:
    """Pressed twice it begins once. The clock does the work; `go_on` does a little of it at once."""
    batch = lock(batch)
    require(can_start_import(by, batch), ONLY_UPLOADER)
    require(not batch.for_others or can_import_for(by, batch.team), NO_LONGER_YOURS)
    if batch.is_started:
        return batch
    if batch.state != ImportState.READY or not batch.fresh:
        raise Conflict(NOT_READY)
    batch.state, batch.started_at, batch.same = ImportState.RUNNING, now, 0
    batch.save(update_fields=["state", "started_at", "same"])
    ImportUpload.objects.filter(batch=batch).delete()
    changes = {"file": [None, batch.file_name], "team": [None, batch.team.slug], "tool": [None, batch.tool]}
    record("toil_import.started", batch, by=by, changes=changes)
    return batch


@transaction.atomic
def undo_import(batch: ToilImport, *, now: datetime, by: User) -> ToilImport:
    """All entries that came with it are removed, also those that somebody has changed since."""
    batch = lock(batch)
    require(can_undo_import(by, batch), "Only who imported it and leads of its team undo an import.")
    if batch.state in {ImportState.UNDOING, ImportState.UNDONE}:
        return batch
    if batch.state != ImportState.DONE:
        raise Conflict(NOT_DONE if batch.is_started else BEGUN)
    if not batch.can_be_undone(now):
        raise Conflict(TOO_LATE)
    batch.state, batch.undone_at, batch.undone_by = ImportState.UNDOING, now, by
    batch.save(update_fields=["state", "undone_at", "undone_by"])
    record("toil_import.undone", batch, by=by, changes={"entries": [batch.created, 0]})
    return batch


def work_on_imports(now: datetime) -> int:
    """What the clock does: reads large files, goes on with imports, with sorting and with undoing. Returns how many
    went on."""
    rows = list(ToilImport.objects.in_work().order_by("pk"))
    return sum([_take_turn(row, now) for row in rows])


def _take_turn(row: ToilImport, now: datetime) -> bool:
    try:
        if row.state == ImportState.READING:
            read_waiting(row, now=now)
        else:
            go_on(row, parts=A_TURN, now=now)
    except (OperationalError, InterfaceError):
        raise  # the database is away, or a lock is: the import is not to blame
    except Exception:  # one import that cannot go on must not stop the others
        log.exception("import cannot go on", toil_import=str(row.uuid))
        return False
    return True


def go_on(batch: ToilImport, *, parts: int = AT_ONCE, now: datetime) -> None:
    """At most so many parts; somebody else who is at work on the same import at this moment is left to it. Entries may
    be made part of it meanwhile, by who splits one: they hold the person whom a part waits for."""
    steps: dict[str, Callable[[ToilImport, datetime], bool]] = {
        ImportState.RUNNING: _import_part,
        ImportState.SORTING: sort_part,
        ImportState.UNDOING: _undo_part,
    }
    for _ in range(parts):
        with transaction.atomic():
            free = ToilImport.objects.in_work().select_for_update(skip_locked=True, no_key=True)
            row = free.filter(pk=batch.pk).first()
            step = steps.get(row.state) if row else None
            if row is None or step is None or not step(row, now):
                return


def _import_part(batch: ToilImport, now: datetime) -> bool:
    """Whether there is more."""
    part = batch.parts.filter(is_done=False).first()
    if part is not None:
        take_in(batch, unpacked(part.content))
        part.is_done = True
        part.save(update_fields=["is_done"])
    if batch.parts.filter(is_done=False).exists():
        batch.save(update_fields=["created", "same"])
        return True
    batch.state, batch.finished_at = ImportState.DONE, now
    batch.save(update_fields=["created", "same", "state", "finished_at"])
    counts = {name: [None, getattr(batch, name)] for name in ("created", "same", "refused", "left_out")}
    record("toil_import.finished", batch, by=batch.person, changes=counts)
    return False


def take_in(batch: ToilImport, rows: list[KeptRow]) -> None:
    """People are locked first: whoever imports the same rows meanwhile waits, and finds them here then."""
    people = User.objects.locked().filter(pk__in={row.person_id for row in rows})
    zones = dict(people.values_list("pk", "time_zone"))
    keys = ToilEntry.objects.filter(import_key__in=[row.key for row in rows])
    known = set(keys.values_list("import_key", flat=True))
    meaning_of = cache(meanings_of(batch.team).of)
    new = [
        _entry(batch, row, zones[row.person_id], meaning_of(row.project, row.activity, tuple(row.tags)))
        for row in rows
        if row.key not in known
    ]
    write_entries(new, by=batch.person)
    batch.created += len(new)
    batch.same += len(rows) - len(new)


def _entry(batch: ToilImport, row: KeptRow, tz: str, meaning: Meaning) -> ToilEntry:
    """By keys and not by rows, which of a hundred thousand takes half as long."""
    source = meaning.source
    return ToilEntry(
        batch_id=batch.pk,
        import_key=row.key,
        person_id=row.person_id,
        team_id=batch.team_id,
        source_id=source.pk if source else None,
        service_id=source.service_id if source else None,
        incident_id=None,
        kind=meaning.kind,
        category=source.category if source else Category.OTHER,
        trigger=source.trigger if source else "",
        text=row.text,
        seconds=row.seconds,
        tz=tz,
        local_date=row.day,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


def _undo_part(batch: ToilImport, now: datetime) -> bool:
    """Whether there is more."""
    found = list(batch.entries.order_by("pk")[:ROWS])
    remove_entries(found, by=batch.undone_by)
    if len(found) == ROWS:
        return True
    batch.parts.all().delete()
    batch.state = ImportState.UNDONE
    batch.save(update_fields=["state"])
    return False


@transaction.atomic
def sweep_imports(now: datetime) -> int:
    """Uploads whose button nobody pressed, and the words of files once their import can no longer be undone."""
    dropped = drop(ToilImport.objects.lapsed(now))
    old = ToilImport.objects.past_undoing(now).exclude(sample=[])
    ImportPart.objects.filter(batch__in=old.values("pk")).delete()
    old.update(problems=[], notes=[], people=[], labels=[], sample=[])
    return dropped
