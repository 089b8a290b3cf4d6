"""Impact windows of an incident, as programs read and write them."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import UUID, create_once
from apps.core.describing import extend_schema
from apps.core.serializers import MomentField, StrictSerializer
from apps.incidents.api import shapes
from apps.incidents.api.fields import ServiceSlugField
from apps.incidents.api.reading import IncidentPart
from apps.incidents.api.serializers import ImpactWindowSerializer
from apps.incidents.models import ImpactLevel, ImpactWindow
from apps.incidents.operations import add_window, delete_window, edit_window


class ImpactWindowEditSerializer(StrictSerializer):
    """`service` null stands for the whole incident, `end` null says that it still hurts."""

    start = MomentField(required=False)
    end = MomentField(required=False, allow_null=True)
    level = serializers.ChoiceField(choices=ImpactLevel.choices, required=False)
    service = ServiceSlugField(required=False, allow_null=True)
    pct_affected = serializers.IntegerField(min_value=0, max_value=100, required=False, allow_null=True)


class ImpactWindowWriteSerializer(ImpactWindowEditSerializer):
    start = MomentField()


class IncidentImpact(IncidentPart):
    @extend_schema(responses=ImpactWindowSerializer(many=True))
    @action(
        detail=True,
        methods=["get"],
        url_path="impact-windows",
        url_name="windows",
        pagination_class=None,
        filterset_class=None,
    )
    def windows(self, request: Request, key: str) -> Response:
        """From when to when users were affected, by service."""
        rows = self.get_object().impact_windows.select_related("service")
        return Response([shapes.window_of(row) for row in rows])

    @extend_schema(request=ImpactWindowWriteSerializer, responses={201: ImpactWindowSerializer})
    @windows.mapping.post
    def open_window(self, request: Request, key: str) -> Response:
        """Add a window. Windows of one service never overlap; one without an end needs an incident that hurts."""
        incident, wanted = self.get_object(), self.read(ImpactWindowWriteSerializer)
        seen = self.seen_version_if_sent()

        def make() -> ImpactWindow:
            return add_window(incident, **wanted, seen=seen, by=self.person, now=timezone.now())

        return create_once(request, make, shapes.window_of)

    @extend_schema(request=ImpactWindowEditSerializer, responses=ImpactWindowSerializer)
    @action(detail=True, methods=["patch"], url_path=f"impact-windows/(?P<window>{UUID})")
    def window(self, request: Request, key: str, window: str) -> Response:
        """Correct a window, or close it by giving its end."""
        row, wanted = self.find_window(window), self.read(ImpactWindowEditSerializer)
        seen = self.seen_version_if_sent()
        changed = edit_window(row, changes=wanted, seen=seen, by=self.person, now=timezone.now())
        return Response(shapes.window_of(changed))

    @extend_schema(responses={204: None})
    @window.mapping.delete
    def remove_window(self, request: Request, key: str, window: str) -> Response:
        """Remove a window."""
        delete_window(self.find_window(window), by=self.person)
        return Response(status=204)

    def find_window(self, uuid: str) -> ImpactWindow:
        rows = self.get_object().impact_windows.select_related("incident", "service")
        row: ImpactWindow = get_object_or_404(rows, uuid=uuid)
        return row
