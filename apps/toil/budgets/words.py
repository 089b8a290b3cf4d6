"""What a state of the cap means, in the words of page, mail and program alike."""

from __future__ import annotations

from apps.core.templatetags.times import pct
from apps.toil.budgets.levels import CALM_POINTS, CALM_WEEKS, Level
from apps.toil.models import BudgetChange

MEANS = {
    Level.WITHIN: "Neither the last four weeks nor the last thirteen are over the cap.",
    Level.LIKELY_WARN: "Those who confirmed their weeks report more than the cap over four weeks together.",
    Level.WARN: "What is logged of four weeks together is more than the cap, whatever is still missing.",
    Level.LIKELY_BREACH: "Those who confirmed their weeks report more than the cap over thirteen weeks together.",
    Level.BREACH: "What is logged of thirteen weeks together is more than the cap. That asks for a plan: somebody who "
    "sees to it, and one promise at least.",
}
LEAVES = (
    f"It ends when four weeks together have been more than {CALM_POINTS} points below the cap for {CALM_WEEKS} weeks "
    "in a row."
)
THIN = "Less than 60% of the team’s time was confirmed two weeks running, so the figures say little."


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
