"""On which dates a chore comes again: the part of RFC 5545 that always comes to an end, computed by dateutil."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr

DAYS = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_DAY = re.compile(r"(?P<place>-1|[1-5])?(?P<day>MO|TU|WE|TH|FR|SA|SU)")
_PARTS = {
    "FREQ": re.compile("|".join(UNITS)),
    "INTERVAL": re.compile(r"[1-9][0-9]?"),
    "BYDAY": re.compile(rf"{_DAY.pattern}(?:,(?:-1|[1-5])?(?:{'|'.join(DAYS)}))*"),
    "BYMONTHDAY": re.compile(r"-?(?:[1-9]|1[0-9]|2[0-8])(?:,-?(?:[1-9]|1[0-9]|2[0-8]))*"),
    "UNTIL": re.compile(r"[0-9]{8}(?:T[0-9]{6}Z?)?"),
    "COUNT": re.compile(r"[1-9][0-9]{0,2}"),
}
"""Nothing within a day, and nothing that some month never has: a rule without a date would be sought for ever."""


class BadRule(ValueError):
    """What is written is no rule; the sentence says why."""


def read_rule(text: str) -> str:
    """The rule as it is stored: FREQ=WEEKLY;BYDAY=MO,TH. Raises BadRule."""
    parts = _parts(text)
    for name, value in parts.items():
        if name not in _PARTS or not _PARTS[name].fullmatch(value):
            raise BadRule(f"{name}={value} cannot be used here.")
    frequency, days = parts.get("FREQ", ""), parts.get("BYDAY", "")
    has_places = any(_DAY.fullmatch(day)["place"] for day in days.split(",") if days)  # type: ignore[index]
    if not frequency:
        raise BadRule("Begin with how often, such as FREQ=WEEKLY.")
    if frequency != "MONTHLY" and (has_places or "BYMONTHDAY" in parts):
        raise BadRule("Days of a month go with FREQ=MONTHLY.")
    if days and (frequency == "YEARLY" or "BYMONTHDAY" in parts):
        raise BadRule("Name days of the week or days of the month, not both.")
    if frequency == "DAILY" and days and not int(parts.get("INTERVAL", "1")) % 7:
        raise BadRule("Every so many weeks goes with FREQ=WEEKLY.")
    if {"UNTIL", "COUNT"} <= set(parts):
        raise BadRule("Say until when or how many times, not both.")
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    _check_until(parts.get("UNTIL", ""))
    return rule


def _parts(text: str) -> dict[str, str]:
    said = text.strip().upper().removeprefix("RRULE:").replace(" ", "")
    pairs = [part.partition("=")[::2] for part in said.split(";") if part]
    if len({name for name, _ in pairs}) != len(pairs):
        raise BadRule("A part stands there twice.")
    return {name: value[:8] if name == "UNTIL" and value[:8].isdecimal() else value for name, value in pairs}


def _check_until(day: str) -> None:
    try:
        if day:
            date.fromisoformat(f"{day[:4]}-{day[4:6]}-{day[6:]}")
    except ValueError as error:
        raise BadRule(f"{day} is no date such as 20261231.") from error


def dates_of(rule: str, starts_on: date, first: date, last: date) -> list[date]:
    """Those of the rule from `first` to `last`, both inclusive; none before `starts_on`."""
    if last < max(first, starts_on):
        return []
    found = rrulestr(rule, dtstart=_midnight(starts_on))
    moments = found.between(_midnight(max(first, starts_on)), _midnight(last), inc=True)
    return [moment.date() for moment in moments]


def next_date(rule: str, starts_on: date, today: date) -> date | None:
    """Today, if it is today."""
    found = rrulestr(rule, dtstart=_midnight(starts_on))
    moment = found.after(_midnight(today) - timedelta(days=1), inc=False)
    return moment.date() if moment else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0))


def rule_in_words(rule: str) -> str:
    """Every week on Monday and Thursday; Every 2 months on the last Friday."""
    parts = _parts(rule)
    unit, every = UNITS[parts["FREQ"]], parts.get("INTERVAL", "1")
    said = f"Every {unit}" if every == "1" else f"Every {every} {unit}s"
    days = [_day_in_words(day) for day in parts.get("BYDAY", "").split(",") if day]
    days += [_place(int(day)) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    said += f" on {_and(days)}" if days else ""
    if "UNTIL" in parts:
        return f"{said}, until {parts['UNTIL'][:4]}-{parts['UNTIL'][4:6]}-{parts['UNTIL'][6:]}"
    return f"{said}, {parts['COUNT']} times" if "COUNT" in parts else said


def _day_in_words(text: str) -> str:
    found = _DAY.fullmatch(text)
    if found is None:
        return text
    day = DAYS[found["day"]]
    return f"the {ORDINALS[int(found['place'])]} {day}" if found["place"] else day


def _place(day: int) -> str:
    return f"day {day}" if day > 0 else "the last day" if day == -1 else f"day {-day} from the end"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
