from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import expect_nothing
from apps.services.api.serializers import ServiceSerializer, ServiceWriteSerializer
from apps.services.filters import ServiceFilter
from apps.services.models import Service, ServiceQuerySet
from apps.services.operations import add_service, edit_service, watch_service


class ServiceViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Services by slug."""

    lookup_field = "slug"
    serializer_class = ServiceSerializer
    write_serializer_class = ServiceWriteSerializer
    filterset_class = ServiceFilter

    def queryset_of(self, user: Any) -> ServiceQuerySet:
        return Service.objects.visible_to(user).with_team().prefetch_related("tags", "links", "needs__needs")

    @extend_schema(request=None, responses={204: None}, filters=False)
    @action(detail=True, methods=["put"])
    def watch(self, request: Request, slug: str) -> Response:
        """Be told when a postmortem about it is published."""
        expect_nothing(request)
        watch_service(self.get_object(), is_on=True, by=self.person)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None}, filters=False)
    @watch.mapping.delete
    def unwatch(self, request: Request, slug: str) -> Response:
        """Be told no longer."""
        watch_service(self.get_object(), is_on=False, by=self.person)
        return Response(status=204)

    def add(self, data: dict[str, Any]) -> Service:
        return add_service(**data, by=self.person)

    def edit(self, row: Service, changes: dict[str, Any], seen: int | None) -> Service:
        return edit_service(row, changes=changes, by=self.person)
