"""Did it help? For programs."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.api.serializers import ActionItemSerializer
from apps.action_items.effect import MOST_SHOWN, since
from apps.action_items.models import ActionItem, Verdict
from apps.action_items.operations import judge_effect
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.incidents.models import Severity


class LaterIncidentSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    status = serializers.CharField()
    started_at = serializers.DateTimeField()


class SinceSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(source="found")
    incidents = LaterIncidentSerializer(
        many=True, source="shown", help_text=f"The newest {MOST_SHOWN} of them."
    )


class VerdictSerializer(StrictSerializer):
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    note = serializers.CharField(max_length=1000)


class Effects:
    @extend_schema(responses=SinceSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def since(self: Any, request: Request, key: str) -> Response:
        """Incidents on the same service that began after the item was verified."""
        item: ActionItem = self.get_object()
        return Response(SinceSerializer(since(item, self.person)).data)

    @extend_schema(request=VerdictSerializer, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def effect(self: Any, request: Request, key: str) -> Response:
        """Say whether it helped. Before its day only that it came back can be said."""
        row, wanted = self.get_object(), self._read(VerdictSerializer)
        seen = self.seen_version_if_sent()
        return self.answer(judge_effect(row, **wanted, seen=seen, by=self.person, now=timezone.now()))
