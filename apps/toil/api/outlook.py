"""Where a team's share is going and how far its figures can be trusted, as a program reads them."""

from typing import cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.accounts.models import Team, User
from apps.core.api import check_asked, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.http import today_of
from apps.toil import policies
from apps.toil.api.pareto import DAY
from apps.toil.budgets.outlook import LOOKED_AT, Outlook, Way, outlook_of
from apps.toil.models import TeamWeek
from apps.toil.pareto.asking import ParetoForm, Time
from apps.toil.quality import Part, Quality, quality_of

ASKED = ("period", "since", "until")
PERIOD = [
    OpenApiParameter("period", {"type": "string", "enum": Time.values, "default": Time.QUARTER.value}),
    OpenApiParameter("since", DAY, description="First local day; makes the period custom."),
    OpenApiParameter("until", DAY, description="Last local day, included."),
]


class OutlookSerializer(serializers.Serializer[Outlook]):
    """`slope` in percentage points a week and `now` in percent, on the line after Theil and Sen; `known_weeks` of the
    `weeks_looked_at` are confirmed by 70 % at least. With fewer than eight the way is unknown. `weeks_to_cap` is null
    where the line does not meet the cap within a year."""

    way = serializers.ChoiceField(choices=[(way.value, way.name) for way in Way])
    known_weeks = serializers.IntegerField(source="known")
    weeks_looked_at = serializers.IntegerField(source="looked_at")
    slope = serializers.FloatField()
    now = serializers.FloatField(allow_null=True)
    weeks_to_cap = serializers.FloatField(allow_null=True)
    meets_cap_on = serializers.DateField(allow_null=True)


class PartSerializer(serializers.Serializer[Part]):
    part = serializers.IntegerField()
    whole = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)


class QualitySerializer(serializers.Serializer[Quality]):
    """`logged_late` and `half_hours` count entries, `unattributed` seconds, `one_reporter` sources. In a team of fewer
    than four `one_reporter` and `concentration` are null; the second also for everybody but its leads."""

    since = serializers.DateField(source="period.start")
    until = serializers.DateField(source="period.last")
    coverage_pct = serializers.FloatField(source="number.coverage", allow_null=True)
    logged_late = PartSerializer(source="late")
    half_hours = PartSerializer(source="rounded")
    unattributed = PartSerializer(source="loose")
    one_reporter = PartSerializer(source="single", allow_null=True)
    changed_after_close = serializers.IntegerField(source="revisions")
    relabelled_entries = serializers.SerializerMethodField()
    relabelled_seconds = serializers.IntegerField()
    concentration = serializers.SerializerMethodField()

    def get_relabelled_entries(self, quality: Quality) -> int:
        return len(quality.relabelled)

    def get_concentration(self, quality: Quality) -> float | None:
        found = quality.concentration
        return None if found is None or not self.context["is_lead"] else float(found)


def find_team(request: Request, slug: str) -> Team:
    return get_object_or_404(Team.objects.visible_to(cast(User, request.user)), slug=slug)


class TeamOutlookView(APIView):
    @extend_schema(operation_id="team_toil_outlook", responses=OutlookSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Whether the share of one team rises or falls, and when it meets the cap if nothing changes."""
        refuse_unknown(request, set())
        team = find_team(request, slug)
        final = TeamWeek.objects.of_team(team).filter(is_final=True).order_by("-monday")[:LOOKED_AT]
        return Response(OutlookSerializer(outlook_of(team, reversed(final))).data)


class TeamQualityView(APIView):
    @extend_schema(operation_id="team_toil_quality", parameters=PERIOD, responses=QualitySerializer)
    def get(self, request: Request, slug: str) -> Response:
        """How far the figures of one team can be trusted."""
        refuse_unknown(request, set(ASKED))
        team, user = find_team(request, slug), cast(User, request.user)
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        form = ParetoForm(asked, user=user, today=today_of(request))
        check_asked(form)
        quality = quality_of(team, form.scope().period)
        context = {"is_lead": policies.can_read_load(user, team)}
        return Response(QualitySerializer(quality, context=context).data)
