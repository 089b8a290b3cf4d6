"""Where the time went, incident by incident: what nobody knows is a gap, never a zero."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.core.charts import Phase, PhaseRow, legend, phase_table
from apps.core.csvfile import Column
from apps.core.templatetags.times import duration
from apps.incidents.models import Incident
from apps.metrics.cases import STEPS, Case
from apps.metrics.figures import Exclusion, Figure, Panel, Unit
from apps.metrics.panels.basis import Basis

NAMES = ("Detect", "Acknowledge", "Mitigate", "Resolve")
OVER = ("resolved", "closed")
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Course:
    """The known times of an incident in their order; `missing` are the steps without one."""

    case: Case
    points: list[tuple[int, float]]  # place among the steps, seconds since the first known one

    @property
    def missing(self) -> list[str]:
        known = {place for place, _ in self.points}
        return [str(step.label).lower() for place, step in enumerate(STEPS) if place not in known]

    @property
    def phases(self) -> list[Phase]:
        return [_phase(*pair) for pair in pairwise(self.points)]

    @property
    def seconds(self) -> float:
        return self.points[-1][1] if self.points else 0.0


def phases_panel(basis: Basis) -> Panel:
    over = [case for case in basis.cases.now if case.status in OVER]
    courses = [_course(case) for case in over]
    drawable = [course for course in courses if len(course.points) > 1]
    titles = _titles(basis, drawable[:SHOWN])
    return Panel(
        "phases",
        "Response phases",
        [_complete(basis, over, courses)],
        question="Where did the time go?",
        drawing=lambda: _picture(drawable, titles),
        rows=courses,
        columns=COLUMNS,
    )


def _course(case: Case) -> Course:
    """Acknowledging late, after it was mitigated, splits nothing: it is left out of the course."""
    times = [(place, case.times[step]) for place, step in enumerate(STEPS) if step in case.times]
    begun = times[0][1] if times else case.started_at
    points: list[tuple[int, float]] = []
    for place, at in times:
        later = [other for after, other in times if after > place]
        if all(at <= other for other in later) and (
            not points or (at - begun).total_seconds() >= points[-1][1]
        ):
            points.append((place, (at - begun).total_seconds()))
    return Course(case, points)


def _phase(first: tuple[int, float], second: tuple[int, float]) -> Phase:
    (place, since), (reached, at) = first, second
    if reached == place + 1:
        return Phase(reached, at - since, f"{NAMES[place]} {duration(at - since)}")
    names = " and ".join(name.lower() for name in NAMES[place:reached])
    return Phase(None, at - since, f"{names} {duration(at - since)} together, a time between is missing")


def _complete(basis: Basis, over: list[Case], courses: list[Course]) -> Figure:
    complete = sum(not course.missing for course in courses)
    running = len(basis.cases.now) - len(over)
    return Figure(
        "phases_complete",
        "Courses without a gap",
        Unit.FRACTION,
        complete / len(over) if over else None,
        len(over),
        "Incidents that are over and have all five times in order (impact started, detected, acknowledged, mitigated, "
        "resolved) ÷ incidents that are over",
        part=complete,
        query=basis.scope.counted_query(status=list(OVER)),
        excluded=[
            Exclusion("not over yet", running, basis.scope.counted_open_query()),
            *basis.not_counted(),
        ],
    )


def _titles(basis: Basis, courses: list[Course]) -> dict[int, str]:
    rows = Incident.objects.visible_to(basis.scope.user).filter(pk__in=[course.case.pk for course in courses])
    return dict(rows.values_list("pk", "title"))


def _picture(courses: list[Course], titles: dict[int, str]) -> SafeString:
    if not courses:
        return SafeString("")
    rows = [
        PhaseRow(
            titles.get(course.case.pk, course.case.key),
            course.case.key,
            reverse("incidents:detail", args=[course.case.key]),
            course.phases,
            duration(course.seconds),
        )
        for course in courses[:SHOWN]
    ]
    said = f"Showing the newest {SHOWN} of {len(courses):,}." if len(courses) > SHOWN else ""
    return format_html(
        '<div class="stack stack-4">{}{}<p class="small text-2">Each bar is the whole of its incident; a dashed '
        "part is a gap: the time between two phases is missing. {}</p></div>",
        legend(
            [(f"c{place}", name) for place, name in enumerate(NAMES, start=1)], key="phases", is_hatched=False
        ),
        phase_table(
            rows, caption="Phases of each incident, newest first", heads=("Incident", "Phases", "In all")
        ),
        said,
    )


def _phase_seconds(place: int):  # type: ignore[no-untyped-def]
    def read(course: Course) -> float | None:
        at = dict(course.points)
        return at[place + 1] - at[place] if place in at and place + 1 in at else None

    return read


COLUMNS: list[Column] = [
    ("incident", lambda course: course.case.key),
    ("severity", lambda course: course.case.severity),
    *((f"{name.lower()}_seconds", _phase_seconds(place)) for place, name in enumerate(NAMES)),
    ("in_all_seconds", lambda course: course.seconds),
    ("missing", lambda course: ", ".join(course.missing)),
]
