"""Pages by position. Apart from `api.py`, which DRF's settings must not import while DRF itself is loading."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from rest_framework.exceptions import NotFound
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: beyond the row with these values (of all sort keys), onwards or backwards."""

    values: list[Any]
    is_backwards: bool = False

    def encoded(self) -> str:
        return urlsafe_b64encode(json.dumps([int(self.is_backwards), *self.values]).encode()).decode()

    @classmethod
    def decoded(cls, text: str, fields: Sequence[Field[Any, Any]]) -> Position:
        """Raises ValueError or ValidationError for what was never one of ours."""
        is_backwards, *values = json.loads(urlsafe_b64decode(text.encode("ascii")))
        pairs = zip(fields, values, strict=True)
        return cls([field.clean(_storable(value), None) for field, value in pairs], bool(is_backwards))


class KeysetPagination(CursorPagination):
    """Page 2000 costs what page 1 costs, and no row is left out or shown twice however many share a value.

    The filter's `sort` is the order; it ends in the primary key, and no sort key may be null. DRF's own pages go by
    the first sort key alone and give up after a thousand rows with the same value.
    """

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200
    ordering = "-pk"

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: Any) -> tuple[str, ...]:
        return tuple(str(part) for part in queryset.query.order_by) or ("-pk",)

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.address = request.build_absolute_uri()
        self.keys = self.get_ordering(request, queryset, view)
        position = self._asked_for(request, queryset)
        is_backwards = position is not None and position.is_backwards
        if position:
            queryset = queryset.filter(beyond(self.keys, position))
        if is_backwards:
            queryset = queryset.reverse()
        size = self.get_page_size(request) or self.page_size
        found = list(queryset[: size + 1])
        self.rows: list[Any] = found[:size][::-1] if is_backwards else found[:size]
        has_more = len(found) > size
        self.has_next = is_backwards or has_more
        self.has_previous = has_more if is_backwards else position is not None
        return self.rows

    def _asked_for(self, request: Request, queryset: QuerySet[Any]) -> Position | None:
        text = request.query_params.get(self.cursor_query_param)
        if text is None:
            return None
        try:
            return Position.decoded(text, [field_of(queryset, key) for key in self.keys])
        except (ValueError, TypeError, ArithmeticError, RecursionError, ValidationError):
            raise NotFound(self.invalid_cursor_message) from None

    def get_next_link(self) -> str | None:
        return self._link(-1, is_backwards=False) if self.has_next and self.rows else None

    def get_previous_link(self) -> str | None:
        return self._link(0, is_backwards=True) if self.has_previous and self.rows else None

    def _link(self, index: int, *, is_backwards: bool) -> str:
        row = self.rows[index]
        values = [_plain(_value(row, key.lstrip("-"))) for key in self.keys]
        cursor = Position(values, is_backwards).encoded()
        return str(replace_query_param(self.address, self.cursor_query_param, cursor))


def field_of(queryset: QuerySet[Any], key: str) -> Field[Any, Any]:
    """What reads a value of this sort key: a field of the model, or of an annotation."""
    name = key.lstrip("-")
    if name in queryset.query.annotations:
        return queryset.query.annotations[name].output_field
    meta = queryset.model._meta
    field: Any = meta.pk if name == "pk" else meta.get_field(name)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(name)
    return getattr(field, "output_field", field)


def beyond(keys: Sequence[str], position: Position) -> Q:
    """Rows after the position in the order of `keys`; before it when it points backwards.

    Where all keys run the same way, one comparison of rows, which an index answers from its middle; else key by key.
    """
    is_up = [key.startswith("-") == position.is_backwards for key in keys]
    names = [key.lstrip("-") for key in keys]
    if len(set(is_up)) == 1:
        comparison = TupleGreaterThan if is_up[0] else TupleLessThan
        return Q(comparison(Tuple(*(F(name) for name in names)), tuple(position.values)))
    found, same = Q(), Q()
    for name, way, value in zip(names, is_up, position.values, strict=True):
        found |= same & Q(**{f"{name}__{'gt' if way else 'lt'}": value})
        same &= Q(**{name: value})
    bound = Q(**{f"{names[0]}__{'gte' if is_up[0] else 'lte'}": position.values[0]})
    return bound & found


def _value(row: Any, name: str) -> Any:
    return row[name] if isinstance(row, dict) else getattr(row, name)


def _storable(value: Any) -> Any:
    """A text that no database keeps is nobody's value. Raises ValueError."""
    if isinstance(value, str) and "\0" in value.encode().decode():
        raise ValueError("NUL")
    return value


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else value.isoformat()
