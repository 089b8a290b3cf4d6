"""What is usual for promises, for programs: one document under one version."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.action_items.models import ActionItemPolicy
from apps.action_items.models.policy import LONGEST, SHIPPED
from apps.action_items.operations import edit_action_item_policy
from apps.core.api import refuse_unknown
from apps.core.serializers import StrictSerializer
from apps.core.versions import version_header, version_read


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


class ActionItemPolicyViewSet(ViewSet):
    @extend_schema(operation_id="action_item_policy_retrieve", responses=ActionItemPolicySerializer)
    def retrieve(self, request: Request) -> Response:
        """Which due dates are usual, and what follows an end."""
        refuse_unknown(request, set())
        return self._answer(ActionItemPolicy.objects.current())

    @extend_schema(
        operation_id="action_item_policy_update",
        request=ActionItemPolicySerializer(partial=True),
        responses=ActionItemPolicySerializer,
    )
    def partial_update(self, request: Request) -> Response:
        """Change it; what is left out stays, what is named is replaced whole. Needs If-Match."""
        serializer = ActionItemPolicySerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        seen = version_read(request)
        changed = edit_action_item_policy(changes=serializer.validated_data, seen=seen, by=request.user)  # type: ignore[arg-type]
        return self._answer(changed)

    def _answer(self, policy: ActionItemPolicy) -> Response:
        shown = {name: getattr(policy, name) for name in (*SHIPPED, "version")}
        return Response(shown, headers=version_header(policy))
