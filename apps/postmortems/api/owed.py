"""Owed postmortems and the policy behind them, for programs."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import UUID, Creates, Lists, ResourceViewSet, Shows
from apps.core.api_policy import PolicyViewSet, described
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.incidents.models import Incident
from apps.incidents.operations import note_reading
from apps.postmortems.api.serializers import PersonSerializer
from apps.postmortems.models import (
    SHIPPED_RULES,
    ObligationQuerySet,
    ObligationStatus,
    PostmortemObligation,
    PostmortemPolicy,
    Rule,
)
from apps.postmortems.operations import edit_postmortem_policy, request_postmortem, transition_obligation
from apps.postmortems.owed_filters import ObligationFilter


class OwedRuleSerializer(serializers.Serializer[Any]):
    """`said` completes “A postmortem is owed because …”, as it was on that day."""

    rule = serializers.ChoiceField(choices=Rule.choices)
    said = serializers.CharField()
    on = serializers.DateField()


class ObligationSerializer(serializers.Serializer[PostmortemObligation]):
    """`postmortems` are those of the incident that the caller may see; `is_overdue` is told by today in their zone."""

    id = serializers.UUIDField(source="uuid")
    incident = serializers.CharField(source="incident.key")
    status = serializers.ChoiceField(choices=ObligationStatus.choices)
    rules = OwedRuleSerializer(many=True)
    severity = serializers.IntegerField(help_text="The worst that was judged.")
    owner = PersonSerializer(allow_null=True)
    counts_from = serializers.DateField()
    due_draft = serializers.DateField()
    due_publish = serializers.DateField()
    is_overdue = serializers.SerializerMethodField()
    postmortems = serializers.SerializerMethodField()
    settled_at = serializers.DateTimeField(allow_null=True)
    waived_by = PersonSerializer(allow_null=True)
    waive_reason = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()
    allowed = serializers.ListField(source="next_statuses", child=serializers.CharField())

    def get_is_overdue(self, row: PostmortemObligation) -> bool:
        today = timezone.localdate(timezone=self.context["request"].user.zone)
        return row.days_overdue(today) > 0

    def get_postmortems(self, row: Any) -> list[str]:
        return [one.key for one in row.incident.seen_postmortems]


class SeenIncident(serializers.SlugRelatedField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="key", queryset=Incident.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return Incident.objects.visible_to(self.context["request"].user)


class ObligationWriteSerializer(StrictSerializer):
    """Ask for a postmortem that no rule asks for."""

    incident = SeenIncident()
    reason = serializers.CharField(max_length=300)


class ObligationMoveSerializer(StrictSerializer):
    to = serializers.ChoiceField(choices=ObligationStatus.choices)
    reason = serializers.CharField(max_length=1000)


class ObligationViewSet(Lists, Shows, Creates, ResourceViewSet):
    """Postmortems that are owed, and what became of them."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = ObligationSerializer
    write_serializer_class = ObligationWriteSerializer
    filterset_class = ObligationFilter

    def queryset_of(self, user: Any) -> ObligationQuerySet:
        return PostmortemObligation.objects.for_reader(user)

    def get_object(self) -> PostmortemObligation:
        row: PostmortemObligation = super().get_object()
        note_reading([row.incident], by=self.person, now=timezone.now())
        return row

    def add(self, data: dict[str, Any]) -> PostmortemObligation:
        note_reading([data["incident"]], by=self.person, now=timezone.now())
        return request_postmortem(**data, by=self.person, now=timezone.now())

    @extend_schema(request=ObligationMoveSerializer, responses=ObligationSerializer)
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, uuid: str) -> Response:
        """Waive it (`waived`), or take the waiver back (`owed`): by a lead of an owning team or an admin who never
        commanded the incident."""
        row = self.get_object()
        wanted = ObligationMoveSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        seen = self.seen_version_if_sent()
        return self.answer(
            transition_obligation(row, **wanted.validated_data, seen=seen, by=self.person, now=timezone.now())
        )


class PostmortemPolicySerializer(StrictSerializer):
    """When a postmortem is owed. `clocks` is {"1": [draft, publish]} in business days; null in `max_severity` or
    `impact_minutes` takes that rule away; `applies_from` spares what was mitigated before."""

    max_severity = serializers.IntegerField(min_value=1, max_value=4, required=False, allow_null=True)
    impact_minutes = serializers.IntegerField(min_value=1, max_value=100_000, required=False, allow_null=True)
    data_lost = serializers.BooleanField(required=False)
    was_reverted = serializers.BooleanField(required=False)
    found_by_customer = serializers.BooleanField(required=False)
    came_back = serializers.BooleanField(required=False)
    near_miss = serializers.BooleanField(required=False)
    clocks = serializers.DictField(
        child=serializers.ListField(
            child=serializers.IntegerField(min_value=1, max_value=130), min_length=2, max_length=2
        ),
        required=False,
    )
    applies_from = serializers.DateField(required=False, allow_null=True)
    version = serializers.IntegerField(read_only=True)


@described("postmortem_policy", PostmortemPolicySerializer, "When a postmortem is owed, and by when.")
class PostmortemPolicyViewSet(PolicyViewSet):
    serializer_class = PostmortemPolicySerializer
    fields = SHIPPED_RULES

    def current(self) -> PostmortemPolicy:
        return PostmortemPolicy.objects.current()

    def edit(self, *, changes: dict[str, Any], seen: int | None, by: Any) -> PostmortemPolicy:
        return edit_postmortem_policy(changes=changes, seen=seen, by=by)
