import django_filters
from django.db.models import QuerySet

from apps.core.filters import ResourceFilter, StableOrdering, any_contains
from apps.status_page.models import StatusPage


class StatusPageFilter(ResourceFilter):
    q = django_filters.CharFilter(
        method=any_contains(("name", "slug", "service__slug")), label="Name or address", max_length=200
    )
    on = django_filters.ChoiceFilter(
        method="shows", choices=[("true", "On"), ("false", "Off")], label="Shows"
    )
    sort = StableOrdering(fields=["name", "slug"], default=("name", "pk"))

    class Meta:
        model = StatusPage
        fields: list[str] = []

    def shows(self, rows: QuerySet[StatusPage], _name: str, value: str) -> QuerySet[StatusPage]:
        return rows.filter(is_on=value == "true")
