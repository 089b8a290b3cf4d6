from typing import Any
from uuid import uuid4

from django.http import Http404
from django.utils import timezone
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.serializers import expect_nothing
from apps.webhooks import operations
from apps.webhooks.api import serializers as shapes
from apps.webhooks.filters import DeliveryFilter, EndpointFilter
from apps.webhooks.models import Delivery, DeliveryQuerySet, Endpoint, EndpointQuerySet
from apps.webhooks.policies import can_manage_webhooks


class _AdminsOnly(ResourceViewSet):
    """For others there are no webhooks."""

    lookup_field = "uuid"
    lookup_value_regex = "[0-9a-f-]{36}"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not can_manage_webhooks(self.person):
            raise Http404


class WebhookViewSet(Lists, Shows, Creates, Edits, _AdminsOnly):
    """Where events are sent. For admins; for others it does not exist."""

    serializer_class = shapes.WebhookSerializer
    write_serializer_class = shapes.WebhookWriteSerializer
    filterset_class = EndpointFilter

    def queryset_of(self, user: Any) -> EndpointQuerySet:
        return Endpoint.objects.visible_to(user).with_tallies()

    def add(self, data: dict[str, Any]) -> Endpoint:
        return operations.add_endpoint(**data, by=self.person, now=timezone.now())

    def edit(self, row: Endpoint, changes: dict[str, Any], seen: int | None) -> Endpoint:
        return operations.edit_endpoint(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    @extend_schema(responses={201: shapes.NewWebhookSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The secret is added to the answer after that was stored for repetitions."""
        answer = super().create(request, *args, **kwargs)
        if "Idempotency-Replayed" not in answer.headers:
            row = Endpoint.objects.get(uuid=answer.data["id"])
            answer.data["secret"] = operations.present_secret(row)
        return answer

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """With its deliveries."""
        operations.remove_endpoint(self.get_object(), by=self.person)
        return Response(status=204)

    @extend_schema(request=None, responses={201: shapes.DeliverySerializer})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, **kwargs: Any) -> Response:
        """Owe it one test event; the answer is the delivery to look at."""
        expect_nothing(request)
        once_per = request.headers.get("Idempotency-Key", "").strip() or uuid4().hex
        delivery = operations.send_test(
            self.get_object(), once_per=f"{self.person.pk}:{once_per}", by=self.person, now=timezone.now()
        )
        headers = {"Location": delivery.get_api_url()}
        return Response(shapes.DeliverySerializer(delivery).data, status=201, headers=headers)

    @extend_schema(request=None, responses=shapes.SecretSerializer)
    @action(detail=True, methods=["post"], url_path="secret")
    def secret(self, request: Request, **kwargs: Any) -> Response:
        """Replace the secret. It is shown in this answer only."""
        expect_nothing(request)
        row = operations.replace_secret(self.get_object(), by=self.person, now=timezone.now())
        return Response({"secret": operations.present_secret(row)})

    @extend_schema(request=None, responses=shapes.ReplayedSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, **kwargs: Any) -> Response:
        """Queue everything again that was given up."""
        expect_nothing(request)
        count = operations.replay_dead(self.get_object(), by=self.person, now=timezone.now())
        return Response({"replayed": count})


class DeliveryViewSet(Lists, Shows, _AdminsOnly):
    """What was and will be sent, newest first. `status=dead` are the dead letters."""

    serializer_class = shapes.DeliveryDetailSerializer
    list_serializer_class = shapes.DeliverySerializer
    filterset_class = DeliveryFilter

    def queryset_of(self, user: Any) -> DeliveryQuerySet:
        rows = Delivery.objects.visible_to(user).with_endpoint()
        return rows if self.action == "list" else rows.prefetch_related("history")

    @extend_schema(request=None, responses=shapes.DeliveryDetailSerializer)
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, **kwargs: Any) -> Response:
        """Queue it again under the same id. 409 while it is on its way."""
        expect_nothing(request)
        return self.answer(operations.replay(self.get_object(), by=self.person, now=timezone.now()))
