"""What differs between two texts, word by word; by line when they are long."""

import re
from difflib import SequenceMatcher
from typing import NamedTuple

MAX_WORDS = 4000
MAX_LINES = 3000


class Piece(NamedTuple):
    kind: str  # same, gone or new
    text: str


def differences(old: str, new: str) -> list[Piece]:
    """Pieces in reading order; empty when the texts are too long to compare while somebody waits."""
    parts = _words(old), _words(new)
    if max(map(len, parts)) > MAX_WORDS:
        parts = old.splitlines(keepends=True), new.splitlines(keepends=True)
        if max(map(len, parts)) > MAX_LINES:
            return []
    before, after = parts
    pieces = []
    for tag, start, end, new_start, new_end in SequenceMatcher(None, before, after).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(before[start:end])))
            continue
        pieces.append(Piece("gone", "".join(before[start:end])))
        pieces.append(Piece("new", "".join(after[new_start:new_end])))
    return [piece for piece in pieces if piece.text]


def _words(text: str) -> list[str]:
    return re.findall(r"\s+|[^\s]+", text)
