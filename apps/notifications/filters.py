import django_filters

from apps.core.filters import ResourceFilter, StableOrdering, any_contains
from apps.notifications import kinds
from apps.notifications.models import OutboxMail, OutboxStatus

FOUND_IN = ("subject", "recipient__name", "error")


def _kind_choices() -> list[tuple[str, str]]:
    return [(name, kinds.label(name)) for name in kinds.names()]


class OutboxFilter(ResourceFilter):
    q = django_filters.CharFilter(label="Find mail", method=any_contains(FOUND_IN), max_length=200)
    status = django_filters.MultipleChoiceFilter(label="Status", choices=OutboxStatus.choices)
    kind = django_filters.ChoiceFilter(label="Kind", choices=_kind_choices)
    sort = StableOrdering(
        fields=[("not_before", "due"), ("status", "status")], default=("-not_before", "-pk")
    )

    class Meta:
        model = OutboxMail
        fields: list[str] = []
