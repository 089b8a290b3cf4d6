"""Saved views of the list, for programs."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team
from apps.action_items.filters import SavedViewFilter
from apps.action_items.models import SavedView, SavedViewQuerySet
from apps.action_items.models.saved_view import LONGEST_QUERY
from apps.action_items.operations import delete_view, edit_view, save_view
from apps.action_items.saved_query import read_query
from apps.core.api import UUID, Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer, expect_nothing


class SavedViewSerializer(serializers.Serializer[SavedView]):
    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    owner = serializers.CharField(source="owner.slug")
    team = serializers.CharField(
        source="team.slug", default=None, allow_null=True, help_text="Whose members see it; null: its owner."
    )
    query = serializers.CharField(help_text="Of the list: send it to /action-items/ as it is.")
    is_board = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class SavedViewWriteSerializer(StrictSerializer):
    name = serializers.CharField(max_length=60)
    query = serializers.CharField(max_length=LONGEST_QUERY, allow_blank=True)
    team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.all(), required=False, allow_null=True
    )
    is_board = serializers.BooleanField(required=False)


class SavedViewViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Views that you saved, and those that are shared with a team of yours."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = SavedViewSerializer
    write_serializer_class = SavedViewWriteSerializer
    filterset_class = SavedViewFilter

    def queryset_of(self, user: Any) -> SavedViewQuerySet:
        return SavedView.objects.visible_to(user).with_all()

    def add(self, data: dict[str, Any]) -> SavedView:
        query, incident = read_query(data.pop("query"), self.request)
        return save_view(**data, query=query, incident=incident, by=self.person)

    def edit(self, row: SavedView, changes: dict[str, Any], seen: int | None) -> SavedView:
        if "query" in changes:
            changes["query"], changes["incident"] = read_query(changes["query"], self.request)
        return edit_view(row, changes=changes, by=self.person)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Its owner, or a lead of the team that it is shared with."""
        expect_nothing(request)
        delete_view(self.get_object(), by=self.person)
        return Response(status=204)
