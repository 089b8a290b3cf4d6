"""The only place that reads the `holidays` library. It takes 30 MB, so the clock imports it, the web never."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import holidays

ENGLISH = "en_US"
Read = dict[date, str]


def public_holidays(country: str, subdivision: str, year: int) -> Read:
    """Statutory days off of one place and year, with their English names where the library knows them."""
    found = holidays.country_holidays(
        country, subdiv=subdivision or None, years=year, language=ENGLISH, observed=True
    )
    return {day: name for day, name in found.items() if day.year == year}


def supported_places() -> dict[str, Any]:
    """{"DE": {"name": "Germany", "parts": {"BY": "Bavaria"}}}, as `places.json` keeps it."""
    codes = sorted(holidays.list_supported_countries(include_aliases=False))
    return {code: _place(holidays.country_holidays(code)) for code in codes}


def _place(country: holidays.HolidayBase) -> dict[str, Any]:
    name = next(base.__name__ for base in type(country).__mro__ if len(base.__name__) > 3)
    called: dict[str, str] = {}
    for alias, code in getattr(country, "subdivisions_aliases", {}).items():
        called.setdefault(code, alias)
    parts = {code: called.get(code, code) for code in country.subdivisions}
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return {"name": re.sub(r" (And|Of|The)(?= )", lambda word: word[0].lower(), words), "parts": parts}


def spell_places() -> str:
    return json.dumps(supported_places(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
