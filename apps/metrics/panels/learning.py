"""Whether anything was learnt: written up, read by others, promised, kept, and whether it came back meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from apps.core.csvfile import Column
from apps.incidents.models import MilestoneKind, Severity
from apps.metrics.cases import Case
from apps.metrics.figures import Change, Exclusion, Figure, Panel, Unit
from apps.metrics.panels.basis import Basis
from apps.metrics.promises import Promise, WriteUp, read_promises, read_repeats, read_write_ups

WRITTEN_WITHIN = timedelta(days=30)
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
        rows=_follow_ups(write_ups.now, now),
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
    """Of the incidents that owe one and had the time for it: else those of yesterday would count as neglected."""
    scope = basis.scope
    owed = [one for one in OWED if not scope.severities or one in scope.severities]
    published: dict[int, datetime] = {
        case.pk: row.published_at
        for row in (*write_ups.now, *write_ups.before)
        for case in row.cases
        if row.published_at
    }
    answers = [
        [_is_written_up(case, published.get(case.pk), basis.now) for case in cases if case.severity in owed]
        for cases in (basis.cases.now, basis.cases.before)
    ]
    now, before = ((found.count(True), len(found) - found.count(None)) for found in answers)
    return basis.share(
        "written_up",
        f"SEV1 and SEV2 written up within {WRITTEN_WITHIN.days} days",
        now,
        before,
        formula=f"Incidents of SEV1 and SEV2 with a postmortem published at most {WRITTEN_WITHIN.days} days after "
        "they were resolved, that you may see ÷ those that were resolved longer ago than that",
        query=scope.counted_query(severity=[int(one) for one in owed]),
        excluded=[
            Exclusion("SEV3 and SEV4", len(basis.cases.now) - len(answers[0])),
            Exclusion("not resolved, or not that long ago", answers[0].count(None)),
            *basis.not_counted(),
        ],
    )


def _is_written_up(case: Case, published_at: datetime | None, now: datetime) -> bool | None:
    resolved = case.times.get(MilestoneKind.RESOLVED)
    if resolved is None or now - resolved <= WRITTEN_WITHIN:
        return None
    return published_at is not None and published_at - resolved <= WRITTEN_WITHIN


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
        note=f"{unpublished} not published yet: it looks short until they are." if unpublished else "",
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
        formula="Action items of these incidents done on or before the first date they were promised for ÷ those whose "
        "first date is past where their owner is. Moving the date changes nothing here, and what is given up after it "
        "was not kept",
        excluded=[
            Exclusion("not promised, or given up before the date", sum(one.is_dropped for one in now)),
            Exclusion("first date still to come", sum(one.is_pending for one in now)),
        ],
    )


def _verified(basis: Basis, now: list[Promise], before: list[Promise]) -> Figure:
    return basis.share(
        "actions_verified",
        "Done action items, verified",
        _count(now, lambda one: one.is_verified),
        _count(before, lambda one: one.is_verified),
        formula="Action items of these incidents that somebody confirmed ÷ those that were done at least two weeks ago "
        "and that somebody was asked to look at",
        excluded=[
            Exclusion(
                "not done, less than two weeks ago, or confirmed by the policy unseen",
                sum(one.is_verified is None for one in now),
            )
        ],
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
        excluded=[
            Exclusion("not marked as a recurrence", len(basis.cases.now) - whole),
            *basis.not_counted(),
        ],
    )


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One line of what followed, for programs: a write-up or a promise."""

    what: str
    key: str
    incidents: str
    at: datetime | None
    due_on: date | None = None
    is_on_time: bool | None = None
    is_verified: bool | None = None
    has_outsider: bool | None = None


def _follow_ups(write_ups: list[WriteUp], promises: list[Promise]) -> list[FollowUp]:
    written = [
        FollowUp(
            "postmortem",
            row.key,
            " ".join(sorted(case.key for case in row.cases)),
            row.published_at,
            has_outsider=row.has_outsider if row.published_at else None,
        )
        for row in write_ups
    ]
    return written + [
        FollowUp(
            "action item",
            one.key,
            one.case.key,
            one.done_at,
            one.first_due_on,
            one.is_on_time,
            one.is_verified,
        )
        for one in promises
    ]


def _said(answer: bool | None) -> str:  # noqa: FBT001
    return {True: "yes", False: "no", None: ""}[answer]


COLUMNS: list[Column] = [
    ("what", lambda one: one.what),
    ("key", lambda one: one.key),
    ("incidents", lambda one: one.incidents),
    ("published_or_done_at", lambda one: one.at),
    ("first_due_on", lambda one: one.due_on),
    ("on_time", lambda one: _said(one.is_on_time)),
    ("verified", lambda one: _said(one.is_verified)),
    ("reviewed_from_outside", lambda one: _said(one.has_outsider)),
]
