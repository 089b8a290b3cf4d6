"""The public version for programs: /postmortems/PM-3/public-version/."""

from __future__ import annotations

from typing import Any, cast

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.accounts.models import User
from apps.core.api import refuse_unknown
from apps.core.describing import extend_schema
from apps.core.permissions import require
from apps.core.serializers import MomentField, StrictSerializer, TransitionSerializer
from apps.core.versions import version_read
from apps.incidents.operations import note_reading
from apps.postmortems.api.hints import HintSerializer
from apps.postmortems.api.serializers import PersonSerializer
from apps.postmortems.inside_words import inside_words
from apps.postmortems.models import Postmortem, PublicStatus, PublicVersion
from apps.postmortems.models.public_version import LONGEST
from apps.postmortems.operations import transition_public_version, write_public_version
from apps.postmortems.policies import can_read_public_draft
from apps.postmortems.public_page import as_markdown, file_headers, is_shown, report_of, stored_version
from apps.postmortems.public_rule import lacks_of_public, public_allowed, suggestion_for, why_not_public
from apps.status_page.models import Report

KEY = OpenApiParameter("key", str, OpenApiParameter.PATH, description="Of the postmortem.")


class ShownSerializer(serializers.Serializer[Report]):
    """What strangers read, or did."""

    url = serializers.CharField(source="public_url")
    version = serializers.IntegerField()
    title = serializers.CharField(source="current.title")
    sha256 = serializers.CharField(source="current.sha256")
    first_published_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    is_shown = serializers.SerializerMethodField(
        help_text="False while withdrawn, while an incident is private, and while no status page is open."
    )

    def get_is_shown(self, row: Report) -> bool:
        return is_shown(row)


class PublicVersionSerializer(serializers.Serializer[PublicVersion]):
    """Version 0 is a suggestion that nobody has saved yet."""

    version = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=PublicStatus.choices)
    title = serializers.CharField()
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    what_happened = serializers.CharField()
    impact = serializers.CharField()
    what_we_did = serializers.CharField()
    what_next = serializers.CharField()
    submitted_by = PersonSerializer(allow_null=True)
    approved_by = PersonSerializer(allow_null=True)
    said = serializers.CharField(help_text="What should change, or why it was withdrawn.")
    said_by = PersonSerializer(allow_null=True)
    lacks = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()
    refused_because = serializers.SerializerMethodField(
        help_text="Why nothing of this postmortem may be told outside; empty when it may."
    )
    published = serializers.SerializerMethodField()

    def get_version(self, row: PublicVersion) -> int:
        return row.version if row.pk else 0

    def get_lacks(self, row: PublicVersion) -> list[str]:
        return lacks_of_public(row)

    def get_allowed(self, row: PublicVersion) -> list[str]:
        return public_allowed(row) if row.pk else []

    def get_refused_because(self, row: PublicVersion) -> str:
        return why_not_public(row.postmortem)

    @extend_schema_field(ShownSerializer(allow_null=True))
    def get_published(self, row: PublicVersion) -> dict[str, Any] | None:
        report = report_of(row.postmortem)
        return dict(ShownSerializer(report).data) if report else None


class PublicVersionWriteSerializer(StrictSerializer):
    title = serializers.CharField(max_length=120)
    began_at = MomentField()
    ended_at = MomentField(allow_null=True)
    what_happened = serializers.CharField(max_length=LONGEST, allow_blank=True)
    impact = serializers.CharField(max_length=LONGEST, allow_blank=True)
    what_we_did = serializers.CharField(max_length=LONGEST, allow_blank=True)
    what_next = serializers.CharField(max_length=LONGEST, allow_blank=True)


class PublicVersionViewSet(ViewSet):
    """For those who write the postmortem, leads and admins; strangers read what is published."""

    def find(self, request: Request, key: str) -> Postmortem:
        refuse_unknown(request, set())
        user = cast(User, request.user)
        row = get_object_or_404(Postmortem.objects.for_reader(user), key=key.upper())
        note_reading(row.seen_incidents, by=user, now=timezone.now())  # type: ignore[attr-defined]
        require(can_read_public_draft(user, row))
        return row

    def answer(self, row: PublicVersion) -> Response:
        headers = {"ETag": f'"{row.version if row.pk else 0}"'}
        return Response(PublicVersionSerializer(row).data, headers=headers)

    @extend_schema(
        operation_id="public_version_retrieve", parameters=[KEY], responses=PublicVersionSerializer
    )
    def retrieve(self, request: Request, key: str) -> Response:
        """The text as it is being written, what it lacks, and what strangers read of it."""
        row = self.find(request, key)
        return self.answer(stored_version(row) or suggestion_for(row))

    @extend_schema(
        operation_id="public_version_update",
        parameters=[KEY],
        request=PublicVersionWriteSerializer,
        responses=PublicVersionSerializer,
    )
    def partial_update(self, request: Request, key: str) -> Response:
        """Save it, the first time too. Needs If-Match. An approval is lost; what strangers read stays."""
        row, seen = self.find(request, key), version_read(request)
        body = PublicVersionWriteSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = body.validated_data
        return self.answer(
            write_public_version(
                row, changes=changes, seen=seen, now=timezone.now(), by=cast(User, request.user)
            )
        )

    @extend_schema(
        operation_id="public_version_move",
        parameters=[KEY],
        request=TransitionSerializer,
        responses=PublicVersionSerializer,
    )
    def transitions(self, request: Request, key: str) -> Response:
        """Move it on: in_review, approved, published, back to draft, withdrawn. `reason` is what should change, or why
        it is withdrawn."""
        row = self.find(request, key)
        body = TransitionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        seen = version_read(request) if request.headers.get("If-Match") else None
        moved = transition_public_version(
            row, **body.validated_data, seen=seen, now=timezone.now(), by=cast(User, request.user)
        )
        return self.answer(moved)

    @extend_schema(operation_id="public_version_hints", parameters=[KEY], responses=HintSerializer(many=True))
    def hints(self, request: Request, key: str) -> Response:
        """Words from inside in the stored text: people, keys, services, addresses. Never a condition."""
        row = self.find(request, key)
        text = (stored_version(row) or suggestion_for(row)).text
        return Response(HintSerializer(inside_words(row, text), many=True).data)

    @extend_schema(
        operation_id="public_version_export",
        parameters=[KEY],
        responses={(200, "text/markdown"): OpenApiTypes.BINARY},
    )
    def export(self, request: Request, key: str) -> HttpResponse:
        """The text as Markdown."""
        version = stored_version(self.find(request, key))
        if version is None:
            raise Http404
        return HttpResponse(as_markdown(version), headers=file_headers(version))
