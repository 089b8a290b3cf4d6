"""Which countries and regions have a calendar of public holidays, read from `places.json`. A test compares that file
with the library, which the web does not load."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

FILE = Path(__file__).with_name("places.json")


@cache
def places() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def countries() -> list[tuple[str, str]]:
    """(code, name) by name."""
    return sorted(((code, row["name"]) for code, row in places().items()), key=lambda pair: pair[1])


def check_place(country: str, subdivision: str) -> None:
    """Raises ValidationError on the field that names nothing."""
    if not country and not subdivision:
        return
    if country not in places():
        known = "Choose the country first." if not country else "There is no calendar of this country."
        raise ValidationError({"country": known})
    parts = places()[country]["parts"]
    if subdivision and subdivision not in parts:
        raise ValidationError({"subdivision": _no_such(places()[country]["name"], parts)})


def _no_such(country: str, parts: dict[str, str]) -> str:
    if not parts:
        return f"{country} has one calendar. Leave this empty."
    shown = ", ".join(f"{code} ({name})" if name != code else code for code, name in sorted(parts.items()))
    return f"{country} has these: {shown}."


def place_name(country: str, subdivision: str) -> str:
    """Germany, Bavaria; "" without a country."""
    if country not in places():
        return country
    row = places()[country]
    return f"{row['name']}, {row['parts'].get(subdivision, subdivision)}" if subdivision else row["name"]
