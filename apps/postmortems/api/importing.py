"""Taking over postmortems from files, for programs."""

from dataclasses import asdict
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

from apps.core.describing import extend_schema
from apps.core.permissions import require
from apps.core.serializers import StrictSerializer
from apps.postmortems.files.unpacking import unpack
from apps.postmortems.models import Became
from apps.postmortems.operations import Outcome, import_postmortems
from apps.postmortems.policies import can_import


@extend_schema_field(OpenApiTypes.BINARY)
class SentField(serializers.FileField):
    pass


class ImportSerializer(StrictSerializer):
    """`files` as often as there are files: .md, .json, or a .zip of them."""

    files = serializers.ListField(child=SentField(allow_empty_file=True), allow_empty=False)
    dry_run = serializers.BooleanField(default=False, help_text="Say what would happen, write nothing.")

    def validate_files(self, uploads: list[Any]) -> list[tuple[str, bytes]]:
        try:
            return unpack(uploads)
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class LandingSerializer(serializers.Serializer[Any]):
    service = serializers.CharField()
    team = serializers.CharField()
    is_new = serializers.BooleanField()
    is_new_team = serializers.BooleanField()


class OutcomeSerializer(serializers.Serializer[Outcome]):
    """`line` and `reason` are of what is refused, `key` of what is here."""

    name = serializers.CharField()
    became = serializers.ChoiceField(choices=Became.choices)
    line = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)
    key = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    landings = LandingSerializer(many=True)


class ImportReportSerializer(serializers.Serializer[Any]):
    dry_run = serializers.BooleanField()
    files = OutcomeSerializer(many=True)


class Imports:
    @extend_schema(
        request={"multipart/form-data": ImportSerializer}, responses=ImportReportSerializer, filters=False
    )
    @action(
        detail=False,
        methods=["post"],
        url_path="import",
        pagination_class=None,
        parser_classes=[MultiPartParser],
    )
    def import_files(self: Any, request: Request) -> Response:
        """Sent again it changes nothing: what is here is left alone. A broken file is named, the others go in."""
        require(can_import(self.person), "Only admins import.")
        body = ImportSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        report = import_postmortems(**body.validated_data, now=timezone.now(), by=self.person)
        told = {
            "dry_run": body.validated_data["dry_run"],
            "files": [asdict(one) for one in report.outcomes],
        }
        return Response(ImportReportSerializer(told).data)
