"""Is it toil? The six checks of the SRE book, chapter 5: toil is a matter of degree, so their number is what counts."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

REPETITIVE_ENTRIES = 3
REPETITIVE_DAYS = 90

QUESTIONS = {
    "is_manual": ("Manual", "Hands-on time. Starting a script by hand is manual too."),
    "is_automatable": (
        "Automatable",
        "A machine could do it, or the need could be designed away. Judgement that a bad design asks for is no excuse.",
    ),
    "is_tactical": ("Tactical", "It interrupts and reacts. Handling pages is tactical."),
    "leaves_nothing": (
        "No enduring value",
        "The service is as it was before. Dull work that improves it for good is not toil.",
    ),
    "grows": ("Grows with the service", "Twice the service, about twice the work."),
}
"""What people answer. The sixth, repetitive, is counted."""


class Suggestion(StrEnum):
    TOIL = "toil"
    REVIEW = "review"
    NOT_TOIL = "not_toil"


def score(answers: Iterable[bool | None], *, is_repetitive: bool) -> int:
    """The number of yes, 0 to 6; what nobody answered is no yes."""
    return sum(answer is True for answer in answers) + is_repetitive


def suggest(found: int) -> Suggestion:
    """From 4 on it is likely toil, with 2 or 3 somebody should look, below it is likely not."""
    if found >= 4:
        return Suggestion.TOIL
    return Suggestion.REVIEW if found >= 2 else Suggestion.NOT_TOIL
