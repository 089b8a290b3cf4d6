"""Which words two titles share: without the small ones, and whatever ending they have."""

from __future__ import annotations

import re
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
LEAST = 2
LEAST_STEM = 3
MOST = 24
ENDINGS = ("ings", "ing", "ed", "es", "s", "e")
SMALL = frozenset(
    """
    a about after again all also an and any are as at be because been before but by can do does during each
    few for from had has have how if in into is it its more most new no not now of off on one only or other
    our out over per said same several since so some still than that the their them then there they this to
    too two under until up very via was we were what when where which while who why will with without you
    """.split()  # noqa: SIM905  (easier to read than a hundred quotation marks)
)


def stems(text: str) -> dict[str, str]:
    """{stem: the word as it stands in the text}, in order, the first of its kind; at most 24."""
    found: dict[str, str] = {}
    for word in WORD.findall(text.lower()):
        if len(word) >= LEAST and word not in SMALL and not is_short_number(word):
            found.setdefault(stem(word), word)
    return dict(list(found.items())[:MOST])


def is_short_number(word: str) -> bool:
    """500 says something, 7 does not."""
    return word.isdigit() and len(word) < LEAST_STEM


@lru_cache(maxsize=10_000)  # titles say the same few thousand words again and again
def stem(word: str) -> str:
    """payments -> payment, timing -> tim, time -> tim, queries -> queri, query -> queri, process stays."""
    if word.endswith("ss") or not word.isascii() or not word.isalpha():
        return word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
            return word.removesuffix(ending)
    return word[:-1] + "i" if word.endswith("y") and len(word) > LEAST_STEM else word


def beginning(stem: str) -> str:
    """What every word of this stem begins with."""
    return stem[:-1] if stem.endswith("i") and len(stem) > LEAST_STEM else stem
