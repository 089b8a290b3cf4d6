from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import expect_nothing
from apps.intake import operations
from apps.intake.api import serializers as shapes
from apps.intake.filters import IntakeDeliveryFilter, IntegrationFilter
from apps.intake.models import Delivery, Integration
from apps.intake.policies import can_manage_intake


class _ForAdmins(ResourceViewSet):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not can_manage_intake(self.person):
            raise Http404


class IntegrationViewSet(Lists, Shows, Creates, Edits, _ForAdmins):
    """Who may send alerts. For admins; for others they do not exist. A key is in the answer that makes it, once."""

    lookup_field = "slug"
    serializer_class = shapes.IntegrationSerializer
    write_serializer_class = shapes.IntegrationAddSerializer
    filterset_class = IntegrationFilter
    made_key = ""

    def get_serializer_class(self) -> Any:
        if self.action == "partial_update":
            return shapes.IntegrationEditSerializer
        return super().get_serializer_class()

    def queryset_of(self, user: Any) -> QuerySet[Integration]:
        return Integration.objects.visible_to(user).with_owner()

    @extend_schema(responses={201: shapes.IntegrationWithKeySerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Add one. The answer holds its key; the answer to a repeated Idempotency-Key does not."""
        answer = super().create(request, *args, **kwargs)
        if self.made_key:
            answer.data = shapes.with_key(answer.data, self.made_key)
        return answer

    def add(self, data: dict[str, Any]) -> Integration:
        given = {**data, "secret": data.get("secret") or ""}
        row, self.made_key = operations.add_integration(**given, by=self.person)
        return row

    def edit(self, row: Integration, changes: dict[str, Any], seen: int | None) -> Integration:
        return operations.edit_integration(row, changes=changes, by=self.person)

    @extend_schema(request=shapes.RotateSerializer, responses=shapes.IntegrationWithKeySerializer)
    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, **kwargs: Any) -> Response:
        """A new key, in this answer only; the former one counts for `overlap_minutes` more."""
        overlap = timedelta(minutes=_valid(shapes.RotateSerializer, request)["overlap_minutes"])
        now = timezone.now()
        row, key = operations.rotate_key(self.get_object(), overlap=overlap, by=self.person, now=now)
        return Response(shapes.with_key(self.shape(row), key))

    @extend_schema(request=shapes.SwitchSerializer, responses=shapes.IntegrationSerializer)
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, **kwargs: Any) -> Response:
        """Switch it on or off."""
        is_enabled = _valid(shapes.SwitchSerializer, request)["to"] == "enabled"
        return self.answer(
            operations.switch_integration(self.get_object(), is_enabled=is_enabled, by=self.person)
        )


class IntakeDeliveryViewSet(Lists, Shows, _ForAdmins):
    """What was delivered and what became of it, newest first. For admins; for others it does not exist."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = shapes.IntakeDeliverySerializer
    list_serializer_class = shapes.IntakeDeliveryRowSerializer
    filterset_class = IntakeDeliveryFilter

    def queryset_of(self, user: Any) -> QuerySet[Delivery]:
        rows = Delivery.objects.visible_to(user).for_list()
        return rows if self.action == "list" else rows.defer(None)

    @extend_schema(request=None, responses=shapes.IntakeDeliverySerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, **kwargs: Any) -> Response:
        """Process it once more. What it did already it does not do again."""
        expect_nothing(request)
        return self.answer(operations.replay_delivery(self.get_object(), by=self.person, now=timezone.now()))


def _valid(serializer_class: Any, request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data
