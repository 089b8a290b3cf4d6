"""One line of a digest, whatever it is about, and the groups that lines stand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

REVIEW = "review"
VERDICT = "verdict"
NEWS = "news"
HEADINGS = {
    "overdue": "Overdue",
    "today": "Due today",
    "soon": "Due soon",
    REVIEW: "Waiting for your review",
    VERDICT: "Waiting for your verdict",
    NEWS: "New for you",
}
"""In the order of the mail."""
PLACES = {group: place for place, group in enumerate(HEADINGS)}


@dataclass(frozen=True, slots=True)
class Noun:
    one: str
    several: str

    def of(self, count: int) -> str:
        return self.one if count == 1 else self.several


THING = Noun("thing", "things")


class Line(NamedTuple):
    """`when` says how far away `due` is; `facts` and `note` stand below the title."""

    noun: Noun
    due: date
    group: str
    title: str
    url: str
    when: str
    facts: str
    note: str = ""
    category: str = "reminders"

    @property
    def is_late(self) -> bool:
        return self.group == "overdue"


def group_of(due: date, today: date) -> str:
    return "overdue" if due < today else "today" if due == today else "soon"


def words_until(due: date, today: date, *, after: str = "") -> str:
    """What begins with a capital where nothing is said before it."""
    days = (due - today).days
    if days < 0:
        return f"{after}{-days} {'day' if days == -1 else 'days'} overdue"
    words = {0: "today", 1: "tomorrow"}.get(days, day_words(due, today))
    return after + words if after else words[0].upper() + words[1:]


def day_words(day: date, today: date) -> str:
    """Sunday 15 March, and its year where it is another."""
    year = f" {day.year}" if day.year != today.year else ""
    return f"{day:%A} {day.day} {day:%B}{year}"


def in_order(lines: list[Line]) -> list[Line]:
    """Group by group, the oldest date first; lines of one day stay as they came. What two sources name stands
    as the first one has it."""
    once: dict[str, Line] = {}
    for line in lines:
        once.setdefault(line.url, line)
    return sorted(once.values(), key=lambda line: (PLACES[line.group], line.due))
