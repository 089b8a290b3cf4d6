"""Many items at once for programs: what would become of each, the change itself, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team
from apps.action_items.api.serializers import PersonField, PriorityField
from apps.action_items.choosing import visible_rows
from apps.action_items.filters import ActionItemApiFilter
from apps.action_items.forms_bulk import MOVES
from apps.action_items.models import ActionItem, BulkChange, BulkRow
from apps.action_items.operations import (
    BulkWish,
    apply_bulk_change,
    preview_bulk_change,
    undo_bulk_change,
)
from apps.action_items.operations.bulk import Chosen
from apps.core.api import UUID, Creates, ResourceViewSet, Shows
from apps.core.choosing import MOST_ROWS, of_list
from apps.core.serializers import StrictSerializer, expect_nothing
from apps.core.validators import validate_reasonable_date

UNKNOWN = "There is nothing with one of these keys."


class ChosenSerializer(StrictSerializer):
    key = serializers.CharField(max_length=20)
    version = serializers.IntegerField(
        min_value=1,
        max_value=999_999_999,
        required=False,
        help_text="That was read; a later one is left alone.",
    )


class BulkWishSerializer(StrictSerializer):
    """Which action items, by `items` or by the query of their list in `filter`, and what is to change about them."""

    items = ChosenSerializer(many=True, required=False, max_length=MOST_ROWS)  # type: ignore[call-arg]  # of the list
    filter = serializers.CharField(
        max_length=2000, required=False, help_text="Such as team=payments&status=open: the first 100 of them."
    )
    owner = PersonField(required=False)
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all(), required=False)
    priority = PriorityField(required=False)
    due_on = serializers.DateField(required=False, validators=[validate_reasonable_date])
    to = serializers.ChoiceField(choices=MOVES, required=False)
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)
    evidence_note = serializers.CharField(max_length=1000, required=False, allow_blank=True)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("items" in data) == ("filter" in data):
            raise serializers.ValidationError("Name the action items by items or by filter.")
        return data


class ChangedRowSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(source="item.key")
    changes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True)),
        help_text="Field, before and after, in words. Empty: it stays as it is.",
    )
    refusal = serializers.CharField(help_text="Why it stays as it is.")


class AppliedRowSerializer(ChangedRowSerializer):
    undo_refusal = serializers.CharField(help_text="Why it could not be taken back.")


class PreviewSerializer(serializers.Serializer[Any]):
    rows = ChangedRowSerializer(many=True)


class BulkChangeSerializer(serializers.Serializer[BulkChange]):
    id = serializers.UUIDField(source="uuid")
    at = serializers.DateTimeField()
    undo_until = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.SerializerMethodField()

    @extend_schema_field(AppliedRowSerializer(many=True))
    def get_rows(self, change: BulkChange) -> Any:
        """Of items that the caller may see now."""
        seen = ActionItem.objects.visible_to(self.context["request"].user).values("pk")
        rows = BulkRow.objects.filter(change=change, item__in=seen).select_related("item")
        return AppliedRowSerializer(rows, many=True).data


class BulkChangeViewSet(Shows, Creates, ResourceViewSet):
    """Your own changes of many action items: each item follows its own rules, or is left alone with the reason."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = BulkChangeSerializer
    write_serializer_class = BulkWishSerializer

    def model_none(self) -> Any:
        return BulkChange.objects.none()

    def queryset_of(self, user: Any) -> Any:
        return BulkChange.objects.visible_to(user)

    def add(self, data: dict[str, Any]) -> BulkChange:
        chosen = self._chosen(data)
        return apply_bulk_change(chosen, _wish(data), by=self.person, now=timezone.now())

    @extend_schema(request=BulkWishSerializer, responses=PreviewSerializer, filters=False)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What would become of each; nothing changes."""
        body = BulkWishSerializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        chosen = self._chosen(body.validated_data)
        outcomes = preview_bulk_change(chosen, _wish(body.validated_data), by=self.person, now=timezone.now())
        return Response(PreviewSerializer({"rows": outcomes}).data)

    @extend_schema(request=None, responses=BulkChangeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, uuid: str) -> Response:
        """Give back what nobody has changed since, within 15 minutes; 409 after them."""
        change = self.get_object()
        expect_nothing(request)
        return self.answer(undo_bulk_change(change, by=self.person, now=timezone.now()))

    def _chosen(self, data: dict[str, Any]) -> Chosen:
        rows = visible_rows(self.person)
        if "filter" in data:
            return [(item, None) for item in of_list(self._found(rows, data["filter"])).rows]
        seen = {each["key"].upper(): each.get("version") for each in data["items"]}
        found = list(rows.filter(key__in=list(seen)).order_by("due_rank", "priority", "-pk"))
        if len(found) != len(seen):
            raise serializers.ValidationError({"items": [UNKNOWN]})
        return [(item, seen[item.key]) for item in found]

    def _found(self, rows: Any, query: str) -> Any:
        chosen = QueryDict(query)
        unknown = sorted(set(chosen) - ActionItemApiFilter.known())
        filterset = ActionItemApiFilter(chosen, queryset=rows, request=self.request)
        wrong = [f"{name}: There is no such filter here." for name in unknown]
        wrong += [f"{name}: {' '.join(texts)}" for name, texts in filterset.form.errors.items()]
        if wrong:
            raise serializers.ValidationError({"filter": wrong})
        return filterset.qs


def _wish(data: dict[str, Any]) -> BulkWish:
    changes: dict[str, Any] = {name: data[name] for name in ("owner", "team", "priority") if name in data}
    return BulkWish(
        changes=changes,
        due_on=data.get("due_on"),
        to=data.get("to", ""),
        reason=data.get("reason", ""),
        evidence_note=data.get("evidence_note", ""),
    )
