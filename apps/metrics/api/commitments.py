"""The commitments as a program reads them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.action_items.models import Kind, Source
from apps.core.api import check_asked, refuse_unknown
from apps.core.describing import extend_schema
from apps.metrics.api.serializers import PanelSerializer, SpanSerializer
from apps.metrics.api.views import DAY, IntervalsAway
from apps.metrics.commitments.asking import CommitmentsForm
from apps.metrics.commitments.report import commitments
from apps.metrics.commitments.scope import By
from apps.metrics.forms import Period
from apps.metrics.intervals.asking import NoAnswer

KNOWN = {"period", "from", "to", "team", "service", "kind", "source", "by"}
PARAMETERS = [
    OpenApiParameter("period", {"type": "string", "enum": Period.values, "default": Period.DAYS.value}),
    OpenApiParameter("from", DAY, description="First day in UTC; makes the period custom."),
    OpenApiParameter("to", DAY, description="Last day in UTC, included."),
    OpenApiParameter("team", {"type": "string"}, description="Slug of the team of the action item."),
    OpenApiParameter("service", {"type": "string"}, description="Slug."),
    OpenApiParameter("kind", {"type": "array", "items": {"type": "string", "enum": Kind.values}}),
    OpenApiParameter("source", {"type": "array", "items": {"type": "string", "enum": Source.values}}),
    OpenApiParameter("by", {"type": "string", "enum": By.values, "default": By.KIND.value}),
]


class CommitmentsSerializer(serializers.Serializer[Any]):
    """`counted` promises were open at some time of the period."""

    period = SpanSerializer(source="scope.span")
    before = SpanSerializer(source="scope.before")
    counted = serializers.IntegerField()
    panels = PanelSerializer(many=True)


class CommitmentsView(APIView):
    @extend_schema(operation_id="metrics_commitments", parameters=PARAMETERS, responses=CommitmentsSerializer)
    def get(self, request: Request) -> Response:
        """What was promised in action items, whether it was kept, and what stays open: of what you may see."""
        refuse_unknown(request, KNOWN)
        form = CommitmentsForm(request.query_params, user=request.user, now=timezone.now())
        check_asked(form)
        try:
            found = commitments(form.scope())
        except NoAnswer as error:
            raise IntervalsAway from error
        return Response(CommitmentsSerializer(found, context={"rows": "api:action-item-list"}).data)
