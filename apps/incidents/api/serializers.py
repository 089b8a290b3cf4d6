"""What programs send and receive. Reading goes through `shapes.py`; the fields here describe it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.serializers import MomentField, StrictSerializer, TransitionSerializer
from apps.incidents.api import detail, shapes
from apps.incidents.api.fields import IncidentKeyField, PersonField, ServiceSlugsField
from apps.incidents.models import (
    DetectedBy,
    EntryKind,
    ImpactLevel,
    Incident,
    IncidentKind,
    IncidentStatus,
    MilestoneKind,
    MilestoneSource,
    Severity,
)

Plain = serializers.Serializer[Any]


class SomeoneSerializer(Plain):
    slug = serializers.CharField()
    name = serializers.CharField()


class IncidentRowSerializer(Plain):
    """A row of the list, and the answer to a declaration."""

    key = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.IntegerField(min_value=1, max_value=4)
    status = serializers.ChoiceField(choices=IncidentStatus.choices)
    kind = serializers.ChoiceField(choices=IncidentKind.choices)
    is_private = serializers.BooleanField()
    services = serializers.ListField(child=serializers.CharField())
    commander = SomeoneSerializer(allow_null=True)
    declared_by = SomeoneSerializer()
    started_at = serializers.DateTimeField()
    mitigated_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    update_due_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()
    url = serializers.CharField()


class RoleSerializer(Plain):
    role = serializers.CharField(max_length=40)
    person = SomeoneSerializer()
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)


class MilestoneSerializer(Plain):
    kind = serializers.ChoiceField(choices=MilestoneKind.choices)
    at = serializers.DateTimeField(allow_null=True)
    source = serializers.ChoiceField(choices=MilestoneSource.choices)  # type: ignore[assignment]
    precision_minutes = serializers.IntegerField()
    note = serializers.CharField()


class ImpactWindowSerializer(Plain):
    id = serializers.UUIDField()
    service = serializers.CharField(allow_null=True)
    start = serializers.DateTimeField()
    end = serializers.DateTimeField(allow_null=True)
    level = serializers.ChoiceField(choices=ImpactLevel.choices)
    pct_affected = serializers.IntegerField(allow_null=True)


class EntrySerializer(Plain):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    body = serializers.CharField()
    at = serializers.DateTimeField()
    author = SomeoneSerializer()
    is_starred = serializers.BooleanField()
    recorded_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    came_with = serializers.CharField(
        allow_null=True, help_text="The merged incident in which it was written, unless that is private."
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return shapes.entry_of(instance)


class IncidentMoveSerializer(Plain):
    to = serializers.ChoiceField(choices=IncidentStatus.choices)
    at = serializers.DateTimeField()
    effective_at = serializers.DateTimeField()
    actor = SomeoneSerializer()
    reason = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """`from` is a word of the language."""
        return {"from": serializers.CharField(allow_blank=True), **super().get_fields()}

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return shapes.transition_of(instance)


class AssessmentSerializer(Plain):
    """What was answered, as it was called then, and what the matrix proposed; empty when nobody asked it."""

    impact = serializers.CharField(allow_blank=True)
    condition = serializers.CharField(allow_blank=True)
    proposed_severity = serializers.IntegerField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class IncidentSerializer(IncidentRowSerializer):
    """One incident with its parts; the timeline holds the newest 50 entries, its own address has all."""

    summary = serializers.CharField()
    status_since = serializers.DateTimeField()
    assessment = AssessmentSerializer()
    detected_by = serializers.ChoiceField(choices=DetectedBy.choices, allow_blank=True)
    data_lost = serializers.BooleanField(allow_null=True)
    was_reverted = serializers.BooleanField(allow_null=True)
    merged_into = serializers.CharField(allow_null=True)
    roles = RoleSerializer(many=True)
    milestones = MilestoneSerializer(many=True)
    impact_seconds = serializers.IntegerField(help_text="Length of the union of the impact windows.")
    impact_windows = ImpactWindowSerializer(many=True)
    timeline = EntrySerializer(many=True)
    fields = serializers.DictField(child=serializers.CharField())  # type: ignore[assignment]
    transition_count = serializers.IntegerField()
    allowed = serializers.ListField(child=serializers.CharField())

    def to_representation(self, instance: Incident) -> dict[str, Any]:
        return detail.detail_of(instance)


class IncidentEditSerializer(StrictSerializer):
    """`severity`, or `impact` and `condition` by their slugs in the severity policy, "unsure" among them; another
    severity than proposed needs `severity_reason`. `data_lost` and `was_reverted` (something was rolled back, or
    traffic went elsewhere) are null while nobody has said."""

    title = serializers.CharField(max_length=200)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    impact = serializers.CharField(max_length=40, required=False)
    condition = serializers.CharField(max_length=40, required=False)
    severity_reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    summary = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    services = ServiceSlugsField(required=False)
    kind = serializers.ChoiceField(choices=IncidentKind.choices, required=False)
    is_private = serializers.BooleanField(required=False)
    detected_by = serializers.ChoiceField(choices=DetectedBy.choices, required=False, allow_blank=True)
    data_lost = serializers.BooleanField(required=False, allow_null=True)
    was_reverted = serializers.BooleanField(required=False, allow_null=True)


class IncidentDeclareSerializer(IncidentEditSerializer):
    """It begins in investigating, or in triage while nobody knows yet whether it is one."""

    status = serializers.ChoiceField(choices=IncidentStatus.choices, required=False)
    started_at = MomentField(required=False)


class IncidentTransitionSerializer(TransitionSerializer):
    """Where to, why, when it really happened, and for a merge into which incident."""

    effective_at = MomentField(required=False, allow_null=True)
    into = IncidentKeyField(required=False)


class EntryWriteSerializer(StrictSerializer):
    body = serializers.CharField(max_length=10_000)
    kind = serializers.ChoiceField(choices=EntryKind.choices, required=False)
    at = MomentField(required=False)
    is_starred = serializers.BooleanField(required=False)


class EntryEditSerializer(StrictSerializer):
    body = serializers.CharField(max_length=10_000, required=False)
    at = MomentField(required=False)
    is_starred = serializers.BooleanField(required=False)


class RoleWriteSerializer(StrictSerializer):
    """`role` is one of commander, comms, scribe, ops, or one that the severity policy adds. `person` null leaves it
    empty; somebody else than its holder takes it over."""

    role = serializers.CharField(max_length=40)
    person = PersonField(allow_null=True)


class MilestoneWriteSerializer(StrictSerializer):
    """`at` null says that nobody knows, and `note` says why."""

    at = MomentField(allow_null=True)
    source = serializers.ChoiceField(choices=MilestoneSource.choices, required=False)  # type: ignore[assignment]
    precision_minutes = serializers.IntegerField(min_value=0, max_value=10_080, required=False)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)
