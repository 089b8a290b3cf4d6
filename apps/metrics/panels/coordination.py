"""What it took to coordinate: of the team as a whole, never of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from statistics import median
from zoneinfo import ZoneInfo

from apps.accounts.calendar import PersonCalendar, calendars_of
from apps.core.csvfile import Column
from apps.incidents.models import MilestoneKind, RoleAssignment
from apps.metrics.cases import Case
from apps.metrics.figures import Exclusion, Figure, Panel, Unit
from apps.metrics.panels.basis import Basis

DAY = timedelta(days=1)
FEWEST_PEOPLE = 3
TOO_FEW = "Fewer than three people: it would be a figure of a person."
SLEEP = (time(23), time(7))


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody held a role, or several at once, from `start` until `end`."""

    case: Case
    person: int
    zone: tzinfo
    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class CaseCost:
    case: Case
    people: int
    hours: float | None  # None for fewer than three people


def coordination_panel(basis: Basis) -> Panel:
    rows = _assignments(basis)
    held = _merged(basis, rows)
    costs = _costs(basis.cases.now, held)
    length = sum((one.length for one in held), timedelta())
    whole = _hours(basis, "role_hours", "Person-hours in roles", length, costs, ROLES)
    figures = [
        _hide_of_few(whole, held),
        *_at_bad_hours(basis, held, costs),
        _people(basis, costs),
        _hand_overs(basis, rows, costs),
    ]
    return Panel(
        "coordination",
        "Coordination cost",
        figures,
        question="What did it take of the team?",
        rows=costs,
        columns=COLUMNS,
        missing=[
            "the time of people who helped without a role",
            "how much of the time in a role was work",
        ],
    )


ROLES = (
    "Time in which somebody held a role, until mitigated (else resolved, else now). Two roles of one person at once "
    "count once. Holding a role is not working all the time: read it as at most. Not shown for fewer than three "
    "people, neither here nor by incident"
)


def _assignments(basis: Basis) -> list[tuple[int, str, int, datetime, datetime | None, str]]:
    rows = RoleAssignment.objects.filter(
        incident__in=basis.scope.counted().filter(started_at__gte=basis.scope.span.start).values("pk")
    )
    columns = ("incident_id", "role", "person_id", "since", "until", "person__time_zone")
    return list(rows.order_by("since", "pk").values_list(*columns))


def _merged(basis: Basis, rows: Iterable[tuple[int, str, int, datetime, datetime | None, str]]) -> list[Held]:
    """Spans of one person in one incident, those that overlap made one. Rows come sorted by their start."""
    cases = {case.pk: case for case in basis.cases.now}
    open_now: dict[tuple[int, int], Held] = {}
    found: list[Held] = []
    for pk, _role, person, since, until, zone in rows:
        case = cases.get(pk)
        end = _end(case, basis.now) if case else since
        end = min(until or end, end)
        if case is None or end <= since:
            continue
        last = open_now.get((pk, person))
        if last and since <= last.end:
            found.remove(last)
            since, end = last.start, max(last.end, end)
        span = Held(case, person, ZoneInfo(zone), since, end)
        open_now[pk, person] = span
        found.append(span)
    return found


def _end(case: Case, now: datetime) -> datetime:
    over = case.times.get(MilestoneKind.MITIGATED) or case.times.get(MilestoneKind.RESOLVED)
    return over or (now if case.is_open else case.status_since)


def _costs(cases: list[Case], held: list[Held]) -> list[CaseCost]:
    """Only incidents in which somebody held a role before they ended."""
    people: defaultdict[int, set[int]] = defaultdict(set)
    length: defaultdict[int, timedelta] = defaultdict(timedelta)
    for span in held:
        people[span.case.pk].add(span.person)
        length[span.case.pk] += span.length
    return [
        CaseCost(case, len(people[case.pk]), _hours_of(length[case.pk], people[case.pk]))
        for case in cases
        if case.pk in people
    ]


def _hours_of(length: timedelta, people: set[int]) -> float | None:
    return round(length / timedelta(hours=1), 2) if len(people) >= FEWEST_PEOPLE else None


def _people(basis: Basis, costs: list[CaseCost]) -> Figure:
    counts = [float(cost.people) for cost in costs]
    return Figure(
        "people",
        "People in roles per incident, median",
        Unit.COUNT,
        median(counts) if counts else None,
        len(costs),
        "Median of how many people held a role before the incident was mitigated, with its bootstrap interval",
        query=basis.scope.counted_query(),
        interval=basis.asking.median(counts),
        excluded=_excluded(basis, costs),
    )


