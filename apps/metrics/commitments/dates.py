"""Whether promised dates are kept: by the first one, and by the one that stands. The two are different questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.action_items.models import Outcome
from apps.core.csvfile import Column
from apps.metrics.commitments.basis import Basis
from apps.metrics.commitments.pictures import months_chart
from apps.metrics.commitments.reading import Due, in_era, of_outcomes, trend
from apps.metrics.figures import Exclusion, Figure, Panel
from apps.metrics.intervals.asking import Interval
from apps.metrics.periods import Span

JUDGED = (Outcome.KEPT, Outcome.MISSED)
MIDNIGHT = "A date is over at midnight where the owner is. One that was given up after its date was not kept"


@dataclass(frozen=True, slots=True)
class Month:
    """Promises whose first date fell into it, as far as it is over."""

    span: Span
    kept: int
    judged: int
    interval: Interval
    query: str

    @property
    def share(self) -> float | None:
        return self.kept / self.judged if self.judged else None


def dates_panel(basis: Basis) -> Panel:
    months = [] if basis.found.has_few_people else _months(basis)
    return Panel(
        "dates",
        "Dates kept",
        [_first(basis), _last(basis), _urgent(basis)],
        question="Do we finish when we said we would?",
        charts={"months": lambda: months_chart(months)} if months else {},
        rows=months,
        columns=COLUMNS,
        notes=["By month are this period and the one before, by their first dates."],
    )


def _first(basis: Basis) -> Figure:
    return _by_first_date(basis, "kept_first", "Done by the first date", lambda one: True, {})


def _urgent(basis: Basis) -> Figure:
    only = {"priority": ["P0", "P1"]}
    return _by_first_date(
        basis, "kept_urgent", "P0 and P1 done by the first date", lambda one: one.is_urgent, only
    )


def _by_first_date(
    basis: Basis, name: str, label: str, is_meant: Callable[[Due], bool], only: dict[str, list[str]]
) -> Figure:
    scope, due = basis.scope, [one for one in basis.found.due if is_meant(one)]
    now, before = in_era(due, "now"), in_era(due, "before")
    dates = {**only, **scope.days("first_due")}
    return basis.share(
        name,
        label,
        (of_outcomes(now, Outcome.KEPT), of_outcomes(now, *JUDGED)),
        (of_outcomes(before, Outcome.KEPT), of_outcomes(before, *JUDGED)),
        formula="Done on or before the first date they were promised for ÷ promises whose first date fell into the "
        f"period and is over. Moving the date changes nothing here. {MIDNIGHT}",
        query=scope.query(first_outcome=list(JUDGED), **dates),
        part_query=scope.query(first_outcome=Outcome.KEPT, **dates),
        excluded=[
            Exclusion(
                "first date not over yet",
                of_outcomes(now, Outcome.AHEAD),
                scope.query(first_outcome=Outcome.AHEAD, **dates),
            ),
            Exclusion(
                "given up before the first date was over",
                of_outcomes(now, Outcome.GIVEN_UP),
                scope.query(first_outcome=Outcome.GIVEN_UP, **dates),
            ),
        ],
    )


def _last(basis: Basis) -> Figure:
    scope, last = basis.scope, basis.found.last
    dates = scope.days("due")
    counts = [
        (last[era, Outcome.KEPT], last[era, Outcome.KEPT] + last[era, Outcome.MISSED])
        for era in ("now", "before")
    ]
    return basis.share(
        "kept_last",
        "Done by the date that stands",
        *counts,
        formula="Done on or before the date they have now ÷ promises whose present date fell into the period and is "
        f"over. A date that was moved in time counts here as the new one. {MIDNIGHT}",
        query=scope.query(last_outcome=list(JUDGED), **dates),
        part_query=scope.query(last_outcome=Outcome.KEPT, **dates),
        excluded=[
            Exclusion(
                "date not over yet",
                last["now", Outcome.AHEAD],
                scope.query(last_outcome=Outcome.AHEAD, **dates),
            ),
            Exclusion(
                "given up before the date was over",
                last["now", Outcome.GIVEN_UP],
                scope.query(last_outcome=Outcome.GIVEN_UP, **dates),
            ),
        ],
    )


def _months(basis: Basis) -> list[Month]:
    scope = basis.scope
    found = []
    for span in trend(scope):
        due = [one for one in basis.found.due if one.part == span.first]
        kept, judged = of_outcomes(due, Outcome.KEPT), of_outcomes(due, *JUDGED)
        dates = scope.days("first_due", span)
        query = scope.query(first_outcome=list(JUDGED), **dates)
        found.append(Month(span, kept, judged, basis.asking.wilson(kept, judged), query))
    return found


COLUMNS: list[Column] = [
    ("month", lambda month: f"{month.span.first:%Y-%m}"),
    ("done_by_first_date", lambda month: month.kept),
    ("first_date_over", lambda month: month.judged),
    ("share", lambda month: month.share),
    ("low", lambda month: month.interval.low),
    ("high", lambda month: month.interval.high),
]
