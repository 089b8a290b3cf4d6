"""Who was reminded of an item, and putting a reminder off."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.api.serializers import ActionItemSerializer
from apps.action_items.ledger_page import ledger_for
from apps.action_items.models import ReminderState, Stage
from apps.action_items.operations import snooze
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer


class ReminderSerializer(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Stage.choices)
    recipient = serializers.CharField(source="recipient.slug")
    local_date = serializers.DateField(help_text="Of the recipient's day.")
    state = serializers.ChoiceField(choices=ReminderState.choices)


class SnoozeSerializer(StrictSerializer):
    until = serializers.DateField(help_text="At most two weeks ahead, and not after the due date.")


class Reminders:
    @extend_schema(responses=ReminderSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def reminders(self: Any, request: Request, key: str) -> Response:
        """Of whom something was asked, when, and whether the mail was sent; the newest first."""
        return Response(ReminderSerializer(ledger_for(self.person, self.get_object()), many=True).data)

    @extend_schema(request=SnoozeSerializer, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def snooze(self: Any, request: Request, key: str) -> Response:
        """No reminder before a day, for its owner; twice for one due date."""
        row = self.get_object()
        serializer = SnoozeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return self.answer(snooze(row, **serializer.validated_data, by=self.person, now=timezone.now()))