def _hours(
    basis: Basis, name: str, label: str, length: timedelta, costs: list[CaseCost], formula: str
) -> Figure:
    return Figure(
        name,
        label,
        Unit.HOURS,
        length / timedelta(hours=1),
        len(costs),
        formula,
        query=basis.scope.counted_query(),
        excluded=_excluded(basis, costs),
    )


def _hand_overs(
    basis: Basis,
    rows: list[tuple[int, str, int, datetime, datetime | None, str]],
    costs: list[CaseCost],
) -> Figure:
    ends = {(pk, role, until) for pk, role, _, _, until, _ in rows if until}
    count = sum((pk, role, since) in ends for pk, role, _, since, _, _ in rows)
    return Figure(
        "hand_overs",
        "Hand-overs of a role",
        Unit.COUNT,
        count,
        len(costs),
        "How often somebody took over a role at the moment at which another left it",
        query=basis.scope.counted_query(),
        excluded=_excluded(basis, costs),
    )


def _at_bad_hours(basis: Basis, held: list[Held], costs: list[CaseCost]) -> list[Figure]:
    calendars = _calendars(held)
    planned = [span for span in held if calendars[span.person].schedules]
    outside = sum((span.length - _working(span, calendars[span.person]) for span in planned), timedelta())
    asleep = sum((_asleep(span) for span in held), timedelta())
    figures = [
        _hours(
            basis,
            "out_of_hours",
            "Of it: outside working hours",
            outside,
            costs,
            "Time in roles outside the window of the person’s work schedule on that day, in their zone; days without "
            "hours and days of leave are outside altogether",
        ),
        _hours(
            basis,
            "sleep_hours",
            "Of it: between 23:00 and 07:00",
            asleep,
            costs,
            "Time in roles from 23:00 to 07:00 in the zone of the person",
        ),
    ]
    without = {span.person for span in held} - {span.person for span in planned}
    figures[0].excluded.insert(0, Exclusion("people without a work schedule", len(without)))
    for figure, spans in zip(figures, (planned, held), strict=True):
        _hide_of_few(figure, spans)
    return figures


def _hide_of_few(figure: Figure, held: list[Held]) -> Figure:
    """Hours of one person, or of two of whom one is asking, are theirs and not the team's."""
    if len({span.person for span in held}) < FEWEST_PEOPLE:
        figure.value, figure.note = None, TOO_FEW
    return figure


def _calendars(held: list[Held]) -> dict[int, PersonCalendar]:
    days = [span.start.date() for span in held] + [span.end.date() for span in held] or [date.min]
    return calendars_of({span.person for span in held}, min(days), max(days) + DAY)


def _working(span: Held, calendar: PersonCalendar) -> timedelta:
    """How much of it lies in the person's working windows."""
    whole = timedelta()
    for day in _days(span):
        schedule = next(
            (one for one in calendar.schedules if _covers(one.valid_from, one.valid_to, day)), None
        )
        if schedule and calendar.capacity_minutes(day) > 0:
            whole += _overlap(span, day, schedule.window_start, day, schedule.window_end)
    return whole


def _covers(first: date, until: date | None, day: date) -> bool:
    return first <= day and (until is None or day < until)


def _asleep(span: Held) -> timedelta:
    nights = (
        _overlap(span, day - DAY, SLEEP[0], day, SLEEP[1]) for day in [*_days(span), span_end(span) + DAY]
    )
    return sum(nights, timedelta())


def span_end(span: Held) -> date:
    return span.end.astimezone(span.zone).date()


def _days(span: Held) -> list[date]:
    first = span.start.astimezone(span.zone).date()
    return [first + DAY * n for n in range((span_end(span) - first).days + 1)]


def _overlap(span: Held, first: date, opens: time, last: date, closes: time) -> timedelta:
    """Local times as moments in UTC: two wall-clock times of one zone must not be subtracted."""
    start = datetime.combine(first, opens, tzinfo=span.zone).astimezone(UTC)
    end = datetime.combine(last, closes, tzinfo=span.zone).astimezone(UTC)
    return max(timedelta(), min(end, span.end) - max(start, span.start))


def _excluded(basis: Basis, costs: list[CaseCost]) -> list[Exclusion]:
    without = len(basis.cases.now) - len(costs)
    return [Exclusion("nobody held a role before it ended", without), *basis.not_counted()]


COLUMNS: list[Column] = [
    ("incident", lambda row: row.case.key),
    ("severity", lambda row: row.case.severity),
    ("people", lambda row: row.people),
    ("person_hours", lambda row: row.hours),
]
