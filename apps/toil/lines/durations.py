"""How people write how long something took. A bare number is always minutes."""

from __future__ import annotations

import re
from fractions import Fraction

DAY = 24 * 3600
_NUMBER = r"[0-9]{1,5}(?:[.,][0-9]{1,4})?"
_FORMS = (
    re.compile(r"(?P<count>[0-9]{1,4})\s?x\s?(?P<each>.+)", re.IGNORECASE | re.DOTALL),
    re.compile(r"(?P<hours>[0-9]{1,4}):(?P<minutes>[0-5][0-9])", re.ASCII),
    re.compile(
        rf"(?P<hours>{_NUMBER})\s?h(?:ours?|rs?)?(?:\s?(?P<minutes>[0-9]{{1,2}})(?:\s?m(?:in(?:utes?)?)?)?)?",
        re.I,
    ),
    re.compile(rf"(?P<minutes>{_NUMBER})(?:\s?m(?:in(?:utes?)?)?)?", re.IGNORECASE),
)


class Unreadable(ValueError):
    """What was typed cannot be meant; the sentence says why."""


def read_duration(text: str) -> tuple[int, int] | None:
    """(seconds, occurrences) of `25`, `25m`, `25 min`, `1,5h`, `1h30`, `1:30`, `3x10m`; None if it is none.

    Raises Unreadable when it is a duration but not one that can be logged.
    """
    text = text.strip()
    if text.startswith(("-", "−")) and read_duration_form(text[1:]) is not None:
        raise Unreadable("The time must be more than zero.")
    found = read_duration_form(text)
    if found is None:
        return None
    return _in_bounds(found[0]), found[1]


def expect_duration(text: str) -> tuple[int, int]:
    """Of a field that holds nothing else: Unreadable, too, when it is none."""
    found = read_duration(text)
    if found is None:
        raise Unreadable("Write a time such as 25m, 1h30 or 1:30.")
    return found


def said_duration(text: str) -> dict[str, int]:
    """Such a field as the keywords of `log_entry`: how often only where it says so."""
    seconds, occurrences = expect_duration(text)
    return {"seconds": seconds} | ({"occurrences": occurrences} if occurrences > 1 else {})


def read_duration_form(text: str) -> tuple[Fraction, int] | None:
    for form in _FORMS:
        match = form.fullmatch(text)
        if match:
            return _value(match.groupdict())
    return None


def _value(parts: dict[str, str | None]) -> tuple[Fraction, int] | None:
    if "each" in parts:
        each = read_duration_form((parts["each"] or "").strip())
        count = int(parts["count"] or 0)
        return (each[0] * count, count) if each and each[1] == 1 else None
    hours, minutes = (_number(parts.get(name)) for name in ("hours", "minutes"))
    return hours * 3600 + minutes * 60, 1


def _number(text: str | None) -> Fraction:
    return Fraction((text or "0").replace(",", "."))


def _in_bounds(seconds: Fraction) -> int:
    whole = int(seconds + Fraction(1, 2))
    if whole <= 0:
        raise Unreadable("The time must be more than zero.")
    if whole > DAY:
        raise Unreadable("One entry holds at most 24 hours.")
    return whole


def spell_duration(seconds: int) -> str:
    """Back into a form that `read_duration` reads: 25m, 1h30m, and 0.5m for what is no whole minute."""
    if seconds % 60:
        return f"{float(Fraction(seconds, 60)):.4f}".rstrip("0") + "m"
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}h{minutes:02d}m" if hours and minutes else f"{hours}h" if hours else f"{minutes}m"
