"""Hints about wording: rules are data, finding them is a plain function of a text. Nothing is stored or sent.

A rule is a list of phrases. A phrase is found by its first word in a table, so that a long text costs little more than
reading its words once; what must follow or lead it is a pattern of literal words and bounded gaps, tried there alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from apps.core.own_words import own_words

MAX_CHARACTERS = 100_000
REACH = 100  # characters before a word in which what leads it is looked for
MAX_HINTS = 100  # of one text: more is no help
AROUND = 60  # characters shown on either side of a phrase
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?")
SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n")
GAP = r"(?:[^\S\n]{1,4}\n?|\n)[^\S\n]{0,4}"  # a space in a pattern: what stands between two words of one paragraph


class Near(NamedTuple):
    """A pattern beside a word. Names are compared as they are written, all else in lower case."""

    pattern: re.Pattern[str]
    is_cased: bool = False


class Phrase(NamedTuple):
    """One of `first`, then `then`; led by one of `led_by` and followed by one of `followed_by`, where there are any."""

    first: frozenset[str]
    then: re.Pattern[str]
    led_by: tuple[Near, ...] = ()
    followed_by: tuple[Near, ...] = ()


class Rule(NamedTuple):
    name: str
    about: str
    why: str
    ask: str
    phrases: tuple[Phrase, ...]
    signs: re.Pattern[str] | None = None  # what is no word, such as !!!
    exempt: frozenset[str] = frozenset()  # kinds of text in which it says nothing


class Hint(NamedTuple):
    """How a phrase of the text, [start, end), may be read; `before` and `after` are the words around it."""

    rule: str
    about: str
    start: int
    end: int
    before: str
    phrase: str
    after: str
    why: str
    ask: str


def spaced(pattern: str) -> re.Pattern[str]:
    """A space in it matches the end of a line too."""
    return re.compile(pattern.replace(" ", GAP))


def phrase(
    first: str, then: str = "", *, led_by: Iterable[Near] = (), followed_by: Iterable[Near] = ()
) -> Phrase:
    """`first` are words in lower case with spaces between them, `then` a pattern that begins right after."""
    return Phrase(frozenset(first.split()), spaced(then), tuple(led_by), tuple(followed_by))


Span = tuple[int, int, Rule]


def find_hints(
    text: str, rules: Sequence[Rule], *, kind: str = "", read: Callable[[str], str] = own_words
) -> list[Hint]:
    """Every phrase that a rule marks, in order; of two that overlap, the one that begins first, then the longer.
    A rule is silent in the kinds of text that it exempts. Read are the first 100,000 characters, told the first 100.
    `read` puts aside what the rules are not about, and keeps every character in its place."""
    text = text[:MAX_CHARACTERS]
    words = read(text)
    told = [each for each in rules if kind not in each.exempt]
    hints: list[Hint] = []
    for start, end, by in sorted(_spans(words, told), key=lambda span: (span[0], -span[1])):
        if len(hints) < MAX_HINTS and (not hints or start >= hints[-1].end):
            hints.append(_hint(text, words, start, end, by))
    return hints


def _spans(words: str, rules: Sequence[Rule]) -> Iterator[Span]:
    low, table = _lower(words), _by_first_word(rules)
    for word in WORD.finditer(low):
        for by, each in table.get(word[0], ()):
            found = _try(each, words, low, word)
            if found:
                yield *found, by
    for by in rules:
        if by.signs:
            yield from ((found.start(), found.end(), by) for found in by.signs.finditer(words))


def _lower(words: str) -> str:
    """In lower case and as long as before: a few letters, such as İ, become two."""
    low = words.lower()
    return low if len(low) == len(words) else "".join(each.lower()[:1] for each in words)


def _by_first_word(rules: Sequence[Rule]) -> Mapping[str, Sequence[tuple[Rule, Phrase]]]:
    table: dict[str, list[tuple[Rule, Phrase]]] = defaultdict(list)
    for by in rules:
        for each in by.phrases:
            for first in each.first:
                table[first].append((by, each))
    return table


def _try(each: Phrase, words: str, low: str, word: re.Match[str]) -> tuple[int, int] | None:
    start = word.start()
    if start and (words[start - 1].isalnum() or words[start - 1] == "_"):
        return None
    found = each.then.match(low, word.end())
    if not found:
        return None
    end: int | None = found.end()
    if each.led_by:
        start = _lead(each.led_by, words, low, start)
    if each.followed_by:
        end = _follow(each.followed_by, words, low, found.end())
    return None if start < 0 or end is None else (start, end)


def _lead(near: Iterable[Near], words: str, low: str, end: int) -> int:
    """Where what leads a word begins; -1 when nothing does."""
    begin = max(0, end - REACH)
    for pattern, is_cased in near:
        found = pattern.search(words if is_cased else low, begin, end)
        if found:
            return found.start()
    return -1


def _follow(near: Iterable[Near], words: str, low: str, start: int) -> int | None:
    for pattern, is_cased in near:
        found = pattern.match(words if is_cased else low, start)
        if found:
            return found.end()
    return None


def _hint(text: str, words: str, start: int, end: int, by: Rule) -> Hint:
    left, right = _sentence(words, start, end)
    before, after = text[left:start].lstrip(), text[end:right].rstrip()
    return Hint(by.name, by.about, start, end, before, text[start:end], after, by.why, by.ask)


def _sentence(words: str, start: int, end: int) -> tuple[int, int]:
    """From the beginning of the sentence, or the nearest word within reach, to its end."""
    head, tail = words[max(0, start - AROUND) : start], words[end : end + AROUND]
    begun = max((found.end() for found in SENTENCE_END.finditer(head)), default=0)
    if not begun and start > AROUND:
        begun = head.find(" ") + 1
    ended = SENTENCE_END.search(tail)
    stop = ended.end() if ended else len(tail) if len(tail) < AROUND else max(tail.rfind(" "), 0)
    return start - len(head) + begun, end + stop
