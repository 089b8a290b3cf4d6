"""Why no last public update is needed, for programs."""

from __future__ import annotations

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.incidents.api.reading import IncidentPart
from apps.incidents.api.serializers import IncidentSerializer
from apps.incidents.operations import waive_public_end


class PublicEndWriteSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=500)


class IncidentPublicEnd(IncidentPart):
    @extend_schema(request=PublicEndWriteSerializer, responses=IncidentSerializer)
    @action(detail=True, methods=["post"], url_path="public-end")
    def public_end(self, request: Request, key: str) -> Response:
        """Say why strangers need not read that it is over. Needed to close what only began in public."""
        incident, wanted = self.get_object(), self.read(PublicEndWriteSerializer)
        return self.answer(waive_public_end(incident, **wanted, by=self.person, now=timezone.now()))
