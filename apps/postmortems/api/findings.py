"""Factors, lessons and impact values of a postmortem, for programs: /postmortems/PM-3/factors/."""

from __future__ import annotations

from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from apps.core.api import Creates, Edits, Lists, Shows, refuse_unknown
from apps.core.describing import extend_schema
from apps.core.filters import ResourceFilter, StableOrdering
from apps.core.serializers import StrictSerializer
from apps.core.versions import version_header, version_read
from apps.postmortems.api.below import BelowPostmortem
from apps.postmortems.models import (
    Certainty,
    Factor,
    FactorCategories,
    ImpactValue,
    Lesson,
    LessonKind,
    LessonPhase,
    Measure,
    Part,
)
from apps.postmortems.operations import add_part, edit_factor_categories, edit_part, remove_part


class PartSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="uuid")
    position = serializers.IntegerField()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class FactorSerializer(PartSerializer):
    category = serializers.CharField()
    text = serializers.CharField()
    is_mitigator = serializers.BooleanField()


class LessonSerializer(PartSerializer):
    kind = serializers.ChoiceField(choices=LessonKind.choices)
    phase = serializers.ChoiceField(choices=LessonPhase.choices, allow_blank=True)
    text = serializers.CharField()


class ImpactValueSerializer(PartSerializer):
    measure = serializers.ChoiceField(choices=Measure.choices)
    name = serializers.CharField()
    certainty = serializers.ChoiceField(choices=Certainty.choices)
    value = serializers.DecimalField(max_digits=18, decimal_places=3, allow_null=True)
    unit = serializers.CharField()
    method = serializers.CharField()


class PartWriteSerializer(StrictSerializer):
    position = serializers.IntegerField(min_value=1, max_value=100, required=False)


class FactorWriteSerializer(PartWriteSerializer):
    """`category` is one of those that `/factor-categories/` offers."""

    category = serializers.SlugField(max_length=40)
    text = serializers.CharField(max_length=2000)
    is_mitigator = serializers.BooleanField(required=False)


class LessonWriteSerializer(PartWriteSerializer):
    kind = serializers.ChoiceField(choices=LessonKind.choices)
    phase = serializers.ChoiceField(choices=LessonPhase.choices, required=False, allow_blank=True)
    text = serializers.CharField(max_length=2000)


class ImpactValueWriteSerializer(PartWriteSerializer):
    """Measured and estimated ones need value, unit and method; an unknown one has no value."""

    measure = serializers.ChoiceField(choices=Measure.choices)
    name = serializers.CharField(max_length=60, required=False, allow_blank=True)
    certainty = serializers.ChoiceField(choices=Certainty.choices)
    value = serializers.DecimalField(
        max_digits=18, decimal_places=3, min_value=0, required=False, allow_null=True
    )
    unit = serializers.CharField(max_length=30, required=False, allow_blank=True)
    method = serializers.CharField(max_length=1000, required=False, allow_blank=True)


class FactorFilter(ResourceFilter):
    category = django_filters.CharFilter(max_length=40)
    is_mitigator = django_filters.BooleanFilter()
    sort = StableOrdering(fields={"position": "position"}, default=("position", "pk"))

    class Meta:
        model = Factor
        fields: list[str] = []


class LessonFilter(ResourceFilter):
    kind = django_filters.ChoiceFilter(choices=LessonKind.choices)
    phase = django_filters.ChoiceFilter(choices=LessonPhase.choices)
    sort = StableOrdering(fields={"position": "position"}, default=("position", "pk"))

    class Meta:
        model = Lesson
        fields: list[str] = []


class ImpactValueFilter(ResourceFilter):
    measure = django_filters.ChoiceFilter(choices=Measure.choices)
    certainty = django_filters.ChoiceFilter(choices=Certainty.choices)
    sort = StableOrdering(fields={"position": "position"}, default=("position", "pk"))

    class Meta:
        model = ImpactValue
        fields: list[str] = []


class PartViewSet(Lists, Shows, Creates, Edits, BelowPostmortem):
    """Rows of one list of one postmortem. PATCH and DELETE need If-Match with the row's own ETag."""

    model: type[Part]

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        rows: Any = self.model._default_manager
        return cast("QuerySet[Any]", rows.filter(postmortem=self.get_document()).select_related("postmortem"))

    def add(self, data: dict[str, Any]) -> Part:
        return add_part(self.get_document(), self.model, data, now=timezone.now(), by=self.person)

    def edit(self, row: Part, changes: dict[str, Any], seen: int | None) -> Part:
        return edit_part(row, changes, seen=seen, now=timezone.now(), by=self.person)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """What the row said stays in the audit trail."""
        remove_part(self.get_object(), seen=self.seen_version(), now=timezone.now(), by=self.person)
        return Response(status=204)


class FactorViewSet(PartViewSet):
    """What made it possible, and what kept it from being worse."""

    model = Factor
    serializer_class = FactorSerializer
    write_serializer_class = FactorWriteSerializer
    filterset_class = FactorFilter


class LessonViewSet(PartViewSet):
    """What went well and poorly, where we got lucky, what surprised us."""

    model = Lesson
    serializer_class = LessonSerializer
    write_serializer_class = LessonWriteSerializer
    filterset_class = LessonFilter


class ImpactValueViewSet(PartViewSet):
    """How much it hurt: measured, estimated or unknown."""

    model = ImpactValue
    serializer_class = ImpactValueSerializer
    write_serializer_class = ImpactValueWriteSerializer
    filterset_class = ImpactValueFilter


class CategorySerializer(StrictSerializer):
    slug = serializers.SlugField(max_length=40)
    name = serializers.CharField(max_length=60)
    is_offered = serializers.BooleanField(required=False, default=True)


class FactorCategoriesSerializer(StrictSerializer):
    categories = CategorySerializer(many=True)
    version = serializers.IntegerField(read_only=True)


class FactorCategoriesViewSet(ViewSet):
    @extend_schema(operation_id="factor_categories_retrieve", responses=FactorCategoriesSerializer)
    def retrieve(self, request: Request) -> Response:
        """Which categories of factors there are; one that is no longer offered keeps its name for old factors."""
        refuse_unknown(request, set())
        return self._answer(FactorCategories.objects.current())

    @extend_schema(
        operation_id="factor_categories_update",
        request=FactorCategoriesSerializer,
        responses=FactorCategoriesSerializer,
    )
    def update(self, request: Request) -> Response:
        """Replace the list. Needs If-Match. One that factors use cannot go."""
        body = FactorCategoriesSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted, seen = body.validated_data["categories"], version_read(request)
        return self._answer(edit_factor_categories(wanted, seen=seen, by=request.user))  # type: ignore[arg-type]

    def _answer(self, row: FactorCategories) -> Response:
        shown = {"categories": row.categories, "version": row.version}
        return Response(shown, headers=version_header(row))
