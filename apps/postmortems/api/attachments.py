"""Files of a postmortem, for programs: /postmortems/PM-3/attachments/."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.core.api import Creates, Edits, Lists, Shows
from apps.core.describing import extend_schema
from apps.core.downloads import download
from apps.core.filters import ResourceFilter, StableOrdering
from apps.core.parsers import StrictJSONParser
from apps.core.permissions import require
from apps.core.serializers import StrictSerializer
from apps.postmortems import operations
from apps.postmortems.api.below import BelowPostmortem
from apps.postmortems.api.serializers import PersonSerializer
from apps.postmortems.files.receiving import receive
from apps.postmortems.models import Attachment
from apps.postmortems.policies import can_write
from apps.services.models import web_address

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class AttachmentSerializer(serializers.Serializer[Attachment]):
    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    media_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes, as stored.")
    sha256 = serializers.CharField()
    caption = serializers.CharField()
    source_url = serializers.CharField()
    markdown = serializers.CharField(source="in_markdown", help_text="What shows it in a section's text.")
    uploaded_by = PersonSerializer()
    uploaded_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class DescriptionSerializer(StrictSerializer):
    caption = serializers.CharField(max_length=300, required=False, allow_blank=True)
    source_url = serializers.URLField(
        max_length=500, required=False, allow_blank=True, validators=[web_address]
    )


@extend_schema_field(OpenApiTypes.BINARY)
class ReceivedField(serializers.FileField):
    def to_internal_value(self, data: Any) -> Any:
        """What may be stored, as `Received`."""
        try:
            return receive(cast("UploadedFile[Any]", super().to_internal_value(data)))
        except ValidationError as error:
            raise serializers.ValidationError(error.messages) from error


class AttachmentWriteSerializer(DescriptionSerializer):
    """The file is part of a new attachment (multipart/form-data) and never changes."""

    file = ReceivedField(allow_empty_file=True)

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        if self.partial:
            del fields["file"]
        return fields


class AttachmentFilter(ResourceFilter):
    media_type = django_filters.CharFilter(max_length=40)
    sort = StableOrdering(fields={"uploaded_at": "uploaded_at", "size": "size"}, default=("pk",))

    class Meta:
        model = Attachment
        fields: list[str] = []


class AttachmentViewSet(Lists, Shows, Creates, Edits, BelowPostmortem):
    """What is attached to a postmortem. PATCH and DELETE need If-Match with the row's own ETag."""

    serializer_class = AttachmentSerializer
    write_serializer_class = AttachmentWriteSerializer
    filterset_class = AttachmentFilter

    def get_parsers(self) -> list[Any]:
        """A file comes once, when it is attached; whatever is said about it later is JSON."""
        takes_a_file = self.request is not None and self.request.method == "POST"
        return [StrictJSONParser(), *([MultiPartParser()] if takes_a_file else [])]

    def queryset_of(self, user: Any) -> QuerySet[Any]:
        return Attachment.objects.of(self.get_document()).with_people()

    @extend_schema(request={"multipart/form-data": AttachmentWriteSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Asked first whether the caller may: nobody else's file is looked at."""
        require(can_write(self.person, self.get_document()))
        return super().create(request, *args, **kwargs)

    def add(self, data: dict[str, Any]) -> Attachment:
        said = {"caption": data.get("caption", ""), "source_url": data.get("source_url", "")}
        return operations.add_attachment(
            self.get_document(), received=data["file"], **said, now=timezone.now(), by=self.person
        )

    def edit(self, row: Attachment, changes: dict[str, Any], seen: int | None) -> Attachment:
        return operations.edit_attachment(row, changes=changes, seen=seen, now=timezone.now(), by=self.person)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """What a published version shows is removed by admins alone (409)."""
        row = self.get_object()
        operations.remove_attachment(row, seen=self.seen_version(), now=timezone.now(), by=self.person)
        return Response(status=204)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def content(self, request: Request, **kwargs: Any) -> StreamingHttpResponse:
        """The file itself."""
        row = self.get_object()
        return download(row.file, name=row.name, media_type=row.media_type, is_inline=row.is_picture)
