"""What may be asked: the same for the page, its files and programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import TextChoices

from apps.accounts.models import Team
from apps.core.days import DayField, check_days
from apps.core.filters import RowChoiceField
from apps.services.models import Service
from apps.toil.periods import Period, last_weeks, quarter_of

if TYPE_CHECKING:
    from apps.accounts.models import User

LONGEST = 732
TOO_MUCH = "This is more than can be added up while you wait. Choose a shorter time, or one team."
DAY = timedelta(days=1)


class By(TextChoices):
    SOURCE = "source", "Source"
    CATEGORY = "category", "Category"
    SERVICE = "service", "Service"
    TRIGGER = "trigger", "What sets it off"


class Time(TextChoices):
    FOUR_WEEKS = "4-weeks", "4 weeks"
    QUARTER = "quarter", "Quarter"
    LAST_QUARTER = "last-quarter", "Last quarter"
    YEAR = "year", "Year"
    CUSTOM = "custom", "Own dates"


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose time, when, and what it is sorted into. `before` has as many days and ends where `period` begins."""

    user: User
    by: By
    period: Period
    team: Team | None = None
    service: Service | None = None
    is_running: bool = False

    @property
    def before(self) -> Period:
        return Period(self.period.start - (self.period.end - self.period.start), self.period.start)


class ParetoForm(forms.Form):
    """`since` and `until` are local dates, both included; giving them makes the period custom."""

    team = RowChoiceField(Team.objects.none(), to_field_name="slug", required=False, empty_label="all")
    service = RowChoiceField(Service.objects.none(), to_field_name="slug", required=False, empty_label="any")
    since = DayField(required=False, label="Since")
    until = DayField(required=False, label="Until")
    by = forms.ChoiceField(choices=By.choices, required=False, widget=forms.HiddenInput)
    period = forms.ChoiceField(choices=Time.choices, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User, today: date) -> None:
        super().__init__(data)
        self.user, self.today = user, today
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["service"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") or data.get("until"):
            data["period"] = Time.CUSTOM
        data["period"] = Time(data.get("period") or Time.QUARTER)
        data["by"] = By(data.get("by") or By.SOURCE)
        if data["period"] == Time.CUSTOM and not self.errors:
            days = {name: data.get(name) for name in ("since", "until")}
            check_days(days, today=self.today, longest=LONGEST, too_long="Choose at most two years.")
        return data

    @property
    def ways(self) -> list[tuple[str, Any]]:
        return list(By.choices)

    @property
    def times(self) -> list[tuple[str, Any]]:
        """Those that need no dates."""
        return [(value, label) for value, label in Time.choices if value != Time.CUSTOM]

    def scope(self) -> Scope:
        """What a valid form asks for. Days that have not come yet are left out, so that both periods are alike."""
        data = self.cleaned_data
        whole = _period(data["period"], data["since"], data["until"], self.today)
        period = Period(whole.start, min(whole.end, self.today + DAY))
        chosen = {"team": data["team"], "service": data["service"]}
        is_running = whole.end > self.today
        return Scope(self.user, data["by"], period, **chosen, is_running=is_running)


def _period(time: Time, first: date | None, last: date | None, today: date) -> Period:
    if time == Time.CUSTOM and first:
        return Period(first, (last or today) + DAY)
    if time == Time.LAST_QUARTER:
        return quarter_of(quarter_of(today).start - DAY)
    weeks = {Time.FOUR_WEEKS: 4, Time.YEAR: 52}
    return last_weeks(today, weeks[time]) if time in weeks else quarter_of(today)
