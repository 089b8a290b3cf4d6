from typing import Any

from rest_framework import serializers

from apps.core.serializers import StrictSerializer
from apps.services.models import Service
from apps.status_page.models import StatusPage


class StatusPageSerializer(serializers.Serializer[StatusPage]):
    """`service` null is the page of the organisation. `url` is where everybody reads it once it is on."""

    slug = serializers.SlugField()
    service = serializers.SerializerMethodField()
    name = serializers.CharField()
    description = serializers.CharField()
    is_on = serializers.BooleanField()
    url = serializers.CharField(source="public_url")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_service(self, page: StatusPage) -> str | None:
        return page.service.slug if page.service else None


class StatusPageEditSerializer(StrictSerializer):
    slug = serializers.SlugField(max_length=60, required=False)
    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=300, required=False, allow_blank=True)
    is_on = serializers.BooleanField(required=False)


class StatusPageWriteSerializer(StatusPageEditSerializer):
    """Without `service` it is the page of the organisation, whose slug is fixed."""

    service = serializers.SlugRelatedField(slug_field="slug", queryset=Service.objects.all(), required=False)


class PublicTitleSerializer(serializers.Serializer[Any]):
    """`title` is empty while it is called after its services; `shown` is what stands on the page."""

    title = serializers.CharField()
    shown = serializers.CharField()


class PublicTitleWriteSerializer(StrictSerializer):
    title = serializers.CharField(max_length=120, allow_blank=True)
