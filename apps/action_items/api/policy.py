"""What is usual for promises, for programs: one document under one version."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.action_items.models import ActionItemPolicy
from apps.action_items.models.policy import LONGEST, SHIPPED
from apps.action_items.operations import edit_action_item_policy
from apps.core.api_policy import PolicyViewSet, described
from apps.core.serializers import StrictSerializer


class ActionItemPolicySerializer(StrictSerializer):
    """`due_days` is {"1": {"P0": days, ...}} for each severity, and "none" for items without an incident.
    `auto_verify`: P2 and P3 count as verified when they are done."""

    due_days = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=LONGEST)),
        required=False,
    )
    auto_verify = serializers.BooleanField(required=False)
    check_after_days = serializers.IntegerField(min_value=1, max_value=LONGEST, required=False)
    version = serializers.IntegerField(read_only=True)


@described(
    "action_item_policy",
    ActionItemPolicySerializer,
    "Which due dates are usual, and what follows an end.",
)
class ActionItemPolicyViewSet(PolicyViewSet):
    serializer_class = ActionItemPolicySerializer
    fields = SHIPPED

    def current(self) -> ActionItemPolicy:
        return ActionItemPolicy.objects.current()

    def edit(self, *, changes: dict[str, Any], seen: int | None, by: Any) -> ActionItemPolicy:
        return edit_action_item_policy(changes=changes, seen=seen, by=by)
