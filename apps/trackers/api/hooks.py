"""Where trackers send their webhooks. No token and no session: the signature over the raw body is the question."""

from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.utils import timezone
from rest_framework.exceptions import PermissionDenied, UnsupportedMediaType, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from apps.core.describing import extend_schema
from apps.core.parsers import StrictJSONParser
from apps.core.throttles import StrangerThrottle
from apps.trackers.operations import receive_hook, sender_of

LARGEST = 1_000_000  # bytes
NOT_KNOWN = "This is not signed by a tracker that is known here."


class TooLarge(PermissionDenied):
    status_code = 413


class HookThrottle(SimpleRateThrottle):
    """For each tracker, counted once the signature is right: a flood from one takes nothing from the others."""

    scope = "intake"
    cache = caches["throttle"]

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": "tracker", "ident": view.kwargs["uuid"]}


class TrackerHookView(APIView):
    """Webhooks of GitHub, GitLab and Jira. Whoever sends learns that it came, and nothing else."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()  # asked below, for a signature that is right or for one that is wrong

    @extend_schema(exclude=True)
    def post(self, request: Request, uuid: UUID) -> Response:
        now, raw = timezone.now(), request.body
        if len(raw) > LARGEST:
            raise TooLarge("A webhook is at most 1 MB.")
        headers = {name.lower(): value for name, value in request.headers.items()}
        connection = sender_of(uuid, raw=raw, headers=headers, now=now)
        self._slow_down(request, HookThrottle() if connection else StrangerThrottle())
        if connection is None:
            raise PermissionDenied(NOT_KNOWN)
        receive_hook(connection, raw=raw, payload=_payload(request, raw), headers=headers, now=now)
        return Response({"received": True}, status=202)

    def _slow_down(self, request: Request, limit: SimpleRateThrottle) -> None:
        if not limit.allow_request(request, self):
            self.throttled(request, limit.wait())  # type: ignore[arg-type]


def _payload(request: Request, raw: bytes) -> dict[str, Any]:
    if request.content_type.split(";")[0].strip().lower() != "application/json":
        raise UnsupportedMediaType(
            request.content_type, "Set the content type of the webhook to application/json."
        )
    payload = StrictJSONParser().parse(BytesIO(raw))
    if not isinstance(payload, dict):
        raise ValidationError("Send one JSON object.")
    return payload
