"""The writing aid for programs: read-only, for who may edit."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.describing import extend_schema
from apps.core.permissions import require
from apps.postmortems.aid import hints_on
from apps.postmortems.api.parts import SLUG
from apps.postmortems.api.serializers import SectionWriteSerializer
from apps.postmortems.models import Section
from apps.postmortems.policies import can_write


class HintSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    about = serializers.CharField()
    start = serializers.IntegerField(
        help_text="Characters before the phrase, counted in Unicode code points."
    )
    end = serializers.IntegerField()
    phrase = serializers.CharField()
    why = serializers.CharField()
    ask = serializers.CharField(help_text="A question whose answer could stand there.")


class Hints:
    @extend_schema(parameters=[SLUG], responses=HintSerializer(many=True), filters=False)
    @action(
        detail=True, methods=["get"], url_path=r"sections/(?P<slug>[-a-z0-9_]+)/hints", pagination_class=None
    )
    def hints(self: Any, request: Request, key: str, slug: str) -> Response:
        """Phrases of the stored text that look for a person where the system has the answer. Never a condition."""
        section = self._section_to_edit(slug)
        return Response(HintSerializer(hints_on(section, section.body), many=True).data)

    @extend_schema(
        parameters=[SLUG], request=SectionWriteSerializer, responses=HintSerializer(many=True), filters=False
    )
    @hints.mapping.post
    def hints_on_text(self: Any, request: Request, key: str, slug: str) -> Response:
        """The same for a text that you send. It is not stored."""
        section = self._section_to_edit(slug)
        body = SectionWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return Response(HintSerializer(hints_on(section, body.validated_data["body"]), many=True).data)

    def _section_to_edit(self: Any, slug: str) -> Section:
        postmortem = self.get_object()
        require(can_write(self.person, postmortem))
        section: Section = get_object_or_404(postmortem.sections, slug=slug)
        section.postmortem = postmortem
        return section
