from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.incidents.forms.fields import UtcTimeField
from apps.incidents.models import (
    NOT_SURE,
    UNSURE,
    DetectedBy,
    Incident,
    IncidentKind,
    IncidentStatus,
    Severity,
    SeverityPolicy,
)
from apps.services.models import Service

IN_VIEW = 12
JUDGING = ("impact", "condition", "severity_reason")
KNOWN = ("detected_by", "data_lost", "was_reverted")


def services_for(user: User, incident: Incident | None) -> list[Service]:
    """All services in use and what the incident names already, those of the person's own teams first."""
    rows = Service.objects.visible_to(user).in_use()
    if incident:
        rows |= Service.objects.filter(pk__in=incident.services.values("pk"))
    return sorted(rows, key=lambda row: (row.owner_team_id not in user.team_ids, row.slug))


class ServicesField(forms.ModelMultipleChoiceField):
    """Drawn as chips by `incidents/_services.html`."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Service.objects.none(),
            to_field_name="slug",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )


class YesOrNoField(forms.TypedChoiceField):
    """True, False, or None while nobody has said."""

    def __init__(self, **kwargs: Any) -> None:
        said = [("", "Nobody has said"), ("True", "Yes"), ("False", "No")]
        super().__init__(
            choices=said, coerce=lambda word: word == "True", empty_value=None, required=False, **kwargs
        )


class IncidentForm(forms.Form):
    """What an incident says about itself; the same fields when it is declared and when it is edited."""

    title = forms.CharField(
        max_length=200,
        label="What do people notice?",
        error_messages={"required": "Say what fails and where."},
        help_text="For example: “Card payments time out in eu-west”. You can change it later.",
        widget=forms.TextInput(attrs={"class": "input-lg", "autocomplete": "off"}),
    )
    severity = forms.TypedChoiceField(
        choices=Severity.choices,
        coerce=int,
        widget=forms.RadioSelect,
        label="How bad is it now?",
        error_messages={"required": "Choose one. When unsure, take the worse."},
    )
    impact = forms.ChoiceField(required=False, label="Whom does it hit?")
    condition = forms.ChoiceField(required=False, label="What does it do to them?")
    severity_reason = forms.CharField(
        max_length=500,
        required=False,
        label="Why another severity than proposed?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    services = ServicesField(label="Which services?")
    summary = forms.CharField(
        max_length=10_000,
        required=False,
        label="What is known?",
        help_text="Two sentences: what fails for whom, and what has been tried.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    detected_by = forms.ChoiceField(
        choices=[("", "Nobody has said"), *DetectedBy.choices], required=False, label="Who noticed first?"
    )
    data_lost = YesOrNoField(label="Was data lost or made wrong?")
    was_reverted = YesOrNoField(label="Was something rolled back, or traffic sent elsewhere?")
    kind = forms.ChoiceField(
        choices=IncidentKind.choices,
        initial=IncidentKind.REAL,
        help_text="Near misses, drills and tests stay out of the figures.",
    )
    is_private = forms.BooleanField(
        required=False,
        label="Private",
        help_text="Only admins, who declared it, people with a role and those they give access see it.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, incident: Incident | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if incident:
            self.initial = initial_of(incident) | dict(self.initial)
        self.policy = SeverityPolicy.objects.current()
        for name, axis in (("impact", "impacts"), ("condition", "conditions")):
            self.fields[name].choices = answers(getattr(self.policy, axis))  # type: ignore[attr-defined]
        self.service_rows = services_for(user, incident)
        self.fields["services"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]
        chosen = {str(value) for value in self["services"].value() or []}
        for row in self.service_rows:
            row.is_chosen = row.slug in chosen  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Answers stand for a severity that was not chosen."""
        data = super().clean() or {}
        is_left_open = not self["severity"].value()
        if is_left_open and (data.get("impact") or data.get("condition")):
            self.errors.pop("severity", None)
            data["severity"] = None
        return data

    @property
    def is_judging(self) -> bool:
        """Whether the two questions are in use, so that they are shown."""
        return any(self[name].value() or self[name].errors for name in JUDGING)

    @property
    def proposed(self) -> int | None:
        impact, condition = self["impact"].value() or "", self["condition"].value() or ""
        known = self.policy.name_of("impacts", impact) and self.policy.name_of("conditions", condition)
        return self.policy.propose(impact, condition) if known else None

    @property
    def services_in_view(self) -> list[Service]:
        """Those of one's own teams and those chosen; a few more where these are few."""
        return self.service_rows[: self._shown()]

    @property
    def services_behind(self) -> list[Service]:
        return self.service_rows[self._shown() :]

    def _shown(self) -> int:
        last = max((i for i, row in enumerate(self.service_rows) if row.is_chosen), default=0)  # type: ignore[attr-defined]
        return max(IN_VIEW, last + 1)


class DeclareForm(IncidentForm):
    """Five answers at most, of which two are needed; what is behind “More” has a good default."""

    version = None  # type: ignore[assignment]
    started_at = UtcTimeField(
        required=False, label="Since when?", help_text="In UTC. Leave it empty when it began just now."
    )
    is_lead = forms.BooleanField(required=False, initial=True, label="I lead it until somebody else does")
    is_triage = forms.BooleanField(
        required=False, label="Start in triage: we do not know yet whether this is an incident"
    )
    field_order = [
        "title",
        "severity",
        *JUDGING,
        "services",
        "summary",
        "started_at",
        *KNOWN,
        "kind",
        "is_private",
    ]

    def keywords(self, data: dict[str, Any], *, user: User) -> dict[str, Any]:
        """Cleaned data as the operation takes it."""
        plain = {name: data[name] for name in self.field_order}
        status = IncidentStatus.TRIAGE if data["is_triage"] else IncidentStatus.INVESTIGATING
        return plain | {"status": status, "commander": user if data["is_lead"] else None}


def answers(offered: list[dict[str, str]]) -> list[tuple[str, str]]:
    return [("", "Not asked"), *((one["slug"], one["name"]) for one in offered), (UNSURE, NOT_SURE)]


def initial_of(incident: Incident) -> dict[str, Any]:
    return {
        "title": incident.title,
        "severity": incident.severity,
        "services": [service.slug for service in incident.services.all()],
        "summary": incident.summary,
        **{name: getattr(incident, name) for name in (*KNOWN, "kind", "is_private")},
        "version": incident.version,
    }
