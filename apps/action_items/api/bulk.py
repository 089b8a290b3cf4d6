"""Many items at once for programs: what would become of each, the change itself, and the way back."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import Team
from apps.action_items.api.serializers import PersonField, PriorityField
from apps.action_items.choosing import visible_rows
from apps.action_items.filters import ActionItemApiFilter
from apps.action_items.forms.bulk import MOVES
from apps.action_items.models import ActionItem, BulkChange, BulkRow
from apps.action_items.operations import (
    BulkWish,
    apply_bulk_change,
    preview_bulk_change,
    undo_bulk_change,
)
from apps.action_items.operations.bulk import Chosen
from apps.core.api_many import (
    AppliedOutcomeSerializer,
    ChosenRowSerializer,
    ManyChangeSerializer,
    ManyChangeViewSet,
    OutcomeSerializer,
)
from apps.core.choosing import MOST_ROWS, of_list
from apps.core.describing import extend_schema, extend_schema_view
from apps.core.serializers import StrictSerializer
from apps.core.validators import validate_reasonable_date

UNKNOWN = "There is nothing with one of these keys."


class ChosenSerializer(ChosenRowSerializer):
    key = serializers.CharField(max_length=20)


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


class ChangedRowSerializer(OutcomeSerializer):
    key = serializers.CharField(source="item.key")


class AppliedRowSerializer(AppliedOutcomeSerializer):
    key = serializers.CharField(source="item.key")


class PreviewSerializer(serializers.Serializer[Any]):
    rows = ChangedRowSerializer(many=True)


class BulkChangeSerializer(ManyChangeSerializer):
    rows = serializers.SerializerMethodField()

    @extend_schema_field(AppliedRowSerializer(many=True))
    def get_rows(self, change: BulkChange) -> Any:
        """Of items that the caller may see now."""
        seen = ActionItem.objects.visible_to(self.context["request"].user).values("pk")
        rows = BulkRow.objects.filter(change=change, item__in=seen).select_related("item")
        return AppliedRowSerializer(rows, many=True).data


@extend_schema_view(
    preview=extend_schema(request=BulkWishSerializer, responses=PreviewSerializer, filters=False),
    undo=extend_schema(request=None, responses=BulkChangeSerializer),
)
class BulkChangeViewSet(ManyChangeViewSet):
    """Your own changes of many action items: each item follows its own rules, or is left alone with the reason."""

    model = BulkChange
    serializer_class = BulkChangeSerializer
    write_serializer_class = BulkWishSerializer
    preview_serializer_class = PreviewSerializer
    foresee = staticmethod(preview_bulk_change)
    apply = staticmethod(apply_bulk_change)
    take_back = staticmethod(undo_bulk_change)

    def chosen(self, data: dict[str, Any]) -> Chosen:
        rows = visible_rows(self.person)
        if "filter" in data:
            return [(item, None) for item in of_list(self._found(rows, data["filter"])).rows]
        seen = {each["key"].upper(): each.get("version") for each in data["items"]}
        found = list(rows.filter(key__in=list(seen)).order_by("due_rank", "priority", "-pk"))
        if len(found) != len(seen):
            raise serializers.ValidationError({"items": [UNKNOWN]})
        return [(item, seen[item.key]) for item in found]

    def wish(self, data: dict[str, Any]) -> BulkWish:
        return BulkWish(
            changes={name: data[name] for name in ("owner", "team", "priority") if name in data},
            due_on=data.get("due_on"),
            to=data.get("to", ""),
            reason=data.get("reason", ""),
            evidence_note=data.get("evidence_note", ""),
        )

    def _found(self, rows: Any, query: str) -> Any:
        chosen = QueryDict(query)
        unknown = sorted(set(chosen) - ActionItemApiFilter.known())
        filterset = ActionItemApiFilter(chosen, queryset=rows, request=self.request)
        wrong = [f"{name}: There is no such filter here." for name in unknown]
        wrong += [f"{name}: {' '.join(texts)}" for name, texts in filterset.form.errors.items()]
        if wrong:
            raise serializers.ValidationError({"filter": wrong})
        return filterset.qs
