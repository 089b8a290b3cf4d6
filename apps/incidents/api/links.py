"""Links between incidents, as programs read and make them."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import UUID, create_once
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.incidents.api.fields import IncidentKeyField
from apps.incidents.api.reading import IncidentPart
from apps.incidents.models import Incident, IncidentLink, IncidentStatus, LinkKind
from apps.incidents.operations import link_incidents, unlink_incidents
from apps.incidents.relations import Relation, relation_of, relations_of


class LinkedIncidentSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.IntegerField()
    status = serializers.ChoiceField(choices=IncidentStatus.choices)


class IncidentLinkSerializer(serializers.Serializer[Any]):
    """One link, read from this incident: `is_outgoing` false means that the other one says it of this one."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=LinkKind.choices)
    is_outgoing = serializers.BooleanField()
    words = serializers.CharField()
    incident = LinkedIncidentSerializer()


class IncidentLinkWriteSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=LinkKind.choices)
    to = IncidentKeyField()


def linked(row: Incident) -> dict[str, Any]:
    return {"key": row.key, "title": row.title, "severity": row.severity, "status": row.status}


def shape(relation: Relation) -> dict[str, Any]:
    return {
        "id": str(relation.uuid),
        "kind": relation.kind,
        "is_outgoing": relation.is_outgoing,
        "words": relation.words.lower(),
        "incident": linked(relation.other),
    }


class IncidentLinks(IncidentPart):
    @extend_schema(responses=IncidentLinkSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def links(self, request: Request, key: str) -> Response:
        """Its links to incidents that the caller may see, also those of what was merged into it."""
        incident = self.get_object()
        absorbed = Incident.objects.visible_to(self.person).absorbed_by(incident)
        return Response([shape(one) for one in relations_of(incident, self.person, absorbed)])

    @extend_schema(request=IncidentLinkWriteSerializer, responses={201: IncidentLinkSerializer})
    @links.mapping.post
    def add_link(self, request: Request, key: str) -> Response:
        """Say that this incident is a duplicate, a recurrence, a consequence or a part of another, or related."""
        incident, wanted = self.get_object(), self.read(IncidentLinkWriteSerializer)

        def make() -> IncidentLink:
            return link_incidents(incident, **wanted, by=self.person, now=timezone.now())

        def shown(link: IncidentLink) -> dict[str, Any]:
            return shape(relation_of(link, is_outgoing=True))

        return create_once(request, make, shown)

    @extend_schema(responses={204: None})
    @action(detail=True, methods=["delete"], url_path=f"links/(?P<link>{UUID})")
    def link(self, request: Request, key: str, link: str) -> Response:
        """Take a link back, from either end."""
        incident = self.get_object()
        links = IncidentLink.objects.visible_to(self.person).touching([incident]).with_ends()
        unlink_incidents(get_object_or_404(links, uuid=link), by=self.person)
        return Response(status=204)
