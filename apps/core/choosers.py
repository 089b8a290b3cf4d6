"""Choosing among rows: menus of hundreds of options without a template for each, ticks among what is offered, keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Offered(BaseChoiceIterator):
    """Pairs that a function gives when the menu is drawn. Of a plain function Django looks into every pair again."""

    def __init__(self, pairs: Callable[[], Iterable[tuple[str, str]]]) -> None:
        self.pairs = pairs

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self.pairs()


class QuickSelect(forms.Select):
    """A select without groups."""

    def use_required_attribute(self, initial: Any) -> bool:
        """The base looks at the first choice to find out, and asks the database for all of them once more."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        marks = format_html_join("", ' {}="{}"', built.items())
        chosen = set(self.format_value(value))
        options = "".join(
            f'<option value="{escape(str(key))}"{" selected" if str(key) in chosen else ""}>'
            f"{escape(str(label))}</option>"
            for key, label in self.choices
        )
        return format_html("<select{}>{}</select>", marks, SafeString(options))


class Ticks(forms.CheckboxSelectMultiple):
    """Boxes in a frame that scrolls, ticked ones first: of a list one click without a key held would empty it. Drawn
    without a template for each."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen, own = set(self.format_value(value)), (attrs or {}).get("id", name)
        rows = sorted(
            ((str(key), label) for key, label in self.choices), key=lambda row: row[0] not in chosen
        )
        boxes = (
            (name, key, SafeString(" checked" * (key in chosen)), f"{own}_{place}", label)
            for place, (key, label) in enumerate(rows)
        )
        box = '<label><input type="checkbox" name="{}" value="{}"{} id="{}">{}</label>'
        return format_html('<div class="ticks">{}</div>', format_html_join("", box, boxes))


class NameIterator(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]  # not at run time
    """(what `to_field_name` holds, name) of every row, read as these two alone."""

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        yield from self.queryset.values_list(self.field.to_field_name or "pk", "name")


class NamedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the rows of `queryset`, addressed by `to_field_name` and shown by name."""

    iterator = NameIterator
    widget = QuickSelect


class OfferedField(forms.MultipleChoiceField):
    """Ticks among what is offered. Whether it may still be taken is for the operation to say: the same page sent
    twice finds it gone, and must lead to the first result all the same."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: Any) -> bool:
        return True


def _typed_keys(text: str) -> list[str]:
    return [word.upper() for word in re.split(r"[\s,;]+", text) if word]


def named_rows(form: forms.Form, data: Mapping[str, Any], rows: QuerySet[Any], *, what: str) -> list[Any]:
    """What was `ticked` in the form or typed into its `keys`, which says what of it is not among `rows`."""
    wanted = list(dict.fromkeys([*data.get("ticked", []), *_typed_keys(data.get("keys", ""))]))
    found = {row.key: row for row in rows.filter(key__in=wanted)}
    unknown = [key for key in wanted if key not in found]
    if unknown:
        form.add_error("keys", f"There is no {what} {', '.join(unknown)} that you may see.")
    return list(found.values())
