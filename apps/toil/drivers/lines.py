"""Values of a driver as text: a day and a number on each line, as a spreadsheet gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError

from apps.core.validators import validate_reasonable_date

MOST_LINES = 5_000
MOST_TOLD = 10
MOST = Decimal(10) ** 13
PLACES = 4
Values = dict[date, Decimal | None]


def read_values(text: str) -> Values:
    """{day: value, or None where the line takes it away}. Raises ValidationError that names each line it cannot read;
    then nothing is taken. A first line without any digit is a heading."""
    found: Values = {}
    seen: dict[date, int] = {}
    problems = []
    for number, line in _lines(text):
        try:
            day, value = _read(line)
            if day in seen:
                raise ValueError(f"{day} stands on line {seen[day]} already.")
        except ValueError as error:
            problems.append(f"Line {number}: {error}")
        else:
            found[day], seen[day] = value, number
    if problems:
        raise ValidationError(_few(problems))
    if not found:
        raise ValidationError("Write a day and a number on each line, such as 2026-03-01, 110.")
    return found


def _lines(text: str) -> Iterator[tuple[int, str]]:
    lines = text.lstrip("\ufeff").splitlines()
    if len(lines) > MOST_LINES:
        raise ValidationError(f"At most {MOST_LINES:,} lines at once; there are {len(lines):,}.")
    for number, line in enumerate(lines, 1):
        is_heading = number == 1 and not any(letter.isdigit() for letter in line)
        if line.strip() and not is_heading:
            yield number, line.strip()


def _read(line: str) -> tuple[date, Decimal | None]:
    day, _, rest = re.sub(r"[;\t]", ",", line, count=1).partition(",")
    return _day(day.strip(' "')), value_of(rest.strip(' "'))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        raise ValueError(f"“{text[:20]}” is no day; write it as 2026-03-01.")
    try:
        validate_reasonable_date(day)
    except ValidationError as error:
        raise ValueError(error.messages[0]) from error
    return day


def value_of(text: str) -> Decimal | None:
    """A number above zero; nothing takes the value of the day away. Raises ValueError."""
    if not text:
        return None
    try:
        value = Decimal(text) if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text) else None
    except InvalidOperation:
        value = None
    if value is None:
        raise ValueError(f"“{text[:20]}” is no number; write it as 1250 or 12.5.")
    return checked(value)


def checked(value: Decimal) -> Decimal:
    """Raises ValueError."""
    if not 0 < value < MOST:
        raise ValueError("The number must be more than zero and less than ten trillion.")
    if value != round(value, PLACES):
        raise ValueError(f"The number has more than {PLACES} decimals.")
    return value


def _few(problems: list[str]) -> list[str]:
    more = len(problems) - MOST_TOLD
    return problems[:MOST_TOLD] + ([f"And {more} more lines."] if more > 0 else [])
