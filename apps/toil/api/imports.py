"""Taking over time from files of other tools, for programs."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Team, User, time_zones
from apps.core.api import UUID, Creates, Lists, ResourceViewSet, Shows
from apps.core.describing import extend_schema
from apps.core.parsers import StrictJSONParser
from apps.core.serializers import StrictSerializer, expect_nothing
from apps.toil import operations
from apps.toil.imports.columns import Tool
from apps.toil.imports.dates import DateOrder
from apps.toil.imports.filters import ToilImportFilter
from apps.toil.models import ImportState, LabelPart, ToilImport
from apps.toil.models.imports import ToilImportQuerySet
from apps.toil.policies import can_read_rows

OWN = "own"


class ZoneField(serializers.CharField):
    """A time zone's name, or `own`: each person's."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=64, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        zone: str = super().to_internal_value(data)
        if zone != OWN and zone not in time_zones():
            raise serializers.ValidationError("This is not a time zone name such as Europe/Berlin.")
        return "" if zone == OWN else zone

    def to_representation(self, value: str) -> str:
        return value or OWN


class LinesSerializer(serializers.Serializer[Any]):
    line = serializers.IntegerField()
    text = serializers.CharField()

    def to_representation(self, pair: Any) -> dict[str, Any]:
        return {"line": pair[0], "text": pair[1]}


class UnknownPeopleSerializer(serializers.Serializer[Any]):
    who = serializers.CharField()
    rows = serializers.IntegerField()
    line = serializers.IntegerField(help_text="The first of them.")
    reason = serializers.CharField()


class QuestionSerializer(serializers.Serializer[Any]):
    """A date that can be meant in two ways, and no other in the file decides."""

    line = serializers.IntegerField()
    text = serializers.CharField()
    meanings = serializers.DictField(child=serializers.DateField())


class ToilImportSerializer(serializers.Serializer[ToilImport]):
    """One upload. `rows` are `created`, `same` (here already), `refused` (see `problems`), `left_out` (see `people`) or
    `waiting`. In state `asks` PATCH `date_order`; in state `ready` POST to `start/`."""

    id = serializers.UUIDField(source="uuid")
    state = serializers.ChoiceField(choices=ImportState.choices)
    file_name = serializers.CharField()
    team = serializers.CharField(source="team.slug")
    person = serializers.CharField(source="person.slug")
    zone = ZoneField(source="tz")
    tool = serializers.ChoiceField(choices=Tool.choices, allow_blank=True)
    date_order = serializers.ChoiceField(choices=DateOrder.choices, allow_blank=True)
    rows = serializers.IntegerField(source="total")
    created = serializers.IntegerField()
    same = serializers.IntegerField()
    refused = serializers.IntegerField()
    left_out = serializers.IntegerField()
    waiting = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    undo_until = serializers.DateTimeField(allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)


class LabelSerializer(serializers.Serializer[Any]):
    """A label of the file, in how many rows it stands, and what it means to the team: `unmapped`, another kind of work,
    or `#` and the short name of a source."""

    part = serializers.ChoiceField(choices=LabelPart.choices)
    name = serializers.CharField()
    rows = serializers.IntegerField()
    means = serializers.CharField()


class ToilImportDetailSerializer(ToilImportSerializer):
    """With what was found: at most a thousand problems and notes are named, all are counted. `problems`, `notes` and
    `people` are for who uploaded the file, and for who reads the team's entries anyway."""

    encoding = serializers.CharField(source="encoding_in_words")
    delimiter = serializers.CharField(source="delimiter_in_words")
    unused_columns = serializers.SerializerMethodField()
    trouble = serializers.CharField()
    question = serializers.SerializerMethodField()
    problems = LinesSerializer(many=True)
    notes = LinesSerializer(many=True)
    noted = serializers.IntegerField()
    people = UnknownPeopleSerializer(many=True)
    labels = serializers.SerializerMethodField()

    def to_representation(self, row: ToilImport) -> dict[str, Any]:
        data = super().to_representation(row)
        may_read = can_read_rows(self.context["request"].user, row)
        return data if may_read else data | {"problems": [], "notes": [], "people": []}

    def get_unused_columns(self, row: ToilImport) -> list[str]:
        found: list[str] = row.found.get("unused", [])
        return found

    @extend_schema_field(QuestionSerializer(allow_null=True))
    def get_question(self, row: ToilImport) -> Any:
        return row.found if row.state == ImportState.ASKS else None

    @extend_schema_field(LabelSerializer(many=True))
    def get_labels(self, row: ToilImport) -> Any:
        known = operations.meanings_of(row.team)
        return [
            {"part": part, "name": name, "rows": rows, "means": known.of_label(part, name).choice}
            for part, name, rows in row.labels
        ]


