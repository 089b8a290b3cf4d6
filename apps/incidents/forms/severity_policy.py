"""The matrix and the cadence as one form: a table of names and severities with an empty row and column to add one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import slugify

from apps.incidents.models import Role, Severity, SeverityPolicy

AXES = ("impacts", "conditions")
CELLS = [("", "?"), *Severity.choices]
NOUNS = {"impacts": "Impact", "conditions": "Condition"}


class SeverityPolicyForm(forms.Form):
    """Fields: `impacts_0`, `conditions_0`, `cell_0_0`, `minutes_1`; the last row and column are the empty ones."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, policy: SeverityPolicy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.policy = policy
        self.initial["version"] = policy.version
        self.sizes = {axis: len(getattr(policy, axis)) + 1 for axis in AXES}
        for axis in AXES:
            for place in range(self.sizes[axis]):
                self._add_name(axis, place)
        for row in range(self.sizes["impacts"]):
            for column in range(self.sizes["conditions"]):
                self._add_cell(row, column)
        self.fields["roles"] = forms.CharField(
            max_length=700,
            required=False,
            label="Further roles",
            help_text="One a line, beside commander, communications, scribe and operations.",
            widget=forms.Textarea(attrs={"rows": 3}),
        )
        self.initial["roles"] = "\n".join(role["name"] for role in policy.roles)
        for severity in Severity.values:
            self.fields[f"minutes_{severity}"] = forms.IntegerField(
                min_value=5, max_value=10_080, required=False, label=f"Minutes between updates, SEV{severity}"
            )
            self.initial[f"minutes_{severity}"] = policy.minutes_of(severity)

    def _add_name(self, axis: str, place: int) -> None:
        known = getattr(self.policy, axis)
        label = f"{NOUNS[axis]} {place + 1}" if place < len(known) else f"New {NOUNS[axis].lower()}"
        hint = {"placeholder": f"{label} …"}
        wide, high = forms.TextInput(attrs=hint), forms.Textarea(attrs=hint | {"rows": 2})
        self.fields[f"{axis}_{place}"] = forms.CharField(
            max_length=80, required=False, label=label, widget=high if axis == "conditions" else wide
        )
        self.initial[f"{axis}_{place}"] = known[place]["name"] if place < len(known) else ""

    def _add_cell(self, row: int, column: int) -> None:
        impacts, conditions = self.policy.impacts, self.policy.conditions
        impact = impacts[row] if row < len(impacts) else {"slug": "", "name": "new impact"}
        condition = conditions[column] if column < len(conditions) else {"slug": "", "name": "new condition"}
        self.fields[f"cell_{row}_{column}"] = forms.TypedChoiceField(
            choices=CELLS,
            coerce=int,
            empty_value=None,
            required=False,
            label=f"{impact['name']}, {condition['name']}",
        )
        self.initial[f"cell_{row}_{column}"] = self.policy.cells.get(impact["slug"], {}).get(
            condition["slug"]
        )

    @property
    def columns(self) -> list[BoundField]:
        return [self[f"conditions_{column}"] for column in range(self.sizes["conditions"])]

    @property
    def table(self) -> list[tuple[BoundField, list[BoundField]]]:
        return [
            (self[f"impacts_{row}"], [self[f"cell_{row}_{n}"] for n in range(self.sizes["conditions"])])
            for row in range(self.sizes["impacts"])
        ]

    @property
    def cadence(self) -> list[tuple[int, BoundField]]:
        return [(severity, self[f"minutes_{severity}"]) for severity in Severity.values]

    def clean(self) -> dict[str, Any]:
        """`changes` as the operation takes them. A row or column without a name goes."""
        data = super().clean() or {}
        if self.errors:
            return data
        kept = {axis: self._kept(axis, data) for axis in AXES}
        cells: dict[str, dict[str, int]] = {}
        for row, impact in kept["impacts"].items():
            chosen = {n: data[f"cell_{row}_{n}"] for n in kept["conditions"]}
            for n in (n for n, severity in chosen.items() if severity is None):
                self.add_error(f"cell_{row}_{n}", "Choose a severity.")
            cells[impact["slug"]] = {kept["conditions"][n]["slug"]: chosen[n] for n in chosen}
        lists = {axis: list(answers.values()) for axis, answers in kept.items()}
        minutes = {str(severity): data[f"minutes_{severity}"] for severity in Severity.values}
        return data | {
            "changes": {**lists, "cells": cells, "update_minutes": minutes, "roles": self._roles(data)}
        }

    def _roles(self, data: dict[str, Any]) -> list[dict[str, str]]:
        """Names that are there keep their short names."""
        known = {role["name"].lower(): role["slug"] for role in self.policy.roles}
        taken = {*Role.values, *known.values()}
        found: list[dict[str, str]] = []
        for name in filter(None, (" ".join(line.split()) for line in data["roles"].splitlines())):
            slug = known.get(name.lower()) or _slug(name, taken)
            taken.add(slug)
            found.append({"slug": slug, "name": name})
        return found

    def _kept(self, axis: str, data: dict[str, Any]) -> dict[int, dict[str, str]]:
        """Place and answer; what is there keeps its short name, so that programs need not follow a new wording."""
        known = getattr(self.policy, axis)
        taken = {answer["slug"] for answer in known}
        named = {place: " ".join(data[f"{axis}_{place}"].split()) for place in range(self.sizes[axis])}
        return {
            place: {"slug": known[place]["slug"] if place < len(known) else _slug(name, taken), "name": name}
            for place, name in named.items()
            if name
        }


def _slug(name: str, taken: set[str]) -> str:
    short = slugify(name)[:30] or "answer"
    return next(slug for n in range(1, 20) if (slug := short if n == 1 else f"{short}-{n}") not in taken)
