"""The incidents most like one."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import ResourceViewSet, refuse_unknown
from apps.core.describing import extend_schema
from apps.incidents.api import shapes
from apps.incidents.api.serializers import IncidentRowSerializer
from apps.incidents.models import Incident
from apps.incidents.similarity import LEAST_SCORE, MOST, POINTS, SHOWN, Reasons, best_for, score_of


class SimilarQuerySerializer(serializers.Serializer[Any]):
    limit = serializers.IntegerField(min_value=1, max_value=MOST, default=SHOWN)
    min_score = serializers.IntegerField(min_value=0, max_value=100, default=LEAST_SCORE)


class ReasonSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=list(POINTS))
    names = serializers.ListField(child=serializers.CharField())
    points = serializers.IntegerField()


class SimilarSerializer(serializers.Serializer[Any]):
    """`score` is the sum of the points of its reasons, out of 100."""

    score = serializers.IntegerField()
    reasons = ReasonSerializer(many=True)
    incident = IncidentRowSerializer()


class SimilarPart(ResourceViewSet):
    @extend_schema(parameters=[SimilarQuerySerializer], responses=SimilarSerializer(many=True))
    @action(detail=True, methods=["get"], pagination_class=None, filterset_class=None)
    def similar(self, request: Request, key: str) -> Response:
        """The other incidents most like this one that you may see, the best first, with the reasons."""
        incident = self.get_object()
        refuse_unknown(request, {"limit", "min_score"})
        asked = SimilarQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(shapes_of(best_for(incident, to=self.person, **asked.validated_data)))


def shapes_of(best: Reasons) -> list[dict[str, Any]]:
    rows = list(Incident.objects.filter(pk__in=best).values(*shapes.COLUMNS))
    shown = {values["pk"]: row for values, row in zip(rows, shapes.rows_of(rows), strict=True)}
    return [
        {
            "score": score_of(reasons),
            "reasons": [{"kind": why.kind, "names": why.names, "points": why.points} for why in reasons],
            "incident": shown[pk],
        }
        for pk, reasons in best.items()
        if pk in shown
    ]
