"""Planned against measured hours saved, as a program reads them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core.api import check_asked, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.http import today_of
from apps.toil.api.reductions import EFFECTS
from apps.toil.filters import ReductionFilter
from apps.toil.ledger.keeping import Account, Ledger, Sums, ledger_of
from apps.toil.models import Reduction, Strategy

NAMES = ("q", "state", "team", "source")
PARAMETERS = [
    *(OpenApiParameter(name, {"type": "string"}) for name in NAMES),
    OpenApiParameter("strategy", {"type": "string", "enum": Strategy.values}),
]


class SavedSerializer(serializers.Serializer[Sums]):
    """Minutes; `weeks_unknown` of the weeks are planned, but too little of them is confirmed to be measured."""

    planned_minutes = serializers.FloatField(source="planned")
    measured_minutes = serializers.FloatField(source="measured")
    weeks = serializers.IntegerField()
    weeks_unknown = serializers.IntegerField(source="unknown")


class SavedInQuarterSerializer(SavedSerializer):
    quarter = serializers.CharField()


class SavedByPlanSerializer(serializers.Serializer[Account]):
    """One plan. Measured minutes are nothing while it is not `is_counted`."""

    reduction = serializers.UUIDField(source="plan.uuid")
    source = serializers.CharField(source="plan.source.slug")  # type: ignore[assignment]
    team = serializers.CharField(source="plan.source.team.slug")
    item = serializers.CharField(source="plan.carrier.key")
    effect = serializers.ChoiceField(source="result.effect", choices=EFFECTS)
    is_counted = serializers.BooleanField()
    whole = SavedSerializer()


class LedgerSerializer(serializers.Serializer[Ledger]):
    whole = SavedSerializer()
    quarters = serializers.SerializerMethodField()
    plans = SavedByPlanSerializer(source="accounts", many=True)

    @extend_schema_field(SavedInQuarterSerializer(many=True))
    def get_quarters(self, ledger: Ledger) -> Any:
        return [{"quarter": name, **SavedSerializer(sums).data} for name, sums in ledger.quarters.items()]


class LedgerView(APIView):
    @extend_schema(operation_id="toil_ledger", parameters=PARAMETERS, responses=LedgerSerializer)
    def get(self, request: Request) -> Response:
        """Hours that plans for less toil were to save, and those that the log says they saved, by quarter."""
        refuse_unknown(request, {*NAMES, "strategy"})
        rows = Reduction.objects.visible_to(request.user).with_names()  # type: ignore[arg-type]
        filterset = ReductionFilter(request.query_params, queryset=rows, request=request)
        check_asked(filterset)
        return Response(LedgerSerializer(ledger_of(list(filterset.qs), today_of(request))).data)
