from typing import Any, cast

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import Team, User
from apps.core.api import (
    UUID,
    Creates,
    Edits,
    Lists,
    ResourceViewSet,
    Shows,
    create_once,
    refuse_unknown,
)
from apps.core.describing import extend_schema
from apps.core.digits import number_in
from apps.toil.api.serializers import (
    ToilAgainSerializer,
    ToilAnswerSerializer,
    ToilEntrySerializer,
    ToilEntryWriteSerializer,
)
from apps.toil.api.shares import AllTeamsToilSerializer, TeamToilSerializer, share_data, summed, team_data
from apps.toil.filters import ToilEntryFilter
from apps.toil.models import DirtyWeek, EntryStatus, TeamWeek, ToilEntry
from apps.toil.models.entry import ToilEntryQuerySet
from apps.toil.models.week import ReadWeek
from apps.toil.operations import (
    confirm_entry,
    delete_entry,
    dismiss_entry,
    edit_entry,
    log_entry,
    repeat_entry,
)
from apps.toil.periods import Period, last_weeks

MOST_WEEKS = 104
WEEKS = OpenApiParameter(
    "weeks",
    {"type": "integer", "minimum": 1, "maximum": MOST_WEEKS, "default": 13},
    description="The latest weeks.",
)


class ToilEntryViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Toil by id: one's own, and for leads what was logged for a team that lets them read its entries."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = ToilEntrySerializer
    write_serializer_class = ToilEntryWriteSerializer
    filterset_class = ToilEntryFilter

    def queryset_of(self, user: Any) -> ToilEntryQuerySet:
        return ToilEntry.objects.visible_to(user).with_all()

    def shape(self, row: Any) -> Any:
        """Also to admins, who may log for others without seeing their entries afterwards."""
        return self.serializer_class(row, context=self.get_serializer_context()).data

    def add(self, data: dict[str, Any]) -> ToilEntry:
        return log_entry(**{"person": self.person, **data}, by=self.person, now=timezone.now())

    def edit(self, row: ToilEntry, changes: dict[str, Any], seen: int | None) -> ToilEntry:
        return edit_entry(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    @extend_schema(request=ToilAgainSerializer, responses={201: ToilEntrySerializer})
    @action(detail=True, methods=["post"])
    def repeat(self, request: Request, uuid: str) -> Response:
        """The same once more, today; as long as it was, unless a `duration` is given."""
        row = self.get_object()
        asked = ToilAgainSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        said, now = {"seconds": row.seconds, **asked.validated_data}, timezone.now()
        return create_once(request, lambda: repeat_entry(row, **said, by=self.person, now=now), self.shape)

    @extend_schema(request=ToilAnswerSerializer, responses=ToilEntrySerializer)
    @action(detail=True, methods=["post"])
    def transitions(self, request: Request, uuid: str) -> Response:
        """Say of what is suggested or waits for a review that it was so, with a `duration` if it took another time,
        or that it was not. Until then it counts nothing."""
        row, seen = self.get_object(), self.seen_version_if_sent()
        asked = ToilAnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        changes = dict(asked.validated_data)
        if changes.pop("to") == EntryStatus.DISMISSED:
            return self.answer(dismiss_entry(row, seen=seen, by=self.person))
        now = timezone.now()
        return self.answer(confirm_entry(row, changes=changes, seen=seen, by=self.person, now=now))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, uuid: str) -> Response:
        """Needs If-Match, like an edit."""
        delete_entry(self.get_object(), seen=self.seen_version(), by=self.person)
        return Response(status=204)


class TeamToilView(APIView):
    @extend_schema(parameters=[WEEKS], responses=TeamToilSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The latest weeks of one team and their sum, from stored weeks."""
        user = cast(User, request.user)
        team = get_object_or_404(Team.objects.visible_to(user), slug=slug)
        period = _period(request, user)
        weeks = list(TeamWeek.objects.of_team(team).touching(period))
        dirty = DirtyWeek.objects.filter(team=team, monday__gte=period.start)
        return Response(team_data(team, period.mondays, weeks, summed(weeks), is_behind=dirty.exists()))


class AllTeamsToilView(APIView):
    @extend_schema(parameters=[WEEKS], responses=AllTeamsToilSerializer)
    def get(self, request: Request) -> Response:
        """The latest weeks of every team, by name, and of the organisation: a sum over a sum."""
        user = cast(User, request.user)
        period = _period(request, user)
        teams = list(Team.objects.visible_to(user).only("slug", "toil_cap_pct", "cap_applies_to"))
        weeks: dict[int, list[ReadWeek]] = {team.pk: [] for team in teams}
        for values in TeamWeek.objects.touching(period).order_by().values_list(*ReadWeek.COLUMNS):
            weeks.setdefault(values[0], []).append(ReadWeek(values))
        behind = set(DirtyWeek.objects.filter(monday__gte=period.start).values_list("team", flat=True))
        totals = {team.pk: summed(weeks[team.pk]) for team in teams}
        results = [
            team_data(team, period.mondays, weeks[team.pk], totals[team.pk], is_behind=team.pk in behind)
            for team in teams
        ]
        return Response({"total": share_data(summed(totals.values())), "results": results})


def _period(request: Request, user: User) -> Period:
    refuse_unknown(request, {"weeks"})
    count = number_in(request.query_params.get("weeks", "13"), digits=3)
    if count is None or not 1 <= count <= MOST_WEEKS:
        raise ValidationError({"weeks": [f"Give a number from 1 to {MOST_WEEKS}."]})
    return last_weeks(timezone.now().astimezone(user.zone).date(), count)
