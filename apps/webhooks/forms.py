from typing import Any

from django import forms

from apps.webhooks.events import GROUPED
from apps.webhooks.models import Endpoint, Format, validate_called


class EndpointForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Who listens: on-call channel, status dashboard.")
    format = forms.ChoiceField(
        choices=Format.choices,
        initial=Format.BALLAST,
        help_text="Ballast JSON for programs; the others are what chat programs call an incoming webhook.",
    )
    url = forms.CharField(
        label="Address",
        max_length=500,
        validators=[validate_called],
        widget=forms.URLInput(attrs={"spellcheck": "false", "autocomplete": "off"}),
        help_text="Begins with https://. Private addresses are refused unless OUTBOUND_ALLOW names them.",
    )
    events = forms.MultipleChoiceField(choices=GROUPED, widget=forms.CheckboxSelectMultiple)
    is_enabled = forms.BooleanField(label="Enabled", required=False, initial=True)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def of(endpoint: Endpoint) -> dict[str, Any]:
        names = ("name", "format", "url", "events", "is_enabled", "version")
        return {name: getattr(endpoint, name) for name in names}