@extend_schema_field(OpenApiTypes.BINARY)
class SentField(serializers.FileField):
    pass


class TeamField(serializers.SlugRelatedField[Team]):
    def to_internal_value(self, data: Any) -> Team:
        """Parts of a form are not looked through as JSON is."""
        if "\0" in str(data):
            self.fail("does_not_exist", slug_name="slug", value="…")
        return super().to_internal_value(data)


class ToilImportReadSerializer(StrictSerializer):
    """How the file is read; what is not said is found from it. The zone is the caller's unless said."""

    team = TeamField(slug_field="slug", queryset=Team.objects.all())
    zone = ZoneField(source="tz", required=False)
    tool = serializers.ChoiceField(choices=Tool.choices, required=False, allow_blank=True, source="said_tool")
    date_order = serializers.ChoiceField(
        choices=DateOrder.choices, required=False, allow_blank=True, source="said_order"
    )


class ToilImportWriteSerializer(ToilImportReadSerializer):
    file = SentField(allow_empty_file=True)


class MeaningSerializer(StrictSerializer):
    part = serializers.ChoiceField(choices=LabelPart.choices)
    name = serializers.CharField(max_length=120)
    means = serializers.CharField(max_length=80)


class MeaningsSerializer(StrictSerializer):
    labels = MeaningSerializer(many=True, allow_empty=False, max_length=500)  # type: ignore[call-arg]


class ToilImportViewSet(Lists, Shows, Creates, ResourceViewSet):
    """Uploads of one's own, and for leads what was imported for the team they lead: of several people, or where the
    team lets them read its entries."""

    lookup_field = "uuid"
    lookup_value_regex = UUID
    serializer_class = ToilImportDetailSerializer
    list_serializer_class = ToilImportSerializer
    write_serializer_class = ToilImportWriteSerializer
    filterset_class = ToilImportFilter

    def get_parsers(self) -> list[Any]:
        """A file comes once; whatever is said about it later is JSON."""
        takes_a_file = self.request is not None and self.request.method == "POST" and not self.kwargs
        return [StrictJSONParser(), *([MultiPartParser()] if takes_a_file else [])]

    def queryset_of(self, user: User) -> ToilImportQuerySet:
        rows = ToilImport.objects.visible_to(user)
        return rows.for_list() if self.action == "list" else rows.with_names()

    @extend_schema(request={"multipart/form-data": ToilImportWriteSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Keeps a CSV file for a day and says what would become of it; nothing is logged yet. A file of more than a
        megabyte is in state `reading` first."""
        return super().create(request, *args, **kwargs)

    def add(self, data: dict[str, Any]) -> ToilImport:
        file, team = data["file"], data["team"]
        said = {"tool": data.get("said_tool", ""), "order": data.get("said_order", "")}
        zone = data.get("tz", self.person.time_zone)
        kept = {"name": file.name or "", "chunks": file.chunks(), "team": team, "tz": zone}
        return operations.upload_file(**kept, **said, now=timezone.now(), by=self.person)

    @extend_schema(request=ToilImportReadSerializer(partial=True), responses=ToilImportDetailSerializer)
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read the file again in another way, before it is started."""
        body = ToilImportReadSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = body.validated_data
        row = operations.read_again(self.get_object(), changes=changes, now=timezone.now(), by=self.person)
        return self.answer(row)

    @extend_schema(request=None, responses=ToilImportDetailSerializer)
    @action(detail=True, methods=["post"])
    def start(self, request: Request, uuid: str) -> Response:
        """Log what the preview said. Asked again it changes nothing."""
        expect_nothing(request)
        row = operations.start_import(self.get_object(), now=timezone.now(), by=self.person)
        operations.go_on(row, now=timezone.now())
        return self.answer(row)

    @extend_schema(request=None, responses=ToilImportDetailSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, uuid: str) -> Response:
        """Remove every entry that came with it, within 30 days. Asked again it changes nothing."""
        expect_nothing(request)
        row = operations.undo_import(self.get_object(), now=timezone.now(), by=self.person)
        operations.go_on(row, now=timezone.now())
        return self.answer(row)

    @extend_schema(request=MeaningsSerializer, responses=ToilImportDetailSerializer)
    @action(detail=True, methods=["put"])
    def labels(self, request: Request, uuid: str) -> Response:
        """What labels mean to the team, remembered for later files. What was imported with them and is not sorted yet
        is sorted by them."""
        row = self.get_object()
        body = MeaningsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = {(one["part"], one["name"]): one["means"] for one in body.validated_data["labels"]}
        try:
            operations.explain_import(row, wanted=wanted, now=timezone.now(), by=self.person)
        except ValidationError as error:
            raise serializers.ValidationError({"labels": error.messages}) from error
        operations.go_on(row, now=timezone.now())
        return self.answer(row)
