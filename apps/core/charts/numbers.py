"""What the charts share: the numbers they take, and how these and words are written into marks."""

from decimal import Decimal
from html import escape

Number = Decimal | float | int


def num(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def escaped(words: object) -> str:
    """What `conditional_escape` says, without a look at whether it is to be said later."""
    return words.__html__() if hasattr(words, "__html__") else escape(str(words))
