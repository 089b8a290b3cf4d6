import django_filters
from django.db.models import QuerySet

from apps.accounts.models import Team
from apps.core.filters import ResourceFilter, RowFilter, StableOrdering
from apps.services.models import Service
from apps.toil.models import Driver, ToilSource
from apps.toil.models.driver import DriverQuerySet


class DriverFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="Text", max_length=200)
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", label="Kept by")
    service = RowFilter(queryset=Service.objects.all(), to_field_name="slug", label="Service")
    source = RowFilter(queryset=ToilSource.objects.all(), to_field_name="slug", label="Source")
    sort = StableOrdering(fields=[("name", "name"), ("created_at", "added")], default=("name", "pk"))

    class Meta:
        model = Driver
        fields: list[str] = []

    def search(self, rows: DriverQuerySet, _name: str, value: str) -> QuerySet[Driver]:
        return rows.matching(value)
