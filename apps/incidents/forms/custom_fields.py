"""Which fields there are, and what one incident answers to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from apps.accounts.models import User
from apps.core.days import DayField
from apps.incidents.models import CustomField, CustomValue, FieldKind, Incident, NeededAt, Severity
from apps.services.models import Tier

WHOLE = {"slug", "name", "hint", "kind", "needed_at", "position", "is_retired", "severities", "tiers"}


class CustomFieldForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="As it is asked: “Customers affected”.")
    slug = forms.SlugField(
        max_length=40, label="Short name", help_text="For programs, and it never changes: customers-affected."
    )
    kind = forms.ChoiceField(choices=FieldKind.choices, initial=FieldKind.TEXT)
    choices = forms.CharField(
        required=False,
        max_length=5000,
        help_text="One a line, for a choice only.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    hint = forms.CharField(required=False, max_length=200, help_text="One sentence below the field.")
    severities = forms.TypedMultipleChoiceField(
        choices=Severity.choices,
        coerce=int,
        required=False,
        label="Asked for severities",
        help_text="None chosen: for all.",
        widget=forms.CheckboxSelectMultiple,
    )
    tiers = forms.TypedMultipleChoiceField(
        choices=Tier.choices,
        coerce=int,
        required=False,
        label="Asked when a service has tier",
        help_text="None chosen: whatever the service. With severities too, both must fit.",
        widget=forms.CheckboxSelectMultiple,
    )
    needed_at = forms.ChoiceField(
        choices=[("", "Never"), *NeededAt.choices],
        required=False,
        label="Needed before it becomes",
        help_text="Who skips a state owes its fields at the next.",
    )
    position = forms.IntegerField(min_value=0, max_value=999, initial=0, help_text="Lower ones come first.")
    is_retired = forms.BooleanField(
        required=False, label="Retired: not asked any more, answers stay readable"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, field: CustomField | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field is None:
            del self.fields["is_retired"], self.fields["version"]
            return
        self.initial = {name: getattr(field, name) for name in WHOLE}
        self.initial |= {"choices": "\n".join(field.choices), "version": field.version}
        del self.fields["slug"]

    def clean_choices(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["choices"].splitlines() if line.strip()]


class FieldValuesForm(forms.Form):
    """One field for each that the incident is asked, by its short name."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        user: User,
        incident: Incident,
        asked: Iterable[CustomField],
        known: Iterable[CustomValue],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.initial["version"] = incident.version
        answers = {value.field_id: value for value in known}
        for one in asked:
            answer = answers.get(one.pk)
            self.fields[one.slug] = _control(one, user, answer)
            self.initial[one.slug] = answer.plain if answer else None


def _control(one: CustomField, user: User, answer: CustomValue | None) -> forms.Field:
    needed = f"Needed before it is {one.get_needed_at_display().lower()}." if one.needed_at else ""
    said: dict[str, Any] = {
        "label": one.name,
        "required": False,
        "help_text": " ".join(filter(None, [one.hint, needed])),
    }
    if one.kind == FieldKind.NUMBER:
        return forms.DecimalField(max_digits=20, **said)
    if one.kind == FieldKind.DATE:
        return DayField(**said)
    if one.kind == FieldKind.CHOICE:
        kept = [answer.text] if answer and answer.text not in one.choices else []
        return forms.ChoiceField(
            choices=[("", "—"), *((text, text) for text in [*one.choices, *kept])], **said
        )
    if one.kind == FieldKind.USER:
        people = User.objects.visible_to(user)
        active = people.filter(is_active=True) | people.filter(pk=answer.person_id if answer else None)
        return forms.ModelChoiceField(active, to_field_name="slug", empty_label="Nobody", **said)
    return forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), **said)
