"""Which fields the organisation adds, and what an incident answers to them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.core.versions import version_header
from apps.incidents.api.updates import IncidentUpdates
from apps.incidents.filters import CustomFieldFilter
from apps.incidents.models import CustomField, CustomFieldQuerySet, FieldKind, Incident, NeededAt
from apps.incidents.operations import add_field, edit_field, fields_of, set_fields


class CustomFieldSerializer(StrictSerializer):
    """Empty `severities` and `tiers` mean all; with both, both must fit. `choices` are for the kind `choice`."""

    slug = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=80)
    hint = serializers.CharField(max_length=200, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=FieldKind.choices, required=False)
    choices = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)
    severities = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=4), max_length=4, required=False
    )
    tiers = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=3), max_length=4, required=False
    )
    needed_at = serializers.ChoiceField(choices=NeededAt.choices, required=False, allow_blank=True)
    position = serializers.IntegerField(min_value=0, max_value=999, required=False)
    is_retired = serializers.BooleanField(required=False)
    version = serializers.IntegerField(read_only=True)

    def validate_slug(self, slug: str) -> str:
        if self.instance is not None and slug != self.instance.slug:
            raise serializers.ValidationError("The short name of a field never changes.")
        return slug


class CustomFieldViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Fields of incidents, by slug."""

    lookup_field = "slug"
    serializer_class = CustomFieldSerializer
    filterset_class = CustomFieldFilter

    def queryset_of(self, user: Any) -> CustomFieldQuerySet:
        return CustomField.objects.visible_to(user)

    def add(self, data: dict[str, Any]) -> CustomField:
        return add_field(**data, by=self.person)

    def edit(self, row: CustomField, changes: dict[str, Any], seen: int | None) -> CustomField:
        return edit_field(row, changes=changes, seen=seen, by=self.person)


class FieldValueSerializer(serializers.Serializer[Any]):
    """A field that this incident is asked. Numbers, dates and people come as text: 12.5, 2026-11-25, alice."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=FieldKind.choices)
    needed_at = serializers.ChoiceField(choices=NeededAt.choices, allow_blank=True)
    value = serializers.CharField(allow_null=True)


class FieldValuesSerializer(StrictSerializer):
    """Answers by the fields' slugs; null takes one back, what is left out stays."""

    values = serializers.DictField(child=serializers.JSONField(allow_null=True))


class IncidentFields(IncidentUpdates):
    @extend_schema(responses=FieldValueSerializer(many=True))
    @action(detail=True, methods=["get"], url_path="fields", pagination_class=None, filterset_class=None)
    def field_values(self, request: Request, key: str) -> Response:
        """What this incident is asked, and what it answers."""
        row = self.get_object()
        return Response(self._answers(row), headers=version_header(row))

    @extend_schema(request=FieldValuesSerializer, responses=FieldValueSerializer(many=True))
    @field_values.mapping.patch
    def set_field_values(self, request: Request, key: str) -> Response:
        """Answer. Needs If-Match with the ETag of the incident; all that is wrong is refused at once, by slug."""
        incident, wanted = self.get_object(), self.read(FieldValuesSerializer)
        seen, now = self.seen_version(), timezone.now()
        row = set_fields(incident, values=wanted["values"], seen=seen, by=self.person, now=now)
        return Response(self._answers(row), headers=version_header(row))

    def _answers(self, incident: Incident) -> list[dict[str, Any]]:
        known = {value.field_id: value.plain for value in incident.field_values.with_fields()}
        names = ("slug", "name", "kind", "needed_at")
        return [
            {name: getattr(field, name) for name in names} | {"value": known.get(field.pk)}
            for field in fields_of(incident)
        ]
