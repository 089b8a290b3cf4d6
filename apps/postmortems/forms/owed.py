"""What people type about owed postmortems: the policy, a request, a waiver."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField

from apps.core.days import DayField
from apps.incidents.models import Severity
from apps.postmortems.models import PostmortemPolicy

SEVERITIES = [
    ("", "No severity alone"),
    ("1", "SEV1"),
    ("2", "SEV1 and SEV2"),
    ("3", "SEV1 to SEV3"),
    ("4", "Every severity"),
]
SWITCHES = ("data_lost", "was_reverted", "found_by_customer", "came_back", "near_miss")
LONGEST = 130


class PostmortemPolicyForm(forms.Form):
    max_severity = forms.TypedChoiceField(
        choices=SEVERITIES, coerce=int, empty_value=None, required=False, label="Owed for these severities"
    )
    impact_minutes = forms.IntegerField(
        min_value=1,
        max_value=100_000,
        required=False,
        label="Owed when users felt it for more than so many minutes",
        help_text="The union of the impact windows. Empty: no length alone.",
    )
    data_lost = forms.BooleanField(required=False, label="Data was lost or made wrong")
    was_reverted = forms.BooleanField(
        required=False, label="Something was rolled back, or traffic sent elsewhere"
    )
    found_by_customer = forms.BooleanField(required=False, label="A customer noticed it first")
    came_back = forms.BooleanField(required=False, label="It is a recurrence of an earlier incident")
    near_miss = forms.BooleanField(required=False, label="It was a near miss")
    applies_from = DayField(
        required=False,
        label="Incidents mitigated since",
        help_text="What was mitigated before this day owes nothing by rule. Empty: everything is asked for.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: PostmortemPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for severity in Severity.values:
            for place, what in enumerate(("draft", "publish")):
                self.fields[f"{what}_{severity}"] = forms.IntegerField(
                    min_value=1, max_value=LONGEST, label=f"SEV{severity}: business days to {what}"
                )
                self.initial[f"{what}_{severity}"] = policy.clock_of(severity)[place]
        for name in ("max_severity", "impact_minutes", *SWITCHES, "applies_from", "version"):
            self.initial[name] = getattr(policy, name)

    @property
    def clocks(self) -> list[tuple[int, BoundField, BoundField]]:
        return [(one, self[f"draft_{one}"], self[f"publish_{one}"]) for one in Severity.values]

    @property
    def switches(self) -> list[BoundField]:
        return [self[name] for name in SWITCHES]

    def changes(self, data: dict[str, Any]) -> dict[str, Any]:
        """As the operation takes them."""
        plain = {name: data[name] for name in ("max_severity", "impact_minutes", *SWITCHES, "applies_from")}
        clocks = {str(one): [data[f"draft_{one}"], data[f"publish_{one}"]] for one in Severity.values}
        return plain | {"clocks": clocks}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for one in Severity.values:
            draft, publish = data.get(f"draft_{one}"), data.get(f"publish_{one}")
            if draft and publish and publish < draft:
                self.add_error(f"publish_{one}", "Nothing is published before it is drafted.")
        return data


class RequestForm(forms.Form):
    reason = forms.CharField(
        max_length=300,
        label="What could others learn from it?",
        error_messages={"required": "Say what others could learn from it."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WaiveForm(forms.Form):
    reason = forms.CharField(
        max_length=1000,
        label="Why does nobody need to write it?",
        help_text="Readers of the incident see this, with your name.",
        error_messages={"required": "Say why, for those who read it later."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class TakeBackForm(WaiveForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "Why is it owed after all?"
        self.fields["reason"].help_text = ""
