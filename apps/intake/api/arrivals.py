"""Where senders deliver. No token: the key in the address says who it is, and the signature whether that is true."""

from io import BytesIO
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, Throttled, UnsupportedMediaType, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from apps.core.describing import extend_schema
from apps.core.parsers import StrictJSONParser
from apps.core.serializers import StrictSerializer
from apps.core.signatures import BadSignature
from apps.core.throttles import StrangerThrottle
from apps.intake.adapters.generic import ACTIONS
from apps.intake.api.throttles import IntakeThrottle
from apps.intake.models import Integration, Kind
from apps.intake.operations import TooMuchToday, check_signature, note_refusal, receive_delivery

LARGEST = 1_000_000  # bytes


class TooLarge(PermissionDenied):
    status_code = 413


class GenericDeliverySerializer(StrictSerializer):
    """What any program sends. Alertmanager, Grafana, PagerDuty and Sentry send their own shapes to their own keys."""

    dedup = serializers.CharField(max_length=500, help_text="What tells this alert from others.")
    summary = serializers.CharField(
        max_length=1000, required=False, allow_blank=True, help_text="Needed to trigger."
    )
    action = serializers.ChoiceField(choices=ACTIONS, default="trigger")
    meta = serializers.DictField(required=False)
    id = serializers.CharField(
        max_length=150, required=False, help_text="The same id again is the same delivery."
    )
    at = serializers.DateTimeField(
        required=False,
        help_text="When it happened; deliveries may come out of order. Without an offset it is taken as UTC, since a "
        "sender that is refused stays silent.",
    )
    link = serializers.URLField(max_length=1900, required=False, allow_blank=True)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data["action"] == "trigger" and not data.get("summary", "").strip():
            raise ValidationError({"summary": ["Say what is wrong."]})
        return data


class ReceiptSerializer(serializers.Serializer[Any]):
    delivery = serializers.UUIDField()
    is_new = serializers.BooleanField(
        help_text="It begins something: the first trigger of its key, or the first since it resolved."
    )


class IntakeView(APIView):
    """Deliver an alert. It is written down at once and processed within seconds."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()  # asked below, for a key that is right or for one that is wrong
    integration: Integration

    @extend_schema(
        operation_id="intake_deliver",
        auth=[],
        parameters=[
            OpenApiParameter("key", str, OpenApiParameter.PATH, description="The integration's key.")
        ],
        request=GenericDeliverySerializer,
        responses={202: OpenApiResponse(ReceiptSerializer, "Written down")},
    )
    def post(self, request: Request, key: str) -> Response:
        now = timezone.now()
        integration = Integration.objects.named_by(key, now)
        if integration is None:
            self._slow_down(request, StrangerThrottle())
            raise Http404
        self.integration = integration
        raw = request.body
        headers = {name.lower(): value for name, value in request.headers.items()}
        self._check(request, integration, raw, headers)
        self._slow_down(request, IntakeThrottle())
        payload = _payload(integration, request, raw)
        try:
            row, is_new = receive_delivery(
                integration, body=raw.decode("utf-8"), payload=payload, headers=headers, now=now
            )
        except TooMuchToday as refusal:
            note_refusal(integration, now=now)
            raise Throttled(refusal.wait, str(refusal)) from refusal
        return Response({"delivery": str(row.uuid), "is_new": is_new}, status=202)

    def _slow_down(self, request: Request, limit: SimpleRateThrottle) -> None:
        if not limit.allow_request(request, self):
            self.throttled(request, limit.wait())  # type: ignore[arg-type]

    def _check(self, request: Request, integration: Integration, raw: bytes, headers: dict[str, str]) -> None:
        if len(raw) > LARGEST:
            raise TooLarge("A delivery is at most 1 MB.")
        try:
            check_signature(integration, raw=raw, headers=headers, now=timezone.now())
        except BadSignature as error:
            self._slow_down(request, StrangerThrottle())
            raise PermissionDenied("The signature does not match this body.") from error


def _payload(integration: Integration, request: Request, raw: bytes) -> dict[str, Any]:
    if request.content_type.split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(request.content_type)
    payload = StrictJSONParser().parse(BytesIO(raw))
    if not isinstance(payload, dict):
        raise ValidationError("Send one JSON object.")
    if integration.kind == Kind.GENERIC:
        GenericDeliverySerializer(data=payload).is_valid(raise_exception=True)
    return payload
