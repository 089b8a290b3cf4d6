from datetime import date, datetime, time, timedelta

import django_filters
from django.db.models import QuerySet
from django.forms import DateInput, Select
from django.utils import timezone

from apps.accounts.models import Team
from apps.core.filters import AnyOfFilter, ResourceFilter, StableOrdering, any_contains
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import Incident
from apps.intake.models import Alert, AlertQuerySet, Delivery, DeliveryStatus, Integration, Kind, Outcome

SWITCHED = [("enabled", "Switched on"), ("disabled", "Switched off")]


class IntegrationFilter(ResourceFilter):
    q = django_filters.CharFilter(
        method=any_contains(("name", "slug", "key_prefix")), label="Name or key", max_length=200
    )
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label="Sender")
    team = django_filters.ModelChoiceFilter(queryset=Team.objects.all(), to_field_name="slug", label="Team")
    state = django_filters.ChoiceFilter(choices=SWITCHED, method="in_state", label="State")
    sort = StableOrdering(fields=["name", "kind", "created_at"], default=("name", "pk"))

    class Meta:
        model = Integration
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Integration], _name: str, value: str) -> QuerySet[Integration]:
        return rows.filter(is_enabled=value == "enabled")


def _day(**kwargs: str) -> django_filters.DateFilter:
    widget = DateInput(attrs={"type": "date"})
    return django_filters.DateFilter(widget=widget, validators=[validate_reasonable_date], **kwargs)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


class IntakeDeliveryFilter(ResourceFilter):
    """Days are those of the reader's time zone."""

    q = django_filters.CharFilter(
        method=any_contains(("title", "dedup", "delivery_id", "error")),
        label="Title, key or error",
        max_length=200,
    )
    integration = django_filters.ModelChoiceFilter(
        queryset=Integration.objects.all(), to_field_name="slug", label="Integration"
    )
    status = AnyOfFilter(choices=DeliveryStatus.choices, label="Status")
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label="Outcome")
    since = _day(method="from_day", label="From")
    until = _day(method="to_day", label="To")
    sort = StableOrdering(
        fields=[("received_at", "at"), ("status", "status"), ("title", "title")],
        default=("-received_at", "-pk"),
    )

    class Meta:
        model = Delivery
        fields: list[str] = []

    def from_day(self, rows: QuerySet[Delivery], _name: str, day: date) -> QuerySet[Delivery]:
        return rows.filter(received_at__gte=_midnight(day))

    def to_day(self, rows: QuerySet[Delivery], _name: str, day: date) -> QuerySet[Delivery]:
        return rows.filter(received_at__lt=_midnight(day + timedelta(days=1)))


class AlertFilter(ResourceFilter):
    q = django_filters.CharFilter(
        method=any_contains(("title", "dedup")), label="Alert or key", max_length=200
    )
    incident = django_filters.CharFilter(method="of_incident", label="Incident", max_length=20)
    integration = django_filters.CharFilter(
        field_name="integration__slug", lookup_expr="exact", label="Integration", max_length=60
    )
    firing = django_filters.BooleanFilter(
        field_name="is_firing",
        label="Firing",
        widget=Select(choices=[("", "Any"), ("true", "Yes"), ("false", "No")]),
    )
    sort = StableOrdering(
        fields=[("changed_at", "at"), ("title", "title"), ("useful", "useful"), ("noise", "noise")],
        default=("-changed_at", "-pk"),
    )

    class Meta:
        model = Alert
        fields: list[str] = []

    def of_incident(self, rows: AlertQuerySet, _name: str, key: str) -> QuerySet[Alert]:
        found = Incident.objects.visible_to(self.request.user).standing(key.strip().upper())
        return rows.of_incident(found) if found else rows.none()
