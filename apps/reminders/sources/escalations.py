"""Promises whose date is long over: to a lead of the team, then to a lead of the service. Never a surprise: the owner
was told at least a business day before. The same page of the ledger says what who stands in for somebody is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils import timezone

from apps.accounts.calendar import PersonCalendar, calendars_around
from apps.accounts.digest_days import slot
from apps.accounts.models import Membership, TeamRole
from apps.action_items.models import HEARD, LATE, TELLING, ActionItem, Reminder, ReminderState, Stage
from apps.action_items.naming import Question, asked_of_others
from apps.action_items.operations.ledger import Ledger, Note, ledger_of, write_ledger
from apps.action_items.operations.reminding import put_reminders, take_due_escalations
from apps.action_items.reminders import Step, escalation_day
from apps.reminders.lines import Line
from apps.reminders.sources.action_items import line_of
from apps.reminders.sources.source import Due, Lines, Planned, Readers, hidden_from, people_and_days

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from apps.accounts.models import User

AGAIN = timedelta(weeks=1)
ASKED = {
    Stage.E0: "It needs a new owner.",
    Stage.E1: "Move its date, hand it over, or give it up with a reason.",
    Stage.E2: "Move its date, hand it over, or give it up with a reason. From now on it is named once a month.",
}
Leads = dict[int, list["User"]]
Places = dict[int, list[int]]


class Who(NamedTuple):
    """Whom an item escalates to: the leads of its team, or of its owner's teams where it has none; then those of its
    service's team."""

    first: list[User]
    then: list[User]


class Call(NamedTuple):
    """Which stage it is time for, and who has not been told; without people it is asked again at `later`."""

    step: Step
    people: list[User]
    later: datetime | None


class Asked(NamedTuple):
    item: ActionItem
    call: Call


class Escalations:
    def waiting(self, now: datetime) -> QuerySet[Any]:
        return ActionItem.objects.escalation_due(now)

    def take(self, now: datetime, size: int) -> list[Due]:
        items = take_due_escalations(now, size)
        known = ledger_of(items)
        calls = _calls(items, known, now)
        waiting = [item for item in items if not calls[item.pk].people]
        for item in waiting:
            item.escalates_at = calls[item.pk].later
        put_reminders(waiting, "escalates_at")
        return [
            _due(Asked(item, calls[item.pk]), person, known, now)
            for item in items
            for person in calls[item.pk].people
        ]

    def put(self, planned: Sequence[Planned], now: datetime) -> None:
        items: dict[int, ActionItem] = {each.due.row.item.pk: each.due.row.item for each in planned}
        moments: defaultdict[int, list[datetime]] = defaultdict(list)
        for each in planned:
            if each.next_at:
                moments[each.due.row.item.pk].append(each.next_at)
        if planned:
            write_ledger(filter(None, map(_note, planned)), planned[0].due.read)
        for pk, item in items.items():
            item.escalates_at = min(moments[pk], default=None)
        put_reminders(items.values(), "escalates_at")

    def lines(self, readers: Readers) -> Lines:
        rows = asked_of_others(*people_and_days(readers))
        found = [(reader, row) for row in rows if (reader := readers.get((row.person_id, row.day)))]
        hidden = hidden_from((reader.person, row.item.private_incident) for reader, row in found)
        lines: Lines = defaultdict(list)
        for reader, row in found:
            if (row.person_id, row.item.incident_id) not in hidden:
                lines[reader.key].append(_line(row, reader.today))
        return lines


def _line(row: Question, today: date) -> Line:
    if row.stage in ASKED:
        whose = f"with {row.owner if row.owner_is_active else 'nobody'}"
        return line_of(row.item, today, whose=whose, note=ASKED[Stage(row.stage)], category="escalations")
    return line_of(row.item, today, whose=f"for {row.owner}, who is away")


def _due(asked: Asked, person: User, known: Ledger, now: datetime) -> Due:
    def following(calendar: PersonCalendar, now: datetime, today: date) -> datetime | None:
        return asked.call.later

    around = asked.item.due_on or now.date()
    return Due(asked, person, is_live=True, around=around, next_after=following, read=known)


def _calls(items: list[ActionItem], known: Ledger, now: datetime) -> dict[int, Call]:
    if not items:
        return {}
    places = _places(items, now)
    leads = _leads(items, places, now)
    owners = {item.owner_id for item in items if item.owner_id}
    dates = [now.date(), *(item.due_on or now.date() for item in items)]
    calendars = calendars_around(owners, dates)
    return {
        item.pk: _call(
            item,
            known.get(item.pk, []),
            _who(item, leads, places),
            calendars.get(item.owner_id or 0),
            now,
        )
        for item in items
    }


