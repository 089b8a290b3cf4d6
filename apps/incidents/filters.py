from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import Team
from apps.core.filters import ResourceFilter, RowFilter, StableOrdering
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import (
    OPEN,
    CustomField,
    CustomFieldQuerySet,
    FieldKind,
    Incident,
    IncidentKind,
    IncidentLink,
    IncidentQuerySet,
    IncidentStatus,
    MilestoneKind,
    MilestoneSource,
    NeededAt,
    Severity,
)
from apps.services.models import Service

STATUSES = [("open", "Open"), *IncidentStatus.choices]
NEWEST_FIRST = ("-started_at", "-pk")


def day_filter(label: str, method: str) -> django_filters.DateFilter:
    return django_filters.DateFilter(
        method=method,
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}),
        validators=[validate_reasonable_date],
    )


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


class IncidentFilter(ResourceFilter):
    """`status=open` stands for every state that is not over. `from` and `to` are days in UTC, both included."""

    q = django_filters.CharFilter(method="search", label="Title or ID", max_length=200)
    status = django_filters.MultipleChoiceFilter(choices=STATUSES, method="in_status", label="Status")
    severity = django_filters.TypedMultipleChoiceFilter(
        choices=Severity.choices, coerce=int, method="of_severity", label="Severity"
    )
    kind = django_filters.ChoiceFilter(choices=IncidentKind.choices, label="Kind")
    update = django_filters.ChoiceFilter(choices=[("late", "Late")], method="update_is", label="Next update")
    service = RowFilter(
        queryset=Service.objects.all(),
        to_field_name="slug",
        method="of_service",
        label="Service",
    )
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", method="of_team", label="Team")
    missing = django_filters.ChoiceFilter(
        choices=MilestoneKind.choices, method="without_time", label="Time missing", empty_label="any"
    )
    timed = django_filters.MultipleChoiceFilter(
        choices=MilestoneKind.choices,
        method="with_times",
        label="Time known",
        widget=forms.MultipleHiddenInput,
    )
    estimated = django_filters.ChoiceFilter(
        choices=MilestoneKind.choices,
        method="with_estimate",
        label="Time estimated",
        widget=forms.HiddenInput,
    )
    guessed = django_filters.BooleanFilter(
        method="with_guessed_start", label="Start not given", widget=forms.HiddenInput
    )
    duplicate = django_filters.BooleanFilter(
        method="is_duplicate", label="Duplicate of another", widget=forms.HiddenInput
    )
    sort = StableOrdering(
        fields=["started_at", "severity", "status_since", "updated_at", ("number", "key")],
        default=NEWEST_FIRST,
    )

    class Meta:
        model = Incident
        fields: list[str] = []

    @classmethod
    def get_filters(cls) -> dict[str, Any]:
        """`from` is a word of the language, so these two cannot stand among the attributes."""
        days = {"from": day_filter("From", "started_from"), "to": day_filter("To", "started_to")}
        filters: dict[str, Any] = super().get_filters()
        sort = filters.pop("sort", None)
        return filters | days | ({"sort": sort} if sort else {})

    @property
    def narrowed(self) -> str:
        """What the filters without a field of their own ask for, in words: figures link here with them."""
        names = dict(MilestoneKind.choices)
        data = self.form.cleaned_data if self.form.is_valid() else {}
        said = [f"the time of “{names[kind]}” is known" for kind in data.get("timed") or ()]
        if data.get("estimated"):
            said.append(f"the time of “{names[data['estimated']]}” is an estimate or was not given")
        if data.get("guessed") is not None:
            said.append("nobody gave a start" if data["guessed"] else "somebody gave a start")
        if data.get("duplicate") is not None:
            said.append(f"it is {'a' if data['duplicate'] else 'no'} duplicate of another")
        return ", and ".join(said)

    def search(self, rows: IncidentQuerySet, _name: str, value: str) -> QuerySet[Incident]:
        return rows.matching(value)

    def in_status(self, rows: IncidentQuerySet, _name: str, value: list[str]) -> QuerySet[Incident]:
        wanted = {one for one in value if one != "open"} | (set(OPEN) if "open" in value else set())
        return rows.filter(status__in=wanted) if wanted else rows

    def of_severity(self, rows: IncidentQuerySet, _name: str, value: list[int]) -> QuerySet[Incident]:
        return rows.filter(severity__in=value) if value else rows

    def update_is(self, rows: IncidentQuerySet, _name: str, _value: str) -> QuerySet[Incident]:
        return rows.update_late(timezone.now())

    def of_service(self, rows: IncidentQuerySet, _name: str, value: Service) -> QuerySet[Incident]:
        return rows.of_service(value)

    def of_team(self, rows: IncidentQuerySet, _name: str, value: Team) -> QuerySet[Incident]:
        return rows.of_team(value)

    def without_time(self, rows: IncidentQuerySet, _name: str, value: str) -> QuerySet[Incident]:
        return rows.untimed(value)

    def with_times(self, rows: IncidentQuerySet, _name: str, value: list[str]) -> QuerySet[Incident]:
        for kind in dict.fromkeys(value):
            rows = rows.timed(kind)
        return rows

    def with_estimate(self, rows: IncidentQuerySet, _name: str, value: str) -> QuerySet[Incident]:
        """An estimate, or a start that nobody gave."""
        found = rows.timed_by(value, MilestoneSource.ESTIMATE)
        if value != MilestoneKind.IMPACT_STARTED:
            return found
        return found | rows.timed_by(value, MilestoneSource.AUTO)

    def with_guessed_start(self, rows: IncidentQuerySet, _name: str, value: bool) -> QuerySet[Incident]:  # noqa: FBT001
        guessed = rows.timed_by(MilestoneKind.IMPACT_STARTED, MilestoneSource.AUTO)
        return guessed if value else rows.exclude(pk__in=guessed.values("pk"))

    def is_duplicate(self, rows: IncidentQuerySet, _name: str, value: bool) -> QuerySet[Incident]:  # noqa: FBT001
        twins = IncidentLink.objects.of_duplicates(self.request.user).values("from_incident")
        return rows.filter(pk__in=twins) if value else rows.exclude(pk__in=twins)

    def started_from(self, rows: IncidentQuerySet, _name: str, value: date) -> QuerySet[Incident]:
        return rows.filter(started_at__gte=midnight(value))

    def started_to(self, rows: IncidentQuerySet, _name: str, value: date) -> QuerySet[Incident]:
        return rows.filter(started_at__lt=midnight(value + timedelta(days=1)))


class CustomFieldFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Name", max_length=200)
    kind = django_filters.ChoiceFilter(choices=FieldKind.choices, label="Kind")
    needed_at = django_filters.ChoiceFilter(choices=NeededAt.choices, label="Needed before")
    retired = django_filters.BooleanFilter(
        field_name="is_retired",
        label="Retired",
        widget=forms.Select(choices=[("", "Any"), ("true", "Yes"), ("false", "No")]),
    )
    sort = StableOrdering(fields=["position", "name", "slug"], default=("position", "name", "pk"))

    class Meta:
        model = CustomField
        fields: list[str] = []

    def search(self, rows: CustomFieldQuerySet, _name: str, value: str) -> QuerySet[CustomField]:
        return rows.matching(value)
