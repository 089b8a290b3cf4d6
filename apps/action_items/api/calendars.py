"""Addresses of calendars, for programs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team
from apps.action_items.models import CalendarKey
from apps.action_items.operations import close_calendar, open_calendar
from apps.core.api import UUID, ResourceViewSet, Shows, create_with_secret
from apps.core.describing import extend_schema
from apps.core.serializers import ShownOnceField, StrictSerializer, expect_nothing


class CalendarSerializer(serializers.Serializer[CalendarKey]):
    id = serializers.UUIDField(source="uuid")
    team = serializers.CharField(
        source="team.slug", default=None, allow_null=True, help_text="Null: your own."
    )
    prefix = serializers.CharField(help_text="What the secret in its address begins with.")
    created_at = serializers.DateTimeField()


class OpenedCalendarSerializer(CalendarSerializer):
    address = ShownOnceField()


class CalendarWriteSerializer(StrictSerializer):
    team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.all(), required=False, allow_null=True
    )


class CalendarViewSet(Shows, ResourceViewSet):
    """Your calendars of what is due: each is an address that opens what you may see, until you close it."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = CalendarSerializer
    pagination_class = None

    def model_none(self) -> Any:
        return CalendarKey.objects.none()

    def queryset_of(self, user: Any) -> Any:
        return CalendarKey.objects.visible_to(user).select_related("team")

    @extend_schema(responses=CalendarSerializer(many=True), filters=False)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All of them: at most one of your own and one for each team."""
        rows: Any = self.get_queryset()
        return Response(CalendarSerializer(rows, many=True).data)

    @extend_schema(request=CalendarWriteSerializer, responses={201: OpenedCalendarSerializer})
    def create(self, request: Request) -> Response:
        """A new address, shown once; the one before for the same is closed."""
        body = CalendarWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)

        def make() -> tuple[CalendarKey, str]:
            return open_calendar(**body.validated_data, by=self.person, now=timezone.now())

        def shown(secret: str) -> dict[str, str]:
            path = reverse("action_items:calendar", args=[secret])
            return {"address": request.build_absolute_uri(path)}

        return create_with_secret(request, make, lambda key: CalendarSerializer(key).data, shown)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Close it."""
        expect_nothing(request)
        close_calendar(self.get_object(), by=self.person)
        return Response(status=204)