def _leads(items: Iterable[ActionItem], places: Places, now: datetime) -> Leads:
    """{team: its active leads of today}, of the items' teams, of their services' and of those in `places`."""
    teams = {item.team_id for item in items} | {item.service.owner_team_id for item in items if item.service}
    teams |= {team for found in places.values() for team in found}
    rows = Membership.objects.on(timezone.localdate(now)).filter(team__in=teams - {None}, role=TeamRole.LEAD)
    found: defaultdict[int, list[User]] = defaultdict(list)
    for row in rows.select_related("user").order_by("user__name", "pk"):
        if row.user.may_write:
            found[row.team_id].append(row.user)
    return found


def _places(items: Iterable[ActionItem], now: datetime) -> Places:
    """{owner: the teams that they belong to today} of items that no team has: somebody has to hear of them too."""
    owners = {item.owner_id for item in items if item.team_id is None and item.owner_id}
    found: Places = defaultdict(list)
    if owners:
        rows = Membership.objects.on(timezone.localdate(now)).filter(user__in=owners).order_by("team")
        for owner, team in rows.values_list("user", "team"):
            found[owner].append(team)
    return found


def _who(item: ActionItem, leads: Leads, places: Places) -> Who:
    teams = [item.team_id] if item.team_id else places.get(item.owner_id or 0, [])
    first = list(dict.fromkeys(lead for team in teams for lead in leads.get(team, [])))
    return Who(first, leads.get(item.service.owner_team_id, []) if item.service else first)


def _call(
    item: ActionItem, rows: list[Reminder], who: Who, calendar: PersonCalendar | None, now: datetime
) -> Call:
    """Who is told now, of which stage, and when the next one comes."""
    if not item.is_committed:
        return Call(Step(now.date(), Stage.E0), [], None)
    if item.owner is None or not item.owner.is_active or calendar is None:
        year, week, _ = now.date().isocalendar()
        step = Step(now.date(), Stage.E0, year * 100 + week)
        return Call(step, _untold(who.first, step, rows, item), now + AGAIN)
    today = now.astimezone(item.owner.zone).date()
    first = Step(today, Stage.E1)
    begins = _not_before(Stage.E1, item, rows, calendar, today)
    if today < begins:
        return Call(first, [], slot(item.owner, begins))
    untold = _untold(who.first, first, rows, item)
    begins = _not_before(Stage.E2, item, rows, calendar, today)
    if untold:
        return Call(first, untold, slot(item.owner, max(begins, calendar.add_business_days(today, 1))))
    if today < begins:
        return Call(first, [], slot(item.owner, begins))
    second = Step(today, Stage.E2)
    return Call(second, _untold(who.then, second, rows, item), None)


def _not_before(
    stage: Stage, item: ActionItem, rows: list[Reminder], calendar: PersonCalendar, today: date
) -> date:
    """The stage's own day, and a business day after who comes before was told: the owner, then the first lead."""
    planned = escalation_day(item, stage, calendar)
    if stage == Stage.E2:
        told = [row.local_date for row in rows if row.stage == Stage.E1 and row.state in TELLING]
        return max(planned, *(calendar.add_business_days(day, 1) for day in told[-1:])) if told else planned
    told = [row.local_date for row in rows if row.stage in LATE and row.state in HEARD]
    heard = calendar.add_business_days(min(told) if told else today, 1)
    return max(planned, heard)


def _untold(people: list[User], step: Step, rows: list[Reminder], item: ActionItem) -> list[User]:
    told = {
        row.recipient_id
        for row in rows
        if (row.stage, row.round) == (step.stage, step.round) and row.state in TELLING
    }
    left = [person for person in people if person.pk not in told]
    if item.incident is None or not item.incident.is_private:
        return left
    return [person for person in left if ActionItem.objects.visible_to(person).filter(pk=item.pk).exists()]


def _note(each: Planned) -> Note | None:
    """Of those whose digest of today can still carry it."""
    if not each.is_carried or each.turn is None:
        return None
    asked, turn = each.due.row, each.turn
    return Note(asked.item, turn.person, [asked.call.step], turn.today, ReminderState.PLANNED, turn.key)
