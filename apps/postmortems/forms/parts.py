"""One factor, one lesson, one impact value; and the trigger."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from apps.postmortems.models import (
    Certainty,
    Factor,
    FactorCategories,
    ImpactValue,
    Lesson,
    LessonKind,
    LessonPhase,
    Measure,
    Part,
    Postmortem,
    TriggerCategory,
)

LONG = {"rows": 3}


class PartForm(forms.Form):
    """`part` is None for a new row. A form of a row carries its version and its place in the list."""

    MODEL: type[Part]

    def __init__(self, *args: Any, part: Part | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if part is None:
            return
        named = {name: getattr(part, name) for name in self.fields}
        self.initial = named | {"position": part.position, "version": part.version}
        self.fields["position"] = forms.IntegerField(
            min_value=1,
            max_value=100,
            label="Place in the list",
            widget=forms.NumberInput(attrs={"class": "input-short"}),
        )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)


class FactorForm(PartForm):
    MODEL = Factor

    category = forms.ChoiceField(label="Of which kind is it?")
    text = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        label="What made it possible, and how did that look before?",
        help_text="A system, a process or a document; what it did, and what it allowed.",
    )
    is_mitigator = forms.BooleanField(required=False, label="This one kept it from being worse")

    def __init__(self, *args: Any, part: Factor | None = None, **kwargs: Any) -> None:
        super().__init__(*args, part=part, **kwargs)
        known = FactorCategories.objects.current()
        kept = [(part.category, known.names.get(part.category, part.category))] if part else []
        offered = [("", "Choose one"), *known.offered]
        self.fields["category"].choices = offered + [each for each in kept if each not in offered]  # type: ignore[attr-defined]


class LessonForm(PartForm):
    MODEL = Lesson

    kind = forms.ChoiceField(choices=LessonKind.choices, label="What is it about?")
    phase = forms.ChoiceField(
        choices=[("", "No one part of it"), *LessonPhase.choices], required=False, label="When?"
    )
    text = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
        label="What did we see?",
        help_text="One lesson. What the system, a tool or a process did, and how we noticed.",
    )


class ImpactValueForm(PartForm):
    MODEL = ImpactValue

    measure = forms.ChoiceField(choices=Measure.choices, label="What is counted?")
    name = forms.CharField(
        max_length=60, required=False, label="Its name", help_text="Only for “something else”."
    )
    certainty = forms.ChoiceField(
        choices=Certainty.choices,
        initial=Certainty.ESTIMATED,
        label="How well is it known?",
        help_text="Unknown is an answer, and needs no number.",
    )
    value = forms.DecimalField(
        min_value=Decimal(0), max_digits=18, decimal_places=3, required=False, label="How much?"
    )
    unit = forms.CharField(
        max_length=30, required=False, label="In which unit?", help_text="users, EUR, requests, files"
    )
    method = forms.CharField(
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs=LONG),
        label="Where is the number from?",
        help_text="The query, the log, or how it was estimated and how far it may be off.",
    )

    def __init__(self, *args: Any, part: ImpactValue | None = None, **kwargs: Any) -> None:
        super().__init__(*args, part=part, **kwargs)
        if part and part.value is not None:
            self.initial["value"] = part.shown.replace(",", "")


class TriggerForm(forms.Form):
    trigger_category = forms.ChoiceField(
        choices=[("", "Not said yet"), *TriggerCategory.choices],
        required=False,
        label="What kind of change set it off?",
    )
    trigger_text = forms.CharField(
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=LONG),
        label="What happened at that moment?",
        help_text="What set it off is not what made it possible: that is in the factors.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, postmortem: Postmortem, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {name: getattr(postmortem, name) for name in self.fields}

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("trigger_category", "trigger_text")}
