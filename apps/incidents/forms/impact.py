from __future__ import annotations

from typing import Any

from django import forms

from apps.incidents.forms.fields import ExactTimes, UtcTimeField
from apps.incidents.models import HURTS, ImpactLevel, ImpactWindow, Incident
from apps.services.models import Service


class WindowForm(ExactTimes):
    """From when to when users of a service were affected, how badly, and how many of them."""

    service = forms.ModelChoiceField(
        Service.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="The whole incident",
        label="Which service?",
    )
    level = forms.ChoiceField(choices=ImpactLevel.choices, initial=ImpactLevel.PARTIAL, label="How badly?")
    pct_affected = forms.IntegerField(
        min_value=0,
        max_value=100,
        required=False,
        label="Share of users, in percent",
        help_text="A guess is better than nothing.",
    )
    start = UtcTimeField(label="From", help_text="In UTC.")
    end = UtcTimeField(required=False, label="Until")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, incident: Incident, window: ImpactWindow | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = incident.services.all()  # type: ignore[attr-defined]
        is_open = incident.status in HURTS
        self.fields["end"].help_text = "In UTC. Leave it empty while it lasts." if is_open else "In UTC."
        first = (
            {name: getattr(window, name) for name in self.base_fields if name != "version"} if window else {}
        )
        self.initial = first | {"version": incident.version} | dict(self.initial)
