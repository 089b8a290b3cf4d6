"""Who is named in a text, as @alice: found in what is Markdown text, never in code, links or addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MENTION = re.compile(r"(?<![\w.+/@-])@([a-z0-9]+(?:[-_][a-z0-9]+)*)", re.IGNORECASE)
People = Mapping[str, tuple[str, str]]
"""{short name: (name, address of their page)}"""


def named_in(tokens: Sequence[Token]) -> list[str]:
    """Short names in the order in which they are mentioned, each once and in small letters."""
    texts = (part.content for line in tokens for part in _plain(line.children or []))
    return list(dict.fromkeys(name.lower() for text in texts for name in MENTION.findall(text)))


def link_people(state: StateCore) -> None:
    """A rule of the parser: the names that `env["people"]` knows lead to their pages."""
    people: People = state.env.get("people") or {}
    for line in state.tokens if people else []:
        if line.children:
            plain = {id(part) for part in _plain(line.children)}
            line.children = [
                new
                for part in line.children
                for new in (_linked(part, people) if id(part) in plain else [part])
            ]


def _plain(parts: Sequence[Token]) -> Iterator[Token]:
    """Text that is no part of a link."""
    depth = 0
    for part in parts:
        depth += part.nesting if part.type in {"link_open", "link_close"} else 0
        if part.type == "text" and depth == 0:
            yield part


def _linked(text: Token, people: People) -> Iterator[Token]:
    at = 0
    for found in MENTION.finditer(text.content):
        name, address = people.get(found[1].lower(), ("", ""))
        if address:
            yield _text(text.content[at : found.start()], text.level)
            yield Token("link_open", "a", 1, attrs={"href": address}, level=text.level)
            yield _text(f"@{name}", text.level + 1)
            yield Token("link_close", "a", -1, level=text.level)
            at = found.end()
    yield _text(text.content[at:], text.level)


def _text(content: str, level: int) -> Token:
    return Token("text", "", 0, content=content, level=level)
