"""What people say later: that something came back, and whether what was promised has helped."""

from datetime import date
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.action_items.fields import KeyField
from apps.action_items.models import ActionItem, Verdict
from apps.incidents.forms.fields import VisibleIncidentField
from apps.incidents.models import Incident


class EffectForm(forms.Form):
    """Whether it helped. Before its day only that it came back can be known."""

    verdict = forms.ChoiceField(choices=Verdict.choices, widget=forms.RadioSelect, label="Did it help?")
    note = forms.CharField(
        max_length=1000,
        label="What did you look at?",
        error_messages={"required": "Say what you looked at."},
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: ActionItem, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"version": item.version}
        if item.effectiveness_check_on and today < item.effectiveness_check_on:
            early = (Verdict.CAME_BACK.value, Verdict.CAME_BACK.label)
            self.fields["verdict"].choices = [early]  # type: ignore[attr-defined]
            self.fields["verdict"].help_text = "Whether it held shows only on its day."


class RecurrenceForm(forms.Form):
    """Which earlier incident it is again, and which open item would have helped; none is an answer too."""

    of = VisibleIncidentField(label="Which incident is it again?", error_messages={"required": "Name it."})
    item = forms.ChoiceField(
        required=False, label="Which open item would have helped?", widget=forms.RadioSelect
    )
    other = KeyField(
        required=False,
        label="Or another open item",
        help_text="Its key, such as ACT-12. It need not come from there.",
    )

    def __init__(self, *args: Any, user: User, earlier: list[Incident], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen = ActionItem.objects.visible_to(user)
        self.fields["of"].user = user  # type: ignore[attr-defined]
        self.fields["other"].rows = self.seen  # type: ignore[attr-defined]
        promised = self.seen.live().filter(incident__in=earlier).order_by("priority", "due_rank", "pk")
        choices = [(item.key, f"{item} ({item.get_status_display().lower()})") for item in promised]
        self.fields["item"].choices = [*choices, ("", "None that is open")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        chosen = self.seen.filter(key=data.get("item") or "").first()
        return {"of": data.get("of"), "item": data.get("other") or chosen}


class UndoForm(forms.Form):
    reason = forms.CharField(
        max_length=500,
        label="Why would it not have helped?",
        error_messages={"required": "Say why."},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
