"""Comments on the sections of a postmortem, for programs: /postmortems/PM-3/comments/."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.core.api import Creates, Edits, Lists, Shows
from apps.core.describing import extend_schema
from apps.core.filters import ResourceFilter, StableOrdering
from apps.core.serializers import StrictSerializer
from apps.postmortems import operations
from apps.postmortems.api.below import BelowPostmortem
from apps.postmortems.api.serializers import PersonSerializer
from apps.postmortems.models import Comment
from apps.postmortems.models.comment import MAX_BODY, MAX_QUOTE


class CommentSerializer(serializers.Serializer[Comment]):
    id = serializers.UUIDField(source="uuid")
    section = serializers.CharField(source="section.slug")
    thread = serializers.UUIDField(source="thread.uuid", allow_null=True, default=None)
    author = PersonSerializer()
    quote = serializers.CharField()
    body = serializers.CharField()
    said_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    is_blocking = serializers.BooleanField()
    resolved_by = PersonSerializer(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)


class CommentWriteSerializer(StrictSerializer):
    """A new thread names its `section`, an answer its `thread`. Only reviewers set `is_blocking`."""

    section = serializers.SlugField(max_length=40, required=False)
    thread = serializers.UUIDField(required=False)
    body = serializers.CharField(max_length=MAX_BODY, required=False)
    quote = serializers.CharField(max_length=MAX_QUOTE, required=False, allow_blank=True)
    is_blocking = serializers.BooleanField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.partial:
            return self._of_one_that_exists(data)
        if "body" not in data:
            raise serializers.ValidationError({"body": "This field is required."})
        if ("section" in data) == ("thread" in data):
            raise serializers.ValidationError({"section": "Name a section, or the thread that it answers."})
        if "thread" in data and {"quote", "is_blocking"} & set(data):
            raise serializers.ValidationError({"thread": "Quote and blocking belong to the first comment."})
        return data

    def _of_one_that_exists(self, data: dict[str, Any]) -> dict[str, Any]:
        fixed = sorted({"section", "thread", "quote"} & set(data))
        if fixed:
            raise serializers.ValidationError(dict.fromkeys(fixed, "It stays as it was."))
        return data


class CommentTransitionSerializer(StrictSerializer):
    to = serializers.ChoiceField(choices=[("resolved", "Resolved"), ("open", "Open")])


class CommentFilter(ResourceFilter):
    section = django_filters.CharFilter(field_name="section__slug", max_length=40)
    author = django_filters.ModelChoiceFilter(queryset=User.objects.people(), to_field_name="slug")
    is_blocking = django_filters.BooleanFilter()
    is_resolved = django_filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull", exclude=True)
    sort = StableOrdering(fields={"said_at": "said_at"}, default=("said_at", "pk"))

    class Meta:
        model = Comment
        fields: list[str] = []


class CommentViewSet(Lists, Shows, Creates, Edits, BelowPostmortem):
    """Threads and answers alike, oldest first; who may see the document sees them."""

    serializer_class = CommentSerializer
    write_serializer_class = CommentWriteSerializer
    filterset_class = CommentFilter

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        return Comment.objects.of(self.get_document()).with_people()

    def add(self, data: dict[str, Any]) -> Comment:
        document, said = self.get_document(), dict(data)
        if "thread" in said:
            rows = Comment.objects.of(document).with_people()
            thread = get_object_or_404(rows, uuid=said["thread"])
            return operations.answer_comment(thread, body=said["body"], now=timezone.now(), by=self.person)
        section = get_object_or_404(document.sections, slug=said.pop("section"))
        section.postmortem = document
        return operations.add_comment(section, **said, now=timezone.now(), by=self.person)

    def edit(self, row: Comment, changes: dict[str, Any], seen: int | None) -> Comment:
        if "body" in changes:
            row = operations.edit_comment(row, body=changes["body"], now=timezone.now(), by=self.person)
        if "is_blocking" in changes:
            row = operations.set_blocking(row, is_blocking=changes["is_blocking"], by=self.person)
        return row

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Its own author or an admin; one that was answered stays (409)."""
        operations.remove_comment(self.get_object(), by=self.person)
        return Response(status=204)

    @extend_schema(request=CommentTransitionSerializer, responses=CommentSerializer)
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, **kwargs: Any) -> Response:
        """Settle a thread, or open it again. One that blocks is settled by reviewers alone."""
        row, body = self.get_object(), CommentTransitionSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        moved = operations.transition_comment(
            row, to=body.validated_data["to"], now=timezone.now(), by=self.person
        )
        return self.answer(moved)
