from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.core.api import UUID, Creates, Edits, Lists, ResourceViewSet, Shows
from apps.core.http import today_of
from apps.core.serializers import StrictSerializer
from apps.toil.filters import ReductionFilter
from apps.toil.models import Reduction, Strategy, ToilSource
from apps.toil.models.reduction import ReductionQuerySet
from apps.toil.operations import add_reduction, edit_reduction, remove_reduction
from apps.toil.reductions.effect import Effect, Lack
from apps.toil.reductions.weighing import results_of

EFFECTS = [(effect.value, effect.name) for effect in Effect]
LACKS = [(lack.value, lack.name) for lack in Lack]


class PlannedSerializer(serializers.Serializer[Any]):
    """In minutes a week, minutes, and weeks. `payback_weeks` is null when it never pays back; `is_thin` when less than
    four weeks or a single reporter stand behind it."""

    saved_minutes = serializers.FloatField(source="payback.saved")
    net_minutes = serializers.FloatField(source="payback.net_weekly")
    payback_weeks = serializers.FloatField(source="payback.weeks", allow_null=True)
    net_minutes_in_a_year = serializers.IntegerField(source="planned_net")
    roi = serializers.FloatField(source="payback.roi", allow_null=True)
    minutes_before = serializers.SerializerMethodField()
    occurrences_before = serializers.FloatField(source="weekly_occurrences")
    is_thin = serializers.BooleanField()

    def get_minutes_before(self, row: Reduction) -> float:
        return row.weekly_seconds / 60


class MeasuredSerializer(serializers.Serializer[Any]):
    """Medians of weeks before work began and since it was done. `effect` is null until four complete weeks are over;
    `lack` says what is missing where it is insufficient. `reduced_by`, `coverage_after` and `judged_weeks` are of the
    weeks by which it was judged: the first four, and all twelve once they are over. `minutes_after` and `weeks_after`
    are of all weeks so far."""

    effect = serializers.ChoiceField(choices=EFFECTS, allow_null=True)
    lack = serializers.ChoiceField(choices=LACKS, allow_null=True)
    minutes_before = serializers.FloatField(source="before.usual")
    minutes_after = serializers.FloatField(source="after.usual")
    weeks_before = serializers.IntegerField(source="before.weeks")
    weeks_after = serializers.IntegerField(source="after.weeks")
    reduced_by = serializers.FloatField(source="reduced", allow_null=True)
    coverage_before = serializers.FloatField(source="before.coverage", allow_null=True)
    coverage_after = serializers.FloatField(source="judged.coverage", allow_null=True)
    judged_weeks = serializers.IntegerField(source="judged.weeks")
    payback_weeks = serializers.FloatField(allow_null=True)
    is_final = serializers.BooleanField()


class ReductionSerializer(serializers.Serializer[Reduction]):
    """A plan for less of a source. `carried_by` is the action item that carries it now: `item`, or what that was merged
    into. `measured` is null until that is done; `is_given_up` says that it never will be."""

    id = serializers.UUIDField(source="uuid")
    source = serializers.CharField(source="source.slug")  # type: ignore[assignment]
    item = serializers.CharField(source="item.key", allow_null=True, default=None)
    carried_by = serializers.CharField(source="carrier.key", allow_null=True, default=None)
    is_given_up = serializers.BooleanField()
    strategy = serializers.ChoiceField(choices=Strategy.choices)
    expected_pct = serializers.IntegerField()
    build_minutes = serializers.IntegerField()
    maintenance_minutes = serializers.IntegerField()
    switch_minutes = serializers.IntegerField()
    lead_weeks = serializers.IntegerField()
    started_on = serializers.DateField(allow_null=True)
    other_benefits = serializers.CharField()
    is_pinned = serializers.BooleanField()
    planned = PlannedSerializer(source="*")
    measured = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    @extend_schema_field(MeasuredSerializer(allow_null=True))
    def get_measured(self, row: Reduction) -> Any:
        return MeasuredSerializer(found).data if (found := self.results.get(row.pk)) else None

    @property
    def results(self) -> Any:
        """Of the whole page at once."""
        known: dict[str, Any] = self.context  # type: ignore[assignment]
        if "results" not in known:
            rows: Any = self.parent.instance if self.parent else [self.instance]
            known["results"] = results_of(list(rows), today_of(known["request"]))
        return known["results"]


class SeenItem(serializers.SlugRelatedField[ActionItem]):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="key", queryset=ActionItem.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return ActionItem.objects.visible_to(self.context["request"].user)


class ReductionWriteSerializer(StrictSerializer):
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="slug", queryset=ToilSource.objects.all()
    )
    item = SeenItem(required=False, allow_null=True)
    strategy = serializers.ChoiceField(choices=Strategy.choices)
    expected_pct = serializers.IntegerField(min_value=1, max_value=100)
    build_minutes = serializers.IntegerField(min_value=0, max_value=1_000_000)
    maintenance_minutes = serializers.IntegerField(min_value=0, max_value=10_080, required=False)
    switch_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False)
    lead_weeks = serializers.IntegerField(min_value=0, max_value=52, required=False)
    started_on = serializers.DateField(required=False, allow_null=True)
    other_benefits = serializers.CharField(max_length=500, required=False, allow_blank=True)
    is_pinned = serializers.BooleanField(required=False)

    def validate_source(self, source: ToilSource) -> ToilSource:
        if self.instance is not None and source != self.instance.source:
            raise serializers.ValidationError("A plan stays with its source.")
        return source


class ReductionViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """Plans for less toil, and what came of them."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = ReductionSerializer
    write_serializer_class = ReductionWriteSerializer
    filterset_class = ReductionFilter

    def queryset_of(self, user: User) -> ReductionQuerySet:
        return Reduction.objects.visible_to(user).with_names()

    def add(self, data: dict[str, Any]) -> Reduction:
        return add_reduction(**data, by=self.person, now=timezone.now())

    def edit(self, row: Reduction, changes: dict[str, Any], seen: int | None) -> Reduction:
        return edit_reduction(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    def destroy(self, request: Request, uuid: str) -> Response:
        """Remove a plan; its action item stays."""
        remove_reduction(self.get_object(), seen=self.seen_version_if_sent(), by=self.person)
        return Response(status=204)
