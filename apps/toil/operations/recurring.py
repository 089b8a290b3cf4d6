"""One's own chores that come again, and the suggestions they make on their days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock, plain
from apps.core.permissions import require
from apps.toil.models import Recurring, Suggestion, ToilEntry
from apps.toil.models.recurring import EARLIEST
from apps.toil.models.suggestion import Origin
from apps.toil.operations.drafts import clean_text
from apps.toil.operations.slicing import lock_times_of
from apps.toil.operations.suggesting import Changes, Wanted, apply_changes_of, by_person, changes_to
from apps.toil.policies import can_keep_recurring
from apps.toil.slices import midnight
from apps.toil.suggestions.activity import Stretch
from apps.toil.suggestions.rules import BadRule, dates_of, read_rule

LOOKED_BACK = timedelta(days=7)
FIELDS = (
    "text",
    "team",
    "seconds",
    "service",
    "source",
    "kind",
    "category",
    "rule",
    "starts_on",
    "is_paused",
)
RELATIONS = ["person", "team", "service", "source"]
NOT_YOURS = "What comes again is kept by whose it is."
Logged = set[tuple[date, object]]


@transaction.atomic
def add_recurring(*, person: User, by: User, now: datetime, **fields: Any) -> Recurring:
    """`starts_on` is today unless given."""
    require(can_keep_recurring(by, person), NOT_YOURS)
    today = now.astimezone(person.zone).date()
    wanted = clean_recurring({"starts_on": today, **fields}, today)
    row = Recurring(person=person, **wanted)
    row.clean_fields(exclude=RELATIONS)
    row.save(force_insert=True)
    told = {name: [None, plain(value)] for name, value in wanted.items()}
    record("toil_recurring.added", row, by=by, changes=told)
    return row


@transaction.atomic
def edit_recurring(
    recurring: Recurring, *, changes: Mapping[str, Any], seen: int | None = None, by: User, now: datetime
) -> Recurring:
    """What waits for an answer is suggested anew as it is now; what was answered stays."""
    row = lock(recurring)
    require(can_keep_recurring(by, row.person), NOT_YOURS)
    check_version(row, seen)
    wanted = {name: changes[name] for name in FIELDS if name in changes}
    diff = apply_changes(row, clean_recurring(wanted, now.astimezone(row.person.zone).date()))
    if diff:
        record("toil_recurring.edited", row, by=by, changes=diff)
    return row


@transaction.atomic
def delete_recurring(recurring: Recurring, *, seen: int | None = None, by: User) -> None:
    """It is not asked about any more; what was logged of it stays."""
    row = lock(recurring)
    require(can_keep_recurring(by, row.person), NOT_YOURS)
    check_version(row, seen)
    told = {name: [plain(getattr(row, name)), None] for name in FIELDS}
    record("toil_recurring.deleted", row, by=by, changes=told)
    row.delete()


def clean_recurring(wanted: dict[str, Any], today: date) -> dict[str, Any]:
    if "text" in wanted:
        wanted["text"] = clean_text(wanted["text"])
    if "rule" in wanted:
        try:
            wanted["rule"] = read_rule(wanted["rule"])
        except BadRule as error:
            raise ValidationError({"rule": str(error)}) from error
    if wanted.get("starts_on", today) < today - EARLIEST:
        raise ValidationError({"starts_on": "Let it begin within the last two years."})
    return wanted


def suggest_recurring(now: datetime) -> int:
    """Of the last seven days, so that a worker that was away catches up. Returns how many people's came out
    different."""
    since = now - LOOKED_BACK
    people = set(Recurring.objects.running().values_list("person", flat=True))
    people |= set(Suggestion.objects.since(Origin.RECURRING, since).values_list("person", flat=True))
    writers = [person for person in User.objects.active().filter(pk__in=people) if person.may_write]
    behind = [person for person, changes in _plans(writers, now) if changes]
    return sum(_settle(person, now) for person in behind)


@transaction.atomic
def _settle(person: User, now: datetime) -> bool:
    lock_times_of(person.pk)
    ((_, changes),) = _plans([person], now)
    apply_changes_of(person, Origin.RECURRING, changes, now)
    return bool(changes)


def _plans(people: Sequence[User], now: datetime) -> list[tuple[User, Changes]]:
    """Seven queries, however many people."""
    since, pks = now - LOOKED_BACK, [person.pk for person in people]
    chores = by_person(Recurring.objects.running().filter(person__in=pks).with_names())
    existing = by_person(
        Suggestion.objects.since(Origin.RECURRING, since).filter(person__in=pks).with_entry()
    )
    first, last = since.date() - timedelta(days=1), now.date() + timedelta(days=2)
    calendars, logged = calendars_of(pks, first, last), _logged(pks, first)
    found = []
    for person in people:
        mine = existing[person.pk]
        answered = {row.key.rpartition(":")[0] for row in mine if not row.is_open}
        wanted = _wanted(person, chores[person.pk], calendars[person.pk], logged[person.pk], now)
        found.append(
            (
                person,
                changes_to(mine, [each for each in wanted if each.key.rpartition(":")[0] not in answered]),
            )
        )
    return found


def _wanted(
    person: User, chores: Sequence[Recurring], calendar: PersonCalendar, logged: Logged, now: datetime
) -> list[Wanted]:
    """Not on leave, not on a public holiday, and not what they logged on that day by themselves."""
    today = now.astimezone(person.zone).date()
    first = (now - LOOKED_BACK).astimezone(person.zone).date() + timedelta(days=1)
    return [
        _of(person, chore, day)
        for chore in chores
        for day in dates_of(chore.rule, chore.starts_on, first, today)
        if not calendar.is_away(day)
        and not calendar.holiday_on(day)
        and not _same(chore) & logged_on(logged, day)
    ]


def logged_on(logged: Logged, day: date) -> set[object]:
    return {about for when, about in logged if when == day}


def _same(row: Recurring | ToilEntry) -> set[object]:
    """By what an entry is known to be of this chore: its source, or its words."""
    return {("source", row.source_id)} if row.source_id else {("text", row.text.casefold())}


def _logged(people: Sequence[int], first: date) -> defaultdict[int, Logged]:
    found: defaultdict[int, Logged] = defaultdict(set)
    rows = ToilEntry.objects.filter(person__in=people, local_date__gte=first, suggestion=None).counting()
    for row in rows.only("person", "local_date", "source", "text"):
        found[row.person_id] |= {(row.local_date, about) for about in _same(row)}
    return found


def _of(person: User, chore: Recurring, day: date) -> Wanted:
    start = midnight(day, person.zone).astimezone(UTC)
    names = ("text", "team", "seconds", "service", "source", "kind", "category", "trigger")
    fields = {name: getattr(chore, name) for name in names} | {"local_date": day}
    span = Stretch(start, start + timedelta(seconds=chore.seconds))
    return Wanted(f"recurring:{chore.pk}:{day}:{chore.version}", span, fields)
