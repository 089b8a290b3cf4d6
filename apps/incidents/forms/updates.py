from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.incidents.forms.fields import ExactTimes, UtcTimeField
from apps.incidents.models import SAID_IN_PUBLIC, Incident, IncidentKind, PublicState, TimelineEntry
from apps.incidents.policies import can_publish


def part(label: str, hint: str, *, required: bool = False) -> forms.CharField:
    return forms.CharField(
        max_length=3000,
        required=required,
        label=label,
        help_text=hint,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class UpdateForm(forms.Form):
    """Conditions, actions, needs; and for responders of a real, open incident whether everybody may read it."""

    conditions = part("Conditions", "What works and what does not, for whom, since when.", required=True)
    actions = part("Actions", "What is being done, and when you will know more.")
    needs = part("Needs", "Whom or what you still need. This stays inside, also of a public update.")
    is_public = forms.BooleanField(required=False, label="Public: conditions and actions may be read outside")
    public_state = forms.ChoiceField(
        choices=PublicState.choices,
        required=False,
        label="State shown outside",
        help_text="Counts for a public update only.",
    )

    def __init__(self, *args: Any, user: User, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["conditions"].error_messages["required"] = "Say how it is now, for whom."
        state = SAID_IN_PUBLIC.get(incident.status, PublicState.INVESTIGATING)
        self.initial.setdefault("public_state", state)
        if not can_publish(user, incident) or incident.kind != IncidentKind.REAL:
            del self.fields["is_public"], self.fields["public_state"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("is_public"):
            data.pop("public_state", None)
        return data


class UpdateEditForm(ExactTimes, UpdateForm):
    at = UtcTimeField(label="When did you say so?", help_text="In UTC.")

    def __init__(self, *args: Any, entry: TimelineEntry, **kwargs: Any) -> None:
        told = entry.status_update
        initial = {name: getattr(told, name) for name in ("conditions", "actions", "needs", "is_public")}
        if told.is_public:
            initial["public_state"] = told.public_state
        super().__init__(*args, incident=entry.incident, initial=initial | {"at": entry.at}, **kwargs)


class PublicEndForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        label="Why is no last public update needed?",
        help_text="Colleagues read it in the timeline; nobody outside does.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
