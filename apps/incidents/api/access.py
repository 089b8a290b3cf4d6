"""Who may read a private incident, for programs."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team
from apps.core.api import UUID
from apps.core.describing import extend_schema
from apps.core.serializers import MomentField, StrictSerializer
from apps.incidents.api.fields import PersonField
from apps.incidents.api.reading import IncidentPart
from apps.incidents.api.serializers import SomeoneSerializer
from apps.incidents.api.shapes import iso, someone
from apps.incidents.models import IncidentGrant
from apps.incidents.operations import grant_access, revoke_access


@extend_schema_field(str)
class TeamField(serializers.Field):
    """A team by slug."""

    def to_internal_value(self, data: Any) -> Team:
        rows = Team.objects.visible_to(self.context["request"].user)
        team = rows.filter(slug=data).first() if isinstance(data, str) else None
        if team is None:
            raise serializers.ValidationError("There is no team of this name.")
        return team

    def to_representation(self, value: Team) -> str:
        return value.slug


class AccessSerializer(serializers.Serializer[Any]):
    """Either `person` or `team` is set."""

    id = serializers.UUIDField()
    person = SomeoneSerializer(allow_null=True)
    team = SomeoneSerializer(allow_null=True)
    granted_at = serializers.DateTimeField()
    granted_by = SomeoneSerializer()
    ends_at = serializers.DateTimeField()
    reason = serializers.CharField()
    is_running = serializers.BooleanField()

    def to_representation(self, instance: IncidentGrant) -> dict[str, Any]:
        return {
            "id": str(instance.uuid),
            "person": someone(instance.person) if instance.person else None,
            "team": someone(instance.team) if instance.team else None,
            "granted_at": iso(instance.granted_at),
            "granted_by": someone(instance.granted_by),
            "ends_at": iso(instance.ends_at),
            "reason": instance.reason,
            "is_running": instance.ends_at > timezone.now(),
        }


class AccessWriteSerializer(StrictSerializer):
    """For one person or one team. Who has access already gets the new end."""

    person = PersonField(required=False)
    team = TeamField(required=False)
    ends_at = MomentField()
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class IncidentAccess(IncidentPart):
    @extend_schema(responses=AccessSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def access(self, request: Request, key: str) -> Response:
        """Who was given access to a private incident, the latest end first."""
        return Response(AccessSerializer(self.get_object().grants.with_names(), many=True).data)

    @extend_schema(request=AccessWriteSerializer, responses=AccessSerializer)
    @access.mapping.post
    def give_access(self, request: Request, key: str) -> Response:
        """Give access until `ends_at`; given twice it is there once."""
        incident, wanted = self.get_object(), self.read(AccessWriteSerializer)
        grant = grant_access(incident, **wanted, by=self.person, now=timezone.now())
        return Response(AccessSerializer(grant).data)

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["delete"], url_path=f"access/(?P<grant>{UUID})")
    def end_access(self, request: Request, key: str, grant: str) -> Response:
        """End access now."""
        row = get_object_or_404(self.get_object().grants.with_names(), uuid=grant)
        revoke_access(row, by=self.person, now=timezone.now())
        return Response(status=204)
