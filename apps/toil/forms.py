"""One entry as a form of fields; `lines/forms.py` adds the quick line."""

from __future__ import annotations

import uuid
from datetime import datetime, tzinfo
from typing import Any

from django import forms
from django.db.models import QuerySet

from apps.accounts.forms.fields import TeamMenu
from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem
from apps.core.choosers import NamedField
from apps.core.days import DayField
from apps.core.templatetags.times import duration
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.kinds import SORTED_KINDS
from apps.toil.lines.clock import moments, read_times, spell_times
from apps.toil.lines.durations import Unreadable, said_duration, spell_duration
from apps.toil.models import Category, ToilEntry, ToilSource, Trigger, WorkKind
from apps.toil.models.entry import ABOUT, TIME
from apps.toil.operations.drafts import MAX_OCCURRENCES
from apps.toil.policies import can_name_incident, can_name_item
from apps.toil.slices import elapsed_seconds

MEANT = ("text", "team", *ABOUT, "occurrences")
REFERRED: dict[str, tuple[type[Incident | ActionItem], str]] = {
    "incident": (Incident, "There is no such incident that you may see."),
    "item": (ActionItem, "There is no such action item that you may see."),
}
NAMEABLE = {"incident": can_name_incident, "item": can_name_item}


class EntryForm(forms.Form):
    text = forms.CharField(required=False, max_length=300, label="What was it")
    duration = forms.CharField(
        required=False,
        max_length=20,
        label="Time",
        widget=forms.TextInput(attrs={"placeholder": "25m or 1h30"}),
    )
    times = forms.CharField(
        required=False,
        max_length=21,
        label="From and to",
        help_text="Instead of the time above: 14:00-14:25.",
    )
    local_date = DayField(
        required=False,
        label="Date",
    )
    team = TeamMenu(empty_label=None, required=False)
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
    item = forms.CharField(
        required=False, max_length=20, label="Action item", help_text="Its key, such as ACT-12."
    )
    link = forms.URLField(
        required=False,
        max_length=500,
        label="Link",
        help_text="A ticket or a page elsewhere.",
        assume_scheme="https",
    )
    kind = forms.ChoiceField(
        choices=SORTED_KINDS,
        required=False,
        label="Kind of work",
        help_text="Only toil is in the percentage.",
    )

    kept: ToilEntry | None = None

    def __init__(self, *args: Any, user: User, zone: tzinfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.zone, self.now = user, zone, now
        self.once = uuid.uuid4().hex  # where the form stands on a page that is no form page
        self.offer_rows(user)

    def offer_rows(self, user: User) -> None:
        """What the menus hold."""
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["service"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["source"].queryset = self.sources(user)  # type: ignore[attr-defined]

    def sources(self, user: User) -> QuerySet[ToilSource]:
        """Those of one's teams; any other can be named in the line."""
        return ToilSource.objects.current().filter(team__in=user.team_ids)

    def clean_incident(self) -> Any:
        return self.referred("incident")

    def clean_item(self) -> Any:
        return self.referred("item")

    def referred(self, name: str) -> Any:
        """The row whose key was typed. What stands there already may stay, also when it became private meanwhile."""
        model, unknown = REFERRED[name]
        key = self.cleaned_data[name].strip().upper()
        kept = getattr(self.kept, name, None)
        if not key or (kept and kept.key == key):
            return kept if key else None
        found = model.objects.visible_to(self.user).filter(key=key).first()
        if found is None:
            raise forms.ValidationError(unknown)
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["category"] = data.get("category") or Category.OTHER
        data["kind"] = data.get("kind") or WorkKind.TOIL
        data["occurrences"] = data.get("occurrences") or 1
        data |= {name: data.get(name) or "" for name in ("trigger", "link")}
        data["team"] = data.get("team") or next(iter(self.user.current_teams), None)
        self.read_time(data)
        return data

    def read_time(self, data: dict[str, Any]) -> None:
        """`duration` or `times` as `seconds` or as two moments; both where they say the same."""
        field = "times" if data.get("times") else "duration"
        if not data.get(field) or "local_date" in self.errors:
            return
        try:
            data |= self._moments(data) if field == "times" else said_duration(data["duration"])
            if field == "times" and data.get("duration"):
                self._compare(said_duration(data["duration"])["seconds"], data)
        except Unreadable as error:
            self.add_error(field, str(error))

    def _compare(self, seconds: int, data: dict[str, Any]) -> None:
        lasts = elapsed_seconds(data["started_at"], data["ended_at"])
        if seconds != lasts:
            self.add_error("duration", f"From and to are {duration(lasts)}. Empty one of the two.")

    def _moments(self, data: dict[str, Any]) -> dict[str, Any]:
        day = data.get("local_date") or self.now.astimezone(self.zone).date()
        start, end = moments(day, *read_times(data["times"]), self.zone)
        return {"started_at": start, "ended_at": end, "local_date": None}

    def require_rest(self, data: dict[str, Any], *, text: str) -> None:
        """What no entry goes without; `text` is the field that is asked for the words."""
        if not data.get("text") and not {"line", "text"} & set(self.errors):
            self.add_error(text, "Say in a few words what it was.")
        if not data.get("team") and "team" in self.fields and "team" not in self.errors:
            self.add_error("team", "Say for which team it was.")
        known = any(data.get(name) is not None for name in ("seconds", "started_at"))
        if not known and not {"duration", "times", "line"} & set(self.errors):
            self.ask_time(data)

    def ask_time(self, data: dict[str, Any]) -> None:
        self.add_error("duration", "Say how long it took, such as 25m.")

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        """Cleaned data as the operations take it."""
        return {name: data.get(name) for name in (*MEANT, *TIME)}


class EditForm(EntryForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    field_order = ("text", "duration", "times", "local_date", "team", "service", "category", "trigger")

    def __init__(self, *args: Any, entry: ToilEntry, user: User, **kwargs: Any) -> None:
        self.kept = entry
        super().__init__(*args, user=user, zone=entry.zone, initial=self.initial_of(entry), **kwargs)
        if entry.kind == WorkKind.UNMAPPED:
            self.fields["kind"].choices = WorkKind.choices  # type: ignore[attr-defined]
        for name, may_name in NAMEABLE.items():
            if getattr(entry, name) and not may_name(user, entry):
                del self.fields[name]  # neither shown nor lost

    def sources(self, user: User) -> QuerySet[ToilSource]:
        kept = self.kept.source_id if self.kept else None
        return super().sources(user) | ToilSource.objects.filter(pk=kept or 0)

    def _moments(self, data: dict[str, Any]) -> dict[str, Any]:
        """Left as they stand they stay as they are, also where nobody could type them: a night of ten hours."""
        if self.kept and not {"times", "local_date"} & set(self.changed_data):
            return {"started_at": self.kept.started_at, "ended_at": self.kept.ended_at, "local_date": None}
        return super()._moments(data)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data |= {name: getattr(self.kept, name) for name in NAMEABLE if name not in self.fields}
        self.require_rest(data, text="text")
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
            "item": entry.item.key if entry.item else "",
            "link": entry.link,
            "kind": entry.kind,
            "version": entry.version,
        }
