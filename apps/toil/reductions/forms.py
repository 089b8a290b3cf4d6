"""A plan for less of a source as a form."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.action_items.fields import KeyField
from apps.action_items.models import ActionItem
from apps.core.days import DayField
from apps.core.templatetags.times import typed_hours
from apps.toil.models import Reduction, Strategy

PLAIN = ("strategy", "expected_pct", "maintenance_minutes", "switch_minutes", "lead_weeks", "started_on")
SAID = ("other_benefits", "is_pinned")


class ReductionForm(forms.Form):
    strategy = forms.ChoiceField(
        choices=[("", "Choose one"), *Strategy.choices],
        label="How",
        help_text="The cheaper ways come first: what is automated has to be kept up.",
        error_messages={"required": "Say how there would be less of it."},
    )
    expected_pct = forms.IntegerField(
        min_value=1,
        max_value=100,
        initial=90,
        label="Goes away, in percent",
        help_text="Of the time it takes now.",
    )
    build_hours = forms.DecimalField(
        min_value=0, max_value=16_000, max_digits=7, decimal_places=2, label="Hours to get there"
    )
    maintenance_minutes = forms.IntegerField(
        min_value=0, max_value=10_080, initial=0, label="Minutes a week to keep it up"
    )
    switch_minutes = forms.IntegerField(
        min_value=0,
        max_value=240,
        initial=0,
        label="Minutes lost around each occurrence",
        help_text="Of getting back to what one was doing. In no share of toil.",
    )
    lead_weeks = forms.IntegerField(min_value=0, max_value=52, initial=4, label="Weeks until it helps")
    item = KeyField(
        required=False,
        label="Action item",
        help_text="The promise that carries it, such as ACT-12. Whether it helped is said four and twelve weeks after "
        "it is done.",
    )
    started_on = DayField(
        required=False,
        label="Work began on",
        help_text="Weeks before this day are what it is compared with. Empty: the day it was promised.",
    )
    other_benefits = forms.CharField(
        required=False,
        max_length=500,
        label="What else it brings",
        help_text="Fewer mistakes, easier nights, a safer service. No figure is made of it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    is_pinned = forms.BooleanField(
        required=False, label="Keep it on top", help_text="Worth it whatever the figures say."
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, reduction: Reduction | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].rows = ActionItem.objects.visible_to(user)  # type: ignore[attr-defined]
        if reduction:
            plain = {name: getattr(reduction, name) for name in (*PLAIN, *SAID, "version")}
            hours = typed_hours(reduction.build_minutes)
            key = reduction.item.key if reduction.item else ""
            self.initial = {**plain, "build_hours": hours, "item": key}
            if reduction.item and reduction.carrier != reduction.item:
                merged = f"{key} was merged into {reduction.carrier}, which carries it now."
                self.fields["item"].help_text = merged

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        fields = {name: value for name, value in data.items() if name not in {"version", "build_hours"}}
        return {**fields, "build_minutes": round(data["build_hours"] * 60)}
