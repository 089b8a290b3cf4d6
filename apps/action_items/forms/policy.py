"""What an admin types about the policy of action items."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django import forms
from django.forms import BoundField

from apps.action_items.models import ActionItemPolicy, Priority
from apps.action_items.models.policy import LONGEST, NO_INCIDENT, ORIGINS

PRIORITIES = [priority.label for priority in Priority]


class ActionItemPolicyForm(forms.Form):
    auto_verify = forms.BooleanField(
        required=False,
        label="P2 and P3 count as verified when they are done",
        help_text="Otherwise somebody confirms them too. P0 and P1 always need somebody else, and evidence.",
    )
    check_after_days = forms.IntegerField(
        min_value=1,
        max_value=LONGEST,
        label="Ask whether it helped after so many days",
        help_text="Of items that prevent or detect, counted from the day they are verified.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: ActionItemPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for origin in ORIGINS:
            for name in PRIORITIES:
                label = f"Days for {name} {label_of(origin)}"
                self.fields[f"days_{origin}_{name}"] = forms.IntegerField(
                    min_value=1, max_value=LONGEST, label=label
                )
                self.initial[f"days_{origin}_{name}"] = policy.due_days[origin][name]
        for name in ("auto_verify", "check_after_days", "version"):
            self.initial[name] = getattr(policy, name)

    @property
    def table(self) -> list[tuple[str, list[BoundField]]]:
        return [(label_of(one), [self[f"days_{one}_{name}"] for name in PRIORITIES]) for one in ORIGINS]

    def changes(self, data: dict[str, Any]) -> dict[str, Any]:
        """As the operation takes them."""
        days = {one: {name: data[f"days_{one}_{name}"] for name in PRIORITIES} for one in ORIGINS}
        return {"auto_verify": data["auto_verify"], "check_after_days": data["check_after_days"]} | {
            "due_days": days
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for origin in ORIGINS:
            for before, after in pairwise(PRIORITIES):
                first, second = data.get(f"days_{origin}_{before}"), data.get(f"days_{origin}_{after}")
                if first and second and second < first:
                    self.add_error(
                        f"days_{origin}_{after}", f"{after} is less urgent than {before}, so not due earlier."
                    )
        return data


def label_of(origin: str) -> str:
    return "without an incident" if origin == NO_INCIDENT else f"after SEV{origin}"
