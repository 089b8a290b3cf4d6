"""What most of the time goes into, as a program reads it."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import check_asked, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.errors import TooMuch
from apps.core.http import today_of
from apps.toil.pareto.asking import TOO_MUCH, By, ParetoForm, Time
from apps.toil.pareto.report import Line, pareto_of

DAY = {"type": "string", "format": "date"}
KNOWN = {"team", "service", "since", "until", "by", "period"}
PARAMETERS = [
    OpenApiParameter("by", {"type": "string", "enum": By.values, "default": By.SOURCE.value}),
    OpenApiParameter("period", {"type": "string", "enum": Time.values, "default": Time.QUARTER.value}),
    OpenApiParameter("since", DAY, description="First local day; makes the period custom."),
    OpenApiParameter("until", DAY, description="Last local day, included."),
    OpenApiParameter("team", {"type": "string"}, description="Slug; all teams without it."),
    OpenApiParameter("service", {"type": "string"}, description="Slug."),
]


class ParetoLineSerializer(serializers.Serializer[Line]):
    """`key` is a slug or a value, empty for what could not be told apart. `people` is null in a team of fewer than
    four, and over all teams where they are fewer; `out_of_hours_share` over all teams. `among_80` are the smallest set
    that makes 80 % of the time."""

    key = serializers.CharField()
    name = serializers.CharField()
    seconds = serializers.IntegerField()
    share = serializers.FloatField()
    cumulative = serializers.FloatField()
    among_80 = serializers.BooleanField(source="is_vital")
    unattributed = serializers.BooleanField(source="is_loose")
    occurrences = serializers.IntegerField(source="group.occurrences")
    median_seconds = serializers.FloatField(source="group.median", allow_null=True)
    people = serializers.IntegerField(allow_null=True)
    seconds_before = serializers.IntegerField(source="group.before")
    trend = serializers.FloatField(allow_null=True)
    out_of_hours_share = serializers.FloatField(source="outside", allow_null=True)
    action_items = serializers.SerializerMethodField()

    def get_action_items(self, line: Line) -> list[str]:
        return [item.key for item in line.items]


class ParetoSerializer(serializers.Serializer[Any]):
    """`findings` say what stands first, such as that too much is not attributed."""

    by = serializers.ChoiceField(source="scope.by", choices=By.choices)
    team = serializers.CharField(source="scope.team.slug", default=None, allow_null=True)
    since = serializers.DateField(source="scope.period.start")
    until = serializers.DateField(source="scope.period.last")
    seconds = serializers.IntegerField()
    seconds_before = serializers.IntegerField(source="before")
    unattributed_share = serializers.FloatField(source="loose_share")
    findings = serializers.ListField(child=serializers.CharField())
    lines = ParetoLineSerializer(many=True)


class ParetoView(APIView):
    @extend_schema(operation_id="toil_pareto", parameters=PARAMETERS, responses=ParetoSerializer)
    def get(self, request: Request) -> Response:
        """What toil goes into, largest first: by source, category, service or trigger."""
        refuse_unknown(request, KNOWN)
        form = ParetoForm(request.query_params, user=request.user, today=today_of(request))  # type: ignore[arg-type]
        check_asked(form)
        try:
            return Response(ParetoSerializer(pareto_of(form.scope())).data)
        except TooMuch as error:
            raise exceptions.ValidationError({"period": [TOO_MUCH]}) from error
