import django_filters
from django.db.models import QuerySet

from apps.accounts.models import Team
from apps.core.filters import ResourceFilter, RowFilter, StableOrdering
from apps.toil.imports.columns import Tool
from apps.toil.models import ImportState, ToilImport
from apps.toil.models.imports import ToilImportQuerySet


class ToilImportFilter(ResourceFilter):
    q = django_filters.CharFilter(method="search", label="File", max_length=200)
    team = RowFilter(queryset=Team.objects.all(), to_field_name="slug", label="Team")
    tool = django_filters.ChoiceFilter(choices=Tool.choices, label="Written by")
    state = django_filters.ChoiceFilter(choices=ImportState.choices, label="State")
    sort = StableOrdering(
        fields=[("created_at", "uploaded"), ("created", "logged"), ("file_name", "file")], default=("-pk",)
    )

    class Meta:
        model = ToilImport
        fields: list[str] = []

    def search(self, rows: ToilImportQuerySet, _name: str, value: str) -> QuerySet[ToilImport]:
        return rows.matching(value)
