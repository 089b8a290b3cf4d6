"""Three texts, line by line: where two people changed different places, both changes stand.

The usual algorithm (Khanna, Kunal, Pierce: A Formal Investigation of Diff3, 2007) on the standard library's difflib.
The maintained library for it, merge3, is under the GPL, and three-merge merges single letters, which makes sentences
that nobody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

MAX_LINES = 3000


class Overlap(NamedTuple):
    """A place that both changed, each in another way."""

    base: str
    theirs: str
    mine: str


class Merge(NamedTuple):
    """`text` holds both sides' changes, and mine where they overlap."""

    text: str
    overlaps: list[Overlap]


class _Sync(NamedTuple):
    """Lines that all three have: where they begin in each, and how many."""

    base: int
    theirs: int
    mine: int
    size: int


def merge(base: str, theirs: str, mine: str) -> Merge | None:
    """None when the texts are too long to compare while somebody waits."""
    lines = [text.splitlines() for text in (base, theirs, mine)]
    if max(map(len, lines)) > MAX_LINES:
        return None
    found: list[str] = []
    overlaps: list[Overlap] = []
    at = _Sync(0, 0, 0, 0)
    for sync in _syncs(*lines):
        between = (
            lines[0][at.base : sync.base],
            lines[1][at.theirs : sync.theirs],
            lines[2][at.mine : sync.mine],
        )
        found += _chosen(*between, overlaps)
        found += lines[0][sync.base : sync.base + sync.size]
        at = _Sync(sync.base + sync.size, sync.theirs + sync.size, sync.mine + sync.size, 0)
    return Merge("\n".join(found), overlaps)


def _chosen(base: list[str], theirs: list[str], mine: list[str], overlaps: list[Overlap]) -> list[str]:
    if mine in (base, theirs):
        return theirs
    if theirs != base:
        overlaps.append(Overlap(*("\n".join(part) for part in (base, theirs, mine))))
    return mine


def _syncs(base: list[str], theirs: list[str], mine: list[str]) -> Iterator[_Sync]:
    """In order, ending with an empty one behind the last lines."""
    left, right = (
        SequenceMatcher(None, base, side, autojunk=False).get_matching_blocks() for side in (theirs, mine)
    )
    one = other = 0
    while one < len(left) and other < len(right):
        a, b = left[one], right[other]
        start, end = max(a.a, b.a), min(a.a + a.size, b.a + b.size)
        if start < end:
            yield _Sync(start, a.b + start - a.a, b.b + start - b.a, end - start)
        if a.a + a.size < b.a + b.size:
            one += 1
        else:
            other += 1
    yield _Sync(len(base), len(theirs), len(mine), 0)
