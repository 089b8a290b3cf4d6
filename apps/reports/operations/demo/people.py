"""The organisation: people, their hours and leave, teams and who is in them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils.text import slugify

from apps.accounts.models import Absence, CapTarget, Membership, OrgRole, Team, User, WorkSchedule
from apps.accounts.models.capacity import DAYS
from apps.reports.operations.demo.chance import Chance
from apps.reports.operations.demo.known import KnownCalendar
from apps.reports.operations.demo.stage import Person, Squad, Stage, Stay
from apps.reports.operations.demo.words.people import (
    BEGINNING,
    COLLEAGUES,
    FIRST_NAMES,
    LAST_NAMES,
    MORE_TEAMS,
    TEAMS,
    ZONES,
    Colleague,
    Spell,
)

DEMO_PASSWORD = "ballast-demo"  # noqa: S105  (refused in production, see the command)
PEOPLE_PER_TEAM = 10
HOLIDAYS = ((12, 25), (12, 26), (1, 1))
USUAL_CAP = {"toil_cap_pct": Decimal(50), "cap_applies_to": CapTarget.TOIL}
CAPS = {
    "edge-platform": USUAL_CAP | {"toil_cap_pct": Decimal(34)},
    "storefront": USUAL_CAP | {"cap_applies_to": CapTarget.OPS},
}
"""One team aims lower, and is over it; another counts all operational work."""
SOON = timedelta(days=60)
NOON = time(12, tzinfo=UTC)


def make_people(stage: Stage) -> None:
    _make_teams(stage)
    chance, password = stage.chance("people"), make_password(DEMO_PASSWORD)
    for colleague in (*COLLEAGUES, *_more_colleagues(stage)):
        person = _make_person(stage, colleague, password=password, chance=chance)
        stage.people.append(person)
        for spell in colleague.spells:
            _join(stage, person, spell)


def _make_teams(stage: Stage) -> None:
    more = {slugify(name): (name, f"Looks after {name.lower()}.") for name in MORE_TEAMS}
    began = datetime.combine(_ago(stage, BEGINNING), NOON)
    for slug, (name, about) in list({**TEAMS, **more}.items())[: stage.sizes.teams]:
        stamps = {"created_at": began, "updated_at": began}
        wanted = {"nudges_checkins": slug == "payments", **CAPS.get(slug, USUAL_CAP)}
        pk = stage.loader.add(Team, slug=slug, name=name, description=about, **wanted, **stamps)
        stage.squads[slug] = Squad(pk, slug, name)


def _more_colleagues(stage: Stage) -> Iterator[Colleague]:
    names = [f"{first} {last}" for last in LAST_NAMES for first in FIRST_NAMES]
    for place, slug in enumerate(list(stage.squads)[len(TEAMS) :]):
        for nth in range(PEOPLE_PER_TEAM):
            number = place * PEOPLE_PER_TEAM + nth
            role = "lead" if nth == 0 else "member"
            yield Colleague(names[number], ZONES[number % len(ZONES)], (Spell(slug, role),))


def _make_person(stage: Stage, colleague: Colleague, *, password: str, chance: Chance) -> Person:
    slug = slugify(colleague.name)
    began = datetime.combine(_ago(stage, max(since for since, _ in colleague.hours[:1])), NOON)
    user = User(
        email=colleague.email or f"{slug.replace('-', '.')}@ballast.example",
        name=colleague.name,
        slug=slug,
        time_zone=colleague.zone,
        org_role=OrgRole(colleague.org_role),
        is_active=not colleague.has_left,
        password=password,
    )
    names = ("email", "name", "slug", "time_zone", "org_role", "is_active", "password")
    values = {name: getattr(user, name) for name in names}
    user.pk = stage.loader.add(User, **values, created_at=began, updated_at=began)
    admin = stage.people[0].pk if stage.people else user.pk
    stage.trail.tell("user.added", slug, at=began, by=admin, name=[None, user.name], email=[None, user.email])
    schedules, absences = _hours(stage, user, colleague), _absences(stage, user, colleague, chance)
    return Person(user, KnownCalendar(schedules, absences), is_cast=bool(colleague.email))


def _hours(stage: Stage, user: User, colleague: Colleague) -> tuple[WorkSchedule, ...]:
    ends = [_ago(stage, since) for since, _ in colleague.hours[1:]]
    made = []
    for (since, minutes), end in zip(colleague.hours, [*ends, None], strict=True):
        week = dict(zip(DAYS, (*minutes, 0, 0), strict=True))
        closes = time(13) if max(minutes) <= 240 else time(18)
        values = {"valid_from": _ago(stage, since), "valid_to": end, "window_end": closes, **week}
        stage.loader.add(WorkSchedule, user_id=user.pk, **values, **_stamps(_ago(stage, since)))
        made.append(WorkSchedule(user=user, **values))
    return tuple(made[::-1])


def _absences(stage: Stage, user: User, colleague: Colleague, chance: Chance) -> tuple[Absence, ...]:
    made: list[Absence] = []
    for first, last, minutes, reason in _leave(stage, chance):
        if any(first <= row.last_on and row.first_on <= last for row in made):
            continue  # nobody is away twice
        if colleague.email and abs((first - stage.today).days) < 14:
            continue  # whoever is signed in as is there
        values = {"first_on": first, "last_on": last, "minutes": minutes, "reason": reason}
        stage.loader.add(Absence, user_id=user.pk, uuid=chance.uuid(), **values, **_stamps(first))
        made.append(Absence(user=user, **values))
    return tuple(made)


def _leave(stage: Stage, chance: Chance) -> Iterator[tuple[date, date, int | None, str]]:
    """A week or two every quarter, a single day now and then, and the holidays everybody has."""
    first, end = stage.start.date(), stage.today + SOON
    monday = first - timedelta(days=first.weekday()) + timedelta(weeks=chance.randint(2, 12))
    while monday < end:
        weeks = chance.choice((1, 1, 2))
        yield monday, monday + timedelta(days=7 * weeks - 3), None, "Annual leave"
        monday += timedelta(weeks=chance.randint(10, 16))
    day = first + timedelta(days=chance.randint(5, 50))
    while day < end:
        half = chance.happens(0.3)
        yield day, day, 240 if half else None, "Appointment" if half else "Day off"
        day += timedelta(days=chance.randint(30, 75))
    for year in range(first.year, end.year + 1):
        yield from ((date(year, *on),) * 2 + (None, "Public holiday") for on in HOLIDAYS)


def _join(stage: Stage, person: Person, spell: Spell) -> None:
    squad = stage.squads.get(spell.team)
    if squad is None:
        return
    since, until = _ago(stage, spell.began), _ago(stage, spell.ended) if spell.ended else None
    squad.stays.append(Stay(person, spell.role, spell.pct, since, until, spell.counts))
    stage.loader.add(
        Membership,
        uuid=stage.chance(f"{person.user.slug} in {spell.team}").uuid(),
        user_id=person.pk,
        team_id=squad.pk,
        role=spell.role,
        allocation_pct=spell.pct,
        counts_capacity=spell.counts,
        valid_from=since,
        valid_to=until,
        **_stamps(since),
    )
    key = f"{squad.slug}/{person.user.slug}"
    changes: dict[str, Any] = {"role": [None, spell.role], "allocation_pct": [None, spell.pct]}
    stage.trail.tell("membership.added", key, at=datetime.combine(since, NOON), by=stage.admin.pk, **changes)


def _ago(stage: Stage, days: int) -> date:
    return stage.today - timedelta(days=days)


def _stamps(day: date) -> dict[str, datetime]:
    return {"created_at": datetime.combine(day, NOON), "updated_at": datetime.combine(day, NOON)}
