"""Dates as tools write them. Whether 03/04 is March or April is decided over the whole file, and never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import TextChoices

from apps.core.tables import NotReadable, shown
from apps.core.validators import EARLIEST, LATEST
from apps.toil.lines.durations import Unreadable

DATE = re.compile(r"([0-9]{1,4})([-/.])([0-9]{1,2})\2([0-9]{1,4})")


class DateOrder(TextChoices):
    YEAR_FIRST = "ymd", "Year first"
    DAY_FIRST = "dmy", "Day first"
    MONTH_FIRST = "mdy", "Month first"


@dataclass(slots=True)
class Evidence:
    """The first lines that can only be meant one way, and the first that can be meant both ways."""

    day_first: tuple[int, str] | None = None
    month_first: tuple[int, str] | None = None
    either: tuple[int, str] | None = None

    def add(self, line: int, text: str) -> None:
        match = DATE.fullmatch(text)
        if not match or len(match[4]) != len("2026"):
            return
        first, second = int(match[1]), int(match[3])
        if 12 < first <= 31 and second <= 12:
            self.day_first = self.day_first or (line, text)
        elif 12 < second <= 31 and first <= 12:
            self.month_first = self.month_first or (line, text)
        elif first != second and max(first, second) <= 12:
            self.either = self.either or (line, text)


class AsksOrder(Exception):
    """The file does not say whether day or month comes first; `line` and `text` are an example."""

    def __init__(self, line: int, text: str) -> None:
        self.line, self.text = line, text
        super().__init__(f"Line {line}: {text} can be meant in two ways.")

    @property
    def meanings(self) -> dict[str, date]:
        orders = (DateOrder.DAY_FIRST, DateOrder.MONTH_FIRST)
        return {order.value: read_date(self.text, order) for order in orders}


def order_of(seen: Evidence, said: str = "") -> DateOrder:
    """`said` is what somebody chose. Raises NotReadable when the file, or the file and they, contradict each other."""
    by_file = {DateOrder.DAY_FIRST: seen.day_first, DateOrder.MONTH_FIRST: seen.month_first}
    if seen.day_first and seen.month_first:
        (one, day), (other, month) = seen.day_first, seen.month_first
        raise NotReadable(
            f"Line {one} has {shown(day)}, with the day first, and line {other} has {shown(month)}, with the month "
            "first. Export the file once more with one format for all dates."
        )
    found = next((order for order, example in by_file.items() if example), None)
    if found and said in by_file and said != found:
        line, text = by_file[found] or (0, "")
        raise NotReadable(
            f"Line {line} has {shown(text)}, which cannot be read as {DateOrder(said).label.lower()}."
        )
    if found or said in by_file:
        return found or DateOrder(said)
    if seen.either:
        raise AsksOrder(*seen.either)
    return DateOrder.YEAR_FIRST  # or 05/05, which is the same day either way


def evidence(dates: Iterable[tuple[int, str]]) -> Evidence:
    seen = Evidence()
    for line, text in dates:
        seen.add(line, text)
    return seen


@lru_cache(maxsize=8192)
def read_date(text: str, order: str) -> date:
    """Raises Unreadable."""
    match = DATE.fullmatch(text)
    if not match:
        raise Unreadable(f"{shown(text)} is no date such as 2026-03-31.")
    first, second, third = match[1], match[3], match[4]
    if len(first) == len("2026"):
        year, month, day = first, second, third
    else:
        year = third
        day, month = (second, first) if order == DateOrder.MONTH_FIRST else (first, second)
    if len(year) != len("2026") or len(day) > 2:
        raise Unreadable(f"{shown(text)} has no year of four digits.")
    try:
        found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise Unreadable(f"{shown(text)} is not in the calendar.") from error
    if not EARLIEST <= found <= LATEST:
        raise Unreadable(f"{shown(text)} does not lie between {EARLIEST.year} and {LATEST.year}.")
    return found
