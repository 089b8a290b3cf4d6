"""The checklist of an item and what it waits for, for programs."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.action_items import operations
from apps.action_items.api.serializers import VisibleKeyField, slug_of
from apps.action_items.api.shapes import TiedItemSerializer, TiesSerializer, as_told, tied
from apps.action_items.models import ActionItem, ChecklistStep, Dependency
from apps.action_items.models.checklist import LONGEST_STEP
from apps.core.api import UUID, Creates, Edits, Lists, ResourceViewSet, Shows, create_once
from apps.core.describing import extend_schema
from apps.core.filters import ResourceFilter, StableOrdering
from apps.core.serializers import StrictSerializer
from apps.incidents.operations import note_reading

LINK = OpenApiParameter("link", str, OpenApiParameter.PATH, description="The link, by its id.")


def item_of(view: Any) -> ActionItem:
    rows = ActionItem.objects.visible_to(view.person).with_people()
    item = get_object_or_404(rows, key=view.kwargs["item"])
    note_reading(filter(None, [item.incident]), by=view.person, now=timezone.now())
    return item


class ChecklistStepSerializer(serializers.Serializer[ChecklistStep]):
    id = serializers.UUIDField(source="uuid")
    position = serializers.IntegerField()
    text = serializers.CharField()
    is_done = serializers.BooleanField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_done_by(self, row: ChecklistStep) -> str | None:
        return slug_of(row.done_by)


class ChecklistStepWriteSerializer(StrictSerializer):
    """A new step stands at the end; ticking and moving are changes of one that exists."""

    text = serializers.CharField(max_length=LONGEST_STEP)
    is_done = serializers.BooleanField(required=False)
    position = serializers.IntegerField(min_value=1, max_value=999, required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        early = sorted({"is_done", "position"} & set(data))
        if self.instance is None and early:
            raise serializers.ValidationError(dict.fromkeys(early, "Add the step first."))
        return data


class ChecklistFilter(ResourceFilter):
    sort = StableOrdering(fields={"position": "position"}, default=("position", "pk"))

    class Meta:
        model = ChecklistStep
        fields: list[str] = []


class ChecklistStepViewSet(Lists, Shows, Creates, Edits, ResourceViewSet):
    """The steps of an item, in order."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = ChecklistStepSerializer
    write_serializer_class = ChecklistStepWriteSerializer
    filterset_class = ChecklistFilter

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        return ChecklistStep.objects.filter(item=item_of(self)).with_people()

    def add(self, data: dict[str, Any]) -> ChecklistStep:
        return operations.add_step(item_of(self), **data, by=self.person)

    def edit(self, row: ChecklistStep, changes: dict[str, Any], seen: int | None) -> ChecklistStep:
        return operations.edit_step(row, changes=changes, seen=seen, by=self.person, now=timezone.now())

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        operations.remove_step(self.get_object(), by=self.person)
        return Response(status=204)


class DependencyWriteSerializer(StrictSerializer):
    """The item waits for `blocker`."""

    blocker = VisibleKeyField(ActionItem)


class Depending:
    @extend_schema(responses=TiesSerializer, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def dependencies(self: Any, request: Request, key: str) -> Response:
        """What it waits for, what waits for it, and what does not fit."""
        return Response(as_told(self.get_object(), self.person))

    @extend_schema(request=DependencyWriteSerializer, responses={201: TiedItemSerializer}, filters=False)
    @dependencies.mapping.post
    def add_dependency(self: Any, request: Request, key: str) -> Response:
        """It waits for another item. Said twice it is one link; a circle is refused."""
        item, wanted = self.get_object(), self._read(DependencyWriteSerializer)

        def make() -> Dependency:
            return operations.add_dependency(item, **wanted, by=self.person, now=timezone.now())

        return create_once(request, make, lambda link: tied(link, wanted["blocker"]))

    @extend_schema(parameters=[LINK], request=None, responses={204: None}, filters=False)
    @action(detail=True, methods=["delete"], url_path=rf"dependencies/(?P<link>{UUID})")
    def remove_dependency(self: Any, request: Request, key: str, link: str) -> Response:
        """It waits no longer; from either end."""
        rows = Dependency.objects.visible_to(self.person).around(self.get_object())
        operations.remove_dependency(get_object_or_404(rows, uuid=link), by=self.person)
        return Response(status=204)
