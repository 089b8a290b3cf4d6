"""What became of promises: confirmed, given up, or too late for the next time."""

from __future__ import annotations

from datetime import timedelta

from apps.action_items.models import Look
from apps.metrics.commitments.basis import Basis
from apps.metrics.commitments.counting import ripe_until
from apps.metrics.commitments.reading import looked
from apps.metrics.figures import Exclusion, Figure, Panel
from apps.metrics.promises import TIME_TO_VERIFY


def ends_panel(basis: Basis) -> Panel:
    return Panel(
        "ends",
        "What became of them",
        [_verified(basis), _given_up(basis), _came_back(basis)],
        question="Was it confirmed, given up, or too late?",
    )


def _verified(basis: Basis) -> Figure:
    scope, looks = basis.scope, basis.found.flow.looks
    last = min(scope.span.last, ripe_until(scope).date() - timedelta(days=1))
    ripe = {
        "ended_from": scope.span.first,
        "ended_to": last,
    }  # without a day in it when nobody had the time yet
    fresh = sum(count for (era, _, is_ripe), count in looks.items() if era == "now" and not is_ripe)
    unasked = looks["now", Look.POLICY, True]
    return basis.share(
        "verified",
        "Confirmed by somebody",
        looked(looks, "now"),
        looked(looks, "before"),
        formula="Done in the period and confirmed by a person ÷ done in the period at least "
        f"{TIME_TO_VERIFY.days} days ago and waiting for one, or confirmed",
        query=scope.query(look=[Look.PERSON, Look.NOBODY], **ripe),
        part_query=scope.query(look=Look.PERSON, **ripe),
        excluded=[
            Exclusion(
                "confirmed by the policy: nobody is asked to look at a P2 or P3",
                unasked,
                scope.query(look=Look.POLICY, **ripe),
            ),
            Exclusion(
                f"done less than {TIME_TO_VERIFY.days} days ago",
                fresh,
                scope.query(
                    status=["done", "verified"],
                    ended_from=max(scope.span.first, ripe_until(scope).date()),
                    ended_to=scope.span.last,
                ),
            ),
        ],
    )


def _given_up(basis: Basis) -> Figure:
    scope, eras = basis.scope, basis.found.flow.eras
    ended = scope.days("ended")
    return basis.share(
        "given_up_share",
        "Given up",
        (eras["now"].given_up, eras["now"].ended),
        (eras["before"].given_up, eras["before"].ended),
        formula="Closed as won’t do ÷ all that ended in the period, done or given up. Giving up with a reason is an "
        "honest end; a share that grows says that more is promised than can be kept",
        query=scope.query(status=["done", "verified", "wont_do"], **ended),
        part_query=scope.query(status="wont_do", **ended),
        excluded=[],
    )


def _came_back(basis: Basis) -> Figure:
    scope = basis.scope
    now, before = basis.found.came_back
    where = {"promised_to": scope.span.last, "open_from": scope.span.first}
    days = {"came_back_from": scope.span.first, "came_back_to": scope.span.last}
    return basis.share(
        "came_back",
        "It happened again while open",
        (now, basis.counted),
        (before, basis.counted_before),
        formula="Promises of which somebody said, of a real incident that began in the period, that they would have "
        "helped ÷ promises that were open at some time of the period. What nobody said is not in here: it is at least "
        "this",
        query=scope.query(**where),
        part_query=scope.query(**where, **days),
        excluded=[],
    )
