"""One line of toil, as it is typed: `25m restart ingest @payments #interrupt ^yesterday`.

    line     = [duration] words token*             words are the text; "quoted" ones are never read
    duration = 25 | 25m | 1,5h | 1h30 | 1:30 | 3x10m          a bare number is minutes
    token    = @service | #source-or-category | !trigger | ~team | x6
             | ^today, ^yesterday, ^mon to ^sun, ^2026-03-08 | 14:00-14:25
             | +INC-12, +ACT-7, +https://... | last            since the end of the entry before

Tokens come in any order. What is not recognised stays in the text, and is told; nothing is guessed. Pure: which
services, teams, sources and incidents exist is told by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from apps.core.validators import EARLIEST, LATEST
from apps.toil.lines.clock import Clock, read_clock
from apps.toil.lines.durations import Unreadable, read_duration
from apps.toil.models import Category, Trigger

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TRIGGER_WORDS = {"chat": Trigger.REQUEST, "mail": Trigger.REQUEST, "chore": Trigger.SCHEDULED}
MAX_OCCURRENCES = 1000
MARKS = "@#!~+^"
_WORDS = re.compile(r'"(?P<quoted>[^"]*)"|(?P<plain>\S+)')
_SPACED = re.compile(
    r"[0-9]{1,4}(?:[.,][0-9]{1,4})?\s(?:m|mins?|minutes?|h|hours?)(?:\s[0-9]{1,2}\s?(?:m|min))?(?=\s|$)",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://[^\s/?#]+\S{0,480}", re.IGNORECASE)
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?[ab]?"
_TIMES = re.compile(rf"{_TIME}[-–]{_TIME}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What the marks may name. An unknown name is no error: it stays in the text."""

    services: Collection[str] = ()
    teams: Collection[str] = ()
    incidents: Collection[str] = ()
    sources: Collection[str] = ()
    items: Collection[str] = ()


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
    item: str = ""
    link: str = ""
    source: str = ""
    category: str = ""
    trigger: str = ""
    occurrences: int | None = None
    since_last: bool = False
    words: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Words that look like a token and are none: they stay in the text."""


def named(line: str, mark: str) -> set[str]:
    """The words behind a mark, to look up which of them exist."""
    found = (match["plain"] or "" for match in _WORDS.finditer(line))
    return {word[1:] for word in found if word.startswith(mark) and len(word) > 1}


def read_line(line: str, *, today: date, known: Known) -> Line:
    """Raises Unreadable, with a sentence for the person, when the time cannot be meant."""
    result = Line()
    rest = _take_time(line.strip(), result)
    ending = ""
    for match in _WORDS.finditer(rest):
        word = match["plain"]
        if word is None:
            result.words.append(match["quoted"])
            ending = ""
        elif not any(take(word, result, today, known) for take in TAKERS):
            result.words.append(word)
            ending = word
            result.left += [word] * (len(word) > 1 and word[0] in MARKS)
    _take_last(ending, result)
    result.text = " ".join(filter(None, (part.strip() for part in result.words)))
    return result


def _take_last(ending: str, result: Line) -> None:
    """`last` behind all other words, in a line that says no other time."""
    is_timed = result.seconds is not None or result.start is not None
    if is_timed or ending.lower() != "last":
        return
    if result.day is not None:
        raise Unreadable("“last” means today: since the end of your entry before. Leave the day away.")
    result.words.pop()
    result.since_last = True


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
    if result.seconds is not None:
        raise Unreadable(
            f"The line says twice how long it took. Put {word} in quotes if it belongs to the text."
        )
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


def _take_reference(word: str, result: Line, _today: date, known: Known) -> bool:
    if word[0] != "+":
        return False
    key, is_link = word[1:].upper(), bool(_LINK.fullmatch(word[1:]))
    found = {"incident": key in known.incidents, "item": key in known.items, "link": is_link}
    name = next((name for name, is_it in found.items() if is_it and not getattr(result, name)), "")
    if name:
        setattr(result, name, word[1:] if is_link else key)
    return bool(name)


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
    _take_reference,
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
        day = date.fromisoformat(wanted)
    except ValueError as error:
        raise Unreadable(f"{word} is not a date.") from error
    if not EARLIEST <= day <= LATEST:
        raise Unreadable(f"{word} does not lie between {EARLIEST.year} and {LATEST.year}.")
    return day
