"""The public version: its text, and why it is sent back or withdrawn."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.incidents.forms.fields import ExactTimes, UtcTimeField
from apps.postmortems.models import PublicVersion
from apps.postmortems.models.public_version import LONGEST, WRITTEN
from apps.status_page.models.report import HEADINGS

ABOUT = {
    "what_happened": "What broke, in which order, and why it could, as you would tell a customer who is no engineer.",
    "impact": "Who could not do what, for how long, and what was not affected? Numbers, or that you do not know.",
    "what_we_did": "How was it noticed, and what brought it back?",
    "what_next": "What is done already, and what will be, by when? Promise what somebody is committed to.",
}


def part(name: str, rows: int) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=HEADINGS[name], help_text=ABOUT[name], max_length=LONGEST, required=False, widget=area
    )


class PublicVersionForm(ExactTimes):
    title = forms.CharField(max_length=120, help_text="What customers noticed. No names from inside.")
    began_at = UtcTimeField(label="From", help_text="When customers were first affected, in UTC.")
    ended_at = UtcTimeField(label="To", required=False, help_text="When it was over for them, in UTC.")
    what_happened = part("what_happened", 7)
    impact = part("impact", 4)
    what_we_did = part("what_we_did", 5)
    what_next = part("what_next", 6)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, version: PublicVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(version, name) for name in WRITTEN}
        self.initial["version"] = version.version if version.pk else 0

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in WRITTEN}


class ReasonForm(forms.Form):
    reason = forms.CharField(
        required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), label="Reason"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)
