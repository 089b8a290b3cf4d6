"""One line of toil, as it is typed: `25m restart ingest @payments #interrupt ^yesterday`.

The time comes first, marked parts in any order after it. What is not recognised stays in the text; nothing is
guessed. Pure: which services, teams and incidents exist is told by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from apps.toil.clock import Clock, read_clock
from apps.toil.durations import Unreadable, read_duration
from apps.toil.models import Category, Trigger

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TRIGGER_WORDS = {"chat": Trigger.REQUEST, "mail": Trigger.REQUEST, "chore": Trigger.SCHEDULED}
MAX_OCCURRENCES = 1000
_WORDS = re.compile(r'"(?P<quoted>[^"]*)"|(?P<plain>\S+)')
_SPACED = re.compile(
    r"[0-9]{1,4}(?:[.,][0-9]{1,4})?\s(?:m|mins?|minutes?|h|hours?)(?:\s[0-9]{1,2}\s?(?:m|min))?(?=\s|$)",
    re.IGNORECASE,
)
_TIMES = re.compile(r"[0-9]{1,2}:[0-9]{2}[ab]?[-–][0-9]{1,2}:[0-9]{2}[ab]?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What the marks may name. An unknown name is no error: it stays in the text."""

    services: Collection[str] = ()
    teams: Collection[str] = ()
    incidents: Collection[str] = ()
    sources: Collection[str] = ()


@dataclass(slots=True)
class Line:
    text: str = ""
    seconds: int | None = None
    start: Clock | None = None
    end: Clock | None = None
    day: date | None = None
    service: str = ""
    team: str = ""
    incident: str = ""
    source: str = ""
    category: str = ""
    trigger: str = ""
    occurrences: int | None = None
    words: list[str] = field(default_factory=list)


def named(line: str, mark: str) -> set[str]:
    """The words behind a mark, to look up which of them exist."""
    found = (match["plain"] or "" for match in _WORDS.finditer(line))
    return {word[1:] for word in found if word.startswith(mark) and len(word) > 1}


def read_line(line: str, *, today: date, known: Known) -> Line:
    """Raises Unreadable, with a sentence for the person, when the time cannot be meant."""
    result = Line()
    rest = _take_time(line.strip(), result)
    for match in _WORDS.finditer(rest):
        word = match["plain"]
        if word is None:
            result.words.append(match["quoted"])
        elif not any(take(word, result, today, known) for take in TAKERS):
            result.words.append(word)
    result.text = " ".join(filter(None, (part.strip() for part in result.words)))
    return result


def _take_time(line: str, result: Line) -> str:
    """The duration or the interval at the very start; returns what follows it."""
    spaced = _SPACED.match(line)
    first = spaced[0] if spaced else line.partition(" ")[0]
    if _TIMES.fullmatch(first):
        return line
    found = read_duration(first) if first else None
    if found is None:
        return line
    result.seconds = found[0]
    if found[1] > 1:
        result.occurrences = found[1]
    return line[len(first) :]


def _take_times(word: str, result: Line, _today: date, _known: Known) -> bool:
    if not _TIMES.fullmatch(word) or result.start is not None:
        return False
    start, end = re.split("[-–]", word)
    result.start, result.end = read_clock(start), read_clock(end)
    return True


def _take_name(word: str, result: Line, _today: date, known: Known) -> bool:
    marks = {"@": ("service", known.services), "~": ("team", known.teams)}
    name, names = marks.get(word[0], ("", ()))
    if not name or word[1:].lower() not in names or getattr(result, name):
        return False
    setattr(result, name, word[1:].lower())
    return True


def _take_incident(word: str, result: Line, _today: date, known: Known) -> bool:
    if word[0] != "+" or word[1:].upper() not in known.incidents or result.incident:
        return False
    result.incident = word[1:].upper()
    return True


def _take_source(word: str, result: Line, _today: date, known: Known) -> bool:
    """Before the category: `#quota` is the source of this name if there is one."""
    if word[0] != "#" or word[1:].lower() not in known.sources or result.source:
        return False
    result.source = word[1:].lower()
    return True


def _take_category(word: str, result: Line, _today: date, _known: Known) -> bool:
    found = category_named(word[1:]) if word[0] == "#" and not result.category else ""
    result.category = found or result.category
    return bool(found)


def _take_trigger(word: str, result: Line, _today: date, _known: Known) -> bool:
    wanted = word[1:].lower() if word[0] == "!" and not result.trigger else ""
    found = wanted if wanted in Trigger.values else TRIGGER_WORDS.get(wanted, "")
    result.trigger = found or result.trigger
    return bool(found)


def _take_count(word: str, result: Line, _today: date, _known: Known) -> bool:
    match = re.fullmatch(r"x([0-9]{1,4})", word, re.IGNORECASE)
    if not match or result.occurrences or not 0 < int(match[1]) <= MAX_OCCURRENCES:
        return False
    result.occurrences = int(match[1])
    return True


def _take_day(word: str, result: Line, today: date, _known: Known) -> bool:
    day = read_day(word[1:], today) if word[0] == "^" and result.day is None else None
    result.day = day or result.day
    return day is not None


Taker = Callable[[str, Line, date, Known], bool]
TAKERS: tuple[Taker, ...] = (
    _take_times,
    _take_name,
    _take_incident,
    _take_source,
    _take_category,
    _take_trigger,
    _take_count,
    _take_day,
)


def category_named(word: str) -> str:
    """A category by its name or by any word of it: production_interrupt, production-interrupt, interrupt."""
    wanted = word.lower().replace("-", "_")
    if wanted in Category.values:
        return wanted
    found = [value for value in Category.values if wanted in value.split("_")]
    return found[0] if len(found) == 1 else ""


def read_day(word: str, today: date) -> date | None:
    """today, yesterday, mon to sun (the latest such day, today included), 2026-03-08."""
    wanted = word.lower()
    if wanted in {"today", "yesterday"}:
        return today - timedelta(days=wanted == "yesterday")
    if wanted in WEEKDAYS:
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(wanted)) % 7)
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", wanted):
        return None
    try:
        return date.fromisoformat(wanted)
    except ValueError as error:
        raise Unreadable(f"{word} is not a date.") from error
