from typing import Any

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.services.api.serializers import ServiceSerializer, ServiceWriteSerializer
from apps.services.filters import ServiceFilter
from apps.services.models import Service, ServiceQuerySet
from apps.services.operations import add_service, edit_service


class ServiceViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Services by slug."""

    lookup_field = "slug"
    serializer_class = ServiceSerializer
    write_serializer_class = ServiceWriteSerializer
    filterset_class = ServiceFilter

    def queryset_of(self, user: Any) -> ServiceQuerySet:
        return Service.objects.visible_to(user).with_team().prefetch_related("tags", "links", "needs__needs")

    def add(self, data: dict[str, Any]) -> Service:
        return add_service(**data, by=self.person)

    def edit(self, row: Service, changes: dict[str, Any], seen: int | None) -> Service:
        return edit_service(row, changes=changes, by=self.person)
