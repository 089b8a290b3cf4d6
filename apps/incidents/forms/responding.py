from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.incidents.forms.fields import ExactTimes, UtcTimeField, VisibleIncidentField
from apps.incidents.models import (
    REASON_NEEDED,
    WRITTEN_BY_PEOPLE,
    EntryKind,
    Incident,
    IncidentStatus,
    Milestone,
    MilestoneSource,
)

SOURCES = [(one.value, one.label) for one in (MilestoneSource.HUMAN, MilestoneSource.ESTIMATE)]


class MoveForm(forms.Form):
    """Any legal move, with its reason and the time at which it really happened."""

    to = forms.ChoiceField(
        label="To which state?", widget=forms.RadioSelect, error_messages={"required": "Choose a state."}
    )
    reason = forms.CharField(
        max_length=2000, required=False, label="Reason", widget=forms.Textarea(attrs={"rows": 2})
    )
    effective_at = UtcTimeField(
        required=False, label="When did it happen?", help_text="In UTC. Leave it empty for now."
    )
    into = VisibleIncidentField(
        required=False,
        label="Merge into",
        help_text="Only for a merge: the ID of the other incident, such as INC-12.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, incident: Incident, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].user = user  # type: ignore[attr-defined]
        allowed = incident.next_statuses(now)
        self.fields["to"].choices = [(one, IncidentStatus(one).label) for one in allowed]  # type: ignore[attr-defined]
        needing = [IncidentStatus(one).label for one in allowed if (incident.status, one) in REASON_NEEDED]
        if needing:
            self.fields["reason"].help_text = f"Needed for: {', '.join(needing).lower()}."
        if IncidentStatus.MERGED not in allowed:
            del self.fields["into"]
        self.initial.setdefault("version", incident.version)


class EntryForm(forms.Form):
    body = forms.CharField(
        max_length=10_000,
        label="What do we know now, and what happens next?",
        error_messages={"required": "Write what happened."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(
        choices=[(one.value, one.label) for one in WRITTEN_BY_PEOPLE],
        initial=EntryKind.UPDATE,
        required=False,
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or EntryKind.UPDATE


class EntryEditForm(ExactTimes):
    body = forms.CharField(max_length=10_000, label="Text", widget=forms.Textarea(attrs={"rows": 5}))
    at = UtcTimeField(label="When did it happen?", help_text="In UTC.")


class MilestoneForm(ExactTimes):
    """A time, or the reason why nobody knows it."""

    at = UtcTimeField(required=False, label="When?", help_text="In UTC. Leave it empty when nobody knows.")
    source = forms.ChoiceField(choices=SOURCES, label="Who says so?")
    precision_minutes = forms.IntegerField(
        min_value=0, max_value=10_080, initial=0, label="Give or take how many minutes?"
    )
    note = forms.CharField(
        max_length=300, required=False, label="Note", help_text="Needed when the time is unknown: say why."
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, incident: Incident, milestone: Milestone | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = incident.version
        if milestone:
            self.initial.update(values_of(milestone))


def values_of(milestone: Milestone) -> dict[str, Any]:
    is_known = milestone.source in dict(SOURCES)
    return {
        "at": milestone.at,
        "source": milestone.source if is_known else MilestoneSource.HUMAN,
        "precision_minutes": milestone.precision_minutes,
        "note": milestone.note,
    }


class RoleForm(forms.Form):
    person = forms.ModelChoiceField(
        User.objects.none(), label="Who?", to_field_name="slug", empty_label="Choose a person"
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = User.objects.visible_to(user).filter(is_active=True)  # type: ignore[attr-defined]
