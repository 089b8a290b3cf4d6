"""Postmortems that are owed: to their owner and, once they are late, to the leads of the team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings

from apps.accounts.calendar import PersonCalendar, calendars_around
from apps.postmortems.asked import who_owes
from apps.postmortems.models import Nudge
from apps.postmortems.operations.reminding import put_nudges, take_due_nudges
from apps.postmortems.reminders import is_due, next_nudge
from apps.reminders.lines import Line, Noun, group_of, words_until
from apps.reminders.sources.source import Due, Lines, Planned, Readers, hidden_from, people_and_days

if TYPE_CHECKING:
    from django.db.models import QuerySet

NOUN = Noun("postmortem", "postmortems")


class OwedPostmortems:
    def waiting(self, now: datetime) -> QuerySet[Any]:
        return Nudge.objects.due(now)

    def take(self, now: datetime, size: int) -> list[Due]:
        return [_due(nudge) for nudge in take_due_nudges(now, size)]

    def put(self, planned: Sequence[Planned], now: datetime) -> None:
        put_nudges((each.due.row, each.next_at) for each in planned)

    def lines(self, readers: Readers) -> Lines:
        people, first, last = people_and_days(readers)
        lines: Lines = defaultdict(list)
        owing = who_owes(people)
        if not owing:
            return lines
        nudges = list(Nudge.objects.owed_by(owing))
        dates = [first, last, *(nudge.obligation.counts_from for nudge in nudges)]
        calendars = calendars_around(owing, dates)
        hidden = hidden_from((nudge.person, _private_incident(nudge)) for nudge in nudges)
        for nudge in nudges:
            if (nudge.person_id, nudge.obligation.incident_id) in hidden:
                continue
            for key in readers:
                if key[0] == nudge.person_id and is_due(nudge, calendars[nudge.person_id], key[1]):
                    lines[key].append(_line(nudge, key[1]))
        return lines


def _private_incident(nudge: Nudge) -> int | None:
    incident = nudge.obligation.incident
    return incident.pk if incident.is_private else None


def _due(nudge: Nudge) -> Due:
    def following(calendar: PersonCalendar, now: datetime, today: date) -> datetime | None:
        return next_nudge(nudge, calendar, now, after=today)

    return Due(nudge, nudge.person, nudge.is_live, nudge.obligation.counts_from, following)


def _line(nudge: Nudge, today: date) -> Line:
    row, state = nudge.obligation, _state(nudge)
    is_drafted = nudge.is_lead or state != "no draft yet"
    due = row.due_publish if is_drafted else row.due_draft
    return Line(
        noun=NOUN,
        due=due,
        group=group_of(due, today),
        title=f"Postmortem of {row.incident.key if row.incident.is_private else row.incident}",
        url=settings.BASE_URL + row.get_absolute_url(),
        when=words_until(due, today, after="" if is_drafted else "Draft: "),
        facts=", ".join(filter(None, [f"SEV{row.incident.severity}", state, _whose(nudge)])),
    )


def _state(nudge: Any) -> str:
    if not nudge.has_draft:
        return "no draft yet"
    return "in review" if nudge.is_sent_on else "not in review yet"


def _whose(nudge: Nudge) -> str:
    """Said to a lead, so that they know whom to ask."""
    owner = nudge.obligation.owner
    return f"with {owner.name if owner else 'nobody'}" if nudge.is_lead else ""
