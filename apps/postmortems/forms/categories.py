"""The list of factor categories as one form, with empty rows to add some."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import slugify

from apps.postmortems.models import FactorCategories

NEW_ROWS = 2


class FactorCategoriesForm(forms.Form):
    """Fields `name_0` and `offered_0`; the last rows are the empty ones."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, known: FactorCategories, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known.categories
        self.size = len(self.known) + NEW_ROWS
        self.initial["version"] = known.version
        for place in range(self.size):
            category = self.known[place] if place < len(self.known) else {"name": "", "is_offered": True}
            label = f"Category {place + 1}" if category["name"] else "New category"
            self.fields[f"name_{place}"] = forms.CharField(max_length=60, required=False, label=label)
            self.fields[f"offered_{place}"] = forms.BooleanField(required=False, label="Offered")
            self.initial[f"name_{place}"] = category["name"]
            self.initial[f"offered_{place}"] = category["is_offered"]

    @property
    def rows(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"name_{place}"], self[f"offered_{place}"]) for place in range(self.size)]

    def clean(self) -> dict[str, Any]:
        """`categories` as the operation takes them. A row without a name goes; what is there keeps its short name."""
        data = super().clean() or {}
        found: list[dict[str, Any]] = []
        taken = {each["slug"] for each in self.known}
        for place in range(self.size):
            name = " ".join(data.get(f"name_{place}", "").split())
            if not name:
                continue
            slug = self.known[place]["slug"] if place < len(self.known) else _slug(name, taken)
            taken.add(slug)
            found.append({"slug": slug, "name": name, "is_offered": data[f"offered_{place}"]})
        return data | {"categories": found}


def _slug(name: str, taken: set[str]) -> str:
    short = slugify(name)[:36] or "category"
    return next(slug for n in range(1, 50) if (slug := short if n == 1 else f"{short}-{n}") not in taken)
