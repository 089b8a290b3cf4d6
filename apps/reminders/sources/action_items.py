"""Promises, to who made them or stands in for them: overdue, due today, due soon; later, whether they helped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict

from django.conf import settings

from apps.accounts.calendar import PersonCalendar
from apps.accounts.digest_days import slot
from apps.accounts.models import Absence
from apps.action_items.models import ActionItem, ReminderState, Stage
from apps.action_items.naming import Named, checks_to_name, promises_to_name, staged_for_owners
from apps.action_items.operations.ledger import Ledger, Note, ledger_of, write_ledger
from apps.action_items.operations.reminding import put_reminders, take_due_items
from apps.action_items.reminders import SOON_BUSINESS_DAYS, escalation_day, next_reminder, steps_up_to
from apps.reminders.lines import VERDICT, Line, Noun, day_words, group_of, words_until
from apps.reminders.sources.source import (
    Due,
    Key,
    Lines,
    Planned,
    Reader,
    Readers,
    hidden_from,
    people_and_days,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User

NOUN = Noun("action item", "action items")
DAY = timedelta(days=1)


class ActionItems:
    def waiting(self, now: datetime) -> QuerySet[Any]:
        return ActionItem.objects.reminder_due(now)

    def take(self, now: datetime, size: int) -> list[Due]:
        items = take_due_items(now, size)
        known, stand_ins = ledger_of(items), _stand_ins(items, now)
        return [_due(item, stand_ins.get(item.owner_id, item.owner), known, now) for item in items]

    def put(self, planned: Sequence[Planned], now: datetime) -> None:
        if not planned:
            return
        known = planned[0].due.read
        waiting, escalating = [], []
        write_ledger(filter(None, [_note(each, known, now) for each in planned]), known)
        for each in planned:
            item = each.due.row
            item.next_reminder_at = each.next_at
            if item.escalates_at is None and (moment := _escalates_at(each, known, now)):
                item.escalates_at = moment
                escalating.append(item)
            else:  # its other clock is the escalations' own
                waiting.append(item)
        put_reminders(waiting, "next_reminder_at")
        put_reminders(escalating, "next_reminder_at", "escalates_at")

    def lines(self, readers: Readers) -> Lines:
        """What is due by three business days from now or has a stage of its own today. Left out is what is snoozed,
        and what its service's lead knows of on all days but one a month."""
        people, first, last = people_and_days(readers)
        staged = staged_for_owners(people, first, last)
        until = {key: _horizon(reader) for key, reader in readers.items()}
        return lines_for_owners(
            readers,
            promises_to_name(people, max(until.values()), {pk for *_, pk in staged}),
            lambda item, key: _is_named(item, key[1], until[key], is_staged=(*key, item.pk) in staged),
            line_of,
        )


class Verdicts:
    """Named in a digest that goes out anyway; on its day the item itself plans one."""

    def lines(self, readers: Readers) -> Lines:
        people, _, last = people_and_days(readers)
        return lines_for_owners(
            readers,
            checks_to_name(people, last),
            lambda item, key: item.check_on <= key[1],
            _verdict,
        )


def _horizon(reader: Reader) -> date:
    return reader.calendar.add_business_days(reader.today, SOON_BUSINESS_DAYS)


def _is_named(item: Named, today: date, until: date, *, is_staged: bool) -> bool:
    is_asleep = item.asleep_until is not None and item.asleep_until > today
    is_stale = item.told_on is not None and item.told_on < today
    return not is_asleep and (is_staged or (item.due_on <= until and not is_stale))


def lines_for_owners(
    readers: Readers,
    rows: Iterable[Named],
    is_named: Callable[[Named, Key], bool],
    line: Callable[[Named, date], Line],
) -> Lines:
    """Of items read for all readers at once, each owner's own."""
    theirs: defaultdict[int | None, list[Reader]] = defaultdict(list)
    for reader in readers.values():
        theirs[reader.person.pk].append(reader)
    found = [
        (reader, item) for item in rows for reader in theirs[item.owner_id] if is_named(item, reader.key)
    ]
    hidden = hidden_from((reader.person, item.private_incident) for reader, item in found)
    lines: Lines = defaultdict(list)
    for reader, item in found:
        if (item.owner_id, item.incident_id) not in hidden:
            lines[reader.key].append(line(item, reader.today))
    return lines


