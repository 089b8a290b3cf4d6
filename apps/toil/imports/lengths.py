"""How long something took, as tools write it."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import lru_cache

from apps.core.tables import shown
from apps.toil.imports.columns import LENGTHS, Tool
from apps.toil.lines.durations import Unreadable, read_duration_form

CLOCK = re.compile(r"([0-9]{1,4}):([0-5][0-9])(?::([0-5][0-9]))?")
NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,6})?")
UNITS = {"hours": 3600, "minutes": 60, "seconds": 1}
BARE = {Tool.KIMAI: 1, Tool.CLOCKIFY: 3600, Tool.GENERIC: 60}
"""What a bare number under “Duration” counts, in seconds. Toggl writes none."""


def read_length(cells: dict[str, str], tool: Tool) -> int | None:
    """Whole seconds, from the first of the columns that holds something; None when none does. Raises Unreadable."""
    for part in LENGTHS:
        if text := cells.get(part):
            return _seconds(text, UNITS.get(part) or BARE.get(tool, 0))
    return None


@lru_cache(maxsize=8192)
def _seconds(text: str, bare: int) -> int:
    if text.startswith(("-", "\u2212")):
        raise Unreadable("The time must be more than zero.")
    if match := CLOCK.fullmatch(text):
        return int(match[1]) * 3600 + int(match[2]) * 60 + int(match[3] or 0)
    if NUMBER.fullmatch(text):
        if not bare:
            raise Unreadable(f"{shown(text)} does not say of what: write 01:30:00.")
        return int(Fraction(text.replace(",", ".")) * bare + Fraction(1, 2))
    found = read_duration_form(text)
    if found is None:
        raise Unreadable(f"{shown(text)} is no duration such as 1:30 or 01:30:00.")
    return int(found[0] + Fraction(1, 2))
