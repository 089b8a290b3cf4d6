"""What a verdict rests on, in a sentence with its own figures: the same on pages and in mails."""

from __future__ import annotations

from fractions import Fraction

from apps.core.templatetags.times import pct
from apps.toil.models import Reduction
from apps.toil.number import ENOUGH
from apps.toil.reductions.effect import (
    COVERAGE_GAP,
    FEWEST_WEEKS,
    PARTIAL,
    VERIFIED,
    Effect,
    Lack,
    Window,
    reduction,
)
from apps.toil.reductions.weighing import Result

MEANS = {
    Effect.VERIFIED: "{less}. Verified is from {verified} on: 80% of the {expected} that was expected.",
    Effect.PARTIAL: "{less}. That is part of the {expected} that was expected; verified is from {verified} on.",
    Effect.NOT_REDUCED: "{less}, where {expected} was expected; partly is from {partial} on. Look at it again, or say "
    "no to it.",
    Effect.REGRESSED: "{less}. After four weeks it was gone as planned, after twelve it is not any more.",
    Effect.DISPLACED: "{less}, but other sources of the same service grew by more than a quarter of what was saved.",
}
LACKS = {
    Lack.FEW_WEEKS: "Only {weeks} complete {plural} of it known from before work began, and it takes {fewest}.",
    Lack.NOTHING_BEFORE: "In a usual week before work began nothing of it was logged, so there is nothing to compare.",
    Lack.NO_CAPACITY: "The team had no capacity before work began or since it was done, so nobody could confirm that "
    "all is logged.",
    Lack.UNCONFIRMED_BEFORE: "Only {before} of the team’s time is confirmed for the weeks before work began, and it "
    "takes {enough}: how much it took then is not known.",
    Lack.UNCONFIRMED_SINCE: "Only {since} of the team’s time is confirmed in the {judged} weeks since ({before} "
    "before), and it takes {enough}: less is logged, which need not mean that there is less toil.",
    Lack.UNLIKE: "{before} of the team’s time was confirmed before and {since} in the {judged} weeks since. More than "
    "{gap} points lie between, so what looks like less toil may be another way of logging.",
}


def verdict_words(plan: Reduction, result: Result) -> str:
    """Raises KeyError before there is a verdict."""
    if result.lack:
        return LACKS[result.lack].format(**_known(result))
    assert result.effect is not None  # noqa: S101  (only then there are words)
    expected = plan.plan.fraction
    return MEANS[result.effect].format(
        less=_less(result),
        expected=_pct(expected),
        verified=_pct(VERIFIED * expected),
        partial=_pct(PARTIAL * expected),
    )


def _less(result: Result) -> str:
    gone = reduction(result.before, result.judged) or Fraction(0)
    way = "less" if gone >= 0 else "more"
    weeks = f"the first {result.judged.weeks} complete weeks since"
    return f"A usual week of {weeks} takes {_pct(abs(gone))} {way} than before"


def _known(result: Result) -> dict[str, object]:
    weeks = result.before.weeks
    return {
        "weeks": weeks,
        "plural": "week is" if weeks == 1 else "weeks are",
        "fewest": FEWEST_WEEKS,
        "before": _covered(result.before),
        "since": _covered(result.judged),
        "judged": result.judged.weeks,
        "enough": _pct(ENOUGH),
        "gap": int(100 * COVERAGE_GAP),
    }


def _covered(window: Window) -> str:
    return "nothing" if window.coverage is None else _pct(window.coverage)


def _pct(share: Fraction) -> str:
    return pct(100 * share)
