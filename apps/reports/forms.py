"""Who gets what of somebody who leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from apps.accounts.models import User
from apps.reports.holdings import Held, Kind

LONGEST_NAME = 254


def successors(person: User) -> Any:
    return User.objects.active().exclude(pk=person.pk).order_by("name", "pk")


class SuccessorField(forms.CharField):
    """A person by short name or e-mail address, who leaves themselves for what stays theirs; nothing for what is said
    of all."""

    def __init__(self, *, person: User, placeholder: str = "Nobody yet", **kwargs: Any) -> None:
        self.person = person
        attrs = {"list": "successors", "autocomplete": "off", "placeholder": placeholder}
        widget = forms.TextInput(attrs=attrs)
        super().__init__(max_length=LONGEST_NAME, required=False, widget=widget, **kwargs)

    def clean(self, value: Any) -> User | None:
        text = str(super().clean(value)).strip()
        if not text:
            return None
        wanted = Q(slug=text.lower()) | Q(email__iexact=text)
        found: User | None = User.objects.people().filter(wanted).first()
        if found is None or not (found.is_active or found == self.person):
            raise ValidationError(f"There is nobody here called {text}.")
        return found


class HandOverForm(forms.Form):
    """One field for all rows of a kind, and one for each row that goes to somebody else."""

    def __init__(self, *args: Any, person: User, holdings: Mapping[Kind, list[Held]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.holdings = person, holdings
        for kind, rows in holdings.items():
            if any(held.may_give for held in rows):
                label = f"All {kind.label.lower()}"
                self.fields[f"all:{kind}"] = SuccessorField(person=person, label=label)
            for held in rows:
                if held.may_give:
                    label = f"{held.title} goes to"
                    field = SuccessorField(person=person, placeholder="As said of all", label=label)
                    self.fields[held.name] = field

    @property
    def groups(self) -> list[dict[str, Any]]:
        """What the page shows, kind by kind."""
        return [
            {
                "label": kind.label,
                "all": self[f"all:{kind}"] if f"all:{kind}" in self.fields else None,
                "rows": [(held, self[held.name] if held.name in self.fields else None) for held in rows],
            }
            for kind, rows in self.holdings.items()
        ]

    @property
    def choices(self) -> dict[str, User]:
        """{name of a row: who gets it}, of a valid form."""
        data = self.cleaned_data
        found = {
            held.name: data.get(held.name) or data.get(f"all:{kind}")
            for kind, rows in self.holdings.items()
            for held in rows
            if held.may_give
        }
        return {name: to for name, to in found.items() if to and to != self.person}
