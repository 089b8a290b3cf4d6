"""Which triggers, factors and lessons postmortems tell of, beside what Google published, and which keep coming back."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from apps.metrics.figures import Exclusion
from apps.metrics.intervals.asking import Asking, Interval
from apps.metrics.patterns.reading import Case, Place
from apps.postmortems.models import FactorCategories, LessonKind, TriggerCategory

QUARTERS = 8
SHOWN = 10  # places of each kind: what comes back most
# Shares of 2010 to 2017, from appendix C of The Site Reliability Workbook.
TRIGGERS_AT_GOOGLE = {
    TriggerCategory.BINARY_PUSH: 0.37,
    TriggerCategory.CONFIG_PUSH: 0.31,
    TriggerCategory.USER_BEHAVIOUR: 0.09,
    TriggerCategory.PIPELINE: 0.06,
    TriggerCategory.PROVIDER_CHANGE: 0.05,
    TriggerCategory.PERFORMANCE_DECAY: 0.05,
    TriggerCategory.CAPACITY: 0.05,
    TriggerCategory.HARDWARE: 0.02,
}
FACTORS_AT_GOOGLE = {
    "software": 0.4135,
    "development-process": 0.2023,
    "complex-system": 0.1690,
    "deployment-planning": 0.0674,
    "network": 0.0275,
}
CAVEATS = [
    "Google counted one trigger and one root cause for each postmortem of its own services, 2010 to 2017 (The Site "
    "Reliability Workbook, appendix C). Here a postmortem has several factors, so their shares add up to more than "
    "100%.",
    "Only what was published is counted, and what is written up is chosen: a share tells what was looked at, not how "
    "often it happens. Intervals are 95% (Wilson) and say what chance alone could do.",
    "A quarter is the one in which an incident of the postmortem began, in UTC. Only what you may see is in here.",
]


@dataclass(slots=True)
class Share:
    """`part` of `n` documents tell of it. `elsewhere` is Google's share, None where none was published."""

    slug: str
    name: str
    part: int
    n: int
    interval: Interval
    elsewhere: float | None
    query: str

    @property
    def value(self) -> float | None:
        return self.part / self.n if self.n else None

    @property
    def verdict(self) -> str:
        """Only an interval that leaves Google's share outside is a difference."""
        low, high = self.interval.low, self.interval.high
        if self.elsewhere is None or low is None or high is None:
            return ""
        if low > self.elsewhere:
            return "More than at Google"
        return "Less than at Google" if high < self.elsewhere else "No detectable difference"


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Line:
    """One trigger, factor or kind of lesson over the quarters."""

    group: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Returning:
    """The same factor in the same place in several quarters, in their order."""

    factor: str
    place: Place
    quarters: list[str]
    count: int
    query: str


@dataclass(frozen=True, slots=True)
class Patterns:
    counted: int
    triggers: list[Share]
    factors: list[Share]
    left_out: list[Exclusion]
    quarters: list[tuple[str, Cell]]
    lines: list[Line]
    returning: list[Returning]
    caveats: list[str]


Query = Callable[..., str]


def listed(narrowed: Mapping[str, Any]) -> Query:
    """A function that names the list of postmortems behind a figure."""
    return lambda **more: urlencode({"status": "published"} | dict(narrowed) | more)


def patterns(cases: Sequence[Case], narrowed: Mapping[str, Any], *, unpublished: int) -> Patterns:
    """`narrowed`: the filters of the list of postmortems that led to `cases`. Raises NoAnswer."""
    asking, query = Asking(), listed(narrowed)
    names = _factor_names(cases)
    triggers = _shares(asking, query, "trigger", cases, dict(TriggerCategory.choices), TRIGGERS_AT_GOOGLE)
    factors = _shares(asking, query, "factor", cases, names, FACTORS_AT_GOOGLE)
    quarters = _latest(cases, narrowed)
    asking.answer()
    return Patterns(
        counted=len(cases),
        triggers=triggers,
        factors=factors,
        left_out=_left_out(cases, unpublished, narrowed),
        quarters=[(each, Cell(_in(cases, each), query(quarter=each))) for each in quarters],
        lines=_lines(cases, quarters, query, names),
        returning=_returning(cases, narrowed, names),
        caveats=CAVEATS,
    )


