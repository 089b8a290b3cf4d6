"""The issue of one action item, for programs: ask for one, name one, look again, take the link away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.action_items.models import ActionItem
from apps.core.api import create_once, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.permissions import require
from apps.core.serializers import expect_nothing
from apps.incidents.operations import note_reading
from apps.trackers import operations
from apps.trackers.api import serializers as shapes
from apps.trackers.models import Connection, ExternalRef
from apps.trackers.operations.refs import NOT_YOURS
from apps.trackers.policies import can_link

if TYPE_CHECKING:
    from apps.accounts.models import User

NO_TRACKER = "There is no tracker of this name that you may use."


class _OfItem(APIView):
    @property
    def person(self) -> User:
        return cast("User", self.request.user)

    def item(self, key: str) -> ActionItem:
        refuse_unknown(self.request, set())
        row = get_object_or_404(ActionItem.objects.visible_to(self.person).with_people(), key=key)
        note_reading(filter(None, [row.incident]), by=self.person, now=timezone.now())
        return row

    def ref(self, item: ActionItem) -> ExternalRef:
        row = ExternalRef.objects.filter(item=item).with_all().first()
        if row is None:
            raise Http404
        return row

    def shape(self, row: Any) -> Any:
        return shapes.TrackerLinkSerializer(ExternalRef.objects.with_all().get(pk=row.pk)).data

    def read(self, serializer_class: Any) -> dict[str, Any]:
        serializer = serializer_class(data=self.request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


class ItemTrackerView(_OfItem):
    """The issue in which an action item is followed."""

    @extend_schema(operation_id="action_items_tracker_retrieve", responses=shapes.TrackerLinkSerializer)
    def get(self, request: Request, key: str) -> Response:
        """404 when it is followed here alone."""
        return Response(self.shape(self.ref(self.item(key))))

    @extend_schema(
        operation_id="action_items_tracker_create",
        request=shapes.AskSerializer,
        responses={201: shapes.TrackerLinkSerializer},
    )
    def post(self, request: Request, key: str) -> Response:
        """Have an issue created, within seconds and once: asked again for the same tracker, it is the same one."""
        item = self.item(key)
        require(can_link(self.person, item), NOT_YOURS)
        wanted = self.read(shapes.AskSerializer)
        found = Connection.objects.usable_by(self.person).filter(uuid=wanted.pop("tracker")).first()
        if found is None:
            raise ValidationError({"tracker": NO_TRACKER})
        how = {**wanted, "by": self.person, "now": timezone.now()}
        return create_once(
            request, lambda: operations.ask_for_issue(item, connection=found, **how), self.shape
        )

    @extend_schema(
        operation_id="action_items_tracker_update",
        request=shapes.LinkSerializer,
        responses=shapes.TrackerLinkSerializer,
    )
    def put(self, request: Request, key: str) -> Response:
        """Tie it to an issue that is there, by its address."""
        item = self.item(key)
        require(can_link(self.person, item), NOT_YOURS)
        row = operations.link_issue(
            item, **self.read(shapes.LinkSerializer), by=self.person, now=timezone.now()
        )
        return Response(self.shape(row))

    @extend_schema(operation_id="action_items_tracker_destroy", responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        """Take the link away; the issue stays as it is."""
        item = self.item(key)
        require(can_link(self.person, item), NOT_YOURS)
        operations.unlink(self.ref(item), by=self.person)
        return Response(status=204)


class ItemTrackerLookView(_OfItem):
    @extend_schema(
        operation_id="action_items_tracker_look", request=None, responses=shapes.TrackerLinkSerializer
    )
    def post(self, request: Request, key: str) -> Response:
        """Have the tracker asked within seconds how the issue is, or try at once what had to wait."""
        item = self.item(key)
        require(can_link(self.person, item), NOT_YOURS)
        expect_nothing(request)
        row = operations.look_again(self.ref(item), by=self.person, now=timezone.now())
        return Response(self.shape(row))
