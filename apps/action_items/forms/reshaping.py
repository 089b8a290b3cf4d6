"""Forms that make several items of one, one of several, and take that back."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.action_items.forms.items import owner_field
from apps.action_items.models import ActionItem, Priority
from apps.action_items.operations.merging import may_merge
from apps.action_items.operations.splitting import MOST
from apps.core.choosers import OfferedField, named_rows
from apps.core.days import DayField

OFFERED = 30
FEWEST = 2
FIELDS = ("title", "done_when", "owner", "priority", "due_on")


def part_fields(*, is_kept: bool, is_first: bool) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        "title": forms.CharField(max_length=200, required=is_kept or is_first, label="What is to be done"),
        "done_when": forms.CharField(max_length=500, required=False, label="Done when"),
        "owner": owner_field(required=False, label="Owner"),
        "priority": forms.TypedChoiceField(choices=Priority.choices, coerce=int, label="Priority"),
    }
    return fields if is_kept else fields | {"due_on": DayField(required=False, label="Due")}


class SplitForm(forms.Form):
    """Part 0 is the item itself, whose date stays; a later part without a title is no part."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=FEWEST, max_value=MOST + 1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, item: ActionItem, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.size = max(FEWEST, min(count, MOST + 1))
        usual = {"done_when": item.done_when, "priority": item.priority, "due_on": item.due_on}
        usual |= {"owner": item.owner.slug if item.owner else None}
        start: dict[str, Any] = {"version": item.version, "count": self.size, "title_0": item.title}
        for number in range(self.size):
            for name, field in part_fields(is_kept=number == 0, is_first=number == 1).items():
                self.fields[f"{name}_{number}"] = field
                start.setdefault(f"{name}_{number}", usual.get(name))
        self.initial = {**start, **self.initial}

    @property
    def parts(self) -> list[list[forms.BoundField]]:
        names = [[f"{name}_{number}" for name in FIELDS] for number in range(self.size)]
        return [[self[name] for name in part if name in self.fields] for part in names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        told = [
            {name: data[f"{name}_{number}"] for name in FIELDS if f"{name}_{number}" in data}
            for number in range(self.size)
        ]
        parts = [part for part in told[1:] if part.get("title")]
        return {"keep": told[0], "parts": parts, "seen": data.get("version")}


class MergeForm(forms.Form):
    """Others become duplicates of this item: ticked, or named by key."""

    ticked = OfferedField(required=False, label="Open items around it")
    keys = forms.CharField(
        max_length=400,
        required=False,
        label="Or by key",
        help_text="Such as ACT-12 ACT-14.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        max_length=1000, required=False, label="Anything to add", widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, user: User, item: ActionItem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.item = user, item
        choices = [(row.key, f"{row.key} {row.title}") for row in around(item, user)]
        self.fields["ticked"].choices = choices  # type: ignore[attr-defined]
        if not choices and not self.is_bound:
            del self.fields["ticked"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen = ActionItem.objects.visible_to(self.user).with_people()
        merged = named_rows(self, data, seen, what="action item")
        if not merged and "keys" not in self.errors:
            self.add_error("keys", "Name at least one item that repeats this one.")
        return {"merged": merged, "reason": data.get("reason", "")}


def around(item: ActionItem, user: User) -> list[ActionItem]:
    """Open ones of the same incident first, then of the same service and the same team."""
    rows = ActionItem.objects.visible_to(user).live().exclude(pk=item.pk).with_people().order_by("-number")
    near = [
        rows.filter(**{name: getattr(item, f"{name}_id")})[:OFFERED]
        for name in ("incident", "service", "team")
        if getattr(item, f"{name}_id")
    ]
    found = {row.pk: row for some in near for row in some if may_merge(item, row)}
    return list(found.values())[:OFFERED]


class UnsplitForm(forms.Form):
    reason = forms.CharField(
        max_length=1000,
        label="Why is it one promise after all?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class UnmergeForm(forms.Form):
    reason = forms.CharField(
        max_length=1000,
        label="What does it ask for beside the other?",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
