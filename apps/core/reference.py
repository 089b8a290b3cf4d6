"""The API's description, made readable: what `/api/schema/` says, by resource, for people.

Ours and not Swagger UI's, whose markup breaks WCAG in ways that no style sheet mends (controls inside of controls).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from threading import Lock
from typing import Any

from django.template.loader import render_to_string
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

from apps.core.schema import Generator

COMMON = {
    "_list": "All of them, page by page",
    "_create": "Add one",
    "_retrieve": "One of them",
    "_partial_update": "Change one",
    "_destroy": "Remove one",
}
VERBS = ("get", "post", "put", "patch", "delete")
SHAPES = "#/components/schemas/"
WRITERS = {writer.format: writer for writer in (OpenApiJsonRenderer, OpenApiYamlRenderer)}
ONE_AT_A_TIME = Lock()  # notes are taken from where they stand
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, or one field of a shape. `shape` is the name of the shape it holds, if it holds one."""

    name: str
    kind: str
    shape: str
    is_required: bool
    note: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    shape: str
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    slug: str
    verb: str
    path: str
    text: str
    parameters: tuple[Field, ...]
    headers: tuple[Field, ...]
    body: str
    answer: Answer
    refusals: str

    @property
    def title(self) -> str:
        """Its first sentence; what is said of a whole resource is said of none of its operations."""
        ways = (words for suffix, words in COMMON.items() if self.slug.endswith(suffix))
        return self.text.split(". ")[0].split("\n")[0].rstrip(".") or next(ways, "")


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    text: str
    fields: tuple[Field, ...]
    choices: tuple[str, ...]


@cache
def as_page() -> str:
    """Every operation and every shape."""
    return render_to_string("api/_everything.html", {"resources": resources(), "shapes": shapes()})


@cache
def as_file(form: str) -> str | bytes:
    """`form` is "yaml" or "json"."""
    written: str | bytes = WRITERS[form]().render(schema(), renderer_context={})
    return written


@cache
def resources() -> list[tuple[str, list[Operation]]]:
    """(resource, its operations), both in the order of the addresses. The description is the same for everybody."""
    found = [
        (operation["tags"][0], path, verb, operation)
        for path, verbs in sorted(schema()["paths"].items())
        for verb, operation in verbs.items()
        if verb in VERBS
    ]
    told = Counter(one.get("description", "") for *_, one in found)
    shared = {text for text, times in told.items() if times > 1}
    by_resource = groupby(sorted(found, key=itemgetter(0)), key=itemgetter(0))
    return [
        (tag, [_operation(path, verb, one, shared) for _, path, verb, one in rows])
        for tag, rows in by_resource
    ]


@cache
def shapes() -> list[Shape]:
    """Everything that is sent or answered, by name."""
    return [_shape(name, found) for name, found in sorted(schema()["components"]["schemas"].items())]


@cache
def schema() -> Schema:
    """The same for everybody: who may do what is said by the answers, not here."""
    with ONE_AT_A_TIME:
        found: Schema = Generator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def _operation(path: str, verb: str, found: Schema, shared: set[str]) -> Operation:
    answers = found["responses"]
    good = next(status for status in answers if status.startswith("2"))
    parameters = found.get("parameters", [])
    return Operation(
        slug=found["operationId"],
        verb=verb.upper(),
        path=path,
        text="" if (text := found.get("description", "")) in shared else text,
        parameters=tuple(_parameter(one) for one in parameters if one["in"] != "header"),
        headers=tuple(_parameter(one) for one in parameters if one["in"] == "header"),
        body=_content(found.get("requestBody", {})),
        answer=Answer(good, _content(answers[good]), answers[good].get("description", "")),
        refusals=", ".join(sorted(status for status in answers if not status.startswith("2"))),
    )


def _content(found: Schema) -> str:
    """The name of the shape that is sent or answered; empty where there is none."""
    for media in found.get("content", {}).values():
        return _name_in(media.get("schema", {}))
    return ""


def _parameter(found: Schema) -> Field:
    kind = found.get("schema", {})
    return Field(
        name=found["name"],
        kind=_kind(kind),
        shape="",
        is_required=found.get("required", False),
        note=_first_paragraph(found),
        choices=_choices(kind),
    )


def _shape(name: str, found: Schema) -> Shape:
    required = set(found.get("required", ()))
    fields = tuple(
        Field(field, _kind(kind), _name_in(kind), field in required, _first_paragraph(kind), _choices(kind))
        for field, kind in found.get("properties", {}).items()
    )
    return Shape(name, _first_paragraph(found), fields, _choices(found))


def _first_paragraph(found: Schema) -> str:
    """Without the list of choices that drf-spectacular writes below it."""
    text = str(found.get("description", "")).split("\n\n")[0]
    return "" if text.startswith("* `") else text


def _choices(found: Schema) -> tuple[str, ...]:
    values = found.get("enum") or found.get("items", {}).get("enum") or ()
    return tuple(str(value) for value in values if value not in ("", None))


def _parts(found: Schema) -> list[Schema]:
    """A schema is one, or one of several, or a list of one."""
    several = found.get("oneOf") or found.get("anyOf") or found.get("allOf")
    inner = several or ([found["items"]] if "items" in found else [])
    return [found, *(part for one in inner for part in _parts(one))]


def _name_in(found: Schema) -> str:
    names = (part["$ref"].removeprefix(SHAPES) for part in _parts(found) if "$ref" in part)
    return next(names, "")


def _kind(found: Schema) -> str:
    """In words: "list of text", "date or null"."""
    if "items" in found:
        return f"list of {_kind(found['items'])}"
    types = [kind for part in _parts(found) for kind in _types(part)]
    words = [WORDS.get(one, one) for one in dict.fromkeys(types)]
    return " or ".join(words) or "any value"


def _types(part: Schema) -> list[str]:
    types = part.get("type", [])
    named = [part["$ref"].removeprefix(SHAPES)] if "$ref" in part else []
    plain = [types] if isinstance(types, str) else list(types)
    return named + [part.get("format", one) if one == "string" else one for one in plain]


WORDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "date-time": "date and time",
    "email": "e-mail address",
    "uri": "address",
    "double": "number",
    "null": "null",
}
