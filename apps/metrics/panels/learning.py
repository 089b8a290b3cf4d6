"""Whether anything was learnt: written up, read by others, promised, kept, and whether it came back meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from apps.core.csvfile import Column
from apps.incidents.models import Severity
from apps.metrics.cases import Case
from apps.metrics.figures import Change, Exclusion, Figure, Listed, Panel, Unit
from apps.metrics.panels.basis import Basis
from apps.metrics.promises import Promise, WriteUp, read_promises, read_repeats, read_write_ups

OVER = ("resolved", "closed")
OWED = (Severity.SEV1, Severity.SEV2)


@dataclass(frozen=True, slots=True)
class Halves:
    """The same rows of this period and of the one before."""

    now: list[WriteUp]
    before: list[WriteUp]


def learning_panel(basis: Basis) -> Panel:
    write_ups = _halves(basis, read_write_ups(basis.scope, basis.cases))
    promises = read_promises(basis.scope, basis.cases)
    now = [one for one in promises if one.is_of_now]
    before = [one for one in promises if not one.is_of_now]
    return Panel(
        "learning",
        "Learning",
        [
            _written(basis, write_ups),
            _lead(basis, write_ups),
            _outside(basis, write_ups),
            _kept(basis, now, before),
            _verified(basis, now, before),
            _repeats(basis),
        ],
        question="What came of it?",
        rows=now,
        columns=COLUMNS,
        missing=[
            "who reads postmortems (nobody’s reading is recorded)",
            "postmortems on time (they have no due date here yet)",
        ],
    )


def _halves(basis: Basis, rows: Iterable[WriteUp]) -> Halves:
    """A write-up of several incidents counts once, with the newest of them."""
    halves = Halves([], [])
    for row in rows:
        (halves.now if row.newest.started_at >= basis.scope.span.start else halves.before).append(row)
    return halves


def _written(basis: Basis, write_ups: Halves) -> Figure:
    """Of the incidents that owe one."""
    owed = [one for one in OWED if not basis.scope.severities or one in basis.scope.severities]
    owing = [
        [case for case in cases if case.severity in owed and case.status in OVER]
        for cases in (basis.cases.now, basis.cases.before)
    ]
    published = {
        case.pk for row in (*write_ups.now, *write_ups.before) if row.published_at for case in row.cases
    }
    now, before = ((sum(case.pk in published for case in cases), len(cases)) for cases in owing)
    return basis.share(
        "written_up",
        "SEV1 and SEV2 with a published postmortem",
        now,
        before,
        formula="Resolved or closed incidents of SEV1 and SEV2 with a published postmortem that you may see ÷ all of "
        "these incidents",
        query=basis.scope.counted_query(status=list(OVER), severity=[int(one) for one in owed]),
        excluded=[
            Exclusion("SEV3 and SEV4, or not over yet", len(basis.cases.now) - len(owing[0])),
            *basis.not_counted(),
        ],
    )


def _lead(basis: Basis, write_ups: Halves) -> Figure:
    values, before = _leads(write_ups.now), _leads(write_ups.before)
    unpublished = sum(row.published_at is None for row in write_ups.now)
    return Figure(
        "postmortem_lead",
        "Resolved to published, median",
        Unit.DAYS,
        median(values) if values else None,
        len(values),
        "Median of: first published − resolved (the last of its incidents). Interval by bootstrap with 2,000 "
        "resamples, from six on",
        interval=basis.asking.median(values),
        change=Change(
            "ratio",
            basis.asking.median_ratio(values, before),
            before=median(before) if before else None,
            n_before=len(before),
            interval_before=basis.asking.median(before),
            more="Longer than before",
            less="Shorter than before",
        ),
        excluded=[
            Exclusion("postmortems not published yet", unpublished),
            Exclusion(
                "postmortems without a time of resolving, or published before it",
                len(write_ups.now) - unpublished - len(values),
            ),
        ],
    )


def _leads(rows: list[WriteUp]) -> list[float]:
    return [row.lead for row in rows if row.lead is not None]


def _outside(basis: Basis, write_ups: Halves) -> Figure:
    counts = []
    for rows in (write_ups.now, write_ups.before):
        published = [row for row in rows if row.published_at]
        counts.append((sum(row.has_outsider for row in published), len(published)))
    return basis.share(
        "outside_review",
        "Reviewed by somebody of another team",
        counts[0],
        counts[1],
        formula="Published postmortems with a review by somebody who on that day belonged to none of the teams that "
        "own an affected service ÷ published postmortems",
        excluded=[Exclusion("postmortems not published yet", len(write_ups.now) - counts[0][1])],
    )


def _kept(basis: Basis, now: list[Promise], before: list[Promise]) -> Figure:
    return basis.share(
        "actions_on_time",
        "Action items done by their first date",
        _count(now, lambda one: one.is_on_time),
        _count(before, lambda one: one.is_on_time),
        formula="Action items of these incidents done on or before the first date they were promised for ÷ those done "
        "or past that date. Moving the date changes nothing here",
        excluded=[
            Exclusion("not promised, or settled without being done", sum(one.is_dropped for one in now)),
            Exclusion("first date still to come", sum(one.is_pending for one in now)),
        ],
    )


def _verified(basis: Basis, now: list[Promise], before: list[Promise]) -> Figure:
    return basis.share(
        "actions_verified",
        "Done action items that are verified",
        _count(now, lambda one: one.is_verified),
        _count(before, lambda one: one.is_verified),
        formula="Action items of these incidents that are verified ÷ those that are done or verified",
        excluded=[Exclusion("not done", sum(one.is_verified is None for one in now))],
    )


def _count(rows: list[Promise], answer: Callable[[Promise], bool | None]) -> tuple[int, int]:
    answers = [answer(row) for row in rows]
    return answers.count(True), len(answers) - answers.count(None)


def _repeats(basis: Basis) -> Figure:
    repeats = read_repeats(basis.scope, basis.cases)
    cases: defaultdict[bool, list[Case]] = defaultdict(list)
    for case, had_open in repeats:
        cases[had_open].append(case)
    whole = len(repeats)
    return Figure(
        "repeats_while_open",
        "Repeats while an action was open",
        Unit.FRACTION,
        len(cases[True]) / whole if whole else None,
        whole,
        "Incidents marked as a recurrence of an earlier one of which, when they started, a promised action item was "
        "not yet done ÷ incidents marked as a recurrence",
        part=len(cases[True]),
        interval=basis.asking.wilson(len(cases[True]), whole),
        query=basis.scope.counted_query(),
        listed=Listed.INCIDENTS,
        excluded=[
            Exclusion("not marked as a recurrence", len(basis.cases.now) - whole),
            *basis.not_counted(),
        ],
    )


COLUMNS: list[Column] = [
    ("action_item", lambda one: one.key),
    ("incident", lambda one: one.case.key),
    ("status", lambda one: one.status),
    ("first_due_on", lambda one: one.first_due_on),
    ("done_at", lambda one: one.done_at),
    ("on_time", lambda one: {True: "yes", False: "no", None: ""}[one.is_on_time]),
    ("verified", lambda one: {True: "yes", False: "no", None: ""}[one.is_verified]),
]
