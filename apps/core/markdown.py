"""Markdown of people made safe: raw HTML is off in the parser, and what comes out is cleaned once more."""

import nh3
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

MAX_BYTES = 100_000
MAX_DEPTH = 100
MAX_COLUMNS = 100
HEADING_SHIFT = 2  # the page owns h1, a section owns h2

TAGS = {
    *("p", "br", "hr", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s", "a"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
SCROLLS = '<div class="scroll-x" tabindex="0" role="region" aria-label="Table"><table>'


def _heading(
    renderer: RendererHTML, tokens: list[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    token = tokens[index]
    level = min(6, int(token.tag[1]) + HEADING_SHIFT)
    return f"<h{level}>" if token.nesting == 1 else f"</h{level}>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": MAX_DEPTH})
    parser.enable(["table", "strikethrough"]).disable("image")
    parser.add_render_rule("heading_open", _heading)
    parser.add_render_rule("heading_close", _heading)
    return parser


_PARSER = _parser()


def _trouble(text: str) -> str:
    """Why a text cannot be shown as Markdown; empty when it can."""
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return f"This text is longer than {MAX_BYTES // 1000} KB. Move part of it into a linked document."
    for line in text.splitlines():
        if _depth(line) > MAX_DEPTH:
            return f"This text nests quotes or lists deeper than {MAX_DEPTH} levels."
        if line.count("|") > MAX_COLUMNS:
            return f"A table in this text has more than {MAX_COLUMNS} columns."
    return ""


def _depth(line: str) -> int:
    """Levels a line opens: quote marks and list marks before its first word, two spaces of indent each."""
    opening = line[: len(line) - len(line.lstrip("> -*+\t"))]
    return sum(opening.count(mark) for mark in ">-*+") + opening.count("\t") + opening.count(" ") // 4


def check(text: str) -> None:
    """Refuse what would cost too much to show. Operations call it before they store a text."""
    trouble = _trouble(text)
    if trouble:
        raise ValidationError(trouble, code="too_heavy")


def render(text: str) -> SafeString:
    """Safe HTML. A text that `check` would refuse is shown as it was written, so nothing is lost."""
    if _trouble(text):
        return format_html("<pre>{}</pre>", text)
    clean = nh3.clean(
        _PARSER.render(text),
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}, "code": {"class"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener noreferrer",
    )
    # After cleaning these tags can only be real ones: text is escaped by then.
    clean = clean.replace("<table>", SCROLLS).replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return mark_safe(clean)  # noqa: S308 - cleaned above
