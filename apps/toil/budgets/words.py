"""What a state of the cap means, in the words of page, mail and program alike."""

from __future__ import annotations

from decimal import Decimal

from apps.core.templatetags.times import pct
from apps.toil.budgets.levels import CALM_POINTS, CALM_WEEKS, Level
from apps.toil.models import BudgetChange
from apps.toil.number import Number

MEANS = {
    Level.WITHIN: "Four weeks together are not over the cap.",
    Level.LIKELY_WARN: "Those who confirmed their weeks report more than the cap over four weeks together.",
    Level.WARN: "What is logged of four weeks together is more than the cap, whatever is still missing.",
    Level.LIKELY_BREACH: "Those who confirmed their weeks report more than the cap over thirteen weeks together.",
    Level.BREACH: "What is logged of thirteen weeks together is more than the cap. That asks for a plan: somebody who "
    "sees to it, and one promise at least.",
}
HELD = {
    Level.LIKELY_WARN: "Those who confirmed their weeks reported more than the cap over four weeks together.",
    Level.WARN: "What was logged of four weeks together was more than the cap.",
    Level.LIKELY_BREACH: "Those who confirmed their weeks reported more than the cap over thirteen weeks together.",
    Level.BREACH: "What was logged of thirteen weeks together was more than the cap, which asks for a plan.",
}
SINCE = "It is not any more, but has not been well below the cap for long enough."
STILL = "Thirteen weeks together still are, by weeks that were told; since then it has been well below."
LEAVES = (
    f"It ends when four weeks together have been more than {CALM_POINTS} points below the cap for {CALM_WEEKS} weeks "
    "in a row."
)
THIN = "Less than 60% of the team’s time was confirmed two weeks running, so the figures say little."


def means_of(level: Level, short: Number | None, long: Number | None, cap: Decimal) -> str:
    """A level outlives the sums that raised it, and one that was left may outlive neither: said as the sums are now."""
    if level == Level.WITHIN:
        return f"{MEANS[level]} {STILL}" if _is_over(long, cap) else MEANS[level]
    sums = long if level in {Level.BREACH, Level.LIKELY_BREACH} else short
    is_so = sums is None or _is_over(sums, cap, is_likely=level.is_likely)
    return MEANS[level] if is_so else f"{HELD[level]} {SINCE}"


def _is_over(sums: Number | None, cap: Decimal, *, is_likely: bool = False) -> bool:
    return sums is not None and (sums.reported if is_likely else sums.floor).is_over(cap)


def subject_of(change: BudgetChange) -> str:
    team, cap = change.team.name, f"its {pct(change.cap_pct)} cap"
    if change.after == "thin":
        return f"{team}: less than 60% of two weeks is confirmed"
    return {
        Level.WITHIN: f"{team} is within {cap} again",
        Level.LIKELY_WARN: f"{team} is probably over {cap}",
        Level.WARN: f"{team} is over {cap}",
        Level.LIKELY_BREACH: f"{team} is probably over {cap} for a quarter",
        Level.BREACH: f"{team} is over {cap} for a quarter: a plan is needed",
    }[Level(change.after)]


def figures_of(change: BudgetChange) -> str:
    """The sums behind it, as they were."""
    named = {"week": "1 week", "short": "4 weeks", "long": "13 weeks"}
    known = [(words, change.sums(name)) for name, words in named.items()]
    return ", ".join(
        f"{words} at least {sums.floor.shown(change.cap_pct)}" for words, sums in known if sums is not None
    )
