"""The base of every filter: one FilterSet serves web list, API list, panels and export."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import django_filters
from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import fields

from apps.core.choosers import QuickSelect
from apps.core.searching import every_word


def query_of(text: str) -> QueryDict:
    """A query string that somebody sent as a value, as a filter reads one."""
    return QueryDict(text)


class Own(dict[str, Any]):
    """Made for one request; who would copy it gets it."""

    def __deepcopy__(self, memo: Any) -> Own:
        return self


class FilterForm(forms.Form):
    """With the fields it is given, which nobody else has."""

    def __init__(self, *args: Any, fields: Mapping[str, forms.Field], **kwargs: Any) -> None:
        self.base_fields = Own(fields)  # type: ignore[misc]  # of this form, not of its class
        super().__init__(*args, **kwargs)


class ResourceFilter(django_filters.FilterSet):
    """Filters are named one by one (`fields = []` in Meta); `sort` is the ordering, ending in the primary key.

    A list has up to forty of them and is asked for one or two. Only those are made that the query names or that a
    page with the form shows, since making them all takes longer than reading the rows.
    """

    base_filters: dict[str, django_filters.Filter]

    def __init__(
        self, data: Any = None, queryset: Any = None, *, has_form: bool = True, **kwargs: Any
    ) -> None:
        asked = data or ()
        self.base_filters = Own(
            (name, _own(each))
            for name, each in type(self).base_filters.items()
            if name in asked or name == "sort" or (has_form and not _is_hidden(each))
        )
        super().__init__(data, queryset, **kwargs)

    def get_form_class(self) -> Any:
        return partial(FilterForm, fields={name: each.field for name, each in self.filters.items()})

    @classmethod
    def known(cls) -> set[str]:
        return set(cls.base_filters)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A page that asks for an order there is not gets the usual one: without any its pages would overlap."""
        found: QuerySet[Any] = super().filter_queryset(queryset)
        is_sorted = "sort" not in self.filters or "sort" in self.form.cleaned_data
        return found if is_sorted else self.filters["sort"].filter(found, None)


def _is_hidden(given: django_filters.Filter) -> bool:
    widget = given.extra.get("widget")
    return issubclass(widget if isinstance(widget, type) else type(widget), forms.HiddenInput)


def _own(given: django_filters.Filter) -> django_filters.Filter:
    """A filter of this request: what it is told of the request (its parent, its rows) stays in it."""
    own = copy.copy(given)
    own.__dict__.pop("_field", None)
    own.extra = dict(given.extra)
    own.method = given.method  # which ties it to this one
    return own


class AnyOfFilter(django_filters.MultipleChoiceFilter):
    """Some of the choices of a column of the row itself. No row comes twice by that, as it may by a relation; and a
    statement that is told so reads all rows before it shows the first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, distinct=False, **kwargs)


class StableOrdering(django_filters.OrderingFilter):
    """Sorts by named fields only, and always ends in the primary key, so that pages never overlap."""

    def __init__(self, *args: Any, default: tuple[str, ...] = ("-pk",), **kwargs: Any) -> None:
        self.default = default
        super().__init__(*args, null_label=None, empty_label=None, label="Sort", **kwargs)

    def filter(self, qs: QuerySet[Any], value: Any) -> QuerySet[Any]:
        chosen = [self.get_ordering_value(part) for part in value or () if part]
        if not chosen:
            return qs.order_by(*self.default)
        return qs.order_by(*chosen, "-pk" if chosen[0].startswith("-") else "pk")


class NameIterator(fields.ModelChoiceIterator):
    """(what `to_field_name` holds, name) of every row, read as these two alone."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from self.queryset.values_list(self.field.to_field_name, "name")


class RowChoiceField(fields.ModelChoiceField):
    iterator = NameIterator
    widget = QuickSelect


class RowFilter(django_filters.ModelChoiceFilter):
    """One of the rows of `queryset`, addressed by `to_field_name` and shown by name."""

    field_class = RowChoiceField


def any_contains(fields: tuple[str, ...]) -> Any:
    """A filter method: every word of the text occurs in one of the fields."""

    def method(queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(every_word(value, *fields))

    return method


def choices_of(model: type[models.Model], field: str) -> Any:
    return model._meta.get_field(field).choices  # type: ignore[union-attr]
