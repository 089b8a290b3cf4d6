"""What the charts share: the numbers they take and how these are written into attributes."""

from decimal import Decimal

Number = Decimal | float | int


def num(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
