from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.core.describing import extend_schema
from apps.core.serializers import expect_nothing
from apps.notifications.api.serializers import InboxSerializer
from apps.reminders.api.serializers import DigestSerializer
from apps.reminders.operations import send_digest_now
from apps.reminders.preview import preview_of


class DigestViewSet(ViewSet):
    """The caller's digest of today, as it would be sent at this moment."""

    @extend_schema(responses=DigestSerializer)
    def retrieve(self, request: Request) -> Response:
        return Response(DigestSerializer(preview_of(request.user, timezone.now())).data)  # type: ignore[arg-type]

    @extend_schema(request=None, responses={202: InboxSerializer})
    def send(self, request: Request) -> Response:
        """Mail it to the caller now, marked as a test; the day's own goes out all the same. Asked for twice within a
        minute it is sent once, and when nothing is due, not at all."""
        expect_nothing(request)
        row = send_digest_now(by=request.user, now=timezone.now())  # type: ignore[arg-type]
        return Response(InboxSerializer(row).data, status=202)
