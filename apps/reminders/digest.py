"""What a person is reminded of on one day, as a mail. Read when it is sent: what is done by then is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.calendar import calendars_around
from apps.notifications.categories import Mode
from apps.notifications.kinds import Renderer
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail
from apps.notifications.operations.triage import Known, known_choices
from apps.reminders.lines import HEADINGS, THING, Line, in_order
from apps.reminders.sources import TELLERS
from apps.reminders.sources.action_items import NOUN as ACTION_ITEM
from apps.reminders.sources.source import Key, Reader

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_ITEMS = 20
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def render_digest(row: OutboxMail, now: datetime) -> Mail | None:
    """None when nothing of this person's is overdue, due today or due soon any more. Who turned a category off does
    not read of it; who wants all of it in the portal alone gets no mail."""
    return digests_of([row], now)(row, now)


def digests_of(rows: Sequence[OutboxMail], now: datetime) -> Renderer:
    """Reads what all of them say in as many statements as for one, and writes each of them from that."""
    lines = lines_of_many((row.recipient, _day_of(row)) for row in rows)
    known = known_choices({row.recipient_id for row in rows})

    def render(row: OutboxMail, now: datetime) -> Mail | None:
        return _written(row, lines[row.recipient_id, _day_of(row)], known)

    return render


def _day_of(row: OutboxMail) -> date:
    return date.fromisoformat(row.payload["local_date"])


def _written(row: OutboxMail, found: list[Line], known: Known) -> Mail | None:
    person, today = row.recipient, _day_of(row)
    modes = {name: known.mode(person.pk, name) for name in {line.category for line in found}}
    lines = [line for line in found if modes[line.category] != Mode.OFF]
    if not lines:
        return None
    is_test = bool(row.payload.get("test"))
    subject = _subject(lines, today, is_test=is_test)
    context = {"subject": subject, **_context(person, lines, today, is_test=is_test)}
    return Mail(
        subject=subject,
        text=render_to_string("emails/digest.txt", context),
        html=render_to_string("emails/digest.html", context),
        in_portal_only=all(modes[line.category] == Mode.PORTAL for line in lines),
    )


def lines_of(person: User, today: date) -> list[Line]:
    return lines_of_many([(person, today)])[person.pk, today]


def lines_of_many(asked: Iterable[tuple[User, date]]) -> dict[Key, list[Line]]:
    """Of each person and date. Their rights are asked again, they may have changed since the plan."""
    people = {(person.pk, today): person for person, today in asked}
    calendars = calendars_around({pk for pk, _ in people}, {today for _, today in people})
    readers = {key: Reader(person, key[1], calendars[person.pk]) for key, person in people.items()}
    told = [teller.lines(readers) for teller in TELLERS]
    return {key: in_order([line for lines in told for line in lines[key]]) for key in readers}


def _context(person: User, lines: list[Line], today: date, *, is_test: bool) -> dict[str, object]:
    shown = lines[:MOST_ITEMS]
    return {
        "day": f"{today:%A} {today.day} {today:%B}",
        "is_test": is_test,
        **_greeting(person, lines),
        "groups": [
            {"heading": heading, "lines": [line for line in shown if line.group == group]}
            for group, heading in HEADINGS.items()
            if any(line.group == group for line in shown)
        ],
        "first": shown[0],
        "more": len(lines) - len(shown),
        "may_move": any(line.noun == ACTION_ITEM for line in lines),
        "time": f"{person.digest_at:%H:%M}",
        "mine_url": f"{settings.BASE_URL}{reverse('action_items:list')}?owner=me&status=committed",
        "home_url": f"{settings.BASE_URL}{reverse('reports:home')}",
        "profile_url": f"{settings.BASE_URL}{reverse('accounts:profile')}",
    }


def _counts(lines: list[Line]) -> list[tuple[str, int]]:
    counts = [(group, sum(line.group == group for line in lines)) for group in HEADINGS]
    return [(group, count) for group, count in counts if count]


def _subject(lines: list[Line], today: date, *, is_test: bool) -> str:
    said = ", ".join(f"{count} {HEADINGS[group].lower()}" for group, count in _counts(lines))
    return f"{'Test: ' if is_test else ''}{said} - {today:%a} {today.day} {today:%b}"


def _greeting(person: User, lines: list[Line]) -> dict[str, str]:
    """The worst first and as a sentence, the rest below it."""
    first, *rest = _counts(lines)
    name = person.name.split()[0] if person.name.split() else "Hello"
    nouns = {line.noun for line in lines if line.group == first[0]}
    noun = (nouns.pop() if len(nouns) == 1 else THING).of(first[1])
    *parts, last = [f"{_number(count)} more {_state(group, count)}" for group, count in rest] or [""]
    more = " and ".join(filter(None, [", ".join(parts), last]))
    return {
        "heading": f"{name}, {_number(first[1])} {noun} {_state(*first)}",
        "lede": f"{more[:1].upper()}{more[1:]}." if more else "",
    }


def _number(count: int) -> str:
    return NUMBERS[count] if count < len(NUMBERS) else str(count)


def _state(group: str, count: int) -> str:
    return f"{'is' if count == 1 else 'are'} {HEADINGS[group].lower()}"
