"""What an item is tied to, as programs read it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.action_items.models import ActionItem, Dependency, Status
from apps.action_items.ties import ties_of


class TiedItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    key = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    due_on = serializers.DateField(allow_null=True)


class MismatchSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    items = serializers.ListField(child=serializers.CharField())


class TiesSerializer(serializers.Serializer[Any]):
    """What you may see of it. `warnings` point out a date before the one it waits for, and an end before another."""

    waits_for = TiedItemSerializer(many=True)
    holds_up = TiedItemSerializer(many=True)
    warnings = MismatchSerializer(many=True)


def tied(link: Dependency, other: ActionItem) -> dict[str, Any]:
    values = {name: getattr(other, name) for name in ("key", "title", "status", "due_on")}
    return {"id": str(link.uuid), **values}


def as_told(item: ActionItem, user: Any) -> dict[str, Any]:
    ties = ties_of(item, user)
    return {
        "waits_for": [tied(link, link.blocker) for link in ties.waits_for],
        "holds_up": [tied(link, link.blocked) for link in ties.holds_up],
        "warnings": [
            {"code": one.code, "text": one.text, "items": [other.key for other in one.items]}
            for one in ties.warnings
        ],
    }
