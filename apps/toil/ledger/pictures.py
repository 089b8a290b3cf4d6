"""The ledger drawn: two columns for each quarter."""

from __future__ import annotations

from apps.core.charts import Bar, Chart, columns
from apps.core.templatetags.times import half_up
from apps.toil.ledger.keeping import Ledger, Sums

NAMES = ("Planned", "Measured")


def picture(ledger: Ledger) -> Chart:
    bars = [
        Bar(f"{name[-2:]} {name[2:4]}", _name(ledger, name), _hours(sums), is_current=name == ledger.running)
        for name, sums in ledger.quarters.items()
    ]
    return columns(
        bars,
        NAMES,
        title="Hours saved by less toil, planned and measured",
        finding=finding(ledger),
        head="Quarter",
    )


def finding(ledger: Ledger) -> str:
    planned, measured = _hours(ledger.whole)
    judged = len(ledger.accounts)
    return (
        f"{measured:,} hours are measured, where {planned:,} were planned. Plans with a verdict: {judged}, of them "
        f"verified at least in part: {ledger.counted}."
    )


def _name(ledger: Ledger, name: str) -> str:
    return f"{name} so far" if name == ledger.running else name


def _hours(sums: Sums) -> tuple[int, int]:
    """A column that would go below the ground stays on it; the table of plans says by how much."""
    planned, measured = (max(0, int(half_up(part / 60, 0))) for part in (sums.planned, sums.measured))
    return planned, measured
