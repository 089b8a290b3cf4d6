"""Two years of logged toil. Each person and week gets a budget of minutes from the team's share, in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from apps.accounts.calendar import local_slot
from apps.accounts.models import Team
from apps.reports.operations.demo.automations import Automated
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.driving import tell_renaming, written_at
from apps.reports.operations.demo.stage import Squad, Stage, Stay, Work
from apps.reports.operations.demo.words.chores import CHORES, EVERYWHERE
from apps.reports.operations.demo.words.shapes import Chore
from apps.reports.operations.demo.words.shares import SHARES, USUAL
from apps.toil.kinds import tally_of
from apps.toil.labels import label_of
from apps.toil.models import Category, ToilEntry, ToilSlice, Trigger, WeekCheckin, WorkKind
from apps.toil.operations import mark_weeks, recompute_all, recompute_weeks
from apps.toil.periods import monday_of, quarters_until
from apps.toil.slices import days_of

WEEKDAYS = 5
LATEST_TODAY = time(14)
WITH_TIMES = 0.25
LEFT_OVER = 0.08
"""Of a chore that was automated."""
MINUTE, LONGEST = 60, 4 * 3600
NIGHT_HOURS = (18, 19, 20, 21, 22, 23, 3, 5)


class Slot(NamedTuple):
    """One person's week in one team."""

    squad: Squad
    stay: Stay
    days: list[date]
    minutes: float


def make_toil(stage: Stage, automated: Automated) -> int:
    """Returns how many entries there are."""
    chance, slots = stage.chance("toil"), list(_slots(stage))
    total, passed, made = sum(slot.minutes for slot in slots) or 1, 0.0, 0
    for slot in slots:
        passed += slot.minutes
        count = int(stage.sizes.toil_entries * passed / total) - made
        made += count
        if count:
            _log_week(stage, chance, slot, count, automated)
        _check_in(stage, slot, is_empty=not count)
    return made


def compute_weeks(stage: Stage) -> None:
    stage.loader.flush()
    recompute_all(Team.objects.order_by("pk"), now=stage.now)
    _remember_late(stage)


def _remember_late(stage: Stage) -> None:
    """Somebody found half an hour more for a week that had been closed."""
    squad, monday = next(iter(stage.squads.values())), monday_of(stage.today) - timedelta(weeks=3)
    spent = ToilEntry.objects.filter(team=squad.pk, local_date=monday + timedelta(days=1), started_at=None)
    entry = spent.filter(kind=WorkKind.TOIL, seconds__lt=LONGEST).order_by("pk").first()
    if entry:
        more = entry.seconds + 30 * MINUTE
        ToilEntry.objects.filter(pk=entry.pk).update(seconds=more, updated_at=stage.now)
        entry.slices.update(seconds=more, attributed=more)
        mark_weeks({(squad.pk, monday)}, entry.person)
        recompute_weeks(entry.team, [monday], now=stage.now)


def _check_in(stage: Stage, slot: Slot, *, is_empty: bool) -> None:
    """Most people confirm most weeks; of the week before this some still have to."""
    friday = monday_of(slot.days[0]) + timedelta(days=4)
    if not slot.stay.counts or friday >= monday_of(stage.today):
        return
    is_last = friday >= monday_of(stage.today) - timedelta(days=7)
    user = slot.stay.person.user
    chance = stage.chance(f"check-in of {user.slug} in {slot.squad.slug} on {friday}")
    if chance.happens(0.6 if is_last else 0.9):
        stage.loader.add(
            WeekCheckin,
            uuid=chance.uuid(),
            person_id=user.pk,
            team_id=slot.squad.pk,
            monday=monday_of(friday),
            nothing_to_add=is_empty,
            confirmed_at=local_slot(friday, time(16), user.zone),
        )


def _slots(stage: Stage) -> Iterator[Slot]:
    monday = monday_of(stage.start.date())
    while monday <= stage.today:
        for squad in stage.squads.values():
            for stay in squad.stays:
                slot = _slot(stage, squad, stay, monday)
                if slot.minutes:
                    yield slot
        monday += timedelta(weeks=1)


def _slot(stage: Stage, squad: Squad, stay: Stay, monday: date) -> Slot:
    here = stage.now.astimezone(stay.person.user.zone)
    end = here.date() + timedelta(days=here.time() > LATEST_TODAY)
    week = (monday + timedelta(days=place) for place in range(WEEKDAYS))
    minutes = {
        day: stay.person.calendar.capacity_minutes(day) for day in week if stay.covers(day) and day < end
    }
    days = [day for day, free in minutes.items() if free]
    return Slot(squad, stay, days, sum(minutes.values()) * stay.pct / 100)


