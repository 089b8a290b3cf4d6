"""Form fields that name a row by what people call it: a key, a slug, an address, or a word such as "me"."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from apps.core.choosers import Offered, QuickSelect
from apps.core.prepared import Prepared

Choices = Iterable[tuple[str, str]]


@cache
def _names(rows: Callable[[], QuerySet[Any]]) -> Prepared:
    return Prepared(lambda: rows().order_by("name").values_list("slug", "name"))


class RowOrWord(forms.CharField):
    """Cleans to one of `words`, or to the row of that slug (people also by e-mail address). `rows` are offered; those
    of `known` may be named."""

    def __init__(
        self,
        *,
        rows: Callable[[], QuerySet[Any]],
        words: dict[str, str],
        by_email: bool = False,
        known: Callable[[], QuerySet[Any]] | None = None,
        **kwargs: Any,
    ) -> None:
        self.rows, self.words, self.by_email, self.known = rows, words, by_email, known or rows
        kwargs.setdefault("widget", QuickSelect(choices=Offered(self.options)))
        super().__init__(max_length=254, **kwargs)

    def options(self) -> Choices:
        return [("", "Any"), *self.words.items(), *_names(self.rows).rows()]

    def clean(self, value: Any) -> Any:
        text: str = super().clean(value)
        if not text or text in self.words:
            return text
        wanted = Q(slug=text) | Q(email__iexact=text) if self.by_email else Q(slug=text)
        row = self.known().filter(wanted).first()
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
