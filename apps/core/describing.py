"""What the API's description says of an operation, noted on its method until somebody writes the description.

drf-spectacular's decorator of the same name makes a class for each operation and brings Django's test client along:
some 5 MB of every process, for a page that few ever ask for. `schema.Generator` hands the notes to it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.drainage import isolate_view_method

Described = TypeVar("Described", bound=Callable[..., Any])
NOTES = "noted_for_the_description"


def extend_schema(**said: Any) -> Callable[[Described], Described]:
    """Takes what drf-spectacular's takes, for a method or a class of views."""

    def note(described: Described) -> Described:
        setattr(described, NOTES, [*vars(described).get(NOTES, ()), said])
        return described

    return note


def extend_schema_view(**notes: Callable[[Any], Any]) -> Callable[[Described], Described]:
    """By method, also for those that a class of views has from another: they are noted for this one alone."""

    def note(view: Described) -> Described:
        for name, described in notes.items():
            described(isolate_view_method(view, name))  # type: ignore[no-untyped-call]
        return view

    return note


class SelfDescribed:
    """A way to sign in, with its name and its words in the description."""

    scheme_name: str
    scheme: dict[str, str]
