"""The caller's one timer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.api import create_once
from apps.core.describing import extend_schema
from apps.core.serializers import StrictSerializer
from apps.toil.api.serializers import ToilEntrySerializer
from apps.toil.lines.durations import Unreadable
from apps.toil.lines.reading import team_for, tidy
from apps.toil.models import Timer, ToilEntry
from apps.toil.operations import discard_timer, start_timer, stop_timer
from apps.toil.timers.line import read_untimed
from apps.toil.timers.overrun import reviewed_from


class TimerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    text = serializers.CharField()
    team = serializers.CharField()
    service = serializers.CharField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    started_at = serializers.DateTimeField()
    seconds = serializers.IntegerField()
    needs_review = serializers.BooleanField(
        help_text="It ran longer than a working day allows for: stopped now, its entry counts nothing until confirmed."
    )


class TimerStateSerializer(serializers.Serializer[Any]):
    timer = TimerSerializer(allow_null=True)


class TimerStartedSerializer(TimerStateSerializer):
    stopped = ToilEntrySerializer(allow_null=True, help_text="The entry of the timer that ran before.")


class WhichTimerSerializer(StrictSerializer):
    timer = serializers.UUIDField(
        required=False,
        help_text="The `id` of the timer that is meant. Where another one runs by now, it is left alone: 409.",
    )

    @classmethod
    def read(cls, data: Any) -> UUID | None:
        asked = cls(data=data)
        asked.is_valid(raise_exception=True)
        found: UUID | None = asked.validated_data.get("timer")
        return found


WHICH = OpenApiParameter(
    "timer", OpenApiTypes.UUID, description="The `id` of the timer that is meant, as with `stop/`."
)


class TimerStartSerializer(StrictSerializer):
    line = serializers.CharField(
        max_length=400, help_text="Without a time: restart ingest @payments #interrupt"
    )


def timer_data(timer: Timer, now: datetime) -> dict[str, Any]:
    return {
        "id": timer.uuid,
        "text": timer.text,
        "team": timer.team.slug,
        "service": timer.service.slug if timer.service else None,
        "source": timer.source.slug if timer.source else None,
        "started_at": timer.started_at,
        "seconds": timer.runs_for(now),
        "needs_review": now > reviewed_from(timer.person, timer.started_at, timer.zone),
    }


class TimerView(APIView):
    @extend_schema(operation_id="timer_retrieve", responses=TimerStateSerializer)
    def get(self, request: Request) -> Response:
        """The timer that runs, or null."""
        timer = Timer.objects.visible_to(cast(User, request.user)).with_names().first()
        return Response({"timer": timer and timer_data(timer, timezone.now())})

    @extend_schema(
        operation_id="timer_start", request=TimerStartSerializer, responses={201: TimerStartedSerializer}
    )
    def post(self, request: Request) -> Response:
        """Start one; the one that ran before is stopped and becomes an entry."""
        user, now = cast(User, request.user), timezone.now()
        asked = TimerStartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said = _said(user, asked.validated_data["line"], now)

        def make() -> Any:
            return _Started(*start_timer(person=user, by=user, now=now, **said))

        return create_once(request, make, lambda row: row.shape(request, now))

    @extend_schema(operation_id="timer_discard", parameters=[WHICH], responses={204: None})
    def delete(self, request: Request) -> Response:
        """Throw it away: it becomes no entry. Nothing happens where none runs."""
        user = cast(User, request.user)
        which = WhichTimerSerializer.read(request.query_params.dict())
        discard_timer(person=user, timer=which, by=user)
        return Response(status=204)


class TimerStopView(APIView):
    @extend_schema(
        operation_id="timer_stop", request=WhichTimerSerializer, responses={201: ToilEntrySerializer}
    )
    def post(self, request: Request) -> Response:
        """Stop it: what it measured is an entry, and waits for a review when it ran too long."""
        user, now = cast(User, request.user), timezone.now()
        which = WhichTimerSerializer.read(request.data)
        return create_once(
            request,
            lambda: stop_timer(person=user, timer=which, by=user, now=now),
            lambda row: _entry(request, row),
        )


class _Started:
    def __init__(self, timer: Timer, stopped: ToilEntry | None) -> None:
        self.timer, self.stopped = timer, stopped

    def shape(self, request: Request, now: datetime) -> dict[str, Any]:
        stopped = self.stopped and _entry(request, self.stopped)
        return {"timer": timer_data(self.timer, now), "stopped": stopped}


def _entry(request: Request, row: ToilEntry) -> Any:
    shown = ToilEntry.objects.with_all().get(pk=row.pk)
    return ToilEntrySerializer(shown, context={"request": request}).data


def _said(user: User, line: str, now: datetime) -> dict[str, Any]:
    try:
        said = read_untimed(user, tidy(line), now=now)
    except Unreadable as error:
        raise serializers.ValidationError({"line": [str(error)]}) from error
    team = team_for(user, said)
    if team is None:
        raise serializers.ValidationError({"line": ["Say for which team it is, such as ~team."]})
    return said | {"team": team}
