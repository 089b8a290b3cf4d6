import django_filters
from django.db.models import Q, QuerySet

from apps.core.filters import AnyOfFilter, ResourceFilter, StableOrdering, any_contains
from apps.webhooks.events import TYPES
from apps.webhooks.models import Delivery, DeliveryStatus, Endpoint, Format

STATES = {
    "enabled": Q(is_enabled=True, failures_in_a_row=0),
    "failing": Q(is_enabled=True, failures_in_a_row__gt=0),
    "disabled": Q(is_enabled=False),
}


class EndpointFilter(ResourceFilter):
    q = django_filters.CharFilter(method=any_contains(("name",)), label="Name", max_length=200)
    kind = django_filters.ChoiceFilter(field_name="format", choices=Format.choices, label="Format")
    state = django_filters.ChoiceFilter(
        choices=[(name, name.capitalize()) for name in STATES],
        label="State",
        method="in_state",
    )
    sort = StableOrdering(fields=["name"], default=("name", "pk"))

    class Meta:
        model = Endpoint
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Endpoint], _name: str, value: str) -> QuerySet[Endpoint]:
        return rows.filter(STATES[value])


class DeliveryFilter(ResourceFilter):
    """`status=dead` is the dead-letter list."""

    q = django_filters.CharFilter(
        method=any_contains(("object_key", "error")), label="Object or error", max_length=200
    )
    status = AnyOfFilter(label="Status", choices=DeliveryStatus.choices)
    type = django_filters.ChoiceFilter(choices=TYPES, label="Event")
    webhook = django_filters.ModelChoiceFilter(
        field_name="endpoint",
        queryset=Endpoint.objects.all(),
        to_field_name="uuid",
        label="Webhook",
    )
    sort = StableOrdering(fields=[("occurred_at", "occurred"), ("attempts", "attempts")], default=("-pk",))

    class Meta:
        model = Delivery
        fields: list[str] = []
