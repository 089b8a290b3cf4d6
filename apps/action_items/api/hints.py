"""The writing aid for programs: read-only, for who may edit."""

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.models import ActionItem
from apps.action_items.policies import can_edit_action_item
from apps.action_items.wording import hints_on
from apps.core.describing import extend_schema
from apps.core.http import today_of
from apps.core.permissions import require


class ActionHintSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    about = serializers.CharField()
    field = serializers.CharField(help_text="title, done_when or due_on")
    phrase = serializers.CharField()
    why = serializers.CharField()
    ask = serializers.CharField(
        help_text="A question whose answer makes it a promise that can be kept and checked."
    )


class Hints:
    @extend_schema(responses=ActionHintSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def hints(self: Any, request: Request, key: str) -> Response:
        """What makes it hard to keep or to check: a vague verb, a fix aimed at people, no end, a date far away.
        Never a condition of anything."""
        item: ActionItem = self.get_object()
        require(can_edit_action_item(self.person, item))
        return Response(ActionHintSerializer(hints_on(item, today=today_of(request)), many=True).data)
