from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.incidents.models import Incident
from apps.incidents.operations import note_reading
from apps.status_page.api.serializers import (
    PublicTitleSerializer,
    PublicTitleWriteSerializer,
    StatusPageEditSerializer,
    StatusPageSerializer,
    StatusPageWriteSerializer,
)
from apps.status_page.board import default_title
from apps.status_page.filters import StatusPageFilter
from apps.status_page.models import PublicTitle, StatusPage, StatusPageQuerySet
from apps.status_page.operations import add_page, edit_page, set_public_title
from apps.status_page.policies import can_set_up


class StatusPageViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Pages that strangers read. For admins; for others there is nothing here."""

    lookup_field = "slug"
    serializer_class = StatusPageSerializer
    write_serializer_class = StatusPageWriteSerializer
    filterset_class = StatusPageFilter

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not can_set_up(self.person):
            raise Http404

    def queryset_of(self, user: Any) -> StatusPageQuerySet:
        return StatusPage.objects.visible_to(user).with_service()

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        return StatusPageEditSerializer if self.action == "partial_update" else super().get_serializer_class()

    def add(self, data: dict[str, Any]) -> StatusPage:
        return add_page(**data, by=self.person)

    def edit(self, row: StatusPage, changes: dict[str, Any], seen: int | None) -> StatusPage:
        return edit_page(row, changes=changes, by=self.person)


class PublicTitleView(APIView):
    """What an incident is called outside."""

    def incident(self, request: Request, key: str) -> Incident:
        row = get_object_or_404(Incident.objects.visible_to(request.user), key=key)  # type: ignore[arg-type]
        note_reading([row], by=request.user, now=timezone.now())  # type: ignore[arg-type]
        return row

    def answer(self, incident: Incident) -> Response:
        known = PublicTitle.objects.filter(incident=incident).first()
        title = known.title if known else ""
        return Response({"title": title, "shown": title or default_title(incident)})

    @extend_schema(responses=PublicTitleSerializer)
    def get(self, request: Request, key: str) -> Response:
        """The title that strangers read above its public updates."""
        return self.answer(self.incident(request, key))

    @extend_schema(request=PublicTitleWriteSerializer, responses=PublicTitleSerializer)
    def put(self, request: Request, key: str) -> Response:
        """Set it; empty goes back to the names of its services."""
        incident = self.incident(request, key)
        serializer = PublicTitleWriteSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        set_public_title(incident, **serializer.validated_data, by=request.user)  # type: ignore[arg-type]
        return self.answer(incident)
