from typing import Any

from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.core.api import Lists, ResourceViewSet
from apps.core.describing import extend_schema
from apps.core.serializers import expect_nothing
from apps.notifications.api.serializers import (
    InboxSerializer,
    InboxTextSerializer,
    PreferencesSerializer,
    PreferencesWriteSerializer,
    ReadAllSerializer,
)
from apps.notifications.filters import InboxFilter
from apps.notifications.models import OutboxMail, OutboxQuerySet
from apps.notifications.operations import mark_all_read, mark_read, mark_unread, set_preferences
from apps.notifications.operations.triage import modes_of
from apps.notifications.reading import text_of


class InboxViewSet(Lists, ResourceViewSet):
    """Whatever was due for the caller in the last three months, whatever became of the mail."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"
    serializer_class = InboxSerializer
    filterset_class = InboxFilter

    def queryset_of(self, user: Any) -> OutboxQuerySet:
        return OutboxMail.objects.inbox_of(user, timezone.now())

    @extend_schema(responses=InboxTextSerializer)
    def retrieve(self, request: Request, uuid: str) -> Response:
        row = self.get_object()
        data = InboxSerializer(row).data | {"text": text_of(row, timezone.now())}
        return Response(data)

    @extend_schema(request=None, responses=InboxSerializer)
    @action(detail=True, methods=["post"])
    def read(self, request: Request, uuid: str) -> Response:
        expect_nothing(request)
        row = self.get_object()
        mark_read(row, by=self.person, now=timezone.now())
        return self.answer(row)

    @extend_schema(request=None, responses=InboxSerializer)
    @action(detail=True, methods=["post"])
    def unread(self, request: Request, uuid: str) -> Response:
        expect_nothing(request)
        row = self.get_object()
        mark_unread(row, by=self.person, now=timezone.now())
        return self.answer(row)

    @extend_schema(request=None, responses=ReadAllSerializer)
    @action(detail=False, methods=["post"], url_path="read-all")
    def read_all(self, request: Request) -> Response:
        expect_nothing(request)
        return Response({"marked": mark_all_read(by=self.person, now=timezone.now())})


class PreferencesViewSet(ViewSet):
    """How each category reaches the caller. Only what changes is sent."""

    @extend_schema(responses=PreferencesSerializer)
    def retrieve(self, request: Request) -> Response:
        return Response(modes_of_choosable(request.user))

    @extend_schema(request=PreferencesWriteSerializer, responses=PreferencesSerializer)
    def partial_update(self, request: Request) -> Response:
        serializer = PreferencesWriteSerializer(data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        set_preferences(modes=serializer.validated_data, by=request.user)  # type: ignore[arg-type]
        return Response(modes_of_choosable(request.user))


def modes_of_choosable(user: Any) -> dict[str, Any]:
    modes = modes_of(user)
    return {name: modes[name] for name in PreferencesSerializer().get_fields()}
