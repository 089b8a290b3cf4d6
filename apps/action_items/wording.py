"""The writing aid for action items: what makes a promise one that nobody can check, or one that only people can keep.

A table and a plain function, as for texts (postmortems/wording.py). It is shown to whoever edits, and stored nowhere.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from apps.action_items.models import ActionItem
from apps.action_items.models.choices import LIVE

QUARTER = 92  # days

PEOPLE = (
    "(?:people|everyone|everybody|engineers?|developers?|operators?|on-?call|staff|colleagues?|humans?|users|teams?"
    "|us|them)"
)
WHICH = "(?: the| all| our| new)?"


class Lint(NamedTuple):
    rule: str
    about: str
    pattern: re.Pattern[str]
    why: str
    ask: str


class ActionHint(NamedTuple):
    """`field` is title, done_when or due_on; `phrase` the words of it that are meant, empty when it is the whole."""

    rule: str
    about: str
    field: str
    phrase: str
    why: str
    ask: str


def _lint(rule: str, about: str, *patterns: str, why: str, ask: str) -> Lint:
    joined = "|".join(patterns).replace(" ", r"\s{1,4}")
    return Lint(rule, about, re.compile(joined, re.IGNORECASE), why, ask)


TITLES = (
    _lint(
        "aimed_at_people",
        "Aimed at people",
        rf"\b(?:re)?train(?:ing)?(?: of| for)?{WHICH} {PEOPLE}\b",
        rf"\b(?:remind|educate|teach|coach|warn|instruct|tell|discipline|encourage|urge|ask){WHICH} {PEOPLE}\b",
        rf"\bmake sure(?: that)?{WHICH} {PEOPLE} (?:knows?|remembers?|reads?|follows?|understands?|checks?)\b",
        rf"\b{PEOPLE} (?:must|should|needs? to|have to|has to) (?:know|read|follow|check|double-?check)\b",
        r"\b(?:must|should|needs? to|have to|has to) (?:learn|remember|be (?:more )?careful)\b",
        r"\bbe(?: more)? (?:careful|vigilant|attentive|diligent)\b|\bpay(?:ing)?(?: more| closer)? attention\b",
        r"\b(?:raise awareness|take more care|not to forget|think twice|communicate better)\b",
        why="People will be tired, new or in a hurry again; the change that holds is one in the system around them.",
        ask="What can the tool, the default or the check do, so that nobody has to remember?",
    ),
    _lint(
        "vague_verb",
        "No clear end",
        r"^\W{0,3}(?:(?:we should|we need to|we must|try to|please) )?(?:improv(?:e|ing)|enhanc(?:e|ing)|better|more"
        r"|strengthen|look(?:ing)? (?:into|at)|consider(?:ing)?|think about|explore|optimi[sz]e|address|handle"
        r"|deal with|work on|revisit|discuss|talk about|keep an eye on|make\b[^.;]{1,60}?\b(?:better|nicer|safer|faster"
        r"|stronger|clearer|more (?:robust|reliable|resilient|stable)))\b(?!.*\d)",
        why="Nobody can tell the day on which it is done, so it stays open or is closed unseen.",
        ask="What will be different, and where could somebody else see it?",
    ),
)
NO_END = re.compile(
    r"\s*(?:|done|when done|it works|works|fixed|finished|completed?|tbd|tba|todo|n/?a|none|-+|\?+)[.!]?\s*",
    re.IGNORECASE,
)
WITHOUT_END = (
    "no_end_state",
    "No end to check",
    "A promise without an end that others can check is closed by opinion.",
    "How will somebody who was not there see that it is done?",
)
FAR = (
    "far_away",
    "More than a quarter away",
    "Within a quarter teams and plans change, and a promise outlives the reason for it.",
    "Which first part could be in place within a month?",
)


def hints_for(
    *, title: str = "", done_when: str = "", due_on: date | None = None, today: date
) -> list[ActionHint]:
    """Hints on a promise, those on its title first."""
    hints = [
        ActionHint(lint.rule, lint.about, "title", found[0].strip(), lint.why, lint.ask)
        for lint in TITLES
        if (found := lint.pattern.search(title[:500]))
    ][:1]
    if title.strip() and NO_END.fullmatch(done_when[:500]):
        rule, about, why, ask = WITHOUT_END
        hints.append(ActionHint(rule, about, "done_when", done_when.strip(), why, ask))
    if due_on and (due_on - today).days > QUARTER:
        rule, about, why, ask = FAR
        hints.append(ActionHint(rule, about, "due_on", "", why, ask))
    return hints


def is_aimed_at_people(title: str) -> bool:
    """Whether it asks somebody to know more or to take more care."""
    return TITLES[0].pattern.search(title[:500]) is not None


def hints_on(item: ActionItem, *, today: date) -> list[ActionHint]:
    """Hints on a promise as it stands; on one that is kept or given up there is nothing to say any more."""
    if item.status not in LIVE:
        return []
    return hints_for(title=item.title, done_when=item.done_when, due_on=item.due_on, today=today)
