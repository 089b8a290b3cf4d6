from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import expect_nothing
from apps.trackers import operations
from apps.trackers.api import serializers as shapes
from apps.trackers.filters import ConnectionFilter, ExternalRefFilter
from apps.trackers.models import Connection, ConnectionQuerySet, ExternalRef, ExternalRefQuerySet
from apps.trackers.policies import can_connect


class TrackerViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Projects of GitHub, GitLab and Jira that action items are followed in. For admins, and for leads those of their
    teams; for others they do not exist. Tokens are written and never read."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = shapes.TrackerSerializer
    write_serializer_class = shapes.TrackerWriteSerializer
    filterset_class = ConnectionFilter

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not can_connect(self.person):
            raise Http404

    def get_serializer_class(self) -> Any:
        if self.action == "partial_update":
            return shapes.TrackerEditSerializer
        return super().get_serializer_class()

    def queryset_of(self, user: Any) -> ConnectionQuerySet:
        return Connection.objects.visible_to(user).with_team().with_tallies()

    def add(self, data: dict[str, Any]) -> Connection:
        return operations.add_connection(**data, by=self.person, now=timezone.now())

    def edit(self, row: Connection, changes: dict[str, Any], seen: int | None) -> Connection:
        return operations.edit_connection(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    @extend_schema(responses={201: shapes.NewTrackerSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The webhook's secret is added to the answer after that was stored for repetitions."""
        answer = super().create(request, *args, **kwargs)
        if "Idempotency-Replayed" not in answer.headers:
            row = Connection.objects.get(uuid=answer.data["id"])
            answer.data["webhook_secret"] = operations.present_hook_secret(row)
        return answer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Linked issues stay as plain links."""
        operations.remove_connection(self.get_object(), by=self.person)
        return Response(status=204)

    @extend_schema(request=None, responses=shapes.TriedSerializer)
    @action(detail=True, methods=["post"], url_path="try")
    def try_it(self, request: Request, **kwargs: Any) -> Response:
        """Ask the tracker now whether address, project and token are right. Takes up to ten seconds."""
        expect_nothing(request)
        works, words = operations.try_connection(self.get_object(), by=self.person, now=timezone.now())
        return Response({"works": works, "answer": words})

    @extend_schema(request=None, responses=shapes.WebhookSecretSerializer)
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, **kwargs: Any) -> Response:
        """Replace the secret of its webhook. It is shown in this answer only."""
        expect_nothing(request)
        row = operations.replace_hook_secret(self.get_object(), by=self.person)
        return Response({"webhook_secret": operations.present_hook_secret(row)})


class TrackerLinkViewSet(Lists, ResourceViewSet):
    """Action items and their issues, the newest first; those of items that one may see."""

    lookup_field = "uuid"
    serializer_class: type[serializers.BaseSerializer[Any]] = shapes.TrackerLinkSerializer
    filterset_class = ExternalRefFilter

    def queryset_of(self, user: Any) -> ExternalRefQuerySet:
        return ExternalRef.objects.visible_to(user).with_all()
