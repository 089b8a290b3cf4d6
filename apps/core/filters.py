"""The base of every filter: one FilterSet serves web list, API list, panels and export."""

from collections.abc import Iterator
from typing import Any

import django_filters
from django.db import models
from django.db.models import QuerySet
from django.http import QueryDict
from django_filters import fields

from apps.core.choosers import QuickSelect
from apps.core.searching import every_word


def query_of(text: str) -> QueryDict:
    """A query string that somebody sent as a value, as a filter reads one."""
    return QueryDict(text)


class ResourceFilter(django_filters.FilterSet):
    """Filters are named one by one (`fields = []` in Meta); `sort` is the ordering, ending in the primary key."""

    @classmethod
    def known(cls) -> set[str]:
        return set(cls.base_filters)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """A page that asks for an order there is not gets the usual one: without any its pages would overlap."""
        found: QuerySet[Any] = super().filter_queryset(queryset)
        is_sorted = "sort" not in self.filters or "sort" in self.form.cleaned_data
        return found if is_sorted else self.filters["sort"].filter(found, None)


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
