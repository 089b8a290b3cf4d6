"""What may be asked: the same for the page and for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import TextChoices

from apps.accounts.models import Team
from apps.core.days import DayField, check_days
from apps.core.filters import RowChoiceField
from apps.incidents.models import Severity
from apps.metrics.cases import Scope
from apps.metrics.periods import Span, last_days, quarter_before, quarter_of, same_length_before
from apps.services.models import Service

LONGEST = 3660


class Period(TextChoices):
    DAYS = "90-days", "90 days"
    QUARTER = "quarter", "This quarter"
    LAST_QUARTER = "last-quarter", "Last quarter"
    CUSTOM = "custom", "Own dates"


class PeriodForm(forms.Form):
    """`from` and `to` are days in UTC, both included; giving them makes the period custom."""

    period = forms.ChoiceField(choices=Period.choices, required=False, widget=forms.HiddenInput)
    team = RowChoiceField(Team.objects.all(), to_field_name="slug", required=False, empty_label="any")
    service = RowChoiceField(Service.objects.all(), to_field_name="slug", required=False, empty_label="any")

    def __init__(self, data: Any, *, user: Any, now: datetime) -> None:
        super().__init__(data)
        self.user, self.now = user, now
        self.fields["from"] = DayField(required=False, label="From")
        self.fields["to"] = DayField(required=False, label="To")
        self.order_fields(["from", "to"])
        self.fields["team"].queryset = Team.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["service"].queryset = Service.objects.visible_to(user)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("from") or data.get("to"):
            data["period"] = Period.CUSTOM
        data["period"] = data.get("period") or Period.DAYS
        if data["period"] == Period.CUSTOM and not self.errors:
            days = {name: data.get(name) for name in ("from", "to")}
            check_days(days, today=self.now.date(), longest=LONGEST, too_long="Choose at most ten years.")
        return data

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """The periods that need no dates."""
        return [(value, label) for value, label in Period.choices if value != Period.CUSTOM]

    def spans(self) -> tuple[Span, Span]:
        """The period and the one before it. A quarter is compared with the whole quarter before."""
        data, now = self.cleaned_data, self.now
        if data["period"] == Period.DAYS:
            span = last_days(90, now)
        elif data["period"] == Period.CUSTOM:
            span = Span(data["from"], data["to"] or now.date(), now)
        else:
            span = quarter_of(now.date(), now)
            span = span if data["period"] == Period.QUARTER else quarter_before(span)
            return span, quarter_before(span)
        return span, same_length_before(span)


class MetricsForm(PeriodForm):
    severity = forms.TypedMultipleChoiceField(
        choices=Severity.choices, coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def scope(self) -> Scope:
        """What a valid form asks for."""
        data = self.cleaned_data
        span, before = self.spans()
        return Scope(self.user, span, before, data["team"], data["service"], tuple(data["severity"]))
