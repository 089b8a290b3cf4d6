from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.api.serializers import VisibleKeyField
from apps.action_items.filters import RecurrenceFilter
from apps.action_items.models import ActionItem, Recurrence, RecurrenceQuerySet
from apps.action_items.operations import mark_recurrence, undo_recurrence
from apps.core.api import UUID, Creates, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.incidents.models import Incident
from apps.incidents.operations import note_reading


class RecurrenceSerializer(serializers.Serializer[Recurrence]):
    """`days_overdue` is how late the item was when the incident began; `priority_before` what it was until then."""

    id = serializers.UUIDField(source="uuid")
    incident = serializers.CharField(source="incident.key")
    action_item = serializers.CharField(source="action_item.key")
    days_overdue = serializers.IntegerField()
    priority_before = serializers.CharField(source="get_priority_before_display")
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.slug")
    undone_at = serializers.DateTimeField(allow_null=True)
    undone_by = serializers.CharField(source="undone_by.slug", default=None, allow_null=True)
    undo_reason = serializers.CharField()


class RecurrenceWriteSerializer(StrictSerializer):
    """`incident` is `of` again, and `action_item`, which is still open, would have helped."""

    incident = VisibleKeyField(Incident)
    of = VisibleKeyField(Incident)
    action_item = VisibleKeyField(ActionItem)


class UndoSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=500)


class RecurrenceViewSet(Lists, Shows, Creates, ResourceViewSet):
    """Incidents that came back while something was open that would have helped."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = RecurrenceSerializer
    write_serializer_class = RecurrenceWriteSerializer
    filterset_class = RecurrenceFilter

    def queryset_of(self, user: Any) -> RecurrenceQuerySet:
        return Recurrence.objects.visible_to(user).with_all()

    def get_object(self) -> Recurrence:
        """Of a private incident this is a reading of it."""
        row: Recurrence = super().get_object()
        note_reading(row.incidents, by=self.person, now=timezone.now())
        return row

    def add(self, data: dict[str, Any]) -> Recurrence:
        item = data.pop("action_item")
        return mark_recurrence(**data, item=item, by=self.person, now=timezone.now())

    @extend_schema(request=UndoSerializer, responses=RecurrenceSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, uuid: str) -> Response:
        """It would not have helped after all: say why. The item gets its priority back."""
        row = self.get_object()
        wanted = UndoSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.answer(undo_recurrence(row, **wanted.validated_data, by=self.person, now=timezone.now()))
