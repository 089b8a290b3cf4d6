"""Input fields: services and people by slug, incidents by key."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import User
from apps.incidents.models import Incident
from apps.services.models import Service

MOST_SERVICES = 50


class ServiceSlugsField(serializers.ListField):
    """All services of a list in one query."""

    child = serializers.CharField(max_length=60)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=MOST_SERVICES, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        wanted = set(super().to_internal_value(data))
        user = self.context["request"].user
        found = list(Service.objects.visible_to(user).filter(slug__in=wanted)) if wanted else []
        unknown = sorted(wanted - {service.slug for service in found})
        if unknown:
            raise serializers.ValidationError([f"There is no service {slug}." for slug in unknown])
        return found


@extend_schema_field(str)
class ServiceSlugField(serializers.Field):
    """One service by slug."""

    def to_internal_value(self, data: Any) -> Service:
        rows = Service.objects.visible_to(self.context["request"].user)
        row = rows.filter(slug=data).first() if isinstance(data, str) else None
        if row is None:
            raise serializers.ValidationError("There is no such service.")
        return row

    def to_representation(self, value: Service) -> str:
        return value.slug


@extend_schema_field(str)
class PersonField(serializers.Field):
    """Somebody by slug."""

    def to_internal_value(self, data: Any) -> User:
        rows = User.objects.visible_to(self.context["request"].user)
        person = rows.filter(slug=data, is_active=True).first() if isinstance(data, str) else None
        if person is None:
            raise serializers.ValidationError("There is nobody of this name.")
        return person

    def to_representation(self, value: User) -> str:
        return value.slug


@extend_schema_field(str)
class IncidentKeyField(serializers.Field):
    """An incident by key; one that may not be seen is as unknown as one that does not exist.
    The key of a merged one stands for where it went."""

    def to_internal_value(self, data: Any) -> Incident:
        rows = Incident.objects.visible_to(self.context["request"].user)
        row = rows.standing(data) if isinstance(data, str) else None
        if row is None:
            raise serializers.ValidationError("There is nothing with this key.")
        return row

    def to_representation(self, value: Incident) -> str:
        return value.key
