"""What may change about several entries at once. What is left alone stays as each of them has it."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import Team, User
from apps.core.days import DayField
from apps.services.models import Service
from apps.toil.kinds import SORTED_KINDS
from apps.toil.models import Category, ToilSource
from apps.toil.operations import EntryWish

AS_IT_IS, NONE = "Leave as it is", "-"
EMPTIED = ("service", "source")


class ManyForm(forms.Form):
    service = forms.ChoiceField(required=False)
    source = forms.ChoiceField(required=False)
    category = forms.ChoiceField(choices=[("", AS_IT_IS), *Category.choices], required=False)
    kind = forms.ChoiceField(choices=[("", AS_IT_IS), *SORTED_KINDS], required=False, label="Kind of work")
    local_date = DayField(
        required=False,
        label="Date",
        help_text="Leave it empty to keep each on its own.",
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), required=False, to_field_name="slug", empty_label=AS_IT_IS
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        self.known: dict[str, dict[str, Any]] = {
            "service": {row.slug: row for row in Service.objects.visible_to(user).order_by("slug")},
            "source": {row.slug: row for row in ToilSource.objects.visible_to(user).current()},
        }
        for name, rows in self.known.items():
            choices = [
                ("", AS_IT_IS),
                (NONE, f"No {name}"),
                *((slug, str(row)) for slug, row in rows.items()),
            ]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        fields = self.visible_fields()
        return [fields[place : place + 2] for place in range(0, len(fields), 2)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not self.wish.changes:
            raise forms.ValidationError("Say what is to change.")
        return data

    @property
    def wish(self) -> EntryWish:
        changes: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in EMPTIED and value:
                changes[name] = None if value == NONE else self.known[name][value]
            elif value:
                changes[name] = value
        return EntryWish(changes)
