"""Form fields that name a row by what people call it: a key, a slug, an address, or a word such as "me"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Choices = Iterable[tuple[str, str]]


class QuickSelect(forms.Select):
    """A select of hundreds of options without a template for each; asks for them only when it is drawn."""

    def __init__(self, options: Callable[[], Choices], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.options_of = options

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        built = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        marks = format_html_join("", ' {}="{}"', built.items())
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if key == (value or "") else ""}>{escape(label)}</option>'
            for key, label in [("", "Any"), *self.options_of()]
        )
        return format_html("<select{}>{}</select>", marks, SafeString(options))


class RowOrWord(forms.CharField):
    """Cleans to one of `words`, or to the row of that slug (people also by e-mail address)."""

    def __init__(
        self,
        *,
        rows: Callable[[], QuerySet[Any]],
        words: dict[str, str],
        by_email: bool = False,
        **kwargs: Any,
    ) -> None:
        self.rows, self.words, self.by_email = rows, words, by_email
        kwargs.setdefault("widget", QuickSelect(self.options))
        super().__init__(max_length=254, **kwargs)

    def options(self) -> Choices:
        return [*self.words.items(), *self.rows().order_by("name").values_list("slug", "name")]

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        if not text or text in self.words:
            return text
        wanted = Q(slug=text) | Q(email__iexact=text) if self.by_email else Q(slug=text)
        row = self.rows().filter(wanted).first()
        if row is None:
            raise ValidationError("There is nothing of this name.")
        return row


class KeyField(forms.CharField):
    """Cleans a key such as INC-12 to its row among `rows`; a row one may not see is as unknown as any other."""

    rows: QuerySet[Any] | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, **kwargs)

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        if not text:
            return None
        row = self.rows.filter(key=text.upper()).first() if self.rows is not None else None
        if row is None:
            raise ValidationError(f"There is no {text}. Check the number.")
        return row
