from typing import Any

from rest_framework import serializers

from apps.accounts.models import Team
from apps.core.serializers import StrictSerializer
from apps.services.models import Hardness, Lifecycle, Service, Tier, web_address


class NeedSerializer(StrictSerializer):
    service = serializers.SlugRelatedField(slug_field="slug", queryset=Service.objects.all(), source="needs")
    hardness = serializers.ChoiceField(choices=Hardness.choices, default=Hardness.HARD)


class ServiceSerializer(serializers.Serializer[Service]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    tier = serializers.IntegerField()
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices)
    owner_team = serializers.CharField(source="owner_team.slug")
    tags = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()
    needs = NeedSerializer(many=True, read_only=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def get_tags(self, service: Service) -> list[str]:
        return [tag.name for tag in service.tags.all()]

    def get_links(self, service: Service) -> dict[str, str]:
        return {link.kind: link.url for link in service.links.all()}


class LinksSerializer(StrictSerializer):
    runbook = serializers.URLField(max_length=500, required=False, allow_blank=True, validators=[web_address])
    dashboard = serializers.URLField(
        max_length=500, required=False, allow_blank=True, validators=[web_address]
    )
    repository = serializers.URLField(
        max_length=500, required=False, allow_blank=True, validators=[web_address]
    )
    chat = serializers.URLField(max_length=500, required=False, allow_blank=True, validators=[web_address])


class ServiceWriteSerializer(StrictSerializer):
    slug = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    tier = serializers.ChoiceField(choices=Tier.choices, required=False)
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices, required=False)
    owner_team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all())
    tags = serializers.ListField(child=serializers.CharField(max_length=60), max_length=20, required=False)
    links = LinksSerializer(required=False)
    needs = NeedSerializer(many=True, required=False)

    def validate_needs(self, rows: list[dict[str, Any]]) -> dict[Service, str]:
        return {row["needs"]: row["hardness"] for row in rows}

    def validate_slug(self, slug: str) -> str:
        if self.instance is not None and slug != self.instance.slug:
            raise serializers.ValidationError("The short name of a service never changes.")
        return slug
