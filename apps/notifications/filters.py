import django_filters

from apps.core.filters import AnyOfFilter, ResourceFilter, StableOrdering, any_contains
from apps.notifications import kinds
from apps.notifications.categories import categories
from apps.notifications.models import OutboxMail, OutboxQuerySet, OutboxStatus

FOUND_IN = ("subject", "recipient__name", "error")


def _kind_choices() -> list[tuple[str, str]]:
    return [(name, kinds.label(name)) for name in kinds.names()]


def _category_choices() -> list[tuple[str, str]]:
    return [(one.name, one.label) for one in categories()]


class OutboxFilter(ResourceFilter):
    q = django_filters.CharFilter(label="Find mail", method=any_contains(FOUND_IN), max_length=200)
    status = AnyOfFilter(label="Status", choices=OutboxStatus.choices)
    kind = django_filters.ChoiceFilter(label="Kind", choices=_kind_choices)
    sort = StableOrdering(
        fields=[("not_before", "due"), ("status", "status")], default=("-not_before", "-pk")
    )

    class Meta:
        model = OutboxMail
        fields: list[str] = []


class InboxFilter(ResourceFilter):
    q = django_filters.CharFilter(
        label="Find in the inbox", method=any_contains(("subject",)), max_length=200
    )
    unread = django_filters.ChoiceFilter(
        label="Show", choices=[("true", "Unread"), ("false", "Read")], method="filter_unread"
    )
    category = django_filters.ChoiceFilter(label="About", choices=_category_choices, method="filter_category")
    sort = StableOrdering(fields=[("due_at", "due")], default=("-due_at", "-pk"))

    class Meta:
        model = OutboxMail
        fields: list[str] = []

    def filter_unread(self, queryset: OutboxQuerySet, _name: str, value: str) -> OutboxQuerySet:
        return queryset.filter(read_at__isnull=value == "true")

    def filter_category(self, queryset: OutboxQuerySet, _name: str, value: str) -> OutboxQuerySet:
        return queryset.filter(kind__in=[name for name in kinds.names() if kinds.category(name) == value])
