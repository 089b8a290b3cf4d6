"""A line of a text with the words that were asked for, the same whichever database found it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from apps.postmortems.search.language import Query, folded

LENGTH = 240  # letters of a snippet
MOST_LOOKED_AT = 60  # places in one text
LETTERS = re.compile(r"[^\W_]+")


class _Stemmer(threading.local):
    """One for each thread: it keeps the word that it works on."""

    def __init__(self) -> None:
        self.english = Stemmer.Stemmer("english", 0)


_STEMMER = _Stemmer()


class Piece(NamedTuple):
    text: str
    is_match: bool


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    return str(_STEMMER.english.stemWord(word))


class Marker:
    """Finds the words of one query in texts, in any of their forms."""

    def __init__(self, query: Query) -> None:
        words = [word for term in query.wanted for word in (*term.words, *term.others)]
        self.stems = {stem(word) for word in words}
        self.beginnings = tuple({stem(term.words[-1]) for term in query.wanted if term.is_beginning})
        # Forms of a word share its beginning, but for a last letter (retry, retries).
        self.heads = {word[: max(1, min(len(word), len(stem(word))) - 1)] for word in words}

    def places(self, text: str) -> list[tuple[int, int, str]]:
        """(start, end, stem) of the first words that answer."""
        letters = folded(text).lower()
        starts = sorted({start for head in self.heads for start in _starts(letters, head)})
        found = []
        for start in starts:
            word = LETTERS.match(letters, start)
            end = word.end() if word else start
            form = stem(letters[start:end])
            if form in self.stems or (self.beginnings and form.startswith(self.beginnings)):
                found.append((start, end, form))
                if len(found) == MOST_LOOKED_AT:
                    break
        return found

    def pieces(self, text: str) -> list[Piece]:
        """All of a short text."""
        return _cut_up(text, self.places(text), 0, len(text))

    def snippet(self, texts: Iterable[str], *, length: int = LENGTH) -> list[Piece]:
        """The line of the first text that has most of the words; the beginning of the first when none has any."""
        shown = list(texts)
        best: tuple[int, int, str, list[tuple[int, int, str]]] | None = None
        for text in shown:
            places = self.places(text)
            possible = len({form for _, _, form in places})
            for start, _, _ in places:
                if best and best[0] >= possible:
                    break
                forms = {form for at, end, form in places if start <= at and end <= start + length * 2 // 3}
                if best is None or len(forms) > best[0]:
                    best = (len(forms), start, text, places)
        if best is None:
            text = next(filter(None, shown), "")
            return _cut_up(text, [], 0, _edge(text, length))
        _, at, text, places = best
        start = _edge(text, max(0, at - length // 4)) if at > length // 4 else 0
        return _cut_up(text, places, start, _edge(text, start + length))


def _starts(letters: str, head: str) -> Iterator[int]:
    """Where words begin so. Looked for as a plain string, which is ten times as fast as a pattern."""
    start = letters.find(head)
    while start >= 0:
        if start == 0 or not letters[start - 1].isalnum():
            yield start
        start = letters.find(head, start + 1)


def _edge(text: str, at: int) -> int:
    """Behind the next blank, so that no word is torn."""
    if at >= len(text):
        return len(text)
    blank = text.find(" ", at, at + 40)
    return blank + 1 if blank >= 0 else at


def _cut_up(text: str, places: list[tuple[int, int, str]], start: int, end: int) -> list[Piece]:
    pieces, done = [Piece("… ", False)] if start else [], start  # noqa: FBT003
    for at, stop, _ in places:
        if start <= at and stop <= end:
            pieces += [Piece(text[done:at], False), Piece(text[at:stop], True)]  # noqa: FBT003
            done = stop
    pieces.append(Piece(text[done:end].rstrip(), False))  # noqa: FBT003
    if end < len(text):
        pieces.append(Piece(" …", False))  # noqa: FBT003
    return [piece for piece in pieces if piece.text]