def _latest(cases: Iterable[Case], narrowed: Mapping[str, Any]) -> list[str]:
    """The last eight quarters there are, in order; the chosen one alone when one is."""
    found = {quarter for case in cases for quarter in case.quarters}
    chosen = {narrowed["quarter"]} if "quarter" in narrowed else found
    return sorted(found & chosen)[-QUARTERS:]


def _factor_names(cases: Iterable[Case]) -> dict[str, str]:
    known = FactorCategories.objects.current()
    used = {category for case in cases for category in case.factors}
    offered = {slug for slug, _ in known.offered}
    return {slug: name for slug, name in known.names.items() if slug in used | offered}


def _tells(kind: str, case: Case) -> set[str]:
    said = {"trigger": {case.trigger} - {""}, "factor": case.factors, "lesson": case.lessons}
    return said[kind]


def _shares(
    asking: Asking,
    query: Query,
    kind: str,
    cases: Sequence[Case],
    names: Mapping[str, str],
    elsewhere: Mapping[Any, float],
) -> list[Share]:
    """Among the documents that say anything of the kind, most frequent first."""
    told = [_tells(kind, case) for case in cases]
    counts, n = Counter(slug for said in told for slug in said), sum(bool(said) for said in told)
    found = [
        Share(
            str(slug),
            str(name),
            counts[slug],
            n,
            asking.wilson(counts[slug], n),
            elsewhere.get(slug),
            query(**{kind: str(slug)}),
        )
        for slug, name in names.items()
    ]
    return sorted(found, key=lambda share: -share.part)


def _left_out(cases: Sequence[Case], unpublished: int, narrowed: Mapping[str, Any]) -> list[Exclusion]:
    states = ("draft", "in_review", "changes_requested", "approved")
    at_work = urlencode([("status", state) for state in states] + list(narrowed.items()))
    found = [
        Exclusion("not published yet, or at work again", unpublished, at_work),
        Exclusion("without a trigger: in no share of triggers", sum(not case.trigger for case in cases)),
        Exclusion("without a factor: in no share of factors", sum(not case.factors for case in cases)),
    ]
    return [each for each in found if each.count]


def _in(cases: Iterable[Case], quarter: str) -> int:
    return sum(quarter in case.quarters for case in cases)


def _lines(
    cases: Sequence[Case], quarters: Sequence[str], query: Query, names: Mapping[str, str]
) -> list[Line]:
    lines = []
    groups: Any = (
        ("Triggers", "trigger", dict(TriggerCategory.choices)),
        ("Factors", "factor", names),
        ("Lessons", "lesson", dict(LessonKind.choices)),
    )
    for title, kind, labels in groups:
        for slug, name in labels.items():
            with_it = [case for case in cases if slug in _tells(kind, case)]
            cells = [Cell(_in(with_it, each), query(**{kind: slug, "quarter": each})) for each in quarters]
            if with_it:
                lines.append(Line(title, str(name), cells))
    return lines


def _returning(
    cases: Iterable[Case], narrowed: Mapping[str, Any], names: Mapping[str, str]
) -> list[Returning]:
    """In two quarters or more: those of most quarters first, then of most documents. Services before their teams."""
    query = listed(narrowed)
    quarters: dict[tuple[str, Place], set[str]] = defaultdict(set)
    counts: Counter[tuple[str, Place]] = Counter()
    for case in cases:
        seen = {pair for pair in case.found_in if narrowed.get(pair[1].kind, pair[1].slug) == pair[1].slug}
        for factor in case.factors:
            counts.update((factor, place) for place in {place for _, place in seen})
            for quarter, place in seen:
                quarters[factor, place].add(quarter)
    found = [
        Returning(
            names.get(factor, factor),
            place,
            sorted(when),
            counts[factor, place],
            query(factor=factor, **{place.kind: place.slug}),
        )
        for (factor, place), when in quarters.items()
        if len(when) > 1
    ]
    found.sort(key=lambda row: (-len(row.quarters), -row.count, row.place.name, row.factor))
    return [row for kind in ("service", "team") for row in _of(kind, found)[:SHOWN]]


def _of(kind: str, rows: Iterable[Returning]) -> list[Returning]:
    return [row for row in rows if row.place.kind == kind]
