from typing import Any

from django import forms

from apps.accounts.models import User
from apps.action_items.fields import KeyField
from apps.action_items.models import ActionItem, ChecklistStep
from apps.action_items.models.checklist import LONGEST_STEP

SUGGESTED = 50
WAYS = [("waits_for", "It waits for the other one"), ("holds_up", "The other one waits for it")]


class DependencyForm(forms.Form):
    """Which of the two waits for the other."""

    way = forms.ChoiceField(
        choices=WAYS, initial="waits_for", label="Which way round", widget=forms.RadioSelect
    )
    other = KeyField(label="The other item", help_text="Its key, such as ACT-12.")

    def __init__(self, *args: Any, user: User, item: ActionItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.item = user, item
        rows = ActionItem.objects.visible_to(user).exclude(pk=item.pk)
        self.fields["other"].rows = rows  # type: ignore[attr-defined]
        self.fields["other"].widget.attrs |= {"list": "others", "autocomplete": "off"}

    @property
    def others(self) -> list[ActionItem]:
        """What is open around it: of the same incident first, then of the same team."""
        rows = ActionItem.objects.visible_to(self.user).live().exclude(pk=self.item.pk).order_by("-number")
        near = rows.filter(incident=self.item.incident_id) if self.item.incident_id else rows.none()
        team = rows.filter(team=self.item.team_id) if self.item.team_id else rows.none()
        found = {row.pk: row for row in [*near[:SUGGESTED], *team[:SUGGESTED]]}
        return list(found.values())


class StepForm(forms.Form):
    text = forms.CharField(max_length=LONGEST_STEP, label="Step")

    def __init__(self, *args: Any, step: ChecklistStep | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if step:
            self.fields["position"] = forms.IntegerField(
                min_value=1, max_value=999, label="Place in the list"
            )
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
            self.initial = {"text": step.text, "position": step.position, "version": step.version}
