"""Merging, splitting and undoing a merge, for programs."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import create_once
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.incidents.api.fields import ServiceSlugsField
from apps.incidents.api.links import LinkedIncidentSerializer, linked
from apps.incidents.api.reading import IncidentPart
from apps.incidents.api.serializers import IncidentSerializer
from apps.incidents.models import Incident, Severity, TimelineEntry
from apps.incidents.operations import merge_incidents, split_incident, unmerge_incident

MOST_MERGED, MOST_ENTRIES = 50, 500


class MergeWriteSerializer(StrictSerializer):
    incidents = serializers.ListField(
        child=serializers.CharField(max_length=20), min_length=1, max_length=MOST_MERGED
    )
    reason = serializers.CharField(max_length=2000, required=False, allow_blank=True)

    def validate_incidents(self, keys: list[str]) -> list[Incident]:
        rows = Incident.objects.visible_to(self.context["request"].user).filter(key__in=keys)
        unknown = sorted(set(keys) - {row.key for row in rows})
        if unknown:
            raise serializers.ValidationError([f"There is no incident {key}." for key in unknown])
        return list(rows)


class SplitWriteSerializer(StrictSerializer):
    title = serializers.CharField(max_length=200)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    entries = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=MOST_ENTRIES)
    services = ServiceSlugsField(required=False)


class UnmergeWriteSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=2000)


class IncidentMerging(IncidentPart):
    @extend_schema(responses=LinkedIncidentSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def merged(self, request: Request, key: str) -> Response:
        """What was merged into it, over any number of steps."""
        rows = Incident.objects.visible_to(self.person).absorbed_by(self.get_object())
        return Response([linked(row) for row in rows])

    @extend_schema(request=MergeWriteSerializer, responses=IncidentSerializer)
    @merged.mapping.post
    def merge(self, request: Request, key: str) -> Response:
        """Make others part of this one, all or none. Their keys lead here from then on."""
        incident, wanted = self.get_object(), self.read(MergeWriteSerializer)
        merged = wanted.pop("incidents")
        return self.answer(
            merge_incidents(incident, merged=merged, **wanted, by=self.person, now=timezone.now())
        )

    @extend_schema(request=UnmergeWriteSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"])
    def unmerge(self, request: Request, key: str) -> Response:
        """Undo the merge of this incident. For admins."""
        incident, wanted = self.get_object(), self.read(UnmergeWriteSerializer)
        return self.answer(unmerge_incident(incident, **wanted, by=self.person, now=timezone.now()))

    @extend_schema(request=SplitWriteSerializer, responses={201: LinkedIncidentSerializer})
    @action(detail=True, methods=["post"])
    def split(self, request: Request, key: str) -> Response:
        """Move entries and services into a new incident, linked to this one."""
        incident, wanted = self.get_object(), self.read(SplitWriteSerializer)
        named = wanted.pop("entries", [])

        def make() -> Incident:
            entries = found_entries(incident, named)
            return split_incident(incident, entries=entries, **wanted, by=self.person, now=timezone.now())

        return create_once(request, make, linked)


def found_entries(incident: Incident, uuids: list[Any]) -> list[TimelineEntry]:
    rows = list(incident.timeline.filter(uuid__in=uuids))
    if len(rows) != len(set(uuids)):
        raise serializers.ValidationError({"entries": ["Some of these are not in this timeline."]})
    return rows
