"""What differs between two texts, word by word.

The words are compared as if each were one letter, which is what diff-match-patch compares best: it finds a short way
from one text to the other (Myers) and then joins what a person would call one change.
"""

import re
from typing import NamedTuple

from diff_match_patch import diff_match_patch

PATIENCE = 0.5  # seconds; a text that takes longer gets larger pieces, and still all of them
FIRST, SURROGATES = 0x100, range(0xD800, 0xE000)  # letters that stand for words; half of a pair is none
KINDS = {-1: "gone", 0: "same", 1: "new"}
WORDS = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    kind: str  # same, gone or new
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Pieces in reading order: without the new ones they are the old text, without those that are gone the new."""
    letters: dict[str, str] = {}
    before, after = (_letters(text, letters) for text in (old, new))
    words = {letter: word for word, letter in letters.items()}
    engine = diff_match_patch()
    engine.Diff_Timeout = PATIENCE
    found = engine.diff_main(before, after, False)  # noqa: FBT003  (not by lines: these are letters)
    engine.diff_cleanupSemantic(found)
    pieces = [Piece(KINDS[kind], "".join(words[letter] for letter in text)) for kind, text in found]
    return [piece for piece in pieces if piece.text]


def _letters(text: str, letters: dict[str, str]) -> str:
    return "".join(letters.setdefault(word, _letter(len(letters))) for word in WORDS.findall(text))


def _letter(number: int) -> str:
    code = FIRST + number
    return chr(code if code < SURROGATES.start else code + len(SURROGATES))
