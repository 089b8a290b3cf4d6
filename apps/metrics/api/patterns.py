"""The patterns as a program reads them."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import check_asked, refuse_unknown
from apps.core.describing import extend_schema
from apps.metrics.api.serializers import LimitsSerializer
from apps.metrics.api.views import IntervalsAway
from apps.metrics.intervals.asking import NoAnswer
from apps.metrics.patterns.asking import PatternsForm, found_patterns

PARAMETERS = [
    OpenApiParameter(
        "team", {"type": "string"}, description="Slug of the team that owns an affected service."
    ),
    OpenApiParameter("service", {"type": "string"}, description="Slug."),
    OpenApiParameter(
        "quarter", {"type": "string"}, description="In which an incident began, such as 2026-Q3."
    ),
]


class Listed(serializers.Serializer[Any]):
    list_url = serializers.SerializerMethodField(help_text="The postmortems behind the figure.")

    def get_list_url(self, row: Any) -> str:
        return f"{reverse('api:postmortem-list')}?{row.query}" if row.query else ""


class PatternShareSerializer(Listed):
    """`part` of `n` published postmortems. `google` is the share that Google published, null where there is none."""

    slug = serializers.CharField()
    name = serializers.CharField()
    part = serializers.IntegerField()
    n = serializers.IntegerField()
    value = serializers.FloatField(allow_null=True)
    interval = LimitsSerializer()
    google = serializers.FloatField(source="elsewhere", allow_null=True)
    verdict = serializers.CharField()


class PatternCellSerializer(Listed):
    count = serializers.IntegerField()


class PatternLineSerializer(serializers.Serializer[Any]):
    """One trigger, factor or kind of lesson: a cell for each of `quarters`."""

    group = serializers.CharField()
    name = serializers.CharField()
    cells = PatternCellSerializer(many=True)


class ReturningSerializer(Listed):
    """The same factor on the same service, or on services of the same team, in several quarters."""

    factor = serializers.CharField()
    place = serializers.CharField(source="place.kind", help_text="service or team")
    slug = serializers.CharField(source="place.slug")
    quarters = serializers.ListField(child=serializers.CharField())
    count = serializers.IntegerField()


class LeftOutSerializer(Listed):
    reason = serializers.CharField()
    count = serializers.IntegerField()


class PatternsSerializer(serializers.Serializer[Any]):
    counted = serializers.IntegerField()
    triggers = PatternShareSerializer(many=True)
    factors = PatternShareSerializer(many=True)
    left_out = LeftOutSerializer(many=True)
    quarters = serializers.SerializerMethodField()
    lines = PatternLineSerializer(many=True)
    returning = ReturningSerializer(many=True)
    caveats = serializers.ListField(child=serializers.CharField())

    def get_quarters(self, found: Any) -> list[str]:
        return [quarter for quarter, _ in found.quarters]


class PatternsView(APIView):
    @extend_schema(operation_id="metrics_patterns", parameters=PARAMETERS, responses=PatternsSerializer)
    def get(self, request: Request) -> Response:
        """Triggers, factors and lessons of the published postmortems that you may see, beside Google's shares."""
        refuse_unknown(request, {"team", "service", "quarter"})
        form = PatternsForm(request.query_params, user=request.user)
        check_asked(form)
        try:
            return Response(PatternsSerializer(found_patterns(form, request)).data)
        except NoAnswer as error:
            raise IntervalsAway from error
