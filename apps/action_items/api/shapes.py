"""An item of a list, and what an item is tied to, as programs read them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.action_items.models import ActionItem, Dependency, Status
from apps.action_items.ties import ties_of
from apps.incidents.api.shapes import iso

PLAIN = (
    *("key", "title", "status", "priority", "kind", "due_on", "first_due_on", "slip_count", "slipped_days"),
    *("blocked_by", "checklist_count", "checklist_done", "status_since", "created_at", "updated_at"),
)
NAMED = {"owner": "slug", "team": "slug", "service": "slug", "incident": "key"}
COLUMNS = (*PLAIN, *(f"{row}__{name}" for row, name in NAMED.items()))


def row_of(values: dict[str, Any]) -> dict[str, Any]:
    """From `values(*COLUMNS)`. Written out by hand: hundreds of rows a second go through it."""
    return {
        "key": values["key"],
        "title": values["title"],
        "status": values["status"],
        "priority": f"P{values['priority']}",
        "kind": values["kind"],
        "owner": values["owner__slug"],
        "team": values["team__slug"],
        "service": values["service__slug"],
        "incident": values["incident__key"],
        "due_on": values["due_on"],
        "first_due_on": values["first_due_on"],
        "slip_count": values["slip_count"],
        "slipped_days": values["slipped_days"],
        "blocked_by": values["blocked_by"],
        "checklist_count": values["checklist_count"],
        "checklist_done": values["checklist_done"],
        "status_since": iso(values["status_since"]),
        "created_at": iso(values["created_at"]),
        "updated_at": iso(values["updated_at"]),
    }


def row_of_item(item: ActionItem) -> dict[str, Any]:
    """The same from a loaded item."""
    named = {f"{row}__{name}": getattr(getattr(item, row), name, None) for row, name in NAMED.items()}
    return row_of({name: getattr(item, name) for name in PLAIN} | named)


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
