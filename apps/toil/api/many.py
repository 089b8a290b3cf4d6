"""Several entries at once for programs: what would become of each, the change itself, and the way back."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team
from apps.core.api import create_once
from apps.core.api_many import (
    AppliedOutcomeSerializer,
    ChosenRowSerializer,
    ManyChangeSerializer,
    ManyChangeViewSet,
    OutcomeSerializer,
)
from apps.core.choosing import MOST_ROWS
from apps.core.describing import extend_schema, extend_schema_view
from apps.core.permissions import require
from apps.core.serializers import StrictSerializer
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


class ChosenEntrySerializer(ChosenRowSerializer):
    id = serializers.UUIDField()


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


class ChangedEntrySerializer(OutcomeSerializer):
    id = serializers.UUIDField(source="item.uuid")


class AppliedEntrySerializer(AppliedOutcomeSerializer):
    id = serializers.UUIDField(source="entry_uuid")


class EntryPreviewSerializer(serializers.Serializer[Any]):
    rows = ChangedEntrySerializer(many=True)


class EntryChangeSerializer(ManyChangeSerializer):
    kind = serializers.ChoiceField(choices=Reshaping.choices)
    rows = serializers.SerializerMethodField()

    @extend_schema_field(AppliedEntrySerializer(many=True))
    def get_rows(self, change: EntryChange) -> Any:
        rows = EntryChangeRow.objects.seen_by(self.context["request"].user).filter(change=change)
        return AppliedEntrySerializer(rows, many=True).data


@extend_schema_view(
    preview=extend_schema(request=EntryWishSerializer, responses=EntryPreviewSerializer, filters=False),
    undo=extend_schema(
        request=None,
        responses=EntryChangeSerializer,
        description="Give back what nobody has changed since, within 15 minutes; a merge or a split whole or not "
        "at all.",
    ),
)
class EntryChangeViewSet(ManyChangeViewSet):
    """Your own changes of several entries: each entry follows its own rules, or is left alone with the reason."""

    model = EntryChange
    serializer_class = EntryChangeSerializer
    write_serializer_class = EntryWishSerializer
    preview_serializer_class = EntryPreviewSerializer
    foresee = staticmethod(preview_entry_change)
    apply = staticmethod(change_entries)
    take_back = staticmethod(undo_entry_change)

    def chosen(self, data: dict[str, Any]) -> Chosen:
        return self._named(data["entries"])

    def wish(self, data: dict[str, Any]) -> EntryWish:
        return EntryWish({name: data[name] for name in CHANGEABLE if name in data})

    @extend_schema(request=MergeEntriesSerializer, responses={201: EntryChangeSerializer}, filters=False)
    @action(detail=False, methods=["post"])
    def merge(self, request: Request) -> Response:
        wanted = self.read(MergeEntriesSerializer, request)["entries"]

        def make() -> EntryChange:
            return merge_entries(self._named(wanted), by=self.person, now=timezone.now())

        return create_once(request, make, self.shape)

    @extend_schema(request=SplitEntrySerializer, responses={201: EntryChangeSerializer}, filters=False)
    @action(detail=False, methods=["post"])
    def split(self, request: Request) -> Response:
        data = self.read(SplitEntrySerializer, request)
        wanted = [data.pop("entry")]

        def make() -> EntryChange:
            ((entry, seen),) = self._named(wanted)
            return split_entry(entry, seen=seen, **data, by=self.person, now=timezone.now())

        return create_once(request, make, self.shape)

    def _named(self, wanted: list[dict[str, Any]]) -> Chosen:
        """In the order in which they were named."""
        require(self.person.may_write, NOT_WRITING)
        seen = {str(each["id"]): each.get("version") for each in wanted}
        found: dict[str, ToilEntry] = {str(row.uuid): row for row in of_ids(self.person, seen)}
        if len(found) != len(seen):
            raise serializers.ValidationError({"entries": [UNKNOWN]})
        return [(found[name], version) for name, version in seen.items()]
