"""An entry with everything checked and nothing saved."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Any

from django.core.exceptions import ValidationError

from apps.accounts.models import Team, User, time_zones
from apps.action_items.models import ActionItem
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.models import Category, EntryStatus, ToilEntry, ToilSource, WorkKind
from apps.toil.models.entry import DAY
from apps.toil.slices import elapsed_seconds

RELATIONS = ["person", "team", "service", "source", "incident", "item"]
MAX_OCCURRENCES = 1000


def draft_entry(
    *,
    person: User,
    team: Team,
    text: str,
    seconds: int | None = None,
    local_date: date | None = None,
    started_at: datetime | None = None,
    ended_at: datetime | None = None,
    tz: str = "",
    service: Service | None = None,
    source: ToilSource | None = None,
    incident: Incident | None = None,
    item: ActionItem | None = None,
    link: str = "",
    kind: str = WorkKind.TOIL,
    category: str = Category.OTHER,
    trigger: str = "",
    occurrences: int = 1,
    status: str = EntryStatus.CONFIRMED,
    is_copy: bool = False,
    now: datetime,
) -> ToilEntry:
    """`tz` is the person's zone unless given; service, category and trigger are the source's unless said, or unless it
    `is_copy` of an entry that says all of it. Raises ValidationError by field; nothing is saved."""
    given = {"seconds": seconds, "local_date": local_date, "started_at": started_at, "ended_at": ended_at}
    settled = settle_time(given, tz or person.time_zone, now)
    check_agreement(given, settled)
    entry = ToilEntry(
        person=person,
        team=team,
        source=source,
        incident=incident,
        item=item,
        link=link,
        text=clean_text(text),
        kind=kind,
        **inherited(None if is_copy else source, service=service, category=category, trigger=trigger),
        occurrences=clean_occurrences(occurrences),
        status=status,
        **settled,
    )
    entry.clean_fields(exclude=RELATIONS)
    return entry


def inherited(source: ToilSource | None, **said: Any) -> dict[str, Any]:
    """What is not said about an entry is as it is with its source."""
    if source is None:
        return said
    is_usual = {"service": None, "category": Category.OTHER, "trigger": ""}
    return {name: getattr(source, name) if value == is_usual[name] else value for name, value in said.items()}


def clean_text(text: str) -> str:
    if "\x00" in text:
        raise ValidationError({"text": "The text holds a character that cannot be stored."})
    return " ".join(text.split())


def clean_occurrences(count: int) -> int:
    if not 1 <= count <= MAX_OCCURRENCES:
        raise ValidationError(
            {"occurrences": f"How often it happened is a number from 1 to {MAX_OCCURRENCES}."}
        )
    return count


def settle_time(given: dict[str, Any], tz: str, now: datetime) -> dict[str, Any]:
    """When and how long, consistent: an interval decides its own seconds and date, else both are given."""
    zone = zone_named(tz)
    started_at, ended_at = given.get("started_at"), given.get("ended_at")
    if started_at is None and ended_at is None:
        found = _duration(given.get("seconds"), given.get("local_date"), zone, now)
    else:
        found = _interval(started_at, ended_at, zone, now)
    validate_date(found["local_date"])
    return found | {"tz": tz}


def check_agreement(said: Mapping[str, Any], settled: Mapping[str, Any]) -> None:
    """What is said beside a start and an end and is not what they say would be lost in silence."""
    for name in ("seconds", "local_date"):
        if said.get(name) not in (None, settled[name]):
            raise ValidationError({name: "This is not what the start and the end say. Leave it away."})


def zone_named(tz: str) -> tzinfo:
    if tz not in time_zones():
        raise ValidationError({"tz": "This is not a time zone name such as Europe/Berlin."})
    return zoneinfo.ZoneInfo(tz)


def validate_date(day: date) -> None:
    try:
        validate_reasonable_date(day)
    except ValidationError as error:
        raise ValidationError({"local_date": error.messages}) from error


def _duration(seconds: int | None, day: date | None, zone: tzinfo, now: datetime) -> dict[str, Any]:
    today = now.astimezone(zone).date()
    if seconds is None:
        raise ValidationError({"seconds": "Say how long it took, such as 25m."})
    if not 0 < seconds <= DAY:
        raise ValidationError({"seconds": "The time must be more than zero and at most 24 hours."})
    if day is not None and day > today:
        raise ValidationError({"local_date": "This date lies in the future. Toil is logged once it is done."})
    return {"seconds": seconds, "local_date": day or today, "started_at": None, "ended_at": None}


def _interval(start: datetime | None, end: datetime | None, zone: tzinfo, now: datetime) -> dict[str, Any]:
    if start is None or end is None:
        raise ValidationError({"ended_at" if start else "started_at": "Give both the start and the end."})
    validate_date(start.date())
    validate_date(end.date())
    start, end = start.replace(microsecond=0), end.replace(microsecond=0)
    seconds = elapsed_seconds(start, end)
    if seconds <= 0:
        raise ValidationError({"ended_at": "The end must come after the start."})
    if seconds > DAY:
        raise ValidationError({"ended_at": "One entry holds at most 24 hours."})
    if end > now:
        raise ValidationError({"ended_at": "The end lies in the future. Toil is logged once it is done."})
    day = start.astimezone(zone).date()
    return {"seconds": seconds, "local_date": day, "started_at": start, "ended_at": end}
