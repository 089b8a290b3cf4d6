"""A chore that comes again as a form: days of the week, or a rule for whoever knows them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from apps.accounts.forms.fields import TeamMenu
from apps.accounts.models import Team, User
from apps.core.days import DayField
from apps.services.models import Service
from apps.toil.kinds import SORTED_KINDS
from apps.toil.lines.durations import spell_duration
from apps.toil.lines.fields import DurationField
from apps.toil.models import Category, Recurring, ToilSource, WorkKind
from apps.toil.suggestions.rules import DAYS

NAMES = ("text", "team", "service", "source", "kind", "category", "starts_on", "is_paused")


class RecurringForm(forms.Form):
    text = forms.CharField(max_length=300, label="What is it")
    duration = DurationField(
        label="Time", help_text="How long it usually takes. You can say another time on each day."
    )
    weekdays = forms.MultipleChoiceField(
        choices=list(DAYS.items()), required=False, label="On", widget=forms.CheckboxSelectMultiple
    )
    every = forms.IntegerField(required=False, min_value=1, max_value=12, label="Every how many weeks")
    rule = forms.CharField(
        max_length=200,
        required=False,
        label="Or a rule",
        help_text="Instead of the days above, as in calendars: FREQ=MONTHLY;BYDAY=-1FR is the last Friday of a month.",
        widget=forms.TextInput(attrs={"class": "mono"}),
    )
    starts_on = DayField(
        required=False,
        label="From",
    )
    team = TeamMenu(empty_label=None)
    service = forms.ModelChoiceField(
        Service.objects.none(), required=False, to_field_name="slug", empty_label="No service"
    )
    source = forms.ModelChoiceField(
        ToilSource.objects.none(), required=False, to_field_name="slug", empty_label="No source"
    )
    category = forms.ChoiceField(choices=Category.choices, initial=Category.OTHER)
    kind = forms.ChoiceField(choices=SORTED_KINDS, initial=WorkKind.TOIL, label="Kind of work")
    is_paused = forms.BooleanField(required=False, label="Paused: not asked about for now")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, user: User, today: date, row: Recurring | None = None) -> None:
        super().__init__(data, initial=self.initial_of(row, user, today))
        sources = ToilSource.objects.current().filter(team__in=user.team_ids)
        kept = ToilSource.objects.filter(pk=row.source_id or 0) if row else ToilSource.objects.none()
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["service"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["source"].queryset = sources | kept  # type: ignore[attr-defined]
        if row is None:
            del self.fields["is_paused"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("rule") and not data.get("weekdays") and "weekdays" not in self.errors:
            self.add_error("weekdays", "Choose its days, or write a rule.")
        return data

    @staticmethod
    def keywords(data: dict[str, Any]) -> dict[str, Any]:
        """Cleaned data as the operations take it."""
        every = data.get("every") or 1
        days = ",".join(data.get("weekdays") or [])
        by_days = f"FREQ=WEEKLY;INTERVAL={every};BYDAY={days}" if every > 1 else f"FREQ=WEEKLY;BYDAY={days}"
        said = {
            name: data[name] for name in NAMES if data.get(name) is not None or name in {"service", "source"}
        }
        return said | {"seconds": data["duration"], "rule": data.get("rule") or by_days}

    @staticmethod
    def initial_of(row: Recurring | None, user: User, today: date) -> dict[str, Any]:
        if row is None:
            team = next(iter(user.current_teams), None)
            return {"team": team.slug if team else None, "starts_on": today, "every": 1}
        plain = {
            name: getattr(row, name)
            for name in ("text", "kind", "category", "starts_on", "is_paused", "version")
        }
        rows = {name: getattr(row, name) for name in ("team", "service", "source")}
        slugs = {name: found.slug if found else None for name, found in rows.items()}
        return plain | slugs | {"duration": spell_duration(row.seconds)} | _days_of(row.rule)


def _days_of(rule: str) -> dict[str, Any]:
    """As boxes where it is days of the week and no more."""
    parts = dict(part.split("=") for part in rule.split(";"))
    every = parts.pop("INTERVAL", "1")
    days = parts.pop("BYDAY", "").split(",")
    if parts == {"FREQ": "WEEKLY"} and days != [""] and int(every) <= 12:
        return {"weekdays": days, "every": int(every)}
    return {"rule": rule}
