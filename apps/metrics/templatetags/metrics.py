"""Figures and their intervals in words, and shares drawn."""

from django import template

from apps.core.charts import share_line
from apps.metrics import words
from apps.metrics.figures import Change, Figure, Unit
from apps.metrics.patterns.report import Share

register = template.Library()
register.filter("shown", words.value_of)


@register.filter
def amount(value: float | None, unit: Unit) -> str:
    return words.amount(value, unit)


@register.filter
def limits(figure: Figure) -> str:
    return words.limits(figure.interval, figure.unit)


@register.filter
def change_limits(change: Change) -> str:
    return words.between(change)


@register.filter
def line(figure: Figure) -> str:
    """A share drawn with its interval, and the one before below it."""
    change = figure.change
    rows = [("Now", figure.value, figure.interval)]
    if change:
        rows.append(("Before", change.before, change.interval_before))
    return share_line(
        [
            (name, share, (ends.low, ends.high) if ends and ends.low is not None else None)
            for name, share, ends in rows
        ],
        label=f"{figure.label}: {words.value_of(figure)}",
    )


@register.filter
def percent(value: float | None) -> str:
    return words.amount(value, Unit.FRACTION)


@register.filter
def share_limits(share: Share) -> str:
    return words.limits(share.interval, Unit.FRACTION)


@register.filter
def beside(share: Share) -> str:
    """Ours on the bar of its interval, Google's below it."""
    ends = (share.interval.low, share.interval.high) if share.interval.low is not None else None
    rows = [("Ours", share.value, ends), ("Google", share.elsewhere, None)]
    label = f"{share.name}: ours {percent(share.value)}, Google {percent(share.elsewhere)}"
    return share_line(rows if share.n else rows[1:], label=label)
