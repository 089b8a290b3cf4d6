from typing import Any

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items.api.effects import Effects
from apps.action_items.api.hints import Hints
from apps.action_items.api.reminders import Reminders
from apps.action_items.api.reshaping import Reshaping
from apps.action_items.api.serializers import (
    ActionItemLeanSerializer,
    ActionItemSerializer,
    ActionItemTransitionSerializer,
    ActionItemWriteSerializer,
    RedateSerializer,
)
from apps.action_items.api.shapes import COLUMNS, row_of
from apps.action_items.api.ties import Depending
from apps.action_items.api.watching import Watching
from apps.action_items.filters import ActionItemApiFilter
from apps.action_items.models import ActionItem, ActionItemQuerySet
from apps.action_items.operations import add_action_item, edit_action_item, redate, transition
from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.incidents.operations import note_reading

ONLY_SORTED_BY = ("pk", "number", "due_rank")  # where the next page begins is read from the row


class ActionItemViewSet(
    Hints, Effects, Reminders, Watching, Depending, Reshaping, Lists, Shows, Creates, Edits, ResourceViewSet
):
    """Action items by key."""

    serializer_class = ActionItemSerializer
    list_serializer_class = ActionItemLeanSerializer
    write_serializer_class = ActionItemWriteSerializer
    filterset_class = ActionItemApiFilter

    def queryset_of(self, user: Any) -> ActionItemQuerySet:
        rows = ActionItem.objects.visible_to(user)
        if self.action == "list":
            return rows
        return rows.with_people().select_related("created_by", "verifier", "done_by").with_history()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.filter_queryset(self.get_queryset()).values(*COLUMNS, *ONLY_SORTED_BY)
        return self.get_paginated_response(list(map(row_of, self.paginate_queryset(rows) or [])))

    def get_object(self) -> ActionItem:
        row: ActionItem = super().get_object()
        note_reading(filter(None, [row.incident]), by=self.person, now=timezone.now())
        return row

    def add(self, data: dict[str, Any]) -> ActionItem:
        return add_action_item(**data, by=self.person, now=timezone.now())

    def edit(self, row: ActionItem, changes: dict[str, Any], seen: int | None) -> ActionItem:
        return edit_action_item(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    @extend_schema(request=ActionItemTransitionSerializer, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, key: str) -> Response:
        """Move to another state. 409 lists the states that are possible now."""
        row, wanted = self.get_object(), self._read(ActionItemTransitionSerializer)
        seen = self.seen_version_if_sent()
        return self.answer(transition(row, **wanted, seen=seen, by=self.person, now=timezone.now()))

    @extend_schema(request=RedateSerializer, responses=ActionItemSerializer)
    @action(detail=True, methods=["post"])
    def redate(self, request: Request, key: str) -> Response:
        """Move a promised date; the reason and the first date stay on record."""
        row, wanted = self.get_object(), self._read(RedateSerializer)
        seen = self.seen_version_if_sent()
        return self.answer(redate(row, **wanted, seen=seen, by=self.person, now=timezone.now()))

    def _read(self, serializer_class: Any) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)
