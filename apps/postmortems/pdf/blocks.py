"""Markdown as plain blocks for the typesetter: what the page shows, and nothing that could be markup of its own."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from markdown_it.tree import SyntaxTreeNode

from apps.core import markdown

Node = dict[str, Any]
SPANS = {"strong": "strong", "em": "em", "s": "s"}
FOLLOWED = ("http://", "https://", "mailto:")


def blocks_of(text: str) -> list[Node]:
    """A text that cannot be read in reasonable time comes as it was written."""
    try:
        tree = SyntaxTreeNode(markdown.parse(text))
    except (ValidationError, markdown.TooCostlyError):
        return [{"t": "pre", "v": text}]
    return [_block(node) for node in tree.children]


def _block(node: SyntaxTreeNode) -> Node:
    kind = node.type
    if kind in {"fence", "code_block"}:
        return {"t": "pre", "v": node.content.rstrip("\n")}
    if kind == "hr":
        return {"t": "hr"}
    if kind == "heading":
        return {"t": "h", "level": int(node.tag[1]) - 1, "c": _spans(node.children[0])}
    if kind in {"bullet_list", "ordered_list"}:
        items = [[_block(each) for each in item.children] for item in node.children]
        return (
            {"t": "ul", "c": items}
            if kind == "bullet_list"
            else {"t": "ol", "start": node.attrs.get("start", 1), "c": items}
        )
    if kind == "blockquote":
        return {"t": "quote", "c": [_block(each) for each in node.children]}
    if kind == "table":
        return _table(node)
    return {"t": "p", "c": _spans(node.children[0]) if node.children else [_text(node.content)]}


def _table(node: SyntaxTreeNode) -> Node:
    head, *body = node.children
    rows = [
        [{"c": _spans(cell.children[0])} for cell in row.children] for part in body for row in part.children
    ]
    names = [_spans(cell.children[0]) for cell in head.children[0].children]
    return {"t": "table", "columns": len(names), "head": names, "rows": rows}


def _spans(node: SyntaxTreeNode) -> list[Node]:
    return [_span(each) for each in node.children] or [_text("")]


def _span(node: SyntaxTreeNode) -> Node:
    if node.type == "text":
        return _text(node.content)
    if node.type == "code_inline":
        return {"t": "code", "v": node.content}
    if node.type == "softbreak":
        return _text(" ")
    if node.type == "hardbreak":
        return {"t": "br"}
    if node.type == "link":
        address = str(node.attrs.get("href", ""))
        kind = {"t": "link", "href": address} if address.startswith(FOLLOWED) else {"t": "span"}
        return {**kind, "c": _spans(node)}
    if node.type == "image":
        return {"t": "image", "src": str(node.attrs.get("src", "")), "c": [_text(node.content)]}
    return {"t": SPANS.get(node.type, "span"), "c": _spans(node)} if node.children else _text(node.content)


def _text(value: str) -> Node:
    return {"t": "text", "v": value}


def paragraph(*spans: Node) -> Node:
    return {"t": "p", "c": list(spans)}


def text(value: str) -> Node:
    return _text(value)


def strong(value: str) -> Node:
    return {"t": "strong", "c": [_text(value)]}


def table(head: list[str], rows: list[list[str]]) -> Node:
    return {
        "t": "table",
        "columns": len(head),
        "head": [[_text(name)] for name in head],
        "rows": [[{"c": [_text(cell)]} for cell in row] for row in rows],
    }


def bullets(items: list[list[Node]]) -> Node:
    """Each item a list of spans."""
    return {"t": "ul", "c": [[paragraph(*spans)] for spans in items]}
