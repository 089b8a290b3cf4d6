"""Handing over all roles of somebody who leaves."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core.api import refuse_unknown
from apps.core.describing import extend_schema
from apps.core.permissions import require
from apps.core.serializers import StrictSerializer
from apps.incidents.api.fields import PersonField
from apps.incidents.api.reading import IncidentPart
from apps.incidents.api.shapes import iso
from apps.incidents.models import RoleAssignment
from apps.incidents.operations import hand_over_all, roles_to_hand_over
from apps.incidents.policies import can_hand_over_for


class FormerPersonField(PersonField):
    """Also somebody who is deactivated already."""

    def to_internal_value(self, data: Any) -> User:
        rows = User.objects.visible_to(self.context["request"].user)
        person = rows.filter(slug=data).first() if isinstance(data, str) else None
        if person is None:
            raise serializers.ValidationError("There is nobody of this name.")
        return person


class HandOverPreviewSerializer(StrictSerializer):
    person = FormerPersonField()


class HandOverSerializer(HandOverPreviewSerializer):
    to = PersonField()


class HeldRoleSerializer(serializers.Serializer[Any]):
    incident = serializers.CharField()
    title = serializers.CharField()
    role = serializers.CharField(max_length=40)
    since = serializers.DateTimeField()


def held_role(row: RoleAssignment) -> dict[str, Any]:
    incident = row.incident
    return {"incident": incident.key, "title": incident.title, "role": row.role, "since": iso(row.since)}


class HandingOver(IncidentPart):
    @extend_schema(
        responses=HeldRoleSerializer(many=True), parameters=[OpenApiParameter("person", str, required=True)]
    )
    @action(detail=False, methods=["get"], url_path="hand-over", pagination_class=None, filterset_class=None)
    def held_roles(self, request: Request) -> Response:
        """What would be handed over: the roles that `person` holds in open incidents that you may see."""
        refuse_unknown(request, {"person"})
        wanted = HandOverPreviewSerializer(
            data=dict(request.query_params.items()), context=self.get_serializer_context()
        )
        wanted.is_valid(raise_exception=True)
        person = wanted.validated_data["person"]
        require(can_hand_over_for(self.person, person))
        return Response([held_role(row) for row in roles_to_hand_over(person, by=self.person)])

    @extend_schema(request=HandOverSerializer, responses=HeldRoleSerializer(many=True))
    @held_roles.mapping.post
    def hand_over(self, request: Request) -> Response:
        """Give all of them to somebody else, in one action. For themselves, leads of their teams and admins."""
        wanted = self.read(HandOverSerializer)
        person, to = wanted["person"], wanted["to"]
        done = hand_over_all(person, to=to, by=self.person, now=timezone.now())
        return Response([held_role(row) for row in done])
