"""`{% load less %}`: what toil goes into, where it is going and what drives it, in words."""

from decimal import Decimal
from fractions import Fraction

from django import template

from apps.core.templatetags.times import half_up, pct
from apps.toil.budgets.outlook import NEEDED, Outlook, Way, outlook_of
from apps.toil.drivers.growth import Growth, Said
from apps.toil.models import Reduction
from apps.toil.reductions.weighing import Result
from apps.toil.reductions.words import verdict_words
from apps.toil.team_page import TeamPage

register = template.Library()


@register.simple_tag
def team_outlook(page: TeamPage) -> Outlook:
    """Of the weeks that its page has read anyway."""
    return outlook_of(page.team, page.weeks)


@register.simple_tag
def why(plan: Reduction, result: Result) -> str:
    """What its verdict rests on."""
    return verdict_words(plan, result)


@register.filter
def change(share: Fraction | None) -> str:
    """+12.5%, −30%, or new where there was nothing."""
    if share is None:
        return "new"
    sign = "+" if share > 0 else "−" if share < 0 else "±"
    return f"{sign}{pct(100 * abs(share))}"


@register.simple_tag
def outlook_words(found: Outlook, cap: Decimal) -> str:
    """Rising towards the cap, falling below it, or why it cannot be said."""
    if found.way == Way.UNKNOWN:
        if not found.looked_at:
            return (
                f"It cannot be said yet: no week is closed, and it takes {NEEDED} of which 70% is confirmed."
            )
        known = f"of {found.known} of the last {found.looked_at} closed weeks at least 70% is confirmed"
        return f"It cannot be said: {known}, and it takes {NEEDED}."
    now = pct(found.now)
    if found.way == Way.STEADY:
        return (
            f"Neither rising nor falling for certain, at about {now}: the weeks differ more than they move."
        )
    way = f"{found.way.value.capitalize()} by {half_up(abs(found.slope))} points a week, at about {now} now"
    return f"{way}: {_meets(found, cap)}"


def _meets(found: Outlook, cap: Decimal) -> str:
    is_rising, named = found.way == Way.RISING, f"the {pct(cap)} cap"
    if found.weeks is not None:
        verb = "reaches" if is_rising else "comes below"
        weeks = "1 week" if found.weeks == 1 else f"{found.weeks} weeks"
        return f"if nothing changes it {verb} {named} in {weeks}, in week {found.meets_cap_on:%V}."
    if is_rising == found.is_over(cap):
        return f"{'over' if is_rising else 'below'} {named} already, and moving away from it."
    return f"it does not {'reach' if is_rising else 'come below'} {named} within a year."


@register.filter
def number(value: Decimal | Fraction | None) -> str:
    """1,250 or 12.5; with one decimal below a hundred only."""
    if value is None:
        return "–"
    exact = Fraction(value)
    rounded = half_up(exact, 1 if abs(exact) < 100 else 0)
    return f"{rounded.normalize():,f}"


@register.filter
def growth_words(growth: Growth, name: str) -> str:
    """What is said of a source against one of its drivers, or why nothing is."""
    if growth.elasticity is not None:
        found = str(half_up(growth.elasticity, 2)).replace("-", "−")
        return GROWTH_WORDS[growth.said].format(name=name, e=found)
    return GROWTH_WORDS[growth.said].format(name=name)


GROWTH_WORDS = {
    Said.LINEAR: "yes, it grows about as fast as {name}, or faster (elasticity {e}).",
    Said.SLOWER: "partly, it grows more slowly than {name} (elasticity {e}).",
    Said.SCALING: "no, it grows little with {name}, or not at all (elasticity {e}): this scales well.",
    Said.FEW_WEEKS: "Not measured: of {name} and of the log, 16 weeks of the past year must be known together.",
    Said.STILL: "Not measured: {name} changed by less than 10%, which explains nothing.",
    Said.NOTHING_LOGGED: "Not measured: in the first or in the last eight weeks nothing was logged.",
    Said.UNCONFIRMED: "Not measured: less than 70% of the team’s time is confirmed in the first or in the last eight "
    "weeks, or the two differ by more than 15 points.",
}
