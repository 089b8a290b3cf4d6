"""What hangs below a postmortem: sections, reviews, action items, published versions."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.models import ActionItem
from apps.core.api import ProblemRenderer, create_once
from apps.core.describing import extend_schema
from apps.core.problems import problem
from apps.core.versions import version_header
from apps.postmortems.api.serializers import (
    LinkedItemSerializer,
    NewActionItemSerializer,
    ReviewSerializer,
    ReviewWriteSerializer,
    SectionSerializer,
    SectionWriteSerializer,
    VersionListSerializer,
    VersionSerializer,
)
from apps.postmortems.models import Postmortem, Review
from apps.postmortems.operations import (
    StaleSection,
    add_action_item,
    decide_review,
    link_action_item,
    save_section,
)

SLUG = OpenApiParameter("slug", str, OpenApiParameter.PATH, description="The section: summary, impact, …")
NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description="The published version.")


class Sections:
    @extend_schema(responses=SectionSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def sections(self: Any, request: Request, key: str) -> Response:
        """The draft, section by section, in order."""
        return Response(SectionSerializer(self.get_object().sections.all(), many=True).data)

    @extend_schema(parameters=[SLUG], responses=SectionSerializer, filters=False)
    @action(detail=True, methods=["get"], url_path=r"sections/(?P<slug>[-a-z0-9_]+)", pagination_class=None)
    def section(self: Any, request: Request, key: str, slug: str) -> Response:
        """One section; its ETag guards it alone."""
        section = get_object_or_404(self.get_object().sections, slug=slug)
        return Response(SectionSerializer(section).data, headers=version_header(section))

    @extend_schema(
        parameters=[SLUG], request=SectionWriteSerializer, responses=SectionSerializer, filters=False
    )
    @section.mapping.put
    def save_section(self: Any, request: Request, key: str, slug: str) -> Response:
        """Store a text. A stale If-Match is 412, with the stored text in `stored`."""
        postmortem: Postmortem = self.get_object()
        section = get_object_or_404(postmortem.sections, slug=slug)
        section.postmortem = postmortem
        seen = self.seen_version()
        body = SectionWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            text = body.validated_data["body"]
            saved = save_section(section, body=text, seen=seen, now=timezone.now(), by=self.person)
        except StaleSection as stale:
            return _stale(stale)
        return Response(SectionSerializer(saved).data, headers=version_header(saved))


def _stale(stale: StaleSection) -> Response:
    tag = f'"{stale.current}"'
    body = problem(
        412, "Somebody else saved this section since you read it.", current=tag, stored=stale.stored
    )
    response = Response(body, status=412, headers={"ETag": tag})
    response.content_type = ProblemRenderer.media_type
    return response


class Reviews:
    @extend_schema(responses=ReviewSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def reviews(self: Any, request: Request, key: str) -> Response:
        """Every decision; `is_current` marks those about the text as it is."""
        rows = self.get_object().reviews.select_related("reviewer").prefetch_related("checks")
        return Response(ReviewSerializer(rows, many=True).data)

    @extend_schema(request=ReviewWriteSerializer, responses={201: ReviewSerializer}, filters=False)
    @reviews.mapping.post
    def decide(self: Any, request: Request, key: str) -> Response:
        """Approve or request changes; refused to the owner and to who asked for the review."""
        row = self.get_object()
        body = ReviewWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        seen = self.seen_version_if_sent()

        def make() -> Review:
            return decide_review(row, **body.validated_data, seen=seen, now=timezone.now(), by=self.person)

        return create_once(request, make, lambda row: ReviewSerializer(row).data)


class ActionItems:
    @extend_schema(responses=LinkedItemSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], url_path="action-items", pagination_class=None)
    def action_items(self: Any, request: Request, key: str) -> Response:
        """What it promises, as far as you may see it."""
        rows: Any = ActionItem.objects.visible_to(self.person).filter(postmortems=self.get_object())
        return Response(LinkedItemSerializer(rows.select_related("owner").order_by("number"), many=True).data)

    @extend_schema(request=NewActionItemSerializer, responses={201: LinkedItemSerializer}, filters=False)
    @action_items.mapping.post
    def add_action_item(self: Any, request: Request, key: str) -> Response:
        """Add a new action item, or link one that exists by `item`."""
        row = self.get_object()
        body = NewActionItemSerializer(data=request.data, context={"request": request})
        body.is_valid(raise_exception=True)
        data = dict(body.validated_data)

        def make() -> ActionItem:
            if "item" in data:
                return link_action_item(row, data["item"], by=self.person)
            return add_action_item(row, **data, now=timezone.now(), by=self.person)

        return create_once(request, make, lambda row: LinkedItemSerializer(row).data)


class Versions:
    @extend_schema(responses=VersionListSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def versions(self: Any, request: Request, key: str) -> Response:
        """What was published, newest first."""
        rows = self.get_object().snapshots.select_related("published_by")
        return Response(VersionListSerializer(rows, many=True).data)

    @extend_schema(parameters=[NUMBER], responses=VersionSerializer, filters=False)
    @action(detail=True, methods=["get"], url_path=r"versions/(?P<number>[0-9]{1,6})", pagination_class=None)
    def one_version(self: Any, request: Request, key: str, number: str) -> Response:
        """One published version: frozen."""
        rows = self.get_object().snapshots.select_related("published_by")
        return Response(VersionSerializer(get_object_or_404(rows, version=number)).data)
