"""What a person is reminded of on one day, as a mail. Read when it is sent: what is done by then is not in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from apps.accounts.calendar import calendars_around
from apps.notifications.categories import Mode
from apps.notifications.kinds import Renderer
from apps.notifications.mail import Mail
from apps.notifications.models import OutboxMail
from apps.notifications.operations.triage import Known, known_choices
from apps.reminders.lines import Line, in_order
from apps.reminders.sources import TELLERS
from apps.reminders.sources.source import Key, Reader
from apps.reminders.wording import Addresses, addresses, digest_words

if TYPE_CHECKING:
    from apps.accounts.models import User


def render_digest(row: OutboxMail, now: datetime) -> Mail | None:
    """None when nothing of this person's is overdue, due today or due soon any more. Who turned a category off does
    not read of it; who wants all of it in the portal alone gets no mail."""
    return digests_of([row], now)(row, now)


def digests_of(rows: Sequence[OutboxMail], now: datetime) -> Renderer:
    """Reads what all of them say in as many statements as for one, and writes each of them from that."""
    lines = lines_of_many((row.recipient, _day_of(row)) for row in rows)
    known, pages = known_choices({row.recipient_id for row in rows}), addresses()

    def render(row: OutboxMail, now: datetime) -> Mail | None:
        return _written(row, lines[row.recipient_id, _day_of(row)], known, pages)

    return render


def _day_of(row: OutboxMail) -> date:
    return date.fromisoformat(row.payload["local_date"])


def _written(row: OutboxMail, found: list[Line], known: Known, pages: Addresses) -> Mail | None:
    person = row.recipient
    modes = {name: known.mode(person.pk, name) for name in {line.category for line in found}}
    lines = [line for line in found if modes[line.category] != Mode.OFF]
    if not lines:
        return None
    words = digest_words(person, lines, _day_of(row), pages, is_test=bool(row.payload.get("test")))
    return Mail(*words, in_portal_only=all(modes[line.category] == Mode.PORTAL for line in lines))


def lines_of(person: User, today: date) -> list[Line]:
    return lines_of_many([(person, today)])[person.pk, today]


def lines_of_many(asked: Iterable[tuple[User, date]]) -> dict[Key, list[Line]]:
    """Of each person and date. Their rights are asked again, they may have changed since the plan."""
    people = {(person.pk, today): person for person, today in asked}
    calendars = calendars_around({pk for pk, _ in people}, {today for _, today in people})
    readers = {key: Reader(person, key[1], calendars[person.pk]) for key, person in people.items()}
    told = [teller.lines(readers) for teller in TELLERS]
    return {key: in_order([line for lines in told for line in lines[key]]) for key in readers}
