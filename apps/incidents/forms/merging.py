from __future__ import annotations

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.core.choosers import OfferedField, named_rows
from apps.incidents.models import Incident, Severity, TimelineEntry
from apps.services.models import Service

CHOICES, ENTRIES, WORDS = 30, 100, 90
REASON = forms.Textarea(attrs={"rows": 2})


def mergeable(user: User, incident: Incident) -> list[Incident]:
    """What is open and as private as the incident, newest first."""
    rows = Incident.objects.visible_to(user).open().filter(is_private=incident.is_private)
    return list(rows.exclude(pk=incident.pk).order_by("-number")[:CHOICES])


class MergeForm(forms.Form):
    """Others become part of this incident: ticked, or named by ID."""

    ticked = OfferedField(required=False, label="Open incidents")
    keys = forms.CharField(
        max_length=400,
        required=False,
        label="Or by ID",
        help_text="Such as INC-12 INC-14.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(max_length=2000, required=False, label="Why are they one?", widget=REASON)

    def __init__(self, *args: Any, user: User, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.incident = user, incident
        choices = [(row.key, f"{row.key} {row.title}") for row in mergeable(user, incident)]
        self.fields["ticked"].choices = choices  # type: ignore[attr-defined]
        if not choices and not self.is_bound:
            del self.fields["ticked"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        merged = named_rows(self, data, Incident.objects.visible_to(self.user), what="incident")
        return {"merged": merged, "reason": data.get("reason", "")}


class SplitForm(forms.Form):
    """What goes along into an incident of its own."""

    title = forms.CharField(
        max_length=200,
        label="What do people notice there?",
        error_messages={"required": "Say what fails and where."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    severity = forms.TypedChoiceField(choices=Severity.choices, coerce=int, label="How bad is it?")
    services = OfferedField(required=False, label="Services that go along")
    entries = OfferedField(required=False, label="Entries that go along")

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("severity", incident.severity)
        newest = incident.timeline.by_people().newest_first()[:ENTRIES]
        self._offer("services", [(row.slug, row.slug) for row in incident.services.all()])
        self._offer("entries", [(str(row.uuid), line_of(row)) for row in newest])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
        if not choices and not self.is_bound:
            del self.fields[name]

    def clean_services(self) -> list[Service]:
        return list(Service.objects.filter(slug__in=self.cleaned_data["services"]))

    def clean_entries(self) -> list[TimelineEntry]:
        return list(TimelineEntry.objects.filter(uuid__in=self.cleaned_data["entries"]))


def line_of(entry: TimelineEntry) -> str:
    text = " ".join(entry.body.split())
    short = text if len(text) <= WORDS else f"{text[:WORDS]}…"
    return f"{entry.at:%d %b %H:%M} {entry.author}: {short}"


class UnmergeForm(forms.Form):
    reason = forms.CharField(
        max_length=2000,
        label="Why was it no part of the other?",
        error_messages={"required": "Say why; this move is only understood with a reason."},
        widget=REASON,
    )