def _log_week(stage: Stage, chance: Chance, slot: Slot, count: int, automated: Automated) -> None:
    chores, weights = _chores(slot, automated)
    picked = chance.choices(chores, weights, k=count)
    raw = [chore.minutes * chance.lognormvariate(0, 0.35) for chore in picked]
    budget = slot.minutes * 60 * share_of(stage, slot.squad, slot.days[0]) * chance.lognormvariate(0, 0.12)
    days = sorted(chance.choices(slot.days, k=count))
    has_times = slot.stay.pct > 50 and chance.happens(WITH_TIMES)
    for chore, minutes, day in zip(picked, raw, days, strict=True):
        seconds = _rounded(budget * minutes / sum(raw))
        starts = _start(chance, slot, day) if has_times and chore.trigger == Trigger.PAGE else None
        has_times = has_times and starts is None
        _log(stage, chance, slot, chore, day=day, seconds=seconds, starts=starts)


def _chores(slot: Slot, automated: Automated) -> tuple[list[Chore], list[float]]:
    chores = [*CHORES.get(slot.squad.slug, ()), *EVERYWHERE]
    left = [
        LEFT_OVER if automated.get((slot.squad.slug, chore.text), date.max) < slot.days[0] else 1
        for chore in chores
    ]
    return chores, [chore.weight * share for chore, share in zip(chores, left, strict=True)]


def share_of(stage: Stage, squad: Squad, day: date) -> float:
    """How much of the team's time toil takes on that day, from 0 to 1."""
    shares = SHARES.get(squad.slug, USUAL)
    quarters = quarters_until(stage.today, len(shares))
    return next((share for share, each in zip(shares, quarters, strict=True) if day < each.end), shares[0])


def _rounded(seconds: float) -> int:
    """People say five, ten, twenty-five minutes; the small pieces of a benchmark stay as they are."""
    if seconds < MINUTE:
        return max(1, int(seconds))
    step = MINUTE if seconds < 15 * MINUTE else 5 * MINUTE
    return min(LONGEST, round(seconds / step) * step)


def _start(chance: Chance, slot: Slot, day: date) -> datetime:
    at = time(chance.choice(NIGHT_HOURS), chance.choice((0, 5, 10, 20, 25, 40, 50)))
    return local_slot(day, at, slot.stay.person.user.zone)


def _log(
    stage: Stage,
    chance: Chance,
    slot: Slot,
    chore: Chore,
    *,
    day: date,
    seconds: int,
    starts: datetime | None,
) -> None:
    user = slot.stay.person.user
    ends = starts + timedelta(seconds=seconds) if starts else None
    if ends and ends > stage.now:
        starts = ends = None
    is_other = chore.category == Category.OPAQUE_TROUBLESHOOTING and chance.happens(0.15)
    kind, name = WorkKind.OPS_OTHER if is_other else WorkKind.TOIL, chance.uuid()
    written = written_at(name, datetime.combine(day, time(17), UTC), stage.now)
    tell_renaming(stage, name, kind, at=written, by=user.pk)
    owner = {"team_id": slot.squad.pk, "person_id": user.pk}
    service = _service(stage, chance, slot, chore)
    entry = stage.loader.add(
        ToilEntry,
        uuid=name,
        service_id=service,
        kind=kind.value,
        category=chore.category.value,
        trigger=chore.trigger.value,
        text=chore.text,
        seconds=seconds,
        tz=user.time_zone,
        local_date=day,
        started_at=starts,
        ended_at=ends,
        created_at=written,
        updated_at=written,
        **owner,
    )
    tally = tally_of(kind, chore.category, is_confirmed=True)
    label = label_of(None, service, chore.category, chore.trigger, chore.text)
    for piece, share, begins in (
        days_of(starts, ends, user.zone) if starts and ends else [(day, seconds, None)]
    ):
        amount = {"seconds": share, "attributed": share, "begins": begins, "counts_as": tally, "label": label}
        stage.loader.add(ToilSlice, entry_id=entry, local_date=piece, **amount, **owner)


def _service(stage: Stage, chance: Chance, slot: Slot, chore: Chore) -> int | None:
    found: Work | None = stage.works.get(chore.service)
    if found is None and slot.squad.works:
        found = chance.choice(slot.squad.works)
    return found.pk if found else None
