import django_filters
from django.db.models import QuerySet

from apps.accounts.models import Team
from apps.core.filters import ResourceFilter, RowFilter, StableOrdering
from apps.services.models import Lifecycle, Service, ServiceQuerySet, Tag, Tier


class ServiceFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Name or tag", max_length=200)
    tier = django_filters.ChoiceFilter(choices=Tier.choices)
    lifecycle = django_filters.ChoiceFilter(choices=Lifecycle.choices)
    team = RowFilter(
        field_name="owner_team",
        queryset=Team.objects.all(),
        to_field_name="slug",
        label="Team",
    )
    tag = RowFilter(
        field_name="tags",
        queryset=Tag.objects.filter(services__isnull=False).distinct(),
        to_field_name="name",
        label="Tag",
    )
    sort = StableOrdering(fields=["name", "tier", "slug"], default=("name", "pk"))

    class Meta:
        model = Service
        fields: list[str] = []

    def search(self, rows: ServiceQuerySet, _name: str, value: str) -> QuerySet[Service]:
        return rows.matching(value)
