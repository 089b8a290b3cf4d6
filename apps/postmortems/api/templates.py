"""Templates and blocks for programs."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.core.api import create_once, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer, expect_nothing
from apps.core.versions import version_header, version_read
from apps.incidents.models import IncidentKind
from apps.postmortems.models import Block, BlockKind, Measure, Section, SectionKind, Template
from apps.postmortems.operations import (
    add_block,
    add_template,
    detach_block,
    edit_template,
    fresh_text,
    refresh_block,
)


class TemplateSectionSerializer(StrictSerializer):
    slug = serializers.SlugField(max_length=40)
    title = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=SectionKind.choices, required=False, default=SectionKind.TEXT)
    guidance = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    is_required = serializers.BooleanField(required=False, default=False)
    blocks = serializers.ListField(
        child=serializers.ChoiceField(choices=BlockKind.choices), max_length=7, required=False, default=list
    )


class TemplateSerializer(StrictSerializer):
    """`severities` and `kinds` say which incidents it is proposed for, `measures` what the impact has to speak of."""

    slug = serializers.SlugField(read_only=True)
    version = serializers.IntegerField(read_only=True)
    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    sections = TemplateSectionSerializer(many=True)
    severities = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=4), max_length=4, required=False
    )
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=IncidentKind.choices), max_length=5, required=False
    )
    measures = serializers.ListField(
        child=serializers.ChoiceField(choices=[each for each in Measure.choices if each[0] != Measure.OTHER]),
        max_length=3,
        required=False,
    )
    is_offered = serializers.BooleanField(required=False)


class NewTemplateSerializer(TemplateSerializer):
    slug = serializers.SlugField(max_length=40)


def _shape(row: Template) -> Any:
    return TemplateSerializer(row).data


class TemplateViewSet(ViewSet):
    """Latest versions. An edit makes the next one; documents keep the one they began with."""

    @extend_schema(operation_id="postmortem_templates_list", responses=TemplateSerializer(many=True))
    def list(self, request: Request) -> Response:
        refuse_unknown(request, set())
        return Response([_shape(row) for row in Template.objects.current()])

    @extend_schema(
        operation_id="postmortem_templates_create",
        request=NewTemplateSerializer,
        responses={201: TemplateSerializer},
    )
    def create(self, request: Request) -> Response:
        """Add one. Admins only."""
        body = NewTemplateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        by: Any = request.user

        def make() -> Template:
            return add_template(**body.validated_data, now=timezone.now(), by=by)

        return create_once(request, make, _shape)

    @extend_schema(operation_id="postmortem_templates_retrieve", responses=TemplateSerializer)
    def retrieve(self, request: Request, slug: str) -> Response:
        row = Template.objects.newest(slug)
        if row is None:
            raise Http404
        return self._answer(row)

    @extend_schema(
        operation_id="postmortem_templates_update",
        request=TemplateSerializer(partial=True),
        responses=TemplateSerializer,
    )
    def partial_update(self, request: Request, slug: str) -> Response:
        """Make the next version; what is left out stays. Needs If-Match. Admins only."""
        if Template.objects.newest(slug) is None:
            raise Http404
        body = TemplateSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen, by = version_read(request), request.user
        row = edit_template(slug, body.validated_data, seen=seen, now=timezone.now(), by=by)  # type: ignore[arg-type]
        return self._answer(row)

    def _answer(self, row: Template) -> Response:
        return Response(_shape(row), headers={"ETag": f'"{row.version}"'})


class BlockSerializer(serializers.Serializer[Block]):
    kind = serializers.ChoiceField(choices=BlockKind.choices)
    text = serializers.CharField()
    drawn_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class FreshBlockSerializer(BlockSerializer):
    """`fresh` is what it would say if it were drawn now."""

    fresh = serializers.CharField()


class NewBlockSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=BlockKind.choices)


BLOCKS = r"sections/(?P<slug>[-a-z0-9_]+)/blocks"
ONE = rf"{BLOCKS}/(?P<kind>[a-z]+)"
PLACES = [
    OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The section: summary, impact, …"),
    OpenApiParameter("kind", str, OpenApiParameter.PATH, description="What is drawn: timeline, roles, …"),
]


class Blocks:
    @extend_schema(parameters=PLACES[:1], responses=BlockSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path=BLOCKS, pagination_class=None)
    def blocks(self: Any, request: Request, key: str, slug: str) -> Response:
        """What the section shows of the incidents, as it was drawn."""
        return Response(BlockSerializer(self._section(slug).blocks.all(), many=True).data)

    @extend_schema(
        parameters=PLACES[:1], request=NewBlockSerializer, responses={201: BlockSerializer}, filters=False
    )
    @blocks.mapping.post
    def add_block(self: Any, request: Request, key: str, slug: str) -> Response:
        """Draw something that the document does not show yet."""
        section = self._section(slug)
        body = NewBlockSerializer(data=request.data)
        body.is_valid(raise_exception=True)

        def make() -> Block:
            return add_block(section, **body.validated_data, now=timezone.now(), by=self.person)

        return create_once(request, make, lambda row: BlockSerializer(row).data)

    @extend_schema(parameters=PLACES, responses=FreshBlockSerializer, filters=False)
    @action(detail=True, methods=["get"], url_path=ONE, pagination_class=None)
    def block(self: Any, request: Request, key: str, slug: str, kind: str) -> Response:
        """One block, and what it would say now."""
        row = self._block(slug, kind)
        fresh = fresh_text(row.section.postmortem, row.kind, by=self.person)
        return Response(BlockSerializer(row).data | {"fresh": fresh}, headers=version_header(row))

    @extend_schema(parameters=PLACES, request=None, responses=BlockSerializer, filters=False)
    @action(detail=True, methods=["post"], url_path=rf"{ONE}/refresh", pagination_class=None)
    def refresh_block(self: Any, request: Request, key: str, slug: str, kind: str) -> Response:
        """Draw it again. Needs If-Match. What people wrote stays."""
        expect_nothing(request)
        row, seen = self._block(slug, kind), self.seen_version()
        drawn = refresh_block(row, seen=seen, now=timezone.now(), by=self.person)
        return Response(BlockSerializer(drawn).data, headers=version_header(drawn))

    @extend_schema(parameters=PLACES, request=None, responses={204: None}, filters=False)
    @action(detail=True, methods=["post"], url_path=rf"{ONE}/detach", pagination_class=None)
    def detach_block(self: Any, request: Request, key: str, slug: str, kind: str) -> Response:
        """Make it text of the section, for people to edit; nothing draws over it any more. Needs If-Match."""
        expect_nothing(request)
        detach_block(self._block(slug, kind), seen=self.seen_version(), now=timezone.now(), by=self.person)
        return Response(status=204)

    def _section(self: Any, slug: str) -> Section:
        postmortem = self.get_object()
        section: Section = get_object_or_404(postmortem.sections, slug=slug)
        section.postmortem = postmortem
        return section

    def _block(self: Any, slug: str, kind: str) -> Block:
        section = self._section(slug)
        row: Block = get_object_or_404(section.blocks, kind=kind)
        row.section = section
        return row
