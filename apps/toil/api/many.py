"""Several entries at once for programs: what would become of each, the change itself, and the way back."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team
from apps.core.api import UUID, Creates, ResourceViewSet, Shows
from apps.core.choosing import MOST_ROWS
from apps.core.permissions import require
from apps.core.serializers import StrictSerializer, expect_nothing
from apps.core.validators import validate_reasonable_date
from apps.services.models import Service
from apps.toil.many.choosing import of_ids
from apps.toil.models import Category, EntryChange, EntryChangeRow, ToilEntry, ToilSource, WorkKind
from apps.toil.models.many import Reshaping
from apps.toil.operations import (
    EntryWish,
    change_entries,
    merge_entries,
    preview_entry_change,
    split_entry,
    undo_entry_change,
)
from apps.toil.operations.answering import Chosen
from apps.toil.operations.many import CHANGEABLE

NOT_WRITING = "You can read entries, but not change any."
UNKNOWN = "There is nothing with one of these ids."


class ChosenEntrySerializer(StrictSerializer):
    id = serializers.UUIDField()
    version = serializers.IntegerField(
        min_value=1,
        max_value=999_999_999,
        required=False,
        help_text="That was read; a later one is left alone.",
    )


class MergeEntriesSerializer(StrictSerializer):
    """The first keeps its words and all else, and takes the time of the others, which go."""

    entries = ChosenEntrySerializer(many=True, min_length=2, max_length=MOST_ROWS)  # type: ignore[call-arg]  # of the list


class SplitEntrySerializer(StrictSerializer):
    """The entry keeps its first `seconds`; the rest becomes another one."""

    entry = ChosenEntrySerializer()
    seconds = serializers.IntegerField(min_value=1, max_value=86_400)
    text = serializers.CharField(max_length=300, required=False, allow_blank=True)


class EntryWishSerializer(StrictSerializer):
    """Which entries, and what is to change about them; null takes a service or a source away."""

    entries = ChosenEntrySerializer(many=True, max_length=MOST_ROWS)  # type: ignore[call-arg]  # of the list
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all(), required=False)
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="slug", queryset=ToilSource.objects.all(), required=False, allow_null=True
    )
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    kind = serializers.ChoiceField(choices=WorkKind.choices, required=False)
    local_date = serializers.DateField(required=False, validators=[validate_reasonable_date])


class ChangedEntrySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="item.uuid")
    changes = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(allow_blank=True)),
        help_text="Field, before and after, in words. Empty: it stays as it is.",
    )
    refusal = serializers.CharField(help_text="Why it stays as it is.")


class AppliedEntrySerializer(ChangedEntrySerializer):
    id = serializers.UUIDField(source="entry_uuid")
    undo_refusal = serializers.CharField(help_text="Why it could not be taken back.")


class EntryPreviewSerializer(serializers.Serializer[Any]):
    rows = ChangedEntrySerializer(many=True)


class EntryChangeSerializer(serializers.Serializer[EntryChange]):
    id = serializers.UUIDField(source="uuid")
    kind = serializers.ChoiceField(choices=Reshaping.choices)
    at = serializers.DateTimeField()
    undo_until = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.SerializerMethodField()

    @extend_schema_field(AppliedEntrySerializer(many=True))
    def get_rows(self, change: EntryChange) -> Any:
        rows = EntryChangeRow.objects.seen_by(self.context["request"].user).filter(change=change)
        return AppliedEntrySerializer(rows, many=True).data


class EntryChangeViewSet(Shows, Creates, ResourceViewSet):
    """Your own changes of several entries: each entry follows its own rules, or is left alone with the reason."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = EntryChangeSerializer
    write_serializer_class = EntryWishSerializer

    def model_none(self) -> Any:
        return EntryChange.objects.none()

    def queryset_of(self, user: Any) -> Any:
        return EntryChange.objects.visible_to(user)

    def add(self, data: dict[str, Any]) -> EntryChange:
        return change_entries(self._chosen(data["entries"]), _wish(data), by=self.person, now=timezone.now())

    @extend_schema(request=EntryWishSerializer, responses=EntryPreviewSerializer, filters=False)
    @action(detail=False, methods=["post"])
    def preview(self, request: Request) -> Response:
        """What would become of each; nothing changes."""
        data = self._read(EntryWishSerializer, request)
        chosen, now = self._chosen(data["entries"]), timezone.now()
        outcomes = preview_entry_change(chosen, _wish(data), by=self.person, now=now)
        return Response(EntryPreviewSerializer({"rows": outcomes}).data)

    @extend_schema(request=MergeEntriesSerializer, responses={201: EntryChangeSerializer}, filters=False)
    @action(detail=False, methods=["post"])
    def merge(self, request: Request) -> Response:
        chosen = self._chosen(self._read(MergeEntriesSerializer, request)["entries"])
        return self.answer(merge_entries(chosen, by=self.person, now=timezone.now()), status=201)

    @extend_schema(request=SplitEntrySerializer, responses={201: EntryChangeSerializer}, filters=False)
    @action(detail=False, methods=["post"])
    def split(self, request: Request) -> Response:
        data = self._read(SplitEntrySerializer, request)
        ((entry, seen),) = self._chosen([data.pop("entry")])
        return self.answer(
            split_entry(entry, seen=seen, **data, by=self.person, now=timezone.now()), status=201
        )

    @extend_schema(request=None, responses=EntryChangeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, uuid: str) -> Response:
        """Give back what nobody has changed since, within 15 minutes; a merge or a split whole or not at all."""
        change = self.get_object()
        expect_nothing(request)
        return self.answer(undo_entry_change(change, by=self.person, now=timezone.now()))

    def _read(self, serializer: type[StrictSerializer], request: Request) -> dict[str, Any]:
        body = serializer(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        found: dict[str, Any] = body.validated_data
        return found

    def _chosen(self, wanted: list[dict[str, Any]]) -> Chosen:
        """In the order in which they were named."""
        require(self.person.may_write, NOT_WRITING)
        seen = {str(each["id"]): each.get("version") for each in wanted}
        found: dict[str, ToilEntry] = {str(row.uuid): row for row in of_ids(self.person, seen)}
        if len(found) != len(seen):
            raise serializers.ValidationError({"entries": [UNKNOWN]})
        return [(found[name], version) for name, version in seen.items()]


def _wish(data: dict[str, Any]) -> EntryWish:
    return EntryWish({name: data[name] for name in CHANGEABLE if name in data})
