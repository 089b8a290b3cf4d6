"""The same by type, team, service or source: of groups that are large enough not to be a person."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from apps.accounts.models import Team
from apps.action_items.models import Kind, Source
from apps.core.charts import Small
from apps.core.csvfile import Column
from apps.metrics.commitments.basis import FEWEST, TOO_FEW_PEOPLE, Basis
from apps.metrics.commitments.pictures import groups_chart
from apps.metrics.commitments.reading import FEWEST_PEOPLE, GroupDue
from apps.metrics.commitments.scope import By
from apps.metrics.figures import Panel
from apps.metrics.intervals.asking import Interval
from apps.services.models import Service

SMALLS = 6
NOTHING_DUE = GroupDue(0, 0, 0)
TOO_FEW_DUE = f"fewer than {FEWEST} dates over"
A_PERSON = f"fewer than {FEWEST_PEOPLE} people"


@dataclass(frozen=True, slots=True)
class Group:
    """`key` is what the rows hold, `slug` what the list is filtered by. `hidden` says why its share is not shown."""

    key: Any
    slug: str
    name: str
    open_now: int
    promised: int
    done: int
    given_up: int
    kept: int | None
    judged: int | None
    interval: Interval | None
    hidden: str
    query: str
    open_query: str
    judged_query: str

    @property
    def share(self) -> float | None:
        return self.kept / self.judged if self.kept is not None and self.judged else None


def groups_panel(basis: Basis) -> Panel:
    names = _names(basis)
    left, nothing = basis.found.flow.open_by_group, _none(basis.scope.by)
    rows = [_group(basis, left, group, *names.get(group, nothing)) for group in _known(basis)]
    rows.sort(key=lambda row: (-row.open_now, -row.promised, row.name))
    smalls = [] if basis.found.has_few_people else [_small(basis, row) for row in rows[:SMALLS]]
    steps, by = basis.scope.span.steps(), basis.scope.by.label.lower()
    return Panel(
        "groups",
        f"By {basis.scope.by.label.lower()}",
        [],
        question="Where do promises pile up, and where are they kept?",
        charts={"open": lambda: groups_chart(smalls, steps, basis.scope.span, by)} if len(smalls) > 1 else {},
        rows=rows,
        columns=COLUMNS,
        notes=[
            f"Those with the most open ones first. The share is shown from {FEWEST} dates that are over and "
            f"{FEWEST_PEOPLE} owners on: of fewer it would be chance, or a figure of a person."
        ],
    )


def _small(basis: Basis, row: Group) -> Small:
    """What was open at the end of each step, after what was open at the start."""
    flow = basis.found.flow
    nets = (flow.cells[row.key, step.first].net for step in basis.scope.span.steps())
    return Small(row.name, list(accumulate(nets, initial=row.open_now - flow.groups[row.key].net))[1:])


def _known(basis: Basis) -> list[Any]:
    """Groups in which anything is open, was promised or ended, or came due."""
    return list(basis.found.flow.names | set(basis.found.by_group))


def _names(basis: Basis) -> dict[Any, tuple[str, str]]:
    """(slug, name) by what the rows hold."""
    by, wanted = basis.scope.by, basis.found.flow.names | set(basis.found.by_group)
    if by == By.KIND:
        return {value: (value, str(label)) for value, label in Kind.choices}
    if by == By.SOURCE:
        return {value: (value, str(label)) for value, label in Source.choices}
    model = Team if by == By.TEAM else Service
    rows = model.objects.visible_to(basis.scope.user).filter(pk__in=wanted - {None})
    return {pk: (slug, name) for pk, slug, name in rows.values_list("pk", "slug", "name")}


def _none(by: By) -> tuple[str, str]:
    return "none", f"No {by.label.lower()}"


def _group(basis: Basis, open_by_group: Counter[Any], key: Any, slug: str, name: str) -> Group:
    scope, flow = basis.scope, basis.found.flow
    now, due = flow.groups[key], basis.found.by_group.get(key, NOTHING_DUE)
    only, hidden = {str(scope.by): slug}, _hidden(basis, due)
    return Group(
        key,
        slug,
        name,
        open_by_group[key],
        now.promised,
        now.done,
        now.given_up,
        kept=None if hidden else due.kept,
        judged=None if hidden else due.judged,
        interval=None if hidden else basis.asking.wilson(due.kept, due.judged),
        hidden=hidden,
        query=scope.query(**scope.days("promised"), **only),
        open_query=scope.query(promised_to=scope.span.last, open_from=scope.after_end, **only),
        judged_query=scope.query(first_outcome=["kept", "missed"], **scope.days("first_due"), **only),
    )


def _hidden(basis: Basis, due: GroupDue) -> str:
    if basis.found.has_few_people:
        return TOO_FEW_PEOPLE
    if due.judged < FEWEST:
        return TOO_FEW_DUE
    return A_PERSON if due.people < FEWEST_PEOPLE else ""


COLUMNS: list[Column] = [
    ("group", lambda row: row.slug),
    ("name", lambda row: row.name),
    ("open", lambda row: row.open_now),
    ("promised", lambda row: row.promised),
    ("done", lambda row: row.done),
    ("given_up", lambda row: row.given_up),
    ("done_by_first_date", lambda row: row.kept),
    ("first_date_over", lambda row: row.judged),
    ("low", lambda row: row.interval.low if row.interval else None),
    ("high", lambda row: row.interval.high if row.interval else None),
    ("not_shown", lambda row: row.hidden),
]
