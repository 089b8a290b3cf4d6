from datetime import date, datetime, time, timedelta

import django_filters
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils import timezone

from apps.accounts.models import Team
from apps.core.filters import ResourceFilter, StableOrdering, any_contains
from apps.core.validators import validate_reasonable_date
from apps.intake.models import Delivery, DeliveryStatus, Integration, Kind, Outcome

SWITCHED = [("enabled", "Switched on"), ("disabled", "Switched off")]


class IntegrationFilter(ResourceFilter):
    q = django_filters.CharFilter(
        method=any_contains(("name", "slug", "key_prefix")), label="Name or key", max_length=200
    )
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label="Sender", empty_label="Any")
    team = django_filters.ModelChoiceFilter(
        queryset=Team.objects.all(), to_field_name="slug", label="Team", empty_label="Any"
    )
    state = django_filters.ChoiceFilter(choices=SWITCHED, method="in_state", label="State", empty_label="Any")
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
        queryset=Integration.objects.all(), to_field_name="slug", label="Integration", empty_label="Any"
    )
    status = django_filters.MultipleChoiceFilter(choices=DeliveryStatus.choices, label="Status")
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices, label="Outcome", empty_label="Any")
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
