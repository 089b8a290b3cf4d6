from typing import Any

from rest_framework import serializers

from apps.core.serializers import ShownOnceField, StrictSerializer
from apps.webhooks.events import TYPES, EventType
from apps.webhooks.models import Attempt, Delivery, DeliveryStatus, Endpoint, Format, validate_called


class WebhookSerializer(serializers.Serializer[Endpoint]):
    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    url = serializers.CharField()
    format = serializers.ChoiceField(choices=Format.choices)
    events = serializers.ListField(child=serializers.ChoiceField(choices=EventType.choices))
    is_enabled = serializers.BooleanField()
    disabled_reason = serializers.CharField(help_text="Why the portal itself switched it off.")
    state = serializers.CharField(help_text="enabled, failing or disabled")
    failures_in_a_row = serializers.IntegerField()
    resume_at = serializers.DateTimeField(
        allow_null=True,
        help_text="After failures, or when the receiver asked for it, nothing is sent before this.",
    )
    last_delivered_at = serializers.DateTimeField(allow_null=True)
    secret_changed_at = serializers.DateTimeField(allow_null=True)
    waiting = serializers.IntegerField(help_text="Deliveries still owed.")
    dead = serializers.IntegerField(help_text="Deliveries that were given up.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class NewWebhookSerializer(WebhookSerializer):
    secret = ShownOnceField()


class WebhookWriteSerializer(StrictSerializer):
    name = serializers.CharField(max_length=80)
    url = serializers.CharField(max_length=500, validators=[validate_called])
    format = serializers.ChoiceField(choices=Format.choices, required=False)
    events = serializers.ListField(
        child=serializers.ChoiceField(choices=EventType.choices), min_length=1, max_length=50
    )
    is_enabled = serializers.BooleanField(required=False)


class AttemptSerializer(serializers.Serializer[Attempt]):
    number = serializers.IntegerField()
    began_at = serializers.DateTimeField()
    took_ms = serializers.IntegerField(allow_null=True, help_text="Null: the worker died in the middle.")
    status_code = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()


class DeliverySerializer(serializers.Serializer[Delivery]):
    id = serializers.UUIDField(source="uuid", help_text="The webhook-id of the message.")
    webhook = serializers.UUIDField(source="endpoint.uuid")
    type = serializers.ChoiceField(choices=TYPES)
    object = serializers.CharField(source="object_key")
    occurred_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=DeliveryStatus.choices)
    attempts = serializers.IntegerField()
    next_try_at = serializers.DateTimeField(allow_null=True)
    delivered_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()


class DeliveryDetailSerializer(DeliverySerializer):
    history = AttemptSerializer(many=True)


class ReplayedSerializer(serializers.Serializer[Any]):
    replayed = serializers.IntegerField()


class SecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="The one before signs beside it for 24 hours.")
