"""How a line is understood, and what its reader logs again and again. Nothing here saves anything."""

from __future__ import annotations

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import User
from apps.core.api import refuse_unknown
from apps.core.describing import extend_schema
from apps.toil.lines.chips import chips_of
from apps.toil.lines.durations import Unreadable, spell_duration
from apps.toil.lines.reading import Reading, read_for, team_for, tidy
from apps.toil.recurring.repeats import repeats_of
from apps.toil.recurring.usual import Usual, usual_time

LONGEST = 400
LINE = OpenApiParameter(
    "line", str, required=True, description="As it would be typed, 400 characters at most."
)


class LinePartSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="time, day, text, service, team, source, category and so on")
    words = serializers.CharField()


class UsualTimeSerializer(serializers.Serializer[Any]):
    duration = serializers.CharField()
    seconds = serializers.IntegerField()
    of = serializers.CharField()


class LineReadingSerializer(serializers.Serializer[Any]):
    line = serializers.CharField()
    parts = LinePartSerializer(many=True)
    left = serializers.ListField(
        child=serializers.CharField(), help_text="Words that look like a mark and stay in the text."
    )
    missing = serializers.ListField(child=serializers.CharField(), help_text="time, text or team.")
    usual = UsualTimeSerializer(
        allow_null=True, help_text="Where the time is missing: how long it usually takes."
    )


class LineView(APIView):
    @extend_schema(operation_id="toil_line_retrieve", parameters=[LINE], responses=LineReadingSerializer)
    def get(self, request: Request) -> Response:
        """How a line would be understood by `POST /toil-entries/`, part by part."""
        refuse_unknown(request, {"line"})
        user, now = cast(User, request.user), timezone.now()
        line = tidy(request.query_params.get("line", ""))
        if not line or len(line) > LONGEST:
            raise serializers.ValidationError({"line": [f"Give a line of 1 to {LONGEST} characters."]})
        try:
            found = read_for(user, line, zone=user.zone, now=now)
        except Unreadable as error:
            raise serializers.ValidationError({"line": [str(error)]}) from error
        usual = None if found.has_time else usual_time(user, found.said, now=now)
        return Response(_reading(line, found, user, usual))


def _reading(line: str, found: Reading, user: User, usual: Usual | None) -> dict[str, Any]:
    has = {
        "time": found.has_time,
        "text": "text" in found.said,
        "team": team_for(user, found.said) is not None,
    }
    return {
        "line": line,
        "parts": [{"name": chip.name, "words": chip.words} for chip in chips_of(found.said, user.zone)],
        "left": found.left,
        "missing": [name for name, is_there in has.items() if not is_there],
        "usual": usual
        and {"duration": spell_duration(usual.seconds), "seconds": usual.seconds, "of": usual.of},
    }


class RepeatSerializer(serializers.Serializer[Any]):
    entry = serializers.UUIDField(help_text="The latest of its kind, for its `repeat`.")
    name = serializers.CharField()
    duration = serializers.CharField()
    seconds = serializers.IntegerField()
    times = serializers.IntegerField()


class RepeatsView(APIView):
    @extend_schema(operation_id="toil_repeats_list", responses=RepeatSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What the caller logged most often in 28 days, six at most, each with its median."""
        refuse_unknown(request, set())
        rows = repeats_of(cast(User, request.user), timezone.now())
        return Response(
            [
                {
                    "entry": str(row.like),
                    "name": row.name,
                    "duration": spell_duration(row.seconds),
                    "seconds": row.seconds,
                    "times": row.times,
                }
                for row in rows
            ]
        )
