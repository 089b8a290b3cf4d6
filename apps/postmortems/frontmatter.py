"""Reads one Markdown file with YAML front matter, strictly, and says the line of what it cannot read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import yaml
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from apps.core.validators import UNSTORABLE

MAX_BYTES = 400_000
YEARS = range(1000, 2101)  # of accounts that people wrote: the oldest that came here is of 1628
MAX_TITLE = 200
MAX_MADE_TITLE = 120
FENCE = re.compile(r"---[ \t]*\n(.*?)^---[ \t]*(?:\n|\Z)", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"https?://[^\s)\]>,]+")
DAY_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_SENTENCE = re.compile(r"(.+?[.!?])(?:\s|\Z)", re.DOTALL)
is_address = URLValidator(schemes=["http", "https"])


class BrokenFile(Exception):
    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Moment:
    at: datetime
    is_day: bool


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as read. `facts` holds every value of the front matter as written, in its order."""

    name: str
    external_id: str
    title: str
    has_own_title: bool
    company: str
    product: str
    summary: str
    body: str
    url: str
    start: Moment | None
    end: Moment | None
    published_at: datetime | None
    tags: tuple[str, ...]
    sha256: str
    facts: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class _FrontMatter:
    """The top level of the front matter: values as written, and the line each begins on."""

    lines: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def line(self, name: str) -> int:
        return self.lines.get(name, 1)

    def text(self, name: str) -> str:
        return self.texts.get(name, "").strip()

    def words(self, name: str) -> list[str]:
        """A list, or one text with commas."""
        return self.lists.get(name) or [part.strip() for part in self.text(name).split(",") if part.strip()]

    def facts(self) -> Iterator[tuple[str, str]]:
        for name in self.lines:
            value = ", ".join(self.lists[name]) if name in self.lists else self.text(name)
            if value:
                yield name, value


def read_file(name: str, raw: bytes) -> SourceFile:
    """Raises BrokenFile with the line."""
    text = _decode(raw)
    found = FENCE.match(text)
    if found is None:
        raise BrokenFile(1, "has no front matter between two lines of ---")
    head = _front_matter(found[1])
    body = text[found.end() :].strip("\n").rstrip()
    company, summary = head.text("company"), head.text("summary")
    if not company:
        raise BrokenFile(head.line("company"), "names no company")
    start, end = _moment(head, "start_time"), _moment(head, "end_time")
    if start and end and end.at < start.at:
        raise BrokenFile(head.line("end_time"), "ends before it starts")
    published = _moment(head, "source_published_at")
    product = head.text("product")
    return SourceFile(
        name=name,
        external_id=head.text("uuid")[:120] or name.rpartition(".")[0][:120],
        title=_title(head, body, subject=product or company),
        has_own_title=bool(head.text("title")),
        company=company,
        product=product,
        summary=summary,
        body=body,
        url=_address(head.text("url")),
        start=start,
        end=end,
        published_at=published.at if published else None,
        tags=tuple(dict.fromkeys(head.words("keywords") + head.words("categories"))),
        sha256=hashlib.sha256(raw).hexdigest(),
        facts=tuple(head.facts()),
    )


def _decode(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise BrokenFile(1, f"is larger than {MAX_BYTES // 1000} KB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenFile(raw[: error.start].count(b"\n") + 1, "is not UTF-8") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise BrokenFile(text[: text.index("\0")].count("\n") + 1, "holds a NUL, which cannot be stored")
    return text


def _front_matter(source: str) -> _FrontMatter:
    """Composed, not constructed: no value is guessed into a number or a date, no alias is expanded."""
    try:
        root = yaml.compose(source, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 2 if error.problem_mark else 1
        raise BrokenFile(line, f"is not YAML: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise BrokenFile(1, "is not YAML that can be read") from error
    if not isinstance(root, yaml.MappingNode):
        raise BrokenFile(2, "has a front matter without names and values")
    head = _FrontMatter()
    for key, value in root.value:
        _take(head, str(key.value), key.start_mark.line + 2, value, source)
    return head


def _take(head: _FrontMatter, name: str, line: int, value: yaml.Node, source: str) -> None:
    if name in head.lines:
        raise BrokenFile(line, f"names {name} twice")
    head.lines[name] = line
    if any(UNSTORABLE.search(text) for text in (name, *_texts(value))):
        raise BrokenFile(line, f"{name} holds a character that cannot be stored")
    if isinstance(value, yaml.ScalarNode):
        is_null = value.tag == "tag:yaml.org,2002:null"
        head.texts[name] = "" if is_null else str(value.value)
    elif isinstance(value, yaml.SequenceNode) and all(
        isinstance(each, yaml.ScalarNode) for each in value.value
    ):
        head.lists[name] = [str(each.value).strip() for each in value.value if str(each.value).strip()]
    else:
        head.texts[name] = " ".join(source[value.start_mark.index : value.end_mark.index].split())


def _texts(value: yaml.Node) -> Iterator[str]:
    """Of a value, with its escapes read."""
    for each in value.value if isinstance(value, yaml.SequenceNode) else [value]:
        if isinstance(each, yaml.ScalarNode):
            yield str(each.value)


def _moment(head: _FrontMatter, name: str) -> Moment | None:
    """A time with its zone; without one it is UTC. A bare day is midnight and says so."""
    written = head.text(name)
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        is_plausible = at.year in YEARS
    except (ValueError, OverflowError):
        is_plausible = False
    if not is_plausible:
        reason = f"{name} “{written[:40]}” is not a time such as 2026-02-02T18:35:00Z"
        raise BrokenFile(head.line(name), reason)
    return Moment(at, is_day=DAY_ONLY.fullmatch(written) is not None)


def _title(head: _FrontMatter, body: str, *, subject: str) -> str:
    """The title; without one the first sentence of the text, named after what it is about."""
    title, limit = " ".join(head.text("title").split()), MAX_TITLE
    if not title:
        text = head.text("summary") or body
        first = FIRST_SENTENCE.match(" ".join(text.lstrip("# \n").split()))
        sentence = first[1] if first else " ".join(text.split())
        if not sentence:
            raise BrokenFile(1, "has no title, and no text to take one from")
        title, limit = f"{subject}: {_plain(sentence).rstrip('.')}", MAX_MADE_TITLE
    return title if len(title) <= limit else title[: limit - 1].rsplit(" ", 1)[0] + "…"


def _plain(text: str) -> str:
    """Without the marks of links and code."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "").replace("**", "")


def _address(written: str) -> str:
    """The first web address in a text, empty when there is none that can be followed."""
    for candidate in (written, *ADDRESS.findall(written)):
        try:
            is_address(candidate)
        except ValidationError:
            continue
        if len(candidate) <= 500:
            return str(candidate)
    return ""
