"""The survey for programs: one's own answers, and what a team said beside what it logged."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import Team, User
from apps.core.describing import extend_schema
from apps.core.http import today_of
from apps.core.serializers import StrictSerializer
from apps.core.templatetags.times import half_up
from apps.toil.models import ToilSource
from apps.toil.operations import Said, answer_all, count_tickets
from apps.toil.periods import quarter_named
from apps.toil.surveys.reading import Asked, TeamSurvey, asked_of, surveys_of
from apps.toil.surveys.rules import Reading


class AskedSerializer(serializers.Serializer[Any]):
    """What you are asked for one team. `share_pct` is null until you answer."""

    team = serializers.CharField()
    about_from = serializers.DateField()
    about_to = serializers.DateField()
    open_until = serializers.DateField()
    share_pct = serializers.IntegerField(allow_null=True)
    worst = serializers.CharField(allow_null=True)


class SurveyAnswerSerializer(StrictSerializer):
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all())
    share_pct = serializers.IntegerField(min_value=0, max_value=100)
    worst = serializers.SlugRelatedField(
        slug_field="slug", queryset=ToilSource.objects.all(), required=False, allow_null=True, default=None
    )


class SurveyAnswersSerializer(StrictSerializer):
    """All of your answers: a team that is not named has none any more."""

    answers = SurveyAnswerSerializer(many=True)


class SurveyView(APIView):
    @extend_schema(responses=AskedSerializer(many=True))
    def get(self, request: Request) -> Response:
        """What you are asked now, and what you said; nothing while no survey is open."""
        return Response([_asked(each) for each in asked_of(_user(request), timezone.now())])

    @extend_schema(request=SurveyAnswersSerializer, responses=AskedSerializer(many=True))
    def put(self, request: Request) -> Response:
        """Your answers, for all teams at once, while the survey is open."""
        user, now = _user(request), timezone.now()
        body = SurveyAnswersSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        answer_all(user, [Said(**each) for each in body.validated_data["answers"]], by=user, now=now)
        return Response([_asked(each) for each in asked_of(user, now)])


class TicketsSerializer(serializers.Serializer[Any]):
    """An estimate: tickets × the median of what one took. In no percentage."""

    source = serializers.CharField()  # type: ignore[assignment]
    count = serializers.IntegerField()
    usual_seconds = serializers.FloatField(allow_null=True)
    estimate_seconds = serializers.FloatField(allow_null=True)
    logged_seconds = serializers.IntegerField()


class TeamSurveySerializer(serializers.Serializer[Any]):
    """Of a closed survey. With fewer than four answers all that comes of them is null."""

    quarter = serializers.CharField()
    about_from = serializers.DateField()
    about_to = serializers.DateField()
    answers = serializers.IntegerField(allow_null=True)
    mean_pct = serializers.FloatField(allow_null=True)
    median_pct = serializers.FloatField(allow_null=True)
    lowest_pct = serializers.IntegerField(allow_null=True)
    highest_pct = serializers.IntegerField(allow_null=True)
    log_pct = serializers.FloatField(allow_null=True)
    log_by_survey = serializers.FloatField(allow_null=True)
    reading = serializers.ChoiceField(choices=[(each.value, each.name) for each in Reading], allow_null=True)
    tickets = TicketsSerializer(many=True)


class TeamSurveyView(APIView):
    @extend_schema(responses=TeamSurveySerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """What a team said in its closed surveys, beside what it logged; newest first."""
        team = get_object_or_404(Team.objects.visible_to(_user(request)), slug=slug)
        return Response([_told(row) for row in surveys_of(team, today_of(request))])


class TicketCountSerializer(serializers.Serializer[Any]):
    quarter = serializers.CharField(source="quarter_name")
    count = serializers.IntegerField()


class TicketCountWriteSerializer(StrictSerializer):
    quarter = serializers.CharField(max_length=7, help_text="Such as 2026-Q1.")
    count = serializers.IntegerField(min_value=0, max_value=1_000_000, allow_null=True)

    def validate_quarter(self, name: str) -> Any:
        found = quarter_named(name)
        if found is None:
            raise serializers.ValidationError("Write the quarter as 2026-Q1.")
        return found


class TicketCountView(APIView):
    @extend_schema(responses=TicketCountSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """How many tickets of a source another system counted, by quarter."""
        return Response(TicketCountSerializer(_source(request, slug).ticket_counts.all(), many=True).data)

    @extend_schema(request=TicketCountWriteSerializer, responses=TicketCountSerializer(many=True))
    def put(self, request: Request, slug: str) -> Response:
        """The count of one quarter; null takes it away."""
        source, body = _source(request, slug), TicketCountWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = body.validated_data
        count_tickets(source, day=sent["quarter"], count=sent["count"], by=_user(request))
        return Response(TicketCountSerializer(source.ticket_counts.all(), many=True).data)


def _user(request: Request) -> User:
    user: User = request.user  # type: ignore[assignment]
    return user


def _source(request: Request, slug: str) -> ToilSource:
    return get_object_or_404(ToilSource.objects.visible_to(_user(request)), slug=slug)


def _asked(each: Asked) -> dict[str, Any]:
    answer = each.answer
    return {
        "team": each.team.slug,
        "about_from": each.season.about.start,
        "about_to": each.season.about.last,
        "open_until": each.season.quarter.last,
        "share_pct": answer.share_pct if answer else None,
        "worst": answer.worst.slug if answer and answer.worst else None,
    }


def _told(row: TeamSurvey) -> dict[str, Any]:
    result = row.result
    return {
        "quarter": row.name,
        "about_from": row.season.about.start,
        "about_to": row.season.about.last,
        "answers": result.n if result else None,
        "mean_pct": _two(result.mean) if result else None,
        "median_pct": _two(result.median) if result else None,
        "lowest_pct": result.lowest if result else None,
        "highest_pct": result.highest if result else None,
        "log_pct": _two(row.logged.exact),
        "log_by_survey": _two(row.ratio),
        "reading": row.reading.value if row.reading else None,
        "tickets": [
            {
                "source": each.source.slug,
                "count": each.count,
                "usual_seconds": _two(each.usual),
                "estimate_seconds": _two(each.seconds),
                "logged_seconds": each.logged_seconds,
            }
            for each in row.tickets
        ],
    }


def _two(value: Any) -> float | None:
    return None if value is None else float(half_up(value, 2))
