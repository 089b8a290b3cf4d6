"""`{% load budgets %}`: the hours of a quarter, what stood behind a change of the level, and survey beside log."""

from decimal import Decimal
from fractions import Fraction

from django import template
from django.utils.safestring import SafeString

from apps.accounts.models import CapTarget, Team
from apps.core.charts import meter
from apps.core.templatetags.times import half_up, pct
from apps.toil.budgets.quarter import QuarterBudget
from apps.toil.figures import judged, sums_of
from apps.toil.models import BudgetChange
from apps.toil.models.week import WeekNumbers
from apps.toil.number import Number
from apps.toil.percent import Share
from apps.toil.surveys.rules import Reading

register = template.Library()


@register.simple_tag
def budget_meter(quarter: QuarterBudget, name: str) -> SafeString:
    used = quarter.used_pct
    over = f"{quarter.days_over} of {len(quarter.period.days)} days are over"
    label = f"{name}: {pct(used)} of the hours are used, {over}"
    tone = "tone-danger" if quarter.is_gone else ""
    return meter(None if used is None else float(used), label=label, tone=tone)


@register.filter
def weeks(value: Fraction) -> Decimal:
    """8.6; half up."""
    return half_up(value)


@register.filter
def at_least(change: BudgetChange, name: str) -> str:
    """At least so much of `week`, `short` or `long`, as it was then."""
    sums = change.sums(name)
    return "–" if sums is None else sums.floor.shown(change.cap_pct)


@register.filter
def judged_sums(team: Team) -> Number:
    """Of a team out of `with_sums`: what its cap is about."""
    return judged(team, sums_of(team))


@register.filter
def cap_work(team: Team) -> str:
    """What the team's cap is on, within a sentence."""
    return "operational work" if team.cap_applies_to == CapTarget.OPS else "toil"


@register.filter
def judged_in(week: WeekNumbers, team: Team) -> Number:
    """A week, or what it was when it was closed: what the team's cap is about."""
    return judged(team, week)


READINGS = {
    Reading.UNDER_LOGGED: (
        "under-logging suspected",
        "People say they do more toil than the log holds: much of it is probably not logged.",
    ),
    Reading.ALIKE: ("both say the same", "Log and survey say about the same."),
    Reading.UNLIKE: (
        "they disagree",
        "The log holds more than people say they do: other work is logged as toil, or the answers are not of the whole "
        "team.",
    ),
    None: ("cannot be said", "One of the two says nothing, so they cannot be compared."),
}


@register.filter
def hundredths(value: Fraction | None) -> Decimal | str:
    return "–" if value is None else half_up(value, 2)


@register.filter
def reading_name(reading: Reading | None) -> str:
    return READINGS[reading][0]


@register.filter
def reading_words(reading: Reading | None) -> str:
    return READINGS[reading][1]


@register.simple_tag
def part_meter(share: Share, what: str) -> SafeString:
    """A part of a team's time: no cap is on it, so none is drawn."""
    label = f"{what}: {share.shown()} of the time of its team"
    return meter(None if share.exact is None else float(share.exact), label=label, size="thin")
