"""What may change about many items at once. What is left alone stays as each of them has it."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import Team
from apps.action_items.forms.items import owner_field
from apps.action_items.models import Priority, Status
from apps.action_items.operations import BulkWish
from apps.core.days import DayField

AS_IT_IS = "Leave as it is"
MOVES = [
    (status.value, status.label)
    for status in Status
    if status
    not in {Status.PROPOSED, Status.DUPLICATE}  # nothing returns to a proposal; a duplicate names another
]
ASKED = {
    "done": ("to", "evidence_note"),
    "due": ("due_on", "reason"),
    "owner": ("owner", "team"),
}
"""What each button of the bar asks for; every other word asks for everything."""
LONG = {"reason", "evidence_note"}
HEADINGS = {"done": "Mark done", "due": "Move due date", "owner": "Hand over"}


class BulkForm(forms.Form):
    owner = owner_field(required=False)
    team = forms.ModelChoiceField(
        Team.objects.all(), required=False, to_field_name="slug", empty_label=AS_IT_IS
    )
    priority = forms.TypedChoiceField(
        choices=[("", AS_IT_IS), *Priority.choices], coerce=int, empty_value=None, required=False
    )
    to = forms.ChoiceField(choices=[("", AS_IT_IS), *MOVES], required=False, label="State")
    due_on = DayField(required=False, label="Due")
    reason = forms.CharField(
        max_length=500,
        required=False,
        label="Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed to move a promised date, to block, to open again, and to give up.",
    )
    evidence_note = forms.CharField(
        max_length=1000,
        required=False,
        label="What shows that they are done",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="P0 and P1 are verified with it. Otherwise it may stay empty.",
    )

    def __init__(self, *args: Any, do: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].empty_label = AS_IT_IS  # type: ignore[attr-defined]
        for name in set(self.fields) - set(ASKED.get(do, self.fields)):
            del self.fields[name]
        if do == "done":
            self.fields["to"].widget = forms.HiddenInput()
            self.initial["to"] = Status.DONE
        if do == "due":
            self.fields["due_on"].required = self.fields["reason"].required = True

    @property
    def lines(self) -> list[list[forms.BoundField]]:
        """The short fields, two beside each other."""
        short = [field for field in self.visible_fields() if field.name not in LONG]
        return [short[place : place + 2] for place in range(0, len(short), 2)]

    @property
    def long_fields(self) -> list[forms.BoundField]:
        return [field for field in self.visible_fields() if field.name in LONG]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and self.wish.is_empty:
            raise forms.ValidationError("Say what is to change.")
        return data

    @property
    def wish(self) -> BulkWish:
        data = self.cleaned_data
        changes = {name: data.get(name) for name in ("owner", "team", "priority")}
        return BulkWish(
            changes={name: value for name, value in changes.items() if value is not None},
            due_on=data.get("due_on"),
            to=data.get("to") or "",
            reason=data.get("reason") or "",
            evidence_note=data.get("evidence_note") or "",
        )
