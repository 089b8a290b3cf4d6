from typing import Any

from rest_framework import serializers

from apps.accounts.models import Team
from apps.core.serializers import ShownOnceField, StrictSerializer
from apps.incidents.models import Severity
from apps.intake.models import Delivery, DeliveryStatus, Integration, Kind, Outcome, Rule
from apps.services.models import Service


class IntegrationSerializer(serializers.Serializer[Integration]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    team = serializers.CharField(source="team.slug")
    service = serializers.CharField(source="service.slug", default=None, allow_null=True)
    rule = serializers.ChoiceField(choices=Rule.choices)
    severity = serializers.IntegerField()
    is_enabled = serializers.BooleanField()
    has_secret = serializers.BooleanField(help_text="The secret itself is never shown.")
    key_prefix = serializers.CharField()
    old_key_until = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class IntegrationWithKeySerializer(IntegrationSerializer):
    key = ShownOnceField(more="Deliver to /api/v1/intake/<key>/.")


class IntegrationEditSerializer(StrictSerializer):
    name = serializers.CharField(max_length=80)
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all())
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    rule = serializers.ChoiceField(choices=Rule.choices, required=False)
    severity = serializers.ChoiceField(choices=Severity.choices, required=False)
    secret = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        allow_null=True,
        write_only=True,
        help_text="null removes it.",
    )


class IntegrationAddSerializer(IntegrationEditSerializer):
    kind = serializers.ChoiceField(choices=Kind.choices)


class RotateSerializer(StrictSerializer):
    overlap_minutes = serializers.IntegerField(min_value=0, max_value=7 * 24 * 60, default=0)


class SwitchSerializer(StrictSerializer):
    to = serializers.ChoiceField(choices=["enabled", "disabled"])


class IntakeDeliveryRowSerializer(serializers.Serializer[Delivery]):
    uuid = serializers.UUIDField()
    integration = serializers.CharField(source="integration.slug")
    received_at = serializers.DateTimeField()
    delivery_id = serializers.CharField()
    dedup = serializers.CharField()
    title = serializers.CharField()
    is_firing = serializers.BooleanField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    repeats = serializers.IntegerField()
    status = serializers.ChoiceField(choices=DeliveryStatus.choices)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    error = serializers.CharField()
    incident = serializers.SerializerMethodField()
    processed_at = serializers.DateTimeField(allow_null=True)

    def get_incident(self, row: Delivery) -> str | None:
        return row.alert.incident.key if row.alert and row.alert.incident else None


class IntakeDeliverySerializer(IntakeDeliveryRowSerializer):
    headers = serializers.DictField()
    body = serializers.CharField(help_text="As it came.")


def with_key(shape: dict[str, Any], key: str) -> dict[str, Any]:
    return {**shape, "key": key}
