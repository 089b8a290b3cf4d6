"""Markdown of people made safe: raw HTML is off in the parser, and what comes out is cleaned once more."""

import re
from collections.abc import Sequence

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from apps.core.mentions import People, link_people

MAX_BYTES = 100_000
MAX_DEPTH = 100
MAX_CELLS = 20_000  # of all tables
MAX_BRACKETS = 20  # open at once in one paragraph
HEADING_SHIFT = 2  # the page owns h1, a section owns h2

TAGS = {"p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code"}
TAGS |= {"img", "em", "strong", "s", "a", "table", "thead", "tbody", "tr", "th", "td"}
OPENING = re.compile(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])))+")
MARK = re.compile(r"[>\-*+]|\d+[.)]")
BRACKET = re.compile(r"[\[\]]")
# A picture is shown when it is attached here, under its own authorised address; all others stay links.
ATTACHED = re.compile(
    r"/[a-z-]{1,40}/[A-Z]{1,8}-\d{1,12}/attachments/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/"
)
FOLLOWED = ("http://", "https://", "mailto:")
SCROLLS = '<div class="scroll-x" tabindex="0" role="region" aria-label="Table"><table>'


def _headings(state: StateCore) -> None:
    """Start below the page's own headings and leave no gap, whatever the text does."""
    level = HEADING_SHIFT
    for token in state.tokens:
        if token.type == "heading_open":
            level = min(6, level + 1, int(token.tag[1]) + HEADING_SHIFT)
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{level}"


class TooCostlyError(Exception):
    """Reading on would take seconds; the text is shown as it was written."""


def _limits(state: StateCore) -> None:
    """Between finding the blocks and reading their lines: stop before the costly part."""
    if sum(token.type in {"th_open", "td_open"} for token in state.tokens) > MAX_CELLS:
        raise TooCostlyError
    lines = (token.content for token in state.tokens if token.type == "inline")
    if any(_open_brackets(line) > MAX_BRACKETS for line in lines):
        raise TooCostlyError


def _open_brackets(text: str) -> int:
    """The most square brackets open at once: the parser looks for the end of each of them."""
    depth = most = 0
    for found in BRACKET.finditer(text):
        depth = depth + 1 if found[0] == "[" else max(0, depth - 1)
        most = max(most, depth)
    return most


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    address, words = str(tokens[at].attrs.get("src", "")), escape(tokens[at].content)
    if env.get("is_public"):
        return words  # pictures are attached inside
    if ATTACHED.fullmatch(address):
        return f'<img src="{address}" alt="{words}" loading="lazy">'
    return f'!<a href="{escape(address)}">{words}</a>'


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The last word on where a picture comes from."""
    return None if tag == "img" and name == "src" and not ATTACHED.fullmatch(value) else value


def _attribute_outside(tag: str, name: str, value: str) -> str | None:
    """For strangers no link leads inside: what is not an address of the web or a mailbox stays words."""
    return None if name == "href" and not value.lower().startswith(FOLLOWED) else value


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": MAX_DEPTH})
    parser.enable(["table", "strikethrough"])
    parser.add_render_rule("image", _image)
    parser.core.ruler.after("block", "limits", _limits)
    parser.core.ruler.after("limits", "headings", _headings)
    parser.core.ruler.push("people", link_people)
    return parser


_PARSER = _parser()


def _depth(line: str) -> int:
    """Levels a line opens: the quote and list marks before its first word, and its indent by twos."""
    opening = OPENING.match(line)
    marks = len(MARK.findall(opening[0])) if opening else 0
    indent = len(line) - len(line.lstrip(" \t"))
    return marks + indent // 2


def check(text: str) -> None:
    """Refuse what is too long or nested too deep. Operations call it before they store a text."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        message = f"This text is longer than {MAX_BYTES // 1000} KB. Move part of it into a linked document."
        raise ValidationError(message, code="too_long")
    if max(map(_depth, text.splitlines()), default=0) > MAX_DEPTH:
        raise ValidationError(f"This text nests deeper than {MAX_DEPTH} levels.", code="too_deep")


def parse(text: str) -> list[Token]:
    """The blocks and spans of a text, for what shows them in another way. Raises ValidationError or TooCostlyError
    for one that takes too long."""
    check(text)
    return _PARSER.parse(text)


def render(text: str, *, is_public: bool = False, people: People | None = None) -> SafeString:
    """Safe HTML. A text that cannot be read in reasonable time is shown as it was written; nothing is lost.
    `is_public`: for strangers, without pictures and without links that lead inside. Those of `people` who are
    mentioned are shown by name, with a link."""
    try:
        check(text)
        dirty = _PARSER.render(text, {"is_public": is_public, "people": people})
    except (ValidationError, TooCostlyError):
        return format_html("<pre>{}</pre>", text)
    clean = nh3.clean(
        dirty,
        tags=TAGS,
        attributes={
            "a": {"href", "title"},
            "ol": {"start"},
            "code": {"class"},
            "img": {"src", "alt", "loading"},
        },
        attribute_filter=_attribute_outside if is_public else _attribute if "<img" in dirty else None,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    # After cleaning these tags can only be real ones: text is escaped by then.
    for plain, reachable in (
        ("<table>", SCROLLS),
        ("</table>", "</table></div>"),
        ("<pre>", '<pre tabindex="0">'),
    ):
        clean = clean.replace(plain, reachable)
    return mark_safe(clean)  # noqa: S308 - cleaned above
