"""A new entry: the quick line, or the fields, or both. What the line says wins over the fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django import forms

from apps.accounts.forms.fields import NO_TEAM
from apps.accounts.models import Team, User
from apps.core.templatetags.times import duration
from apps.toil.forms import MEANT, EntryForm
from apps.toil.lines.durations import Unreadable, spell_duration
from apps.toil.lines.reading import read_for, team_for, tidy
from apps.toil.models.entry import TIME
from apps.toil.recurring.usual import usual_time

LINE_EXAMPLE = "25m restart stuck consumer @payments-api #interrupt"


class LogForm(EntryForm):
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
    is_asking = False
    """For the time alone, with the usual one filled in."""
    said: Mapping[str, Any] = MappingProxyType({})
    """By the line."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        line = tidy(data.get("line", ""))
        if line:
            self._read_line(line, data)
        self.require_rest(data, text="line" if line else "text")
        return data

    def _read_line(self, line: str, data: dict[str, Any]) -> None:
        try:
            said = self.said = read_for(self.user, line, zone=self.zone, now=self.now).said
        except Unreadable as error:
            self.add_error("line", str(error))
            return
        if "started_at" in said:
            data |= dict.fromkeys(TIME)
        data |= said

    def ask_time(self, data: dict[str, Any]) -> None:
        """Only for the time, with the usual one filled in: another Enter takes it."""
        self.fields["line"].widget.attrs.pop("data-focus", None)
        self.fields["duration"].widget.attrs["data-focus"] = ""
        usual = usual_time(self.user, data, now=self.now)
        if usual is None:
            super().ask_time(data)
            return
        self.is_asking = True
        self.data = {**self.data.dict(), "duration": spell_duration(usual.seconds)}  # type: ignore[attr-defined]
        self.add_error("duration", f"How long did it take? Usually {duration(usual.seconds)} for {usual.of}.")


class QuickForm(LogForm):
    """The line alone; it is asked for the time if the line does not say it. It waits on every page, so the fields
    that it leaves out are not even made."""

    text = times = local_date = team = service = source = None  # type: ignore[assignment]
    category = trigger = occurrences = incident = item = link = kind = back = None  # type: ignore[assignment]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="quick_%s", **kwargs)
        self.fields["line"].widget.attrs |= {"data-focus": "", "data-key": ""}
        self.fields["line"].required = True

    def offer_rows(self, user: User) -> None:
        """It has no menus."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data["team"] = team_for(self.user, self.said)
        if data["team"] is None and not self.errors:
            names = " or ".join(f"~{team.slug}" for team in self.user.current_teams) or "~team"
            said = f"Say for which team it was: {names}." if Team.objects.exists() else NO_TEAM
            self.add_error("line", said)
        return data


class TimerForm(LogForm):
    """What is done, without how long: the timer measures that."""

    def require_rest(self, data: dict[str, Any], *, text: str) -> None:
        is_timed = any(data.get(name) is not None for name in ("seconds", "started_at"))
        if is_timed or "local_date" in self.said:
            field = "line" if self.said else "duration"
            self.add_error(field, "A timer measures the time from now on. Leave the time and the day away.")
        super().require_rest(data | {"seconds": 1}, text=text)

    @staticmethod
    def what(data: dict[str, Any]) -> dict[str, Any]:
        """Cleaned data as `start_timer` takes it."""
        return {name: data.get(name) for name in MEANT}
