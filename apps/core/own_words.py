"""Which characters of a Markdown text are the writer's own words: no code, no quotation, no link."""

import re
from collections.abc import Iterable

ASIDE = (
    "\ufffc"  # stands for what is not the writer's own; belongs to no word, so no phrase reaches across it
)

FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
QUOTED_LINE = re.compile(r" {0,3}>")
CODE_LINE = re.compile(r"(?: {4}|\t)")
LIST_LINE = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
TICKS = re.compile(r"`+")
# Each begins with a letter or sign that is looked for quickly, and repeats one set of characters to a bound.
PUT_ASIDE = (
    (
        "[",
        re.compile(
            r"\[[^\[\]\n]{0,300}\](?:\([^()\s]{0,2000}(?:\([^()\s]{0,200}\)[^()\s]{0,200})?\)|\[[^\[\]\n]{0,100}\])"
        ),
    ),
    ("<", re.compile(r"<[^<>\s]{1,2000}>")),
    ("http", re.compile(r"https?://[^\s<>]{1,2000}")),
    ("www.", re.compile(r"www\.[^\s<>]{1,2000}")),
    ('"', re.compile(r'"[^"\n]{1,500}"')),
    ("“", re.compile(r"“[^“”\n]{1,500}”")),
    ("„", re.compile(r"„[^„“”\n]{1,500}[“”]")),
    ("«", re.compile(r"«[^«»\n]{1,500}»")),
)
# Marks of emphasis are no part of a word; an underscore within a name (failed_to_start) is.
STARS = str.maketrans({"*": " ", "~": " ", "’": "'", "ʼ": "'", "`": "'"})
UNDERSCORES = re.compile(r"_+")


def own_words(text: str) -> str:
    """The text, character for character as long as before, with all else put aside and marks of emphasis blanked."""
    words = "".join(_without_code(_lines(text)))
    for sign, pattern in PUT_ASIDE:
        if sign in words:
            words = pattern.sub(lambda found: ASIDE * len(found[0]), words)
    words = words.translate(STARS)
    return UNDERSCORES.sub(_emphasis, words) if "_" in words else words


def _emphasis(found: re.Match[str]) -> str:
    start, end, text = found.start(), found.end(), found.string
    is_inside = start > 0 and text[start - 1].isalnum() and end < len(text) and text[end].isalnum()
    return found[0] if is_inside else " " * len(found[0])


def _lines(text: str) -> Iterable[str]:
    """Lines with their ends; blocks of code and block quotes are put aside whole."""
    fence = before = ""
    for line in text.splitlines(keepends=True):
        mark = FENCE.match(line)
        hidden = bool(fence or mark) or bool(QUOTED_LINE.match(line)) or _is_code(line, before)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
            fence = ""
        yield re.sub(r".", ASIDE, line) if hidden else line
        before = line


def _is_code(line: str, before: str) -> bool:
    """Indented after an empty line, and no item of a list."""
    return bool(CODE_LINE.match(line)) and not before.strip() and not LIST_LINE.match(line)


def _without_code(lines: Iterable[str]) -> Iterable[str]:
    """`code` within a line, put aside. A run of backticks ends at the next run of the same length."""
    for line in lines:
        yield _code_aside(line) if "`" in line else line


def _code_aside(line: str) -> str:
    runs = [(found.start(), found.end()) for found in TICKS.finditer(line)]
    ends: dict[int, list[int]] = {}
    for start, end in reversed(runs):
        ends.setdefault(end - start, []).append(end)
    parts, done = [], 0
    for start, end in runs:
        closing = ends[end - start]
        while closing and closing[-1] <= end:
            closing.pop()
        if start >= done and closing:
            parts.append(line[done:start] + ASIDE * (closing[-1] - start))
            done = closing[-1]
    return "".join([*parts, line[done:]])
