"""What was promised and what ended, step by step, and what stays open."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from apps.core.csvfile import Column
from apps.metrics.commitments.basis import Basis
from apps.metrics.commitments.counting import Sums
from apps.metrics.commitments.pictures import flow_chart, open_chart
from apps.metrics.figures import Figure, Panel
from apps.metrics.periods import Span

REOPENED = "One that was opened again counts once: with its promise, and with the last time it was done"


@dataclass(frozen=True, slots=True)
class FlowStep:
    span: Span
    sums: Sums
    open_after: int
    promised_query: str
    ended_query: str


def flow_panel(basis: Basis) -> Panel:
    steps = flow_steps(basis)
    return Panel(
        "flow",
        "Promised and ended",
        [_open(basis), _promised(basis), _done(basis), _given_up(basis)],
        question="Do we promise more than we finish?",
        charts={
            "flow": lambda: flow_chart(steps, basis.scope.span),
            "open": lambda: open_chart(steps, basis.scope.span, basis.found.flow.open_at_start),
        },
        rows=steps,
        columns=COLUMNS,
        notes=[
            "Days are in UTC. What was promised before the period and ended in it is in here as ended. What was merged "
            "counts once; of what was split each part counts, from the day of the split on."
        ],
    )


def flow_steps(basis: Basis) -> list[FlowStep]:
    flow, spans = basis.found.flow, basis.scope.span.steps()
    sums = [flow.steps[span.first] for span in spans]
    after = list(accumulate((one.net for one in sums), initial=flow.open_at_start))[1:]
    return [
        FlowStep(
            span,
            one,
            left,
            basis.scope.query(**basis.scope.days("promised", span)),
            basis.scope.query(**basis.scope.days("ended", span)),
        )
        for span, one, left in zip(spans, sums, after, strict=True)
    ]


def _open(basis: Basis) -> Figure:
    scope, flow = basis.scope, basis.found.flow
    is_running = scope.span.is_running
    return basis.count(
        "open",
        "Open now" if is_running else "Open at the end",
        flow.open_at_end,
        None,
        formula=f"Promised until then, and neither done nor given up. {flow.open_at_start:,} were open when the period "
        "began; the difference is what was promised less what ended",
        query=scope.query(promised_to=scope.span.last, open_from=scope.after_end),
    )


def _promised(basis: Basis) -> Figure:
    scope, eras = basis.scope, basis.found.flow.eras
    return basis.count(
        "promised",
        "Promised",
        eras["now"].promised,
        eras["before"].promised,
        formula=f"Action items that somebody committed to in the period. {REOPENED}",
        query=scope.query(**scope.days("promised")),
    )


def _done(basis: Basis) -> Figure:
    scope, eras = basis.scope, basis.found.flow.eras
    return basis.count(
        "done",
        "Done",
        eras["now"].done,
        eras["before"].done,
        formula=f"Marked done in the period, whenever they were promised. {REOPENED}",
        query=scope.query(status=["done", "verified"], **scope.days("ended")),
    )


def _given_up(basis: Basis) -> Figure:
    scope, eras = basis.scope, basis.found.flow.eras
    return basis.count(
        "given_up",
        "Given up",
        eras["now"].given_up,
        eras["before"].given_up,
        formula="Closed in the period as won’t do, with a reason, after somebody had committed to them",
        query=scope.query(status="wont_do", **scope.days("ended")),
    )


COLUMNS: list[Column] = [
    ("first_day", lambda step: step.span.first),
    ("last_day", lambda step: step.span.last),
    ("promised", lambda step: step.sums.promised),
    ("done", lambda step: step.sums.done),
    ("given_up", lambda step: step.sums.given_up),
    ("open_after", lambda step: step.open_after),
]
