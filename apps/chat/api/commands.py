"""Where chats send slash commands. No token and no session: the signature over the raw body is the question."""

from typing import Any

from django.core.cache import caches
from django.http import QueryDict
from django.utils import timezone
from rest_framework.exceptions import ParseError, PermissionDenied, UnsupportedMediaType
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from apps.chat.models import Workspace
from apps.chat.operations import answer_command
from apps.chat.operations.answering import Command
from apps.chat.signing import sender_of
from apps.core.describing import extend_schema
from apps.core.validators import UNSTORABLE

LARGEST = 100_000  # bytes
FORM = "application/x-www-form-urlencoded"


class ChatThrottle(SimpleRateThrottle):
    scope = "intake"
    cache = caches["throttle"]

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": "chat", "ident": self.get_ident(request)}


class CommandView(APIView):
    """Slack's and Mattermost's slash commands."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (ChatThrottle,)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> Response:
        now, raw = timezone.now(), request.body
        headers = {name.lower(): value for name, value in request.headers.items()}
        workspace = sender_of(Workspace.objects.enabled(), raw=raw, headers=headers, now=now)
        if workspace is None or len(raw) > LARGEST:
            raise PermissionDenied("This is not signed by a chat that is known here.")
        command = _command(request, raw, once=headers.get("x-slack-signature", ""))
        return Response(answer_command(workspace, command, now=now))


def _command(request: Request, raw: bytes, *, once: str) -> Command:
    if request.content_type.split(";")[0].strip().lower() != FORM:
        raise UnsupportedMediaType(request.content_type)
    form = QueryDict(raw, encoding="utf-8")
    if any(UNSTORABLE.search(value) for values in form.lists() for value in values[1]):
        raise ParseError("A text holds a character that cannot be stored.")
    if not form.get("user_id"):
        raise ParseError("“user_id” is missing.")
    return Command(
        chat_user=form["user_id"][:64],
        chat_name=" ".join(form.get("user_name", "").split())[:80],
        text=form.get("text", ""),
        once=form.get("trigger_id") or once,
        name=" ".join(form.get("command", "").split())[:40] or "/incident",
    )
