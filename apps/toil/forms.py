"""One entry as a form: the quick line, or the fields, or both."""

from __future__ import annotations

import uuid
from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.accounts.models import Team, User
from apps.core.choosers import NamedField
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.clock import moments, read_times, spell_times
from apps.toil.durations import Unreadable, read_duration, spell_duration
from apps.toil.models import Category, ToilEntry, ToilSource, Trigger, WorkKind
from apps.toil.operations.drafts import MAX_OCCURRENCES
from apps.toil.policies import can_name_incident
from apps.toil.reading import read_for

LINE_EXAMPLE = "25m restart stuck consumer @payments-api #interrupt"
MEANT = ("text", "team", "service", "source", "incident", "kind", "category", "trigger", "occurrences")
TIME = ("seconds", "local_date", "started_at", "ended_at")


class EntryForm(forms.Form):
    text = forms.CharField(required=False, max_length=300, label="What was it")
    duration = forms.CharField(
        required=False,
        max_length=20,
        label="Time",
        widget=forms.TextInput(attrs={"placeholder": "25m, 1h30 or 1:30"}),
    )
    times = forms.CharField(
        required=False,
        max_length=15,
        label="From and to",
        help_text="Instead of the time above: 14:00-14:25.",
    )
    local_date = forms.DateField(
        required=False,
        label="Date",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[validate_reasonable_date],
    )
    team = NamedField(Team.objects.none(), to_field_name="slug", empty_label=None, required=False)
    service = NamedField(
        Service.objects.none(), required=False, to_field_name="slug", empty_label="No service"
    )
    source = NamedField(
        ToilSource.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label="No source",
        help_text="A kind of work that comes again, from the catalogue.",
    )
    category = forms.ChoiceField(choices=Category.choices, required=False)
    trigger = forms.ChoiceField(
        choices=[("", "Not said"), *Trigger.choices], required=False, label="What set it off"
    )
    occurrences = forms.IntegerField(
        required=False, min_value=1, max_value=MAX_OCCURRENCES, label="How many times", initial=1
    )
    incident = forms.CharField(
        required=False, max_length=20, label="Incident", help_text="Its key, such as INC-12."
    )
    kind = forms.ChoiceField(
        choices=WorkKind.choices,
        required=False,
        label="Kind of work",
        help_text="Only toil is in the percentage.",
    )

    def __init__(self, *args: Any, user: User, zone: tzinfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.zone, self.now = user, zone, now
        self.once = uuid.uuid4().hex  # where the form stands on a page that is no form page
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["service"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["source"].queryset = self.sources(user)  # type: ignore[attr-defined]

    def sources(self, user: User) -> QuerySet[ToilSource]:
        """Those of one's teams; any other can be named in the line."""
        return ToilSource.objects.current().filter(team__in=user.team_ids)

    def clean_incident(self) -> Incident | None:
        key = self.cleaned_data["incident"].strip().upper()
        if not key:
            return None
        found = Incident.objects.visible_to(self.user).filter(key=key).first()
        if found is None:
            raise forms.ValidationError("There is no such incident that you may see.")
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["category"] = data.get("category") or Category.OTHER
        data["kind"] = data.get("kind") or WorkKind.TOIL
        data["occurrences"] = data.get("occurrences") or 1
        data["team"] = data.get("team") or next(iter(self.user.current_teams), None)
        self.read_time(data)
        return data

    def read_time(self, data: dict[str, Any]) -> None:
        """`duration` or `times` as `seconds` or as two moments."""
        field = "times" if data.get("times") else "duration"
        if not data.get(field) or "local_date" in self.errors:
            return
        try:
            data |= self._moments(data) if field == "times" else self._seconds(data)
        except Unreadable as error:
            self.add_error(field, str(error))

    def _moments(self, data: dict[str, Any]) -> dict[str, Any]:
        day = data.get("local_date") or self.now.astimezone(self.zone).date()
        start, end = moments(day, *read_times(data["times"]), self.zone)
        return {"started_at": start, "ended_at": end, "local_date": None}

    def _seconds(self, data: dict[str, Any]) -> dict[str, Any]:
        found = read_duration(data["duration"])
        if found is None:
            raise Unreadable("Write a time such as 25m, 1h30 or 1:30.")
        times = {"occurrences": found[1]} if found[1] > 1 else {}
        return {"seconds": found[0], **times}

    def require_rest(self, data: dict[str, Any], *, text: str, time: str) -> None:
        """What no entry goes without; `text` and `time` are the fields that are asked for it."""
        if not data.get("text") and not {"line", "text"} & set(self.errors):
            self.add_error(text, "Say in a few words what it was.")
        if not data.get("team") and "team" not in self.errors:
            self.add_error("team", "Say for which team it was.")
        known = any(data.get(name) is not None for name in ("seconds", "started_at"))
        if not known and not {"duration", "times", "line"} & set(self.errors):
            start = "Begin the line with" if time == "line" else "Say"
            self.add_error(time, f"{start} how long it took, such as 25m.")

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        """Cleaned data as the operations take it."""
        return {name: data.get(name) for name in (*MEANT, *TIME)}


class LogForm(EntryForm):
    """A new entry. What the line says wins over the fields."""

    line = forms.CharField(
        required=False,
        max_length=400,
        label="One line",
        widget=forms.Textarea(
            attrs={
                "rows": 1,
                "class": "mono one-line",
                "placeholder": LINE_EXAMPLE,
                "autocomplete": "off",
                "spellcheck": "false",
                "data-key": "n",
            }
        ),
    )
    back = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    field_order = ("line",)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        line = " ".join(data.get("line", "").split())
        if line:
            self._read_line(line, data)
        self.require_rest(data, text="line" if line else "text", time="line" if line else "duration")
        return data

    def _read_line(self, line: str, data: dict[str, Any]) -> None:
        try:
            said = read_for(self.user, line, zone=self.zone, now=self.now)
        except Unreadable as error:
            self.add_error("line", str(error))
            return
        if "started_at" in said:
            data |= dict.fromkeys(TIME)
        data |= said


class EditForm(EntryForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    kept_incident: Incident | None = None
    kept_source: int | None = None
    field_order = ("text", "duration", "times", "local_date", "team", "service", "category", "trigger")

    def __init__(self, *args: Any, entry: ToilEntry, user: User, **kwargs: Any) -> None:
        self.kept_source = entry.source_id
        super().__init__(*args, user=user, zone=entry.zone, initial=self.initial_of(entry), **kwargs)
        self.kept_incident = entry.incident
        if entry.incident and not can_name_incident(user, entry):
            del self.fields["incident"]  # neither shown nor lost

    def sources(self, user: User) -> QuerySet[ToilSource]:
        return super().sources(user) | ToilSource.objects.filter(pk=self.kept_source or 0)

    def clean_incident(self) -> Incident | None:
        """What stands there may stay, also when the incident became private in the meantime."""
        if self.kept_incident and self.cleaned_data["incident"].strip() == self.kept_incident.key:
            return self.kept_incident
        return super().clean_incident()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if "incident" not in self.fields:
            data["incident"] = self.kept_incident
        self.require_rest(data, text="text", time="duration")
        return data

    @staticmethod
    def initial_of(entry: ToilEntry) -> dict[str, Any]:
        is_interval = entry.started_at is not None and entry.ended_at is not None
        return {
            "text": entry.text,
            "duration": "" if is_interval else spell_duration(entry.seconds),
            "times": spell_times(entry.started_at, entry.ended_at, entry.zone)  # type: ignore[arg-type]
            if is_interval
            else "",
            "local_date": entry.local_date,
            "team": entry.team.slug,
            "service": entry.service.slug if entry.service else None,
            "source": entry.source.slug if entry.source else None,
            "category": entry.category,
            "trigger": entry.trigger,
            "occurrences": entry.occurrences,
            "incident": entry.incident.key if entry.incident else "",
            "kind": entry.kind,
            "version": entry.version,
        }
