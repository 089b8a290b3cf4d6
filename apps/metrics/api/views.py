from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import check_asked, refuse_unknown
from apps.core.describing import extend_schema
from apps.metrics.api.serializers import PanelSerializer, ReportSerializer
from apps.metrics.forms import MetricsForm, Period
from apps.metrics.intervals.asking import NoAnswer
from apps.metrics.report import PANELS, Report, report

KNOWN = {"period", "from", "to", "team", "service", "severity"}
DAY = {"type": "string", "format": "date"}
PARAMETERS = [
    OpenApiParameter("period", {"type": "string", "enum": Period.values, "default": Period.DAYS.value}),
    OpenApiParameter("from", DAY, description="First day in UTC; makes the period custom."),
    OpenApiParameter("to", DAY, description="Last day in UTC, included."),
    OpenApiParameter(
        "team", {"type": "string"}, description="Slug of the team that owns an affected service."
    ),
    OpenApiParameter("service", {"type": "string"}, description="Slug."),
    OpenApiParameter("severity", {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 4}}),
]


class IntervalsAway(APIException):
    status_code = 503
    default_detail = "The intervals could not be computed just now. Try again in a minute."


class MetricsView(APIView):
    @extend_schema(operation_id="metrics_report", parameters=PARAMETERS, responses=ReportSerializer)
    def get(self, request: Request) -> Response:
        """Every panel of the metrics page: real incidents that started in the period and that you may see."""
        return Response(ReportSerializer(_report(request, tuple(PANELS))).data)


class MetricsPanelView(APIView):
    @extend_schema(operation_id="metrics_panel", parameters=PARAMETERS, responses=PanelSerializer)
    def get(self, request: Request, panel: str) -> Response:
        """One panel of the metrics page."""
        if panel not in PANELS:
            raise Http404
        return Response(PanelSerializer(_report(request, (panel,)).panels[0]).data)


def _report(request: Request, names: tuple[str, ...]) -> Report:
    refuse_unknown(request, KNOWN)
    form = MetricsForm(request.query_params, user=request.user, now=timezone.now())
    check_asked(form)
    try:
        return report(form.scope(), form.now, names)
    except NoAnswer as error:
        raise IntervalsAway from error
