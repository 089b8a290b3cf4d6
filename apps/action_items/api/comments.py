"""Comments on an item, for programs: /action-items/ACT-3/comments/."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.action_items import operations
from apps.action_items.api.serializers import slug_of
from apps.action_items.api.ties import item_of
from apps.action_items.models import ItemComment
from apps.core.api import UUID, Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.filters import ResourceFilter, StableOrdering
from apps.core.saying import MAX_COMMENT
from apps.core.serializers import StrictSerializer


class ItemCommentSerializer(serializers.Serializer[ItemComment]):
    """The body of one that was removed is empty."""

    id = serializers.UUIDField(source="uuid")
    author = serializers.CharField(source="author.slug")
    body = serializers.CharField()
    said_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    removed_at = serializers.DateTimeField(allow_null=True)
    removed_by = serializers.SerializerMethodField()

    def get_removed_by(self, row: ItemComment) -> str | None:
        return slug_of(row.removed_by)


class ItemCommentWriteSerializer(StrictSerializer):
    """Who is named as @short-name and may see the item is told."""

    body = serializers.CharField(max_length=MAX_COMMENT)


class ItemCommentFilter(ResourceFilter):
    author = django_filters.ModelChoiceFilter(queryset=User.objects.people(), to_field_name="slug")
    is_removed = django_filters.BooleanFilter(field_name="removed_at", lookup_expr="isnull", exclude=True)
    sort = StableOrdering(fields={"said_at": "said_at"}, default=("said_at", "pk"))

    class Meta:
        model = ItemComment
        fields: list[str] = []


class ItemCommentViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Oldest first; who may see the item sees them."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = ItemCommentSerializer
    write_serializer_class = ItemCommentWriteSerializer
    filterset_class = ItemCommentFilter

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        return ItemComment.objects.filter(item=item_of(self)).with_people()

    def add(self, data: dict[str, Any]) -> ItemComment:
        return operations.add_comment(item_of(self), **data, by=self.person, now=timezone.now())

    def edit(self, row: ItemComment, changes: dict[str, Any], seen: int | None) -> ItemComment:
        if not changes:
            return row
        return operations.edit_comment(row, **changes, by=self.person, now=timezone.now())

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Its own author or an admin. That there was one stays, without its words."""
        operations.remove_comment(self.get_object(), by=self.person, now=timezone.now())
        return Response(status=204)