def _stand_ins(items: list[ActionItem], now: datetime) -> dict[int | None, User]:
    """{owner who is away: who is reminded instead}"""
    owners = {item.owner_id: item.owner for item in items if item.owner and item.owner.is_active}
    if not owners:
        return {}
    rows = Absence.objects.with_stand_in(now.date() - DAY, now.date() + DAY).filter(user__in=owners)
    found: dict[int | None, User] = {}
    for row in rows:
        today = now.astimezone(owners[row.user_id].zone).date()
        if row.first_on <= today <= row.last_on and row.delegate:
            found[row.user_id] = row.delegate
    return found


def _due(item: ActionItem, person: User | None, known: Ledger, now: datetime) -> Due:
    def following(calendar: PersonCalendar, now: datetime, today: date) -> datetime | None:
        return next_reminder(item, calendar, now, after=today, **_since(item, known))

    is_asked = item.is_committed or item.is_check_due(date.max)
    return Due(item, person, is_asked, item.due_on or now.date(), following, item.owner, read=known)


class Since(TypedDict):
    promised_at: datetime | None
    stale_since: date | None


def _since(item: ActionItem, known: Ledger, *, before: date = date.max) -> Since:
    rows = [row for row in known.get(item.pk, []) if row.stage == Stage.E2]
    told = [row.local_date for row in rows if row.local_date < before]
    redated: datetime | None = item.redated_at  # type: ignore[attr-defined]
    return {"promised_at": redated, "stale_since": max(told, default=None)}


def _note(each: Planned, known: Ledger, now: datetime) -> Note | None:
    """The stage that today's digest carries; while the person is away, the stage that is held for their return."""
    item, turn = each.due.row, each.turn
    if turn is None or each.calendar is None or not each.due.is_live:
        return None
    steps = steps_up_to(turn.today, item, each.calendar, now, **_since(item, known, before=turn.today))
    if not steps:
        return None
    if each.is_carried:
        return Note(item, turn.person, steps, turn.today, ReminderState.PLANNED, turn.key)
    if turn.calendar.is_away(turn.today):
        return Note(item, turn.person, steps, turn.today, ReminderState.HELD)
    return None


def _escalates_at(each: Planned, known: Ledger, now: datetime) -> datetime | None:
    """Leads are told some days after the owner is. Of an item whose owner has left they are told at once."""
    item = each.due.row
    if not item.is_committed:
        return None
    if item.owner is None or not item.owner.is_active:
        return now
    turn, calendar = each.turn, each.calendar
    is_escalated = any(row.stage == Stage.E2 for row in known.get(item.pk, []))
    if turn is None or calendar is None or not each.is_carried or is_escalated or item.due_on >= turn.today:
        return None
    day = escalation_day(item, Stage.E1, calendar)
    return slot(item.owner, max(day, calendar.add_business_days(turn.today, 1)))


def line_of(
    item: Named, today: date, *, whose: str = "", note: str = "", category: str = "reminders"
) -> Line:
    blocked = "" if item.is_private or not item.blocked_by else f"Blocked: {item.blocked_by}"
    return Line(
        noun=NOUN,
        due=item.due_on,
        group=group_of(item.due_on, today),
        title=_title(item),
        url=settings.BASE_URL + item.path,
        when=words_until(item.due_on, today),
        facts=_facts(item, whose),
        note=" ".join(filter(None, [note, blocked])),
        category=category,
    )


def _verdict(item: Named, today: date) -> Line:
    asked = item.check_on
    return Line(
        noun=NOUN,
        due=asked,
        group=VERDICT,
        title=_title(item),
        url=settings.BASE_URL + item.path,
        when=f"Done and verified; asked since {day_words(asked, today)}",
        facts=_facts(item),
    )


def _title(item: Named) -> str:
    return item.key if item.is_private else item.title


def _facts(item: Named, whose: str = "") -> str:
    origin = f"from {item.incident_key}" if item.incident_key else ""
    said = [f"P{item.priority}", item.kind_label.lower(), origin, item.slip_text, whose]
    return ", ".join(filter(None, said))
