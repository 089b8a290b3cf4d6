"""Status updates of an incident: conditions, actions, needs."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import UUID, create_once, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.serializers import MomentField, StrictSerializer
from apps.incidents.api import shapes
from apps.incidents.api.parts import IncidentParts
from apps.incidents.api.serializers import EntrySerializer
from apps.incidents.models import PublicState, TimelineEntry
from apps.incidents.operations import edit_update, post_update

PARTS = ("conditions", "actions", "needs", "is_public", "public_state")


def update_of(entry: TimelineEntry) -> dict[str, Any]:
    """The entry of the timeline, with its parts."""
    told = entry.status_update
    return shapes.entry_of(entry) | {name: getattr(told, name) for name in PARTS}


class StatusUpdateSerializer(EntrySerializer):
    conditions = serializers.CharField()
    actions = serializers.CharField()
    needs = serializers.CharField()
    is_public = serializers.BooleanField()
    public_state = serializers.ChoiceField(choices=PublicState.choices, allow_blank=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return update_of(instance)


class StatusUpdateWriteSerializer(StrictSerializer):
    """A public update carries the state that is shown outside; what is needed is never shown there."""

    conditions = serializers.CharField(max_length=3000)
    actions = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    needs = serializers.CharField(max_length=3000, required=False, allow_blank=True)
    is_public = serializers.BooleanField(required=False)
    public_state = serializers.ChoiceField(choices=PublicState.choices, required=False)
    at = MomentField(required=False)


class IncidentUpdates(IncidentParts):
    @extend_schema(responses=StatusUpdateSerializer(many=True))
    @action(detail=True, methods=["get"], filterset_class=None)
    def updates(self, request: Request, key: str) -> Response:
        """All status updates, newest first, in pages."""
        refuse_unknown(request, {"cursor", "page_size"})
        page = self.paginate_queryset(self.get_object().timeline.reports().newest_first())
        return self.get_paginated_response([update_of(entry) for entry in page or []])

    @extend_schema(request=StatusUpdateWriteSerializer, responses={201: StatusUpdateSerializer})
    @updates.mapping.post
    def write_update(self, request: Request, key: str) -> Response:
        """Say how it is (conditions), what is done (actions) and what is missing (needs)."""
        incident, wanted = self.get_object(), self.read(StatusUpdateWriteSerializer)

        def make() -> TimelineEntry:
            return post_update(incident, **wanted, by=self.person, now=timezone.now())

        return create_once(request, make, update_of)

    @extend_schema(request=StatusUpdateWriteSerializer(partial=True), responses=StatusUpdateSerializer)
    @action(detail=True, methods=["patch"], url_path=f"updates/(?P<entry>{UUID})")
    def update_entry(self, request: Request, key: str, entry: str) -> Response:
        """Correct it, publish it, or take it back inside. What it said before is kept."""
        rows = self.get_object().timeline.reports().select_related("author", "incident")
        row = get_object_or_404(rows, uuid=entry)
        serializer = StatusUpdateWriteSerializer(
            data=request.data, partial=True, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        row = edit_update(row, changes=serializer.validated_data, by=self.person, now=timezone.now())
        return Response(update_of(row))
