"""The figures drawn: the largest by name, the rest as one."""

from __future__ import annotations

from apps.core.charts import Chart, Part, pareto
from apps.core.templatetags.times import hours
from apps.toil.pareto.asking import By
from apps.toil.pareto.report import Pareto

DRAWN = 14
HEADS = {
    By.SOURCE: "Source",
    By.CATEGORY: "Category",
    By.SERVICE: "Service",
    By.TRIGGER: "What sets it off",
}


def picture(found: Pareto) -> Chart:
    whose = found.scope.team.name if found.scope.team else "all teams"
    by = found.scope.by
    return pareto(
        parts_of(found),
        title=f"Toil of {whose} by {HEADS[by].lower()}",
        finding=f"{found.scope.period.start} to {found.scope.period.last}. {' '.join(found.findings)}",
        heads=(HEADS[by], "Hours"),
        names=("Together 80%", "The rest", "Could not be told apart"),
        few=min(found.vital, DRAWN),
    )


def parts_of(found: Pareto) -> list[Part]:
    lines = found.lines if len(found.lines) <= DRAWN + 1 else found.lines[:DRAWN]
    parts = [Part(line.name, line.seconds, hours(line.seconds), line.is_loose) for line in lines]
    rest = found.lines[len(lines) :]
    if rest:
        seconds = sum(line.seconds for line in rest)
        parts.append(Part(f"{len(rest)} other {found.plural}", seconds, hours(seconds)))
    return parts
