"""One timer a person: start, stop, throw away. Stopping makes an entry, which waits for a review if it ran too long.

A timer leaves no trace in the audit trail: what somebody does at this moment is theirs, and what came of it is there
once it counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from apps.accounts.models import Team, User
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.toil.models import EntryStatus, Timer, ToilEntry
from apps.toil.models.entry import ABOUT, DAY
from apps.toil.operations.drafts import RELATIONS, clean_occurrences, clean_text, inherited
from apps.toil.operations.entries import log_entry
from apps.toil.operations.slicing import lock_times_of
from apps.toil.policies import can_log
from apps.toil.timers.overrun import reviewed_from

KEPT = (*ABOUT, "occurrences")
NOT_YOURS = "You can time only your own work."
NONE_RUNS = "No timer is running."
ANOTHER = "Another timer runs by now: “{}”. It was left alone. Look at it, then stop or discard it."


@transaction.atomic
def start_timer(
    *, person: User, team: Team, text: str, by: User, now: datetime, **fields: Any
) -> tuple[Timer, ToilEntry | None]:
    """The new timer, and the entry of the one that it stops. `fields` are those of `log_entry` without a time."""
    require(by.pk == person.pk and can_log(by, person, team), NOT_YOURS)
    lock_times_of(person.pk)
    timer = _timer(person=person, team=team, text=text, now=now, **fields)
    before = Timer.objects.select_for_update(of=("self",)).filter(person=person).first()
    stopped = _end(before, now=now) if before else None
    if before and stopped is None:
        before.delete()
    timer.save(force_insert=True)
    return timer, stopped


@transaction.atomic
def stop_timer(*, person: User, timer: UUID | None = None, by: User, now: datetime) -> ToilEntry:
    """What was done since it started, as an entry. One second at least, and a day at most. `timer` is the one that was
    seen running: if it is another one by now, that is left alone and refused with a Conflict."""
    row = _running(person, timer, by)
    if row is None:
        raise Conflict(NONE_RUNS)
    entry = _end(row, now=now)
    if entry is None:
        raise Conflict("The timer began this very moment. Let it run, or throw it away.")
    return entry


@transaction.atomic
def discard_timer(*, person: User, timer: UUID | None = None, by: User) -> bool:
    """It measured nothing worth keeping. `timer` is as with `stop_timer`. Whether one ran: asked twice, nothing is left
    to do."""
    row = _running(person, timer, by)
    if row:
        row.delete()
    return row is not None


def _timer(*, person: User, team: Team, text: str, now: datetime, **fields: Any) -> Timer:
    said = {name: fields[name] for name in ("service", "category", "trigger") if fields.get(name)}
    usual = inherited(fields.get("source"), **({"service": None, "category": "other", "trigger": ""} | said))
    kept = {name: value for name in KEPT if (value := fields.get(name))} | usual
    kept["occurrences"] = clean_occurrences(kept.get("occurrences", 1))
    timer = Timer(person=person, team=team, text=clean_text(text), tz=person.time_zone, **kept)
    timer.started_at = now.replace(microsecond=0)
    timer.clean_fields(exclude=RELATIONS)
    return timer


def _running(person: User, seen: UUID | None, by: User) -> Timer | None:
    require(by.pk == person.pk and by.may_write, NOT_YOURS)
    lock_times_of(person.pk)
    timer = Timer.objects.select_for_update(of=("self",)).filter(person=person).first()
    if timer and seen and seen != timer.uuid:
        raise Conflict(ANOTHER.format(timer))
    return timer


def _end(timer: Timer, *, now: datetime) -> ToilEntry | None:
    """None, and nothing done, when not even a second has passed."""
    until = min(now, timer.started_at + timedelta(seconds=DAY))
    if timer.runs_for(until) < 1:
        return None
    is_late = now > reviewed_from(timer.person, timer.started_at, timer.zone)
    entry = log_entry(
        person=timer.person,
        team=timer.team,
        text=timer.text,
        started_at=timer.started_at,
        ended_at=until,
        tz=timer.tz,
        status=EntryStatus.NEEDS_REVIEW if is_late else EntryStatus.CONFIRMED,
        by=timer.person,
        now=now,
        **{name: getattr(timer, name) for name in KEPT},
    )
    timer.delete()
    return entry
