from datetime import timedelta
from typing import Any

from django import forms

from apps.accounts.forms.fields import TeamMenu
from apps.accounts.models import Team, User
from apps.incidents.models import Severity
from apps.intake.models import Integration, Kind, Rule
from apps.services.models import Service

OVERLAPS = [(0, "Not at all: the former key is refused at once"), (60, "One hour"), (24 * 60, "One day")]


class IntegrationForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="For example: “Prometheus production”.")
    kind = forms.ChoiceField(choices=Kind.choices, label="Sender", initial=Kind.ALERTMANAGER)
    team = TeamMenu(empty_label="Choose a team")
    service = forms.ModelChoiceField(
        Service.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label="No particular one",
        help_text="What its alerts affect, if they are about one service.",
    )
    rule = forms.ChoiceField(choices=Rule.choices, label="A new alert should", initial=Rule.TRIAGE)
    severity = forms.TypedChoiceField(
        choices=Severity.choices,
        coerce=int,
        initial=Severity.SEV3,
        help_text="People change it once they know more.",
    )
    secret = forms.CharField(
        required=False,
        max_length=500,
        label="Signing secret",
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="What the sender signs with. It is kept encrypted and not shown again. "
        "PagerDuty and Sentry give it to you; nothing of theirs is taken before it is here.",
    )

    def __init__(self, *args: Any, user: User, integration: Integration | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["service"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]
        if integration is None:
            return
        del self.fields["kind"]
        names = ("name", "team", "service", "rule", "severity")
        self.initial = {name: getattr(integration, name) for name in names}
        if integration.has_secret:
            self.fields["secret"].help_text = "One is set. Leave this empty to keep it."
            self.fields["no_secret"] = forms.BooleanField(required=False, label="Remove the signing secret")

    @staticmethod
    def changes(data: dict[str, Any]) -> dict[str, Any]:
        """Cleaned data as `edit_integration` takes it."""
        changed = {**data}
        if changed.pop("no_secret", False):
            changed["secret"] = None
        return changed


class RotateForm(forms.Form):
    overlap = forms.TypedChoiceField(
        choices=OVERLAPS,
        coerce=int,
        initial=60,
        label="The former key counts for",
        help_text="Time to change the senders.",
    )

    def clean_overlap(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["overlap"])
