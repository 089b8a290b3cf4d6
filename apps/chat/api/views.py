from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.chat import operations
from apps.chat.api import serializers as shapes
from apps.chat.filters import ChatAccountFilter, WorkspaceFilter
from apps.chat.models import ChatAccount, Workspace
from apps.chat.policies import can_manage_chat
from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.permissions import require


class ChatWorkspaceViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Chats that may send commands. For admins; for others they do not exist."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = shapes.ChatWorkspaceSerializer
    write_serializer_class = shapes.ChatWorkspaceAddSerializer
    filterset_class = WorkspaceFilter

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not can_manage_chat(self.person):
            raise Http404

    def get_serializer_class(self) -> Any:
        if self.action == "partial_update":
            return shapes.ChatWorkspaceEditSerializer
        return super().get_serializer_class()

    def queryset_of(self, user: Any) -> QuerySet[Workspace]:
        return Workspace.objects.visible_to(user)

    def add(self, data: dict[str, Any]) -> Workspace:
        return operations.add_workspace(**data, by=self.person)

    def edit(self, row: Workspace, changes: dict[str, Any], seen: int | None) -> Workspace:
        return operations.edit_workspace(row, changes=changes, by=self.person)


class ChatAccountViewSet(Lists, Shows, Creates, ResourceViewSet):
    """Who in a chat is whom here: one's own links, and for admins everybody's."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = shapes.ChatAccountSerializer
    write_serializer_class = shapes.ChatAccountAddSerializer
    filterset_class = ChatAccountFilter

    def queryset_of(self, user: Any) -> QuerySet[ChatAccount]:
        return ChatAccount.objects.visible_to(user).with_people()

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Link somebody. Others claim their link in the chat."""
        require(can_manage_chat(self.person), "Only admins link others.")
        return super().create(request, *args, **kwargs)

    def add(self, data: dict[str, Any]) -> ChatAccount:
        return operations.add_account(**data, by=self.person, now=timezone.now())

    @extend_schema(
        request=shapes.ChatAccountMoveSerializer, responses={200: shapes.ChatAccountSerializer, 204: None}
    )
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, **kwargs: Any) -> Response:
        """Confirm a claimed link, or take one away."""
        asked = shapes.ChatAccountMoveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        row = self.get_object()
        if asked.validated_data["to"] == "removed":
            operations.remove_account(row, by=self.person)
            return Response(status=204)
        return self.answer(operations.confirm_account(row, by=self.person, now=timezone.now()))
