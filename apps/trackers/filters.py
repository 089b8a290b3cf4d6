from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from apps.core.filters import ResourceFilter, StableOrdering, any_contains
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.states import RemoteState, TrackerKind

STATES = {
    "enabled": Q(is_enabled=True, trouble=""),
    "failing": Q(is_enabled=True) & ~Q(trouble=""),
    "paused": Q(is_enabled=False),
}
LINKS = {
    "wanted": Q(state="wanted"),
    "linked": Q(state="linked"),
    "troubled": ~Q(error=""),
    "differs": ~Q(note=""),
}
LINK_LABELS = {
    "wanted": "To be created",
    "linked": "Linked",
    "troubled": "With an error",
    "differs": "Differs",
}


class ConnectionFilter(ResourceFilter):
    q = django_filters.CharFilter(method=any_contains(("name", "project")), label="Name", max_length=200)
    kind = django_filters.ChoiceFilter(choices=TrackerKind.choices, label="Tracker")
    state = django_filters.ChoiceFilter(
        choices=[(name, name.capitalize()) for name in STATES], label="State", method="in_state"
    )
    sort = StableOrdering(fields=["name", "project"], default=("name", "pk"))

    class Meta:
        model = Connection
        fields: list[str] = []

    def in_state(self, rows: QuerySet[Connection], _name: str, value: str) -> QuerySet[Connection]:
        return rows.filter(STATES[value])


def seen_connections(request: Any) -> Any:
    user = request.user if request else None
    return Connection.objects.visible_to(user) if user else Connection.objects.none()


class ExternalRefFilter(ResourceFilter):
    q = django_filters.CharFilter(
        method=any_contains(("key", "item__key", "item__title")), label="Issue or item", max_length=200
    )
    tracker = django_filters.ModelChoiceFilter(
        field_name="connection", queryset=seen_connections, to_field_name="uuid", label="Tracker"
    )
    state = django_filters.ChoiceFilter(choices=list(LINK_LABELS.items()), label="State", method="in_state")
    remote = django_filters.ChoiceFilter(
        field_name="remote_state", choices=RemoteState.choices, label="There"
    )
    sort = StableOrdering(fields=[("asked_at", "asked"), ("key", "issue")], default=("-pk",))

    class Meta:
        model = ExternalRef
        fields: list[str] = []

    def in_state(self, rows: QuerySet[ExternalRef], _name: str, value: str) -> QuerySet[ExternalRef]:
        return rows.filter(LINKS[value])
