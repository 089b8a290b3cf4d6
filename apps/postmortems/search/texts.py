"""The plain text of a postmortem, as it is searched and quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from apps.postmortems.search.language import STOP_WORDS, folded, normal

if TYPE_CHECKING:
    from apps.postmortems.document import Reading

MAX_BYTES = 250_000  # of one document: a tsvector holds 1 MB, and of 1 byte of text at worst 3.5 become words
MAX_SUMMARY = 50_000
LINK = re.compile(r"!?\[([^\]\n]*)\]\(<?([^)\s>]*)>?[^)\n]*\)")
OPENING = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+|\d{1,3}[.)][ \t]+|(?:```|~~~).*$)+", re.MULTILINE
)
RULE = re.compile(r"^[ \t|:=-]{3,}$", re.MULTILINE)
EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|`+|(?<!\\)\|")
ESCAPED = re.compile(r"\\([\\`*_\[\]<>|#()+.!-])")
LETTERS = re.compile(r"[^\W\d_]{4,30}")


def plain(markdown: str) -> str:
    """Without the marks of Markdown, in one line; an address stands behind its link's text."""
    text = LINK.sub(lambda found: f"{found[1]} {found[2]}" if found[1] != found[2] else found[1], markdown)
    for mark in (OPENING, RULE, EMPHASIS):
        text = mark.sub(" ", text)
    return " ".join(ESCAPED.sub(r"\1", text).split())


def texts_of(readings: Iterable[Reading]) -> list[tuple[str, str]]:
    """(slug, Markdown) of each section, and of each row of the lists that hang on it; then what was drawn."""
    rows = list(readings)
    said = [(reading.slug, text) for reading in rows for text in _said(reading) if text.strip()]
    return said + [("", block["text"]) for reading in rows for block in reading.drawn]


def _said(reading: Reading) -> Iterator[str]:
    yield reading.body
    if reading.trigger:
        yield f"{reading.trigger['name']} {reading.trigger['text']}"
    for row in (*reading.factors, *reading.mitigators):
        yield f"{row['name']}: {row['text']}"
    for row in reading.impact:
        yield f"{row['label']} {row['shown']} {row['unit']} {row['method']}"
    for lessons in reading.lessons:
        yield from (row["text"] for row in lessons.rows)


def fields_of(
    *, title: str, key: str, tags: Iterable[str], texts: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """The columns of a SearchText. What is beyond the limit is left out."""
    named = " ".join([title, key, *tags])
    summary = _cut(" ".join(plain(body) for slug, body in texts if slug == "summary"), MAX_SUMMARY)
    lines = [plain(body) for slug, body in texts if slug != "summary" and body.strip()]
    room = MAX_BYTES - len(named.encode()) - 2 * len(summary.encode())
    bare = " ".join(
        line
        for line in (folded(line) for line in (named, summary, *lines))
        if line not in {named, summary, *lines}
    )
    bare = _cut(bare, room // 3)
    return {
        "title": named,
        "summary": summary,
        "body": _cut("\n".join(lines), room - len(bare.encode())),
        "folded": bare,
    }


def _cut(text: str, size: int) -> str:
    """At most so many bytes, no word torn."""
    if len(text.encode()) <= size:
        return text
    return text.encode()[:size].decode(errors="ignore").rpartition(" ")[0]


def vocabulary(texts: Iterable[str]) -> set[str]:
    """Words of letters alone, lower case and without accents, that somebody may want to spell."""
    found: set[str] = set()
    for text in texts:
        found.update(LETTERS.findall(normal(text)))
    return found - STOP_WORDS
