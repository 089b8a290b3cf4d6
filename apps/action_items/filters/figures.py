"""What a figure counts, as filters of the list: figures link here, so that each opens exactly its rows."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils import timezone

from apps.action_items.models import ActionItem, ActionItemQuerySet, Look, Outcome, Recurrence
from apps.core.validators import validate_reasonable_date

DAY = timedelta(days=1)
MOST_SLIPS = 4
SLIPS = [("0", "Never"), ("1", "Once"), ("2", "Twice"), ("3", "3 times"), ("4", "4 times or more")]


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _after(day: date | None) -> datetime | None:
    return midnight(day + DAY) if day else None


def _from(day: date | None) -> datetime | None:
    return midnight(day) if day else None


def _day(method: str, label: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        method=method, label=label, widget=forms.HiddenInput, validators=[validate_reasonable_date]
    )


def _any_of(choices: Any, method: str, label: str) -> django_filters.MultipleChoiceFilter:
    return django_filters.MultipleChoiceFilter(
        choices=choices, method=method, label=label, widget=forms.MultipleHiddenInput
    )


def _days(**kwargs: Any) -> django_filters.NumberFilter:
    return django_filters.NumberFilter(
        field_name="slipped_days", widget=forms.HiddenInput, min_value=-10_000, max_value=10_000, **kwargs
    )


class FigureFilters(django_filters.FilterSet):
    """Days are in UTC and included, but for due dates, which are days where the owner is. None of these has a field
    on the page: `narrowed` says them in words."""

    counted = django_filters.BooleanFilter(
        method="is_counted", label="Counted in figures", widget=forms.HiddenInput
    )
    practice = django_filters.BooleanFilter(
        method="is_practice", label="Of drills and tests", widget=forms.HiddenInput
    )
    promised_from = _day("was_promised_from", "Promised from")
    promised_to = _day("was_promised_to", "Promised until")
    open_from = _day("was_open_from", "Not ended before")
    ended_from = _day("has_ended_from", "Done or given up from")
    ended_to = _day("has_ended_to", "Done or given up until")
    first_due_from = django_filters.DateFilter(
        field_name="first_due_on", lookup_expr="gte", label="First date from", widget=forms.HiddenInput
    )
    first_due_to = django_filters.DateFilter(
        field_name="first_due_on", lookup_expr="lte", label="First date until", widget=forms.HiddenInput
    )
    due_from = django_filters.DateFilter(
        field_name="due_on", lookup_expr="gte", label="Date from", widget=forms.HiddenInput
    )
    due_to = django_filters.DateFilter(
        field_name="due_on", lookup_expr="lte", label="Date until", widget=forms.HiddenInput
    )
    first_outcome = _any_of(Outcome.choices, "of_outcome", "By the first date")
    last_outcome = _any_of(Outcome.choices, "of_outcome", "By the date that stands")
    look = _any_of(Look.choices, "of_look", "Confirmed by")
    slips = _any_of(SLIPS, "of_slips", "How often the date moved")
    slipped_from = _days(lookup_expr="gte", label="Days moved, at least")
    slipped_to = _days(lookup_expr="lte", label="Days moved, at most")
    came_back_from = _day("has_come_back", "Happened again from")
    came_back_to = _day("has_come_back", "Happened again until")

    def is_counted(self, rows: ActionItemQuerySet, _name: str, value: bool) -> ActionItemQuerySet:  # noqa: FBT001
        counted = ActionItem.objects.counted().values("pk")
        return rows.counted() if value else rows.exclude(pk__in=counted)

    def is_practice(self, rows: ActionItemQuerySet, _name: str, value: bool) -> ActionItemQuerySet:  # noqa: FBT001
        practice = ActionItem.objects.from_practice().values("pk")
        return rows.from_practice() if value else rows.exclude(pk__in=practice)

    def was_promised_from(self, rows: ActionItemQuerySet, _name: str, day: date) -> ActionItemQuerySet:
        return rows.promised_between(_from(day), None)

    def was_promised_to(self, rows: ActionItemQuerySet, _name: str, day: date) -> ActionItemQuerySet:
        return rows.promised_between(None, _after(day))

    def was_open_from(self, rows: ActionItemQuerySet, _name: str, day: date) -> ActionItemQuerySet:
        return rows.open_since(midnight(day))

    def has_ended_from(self, rows: ActionItemQuerySet, _name: str, day: date) -> ActionItemQuerySet:
        return rows.ended_between(_from(day), None)

    def has_ended_to(self, rows: ActionItemQuerySet, _name: str, day: date) -> ActionItemQuerySet:
        return rows.ended_between(None, _after(day))

    def of_outcome(self, rows: ActionItemQuerySet, name: str, values: list[str]) -> ActionItemQuerySet:
        return rows.judged(timezone.now()).filter(**{f"{name}__in": values}) if values else rows

    def of_look(self, rows: ActionItemQuerySet, _name: str, values: list[str]) -> ActionItemQuerySet:
        return rows.with_look().filter(look__in=values) if values else rows

    def of_slips(self, rows: ActionItemQuerySet, _name: str, values: list[str]) -> ActionItemQuerySet:
        exact = [int(value) for value in values if int(value) < MOST_SLIPS]
        often = Q(slip_count__gte=MOST_SLIPS) if str(MOST_SLIPS) in values else Q(pk__in=[])
        return rows.filter(Q(slip_count__in=exact) | often) if values else rows

    def has_come_back(self, rows: ActionItemQuerySet, name: str, _day: date) -> ActionItemQuerySet:
        """Both ends together, asked once: by whichever stands first."""
        data = self.form.cleaned_data
        first, last = data.get("came_back_from"), data.get("came_back_to")
        if first and name == "came_back_to":
            return rows
        start, end = _from(first) or datetime.min.replace(tzinfo=UTC), _after(last) or timezone.now()
        facts = Recurrence.objects.visible_to(self.request.user).standing().of_incidents_between(start, end)
        return rows.filter(pk__in=facts.values("action_item"))

    @property
    def narrowed(self) -> list[str]:
        """What the filters without a field on the page ask for, in words."""
        data = self.form.cleaned_data if self.form.is_valid() else {}
        names = [name for name in FigureFilters.base_filters if data.get(name) not in (None, "", [])]
        return [f"{self.filters[name].label}: {_said(name, data[name])}" for name in names]


def _said(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, list):
        known = dict(FigureFilters.base_filters[name].extra["choices"])
        return " or ".join(str(known[one]).lower() for one in value)
    return str(value).replace("-", "−")
