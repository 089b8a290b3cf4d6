"""The matrix and the cadence of updates for programs: one document under one version."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.core.api_policy import PolicyViewSet, described
from apps.core.serializers import StrictSerializer
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


@described(
    "severity_policy",
    SeverityPolicySerializer,
    "Which severity whom it hits and how propose, and how often each severity is told.",
)
class SeverityPolicyViewSet(PolicyViewSet):
    serializer_class = SeverityPolicySerializer
    fields = SHIPPED

    def current(self) -> SeverityPolicy:
        return SeverityPolicy.objects.current()

    def edit(self, *, changes: dict[str, Any], seen: int | None, by: Any) -> SeverityPolicy:
        return edit_severity_policy(changes=changes, seen=seen, by=by, now=timezone.now())
