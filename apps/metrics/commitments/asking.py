"""What may be asked of the commitments: the same for the page and for programs."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.action_items.models import Kind, Source
from apps.metrics.commitments.scope import By, Scope
from apps.metrics.forms import PeriodForm


class CommitmentsForm(PeriodForm):
    kind = forms.MultipleChoiceField(
        choices=Kind.choices, required=False, widget=forms.CheckboxSelectMultiple, label="Type"
    )
    source = forms.MultipleChoiceField(
        choices=Source.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    by = forms.ChoiceField(choices=By.choices, required=False, widget=forms.HiddenInput)

    def clean_by(self) -> By:
        return By(self.cleaned_data["by"] or By.KIND)

    @property
    def groupings(self) -> list[tuple[str, Any]]:
        return list(By.choices)

    def scope(self) -> Scope:
        """What a valid form asks for."""
        data = self.cleaned_data
        span, before = self.spans()
        chosen = {"team": data["team"], "service": data["service"], "by": data["by"]}
        return Scope(
            self.user, span, before, kinds=tuple(data["kind"]), sources=tuple(data["source"]), **chosen
        )
