"""Limits that every form, serializer and model shares."""

import re
from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL and lone surrogates, in either database
RESERVED = frozenset({"new"})
"""Stands in addresses where a short name stands, of all that has a page to add one. Some have further words."""
EARLIEST, LATEST = date(1970, 1, 1), date(2100, 12, 31)


def validate_one_line(text: str) -> None:
    """Names stand in the headers of mails: a line break there would be a header of somebody's own, or no mail."""
    if text.splitlines() not in ([], [text]):
        raise ValidationError("Write this on one line.")


def refuse_reserved(slug: str, reserved: Collection[str] = RESERVED) -> None:
    """Its own page could not be reached."""
    if slug in reserved:
        raise ValidationError({"slug": "This word has a meaning in addresses already. Choose another."})


def validate_reasonable_date(day: date) -> None:
    if not EARLIEST <= day <= LATEST:
        raise ValidationError("Give a date between 1970 and 2100.")
