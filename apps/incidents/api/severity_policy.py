"""The matrix and the cadence of updates for programs: one document under one version."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.core.api import refuse_unknown
from apps.core.serializers import StrictSerializer
from apps.core.versions import version_header, version_read
from apps.incidents.models import SHIPPED, SeverityPolicy
from apps.incidents.operations import edit_severity_policy


class AnswerSerializer(StrictSerializer):
    slug = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=80)


class RoleNameSerializer(AnswerSerializer):
    name = serializers.CharField(max_length=60)


class SeverityPolicySerializer(StrictSerializer):
    """`cells` is {impact: {condition: severity}}; `update_minutes` has a number or null for each of "1" to "4".
    `roles` are those beside commander, comms, scribe and ops."""

    impacts = AnswerSerializer(many=True, required=False)
    conditions = AnswerSerializer(many=True, required=False)
    cells = serializers.DictField(
        child=serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=4)), required=False
    )
    update_minutes = serializers.DictField(
        child=serializers.IntegerField(min_value=5, max_value=10_080, allow_null=True), required=False
    )
    roles = RoleNameSerializer(many=True, required=False)
    version = serializers.IntegerField(read_only=True)


class SeverityPolicyViewSet(ViewSet):
    @extend_schema(operation_id="severity_policy_retrieve", responses=SeverityPolicySerializer)
    def retrieve(self, request: Request) -> Response:
        """Which severity whom it hits and how propose, and how often each severity is told."""
        refuse_unknown(request, set())
        return self._answer(SeverityPolicy.objects.current())

    @extend_schema(
        operation_id="severity_policy_update",
        request=SeverityPolicySerializer(partial=True),
        responses=SeverityPolicySerializer,
    )
    def partial_update(self, request: Request) -> Response:
        """Change it; what is left out stays, what is named is replaced whole. Needs If-Match."""
        serializer = SeverityPolicySerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes: dict[str, Any] = serializer.validated_data
        seen, by, now = version_read(request), request.user, timezone.now()
        return self._answer(edit_severity_policy(changes=changes, seen=seen, by=by, now=now))  # type: ignore[arg-type]

    def _answer(self, policy: SeverityPolicy) -> Response:
        shown = {name: getattr(policy, name) for name in (*SHIPPED, "version")}
        return Response(shown, headers=version_header(policy))
