"""The outgoing message as the API's description shows it, under `webhooks`."""

from typing import Any

from drf_spectacular.utils import OpenApiWebhook, extend_schema
from rest_framework import serializers

from apps.webhooks.events import TYPES


class ByWhomSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()


class AboutSerializer(serializers.Serializer[Any]):
    """The object as it is when the message is sent; fields by its type."""

    type = serializers.ChoiceField(choices=["incident", "postmortem", "action_item", "webhook"])
    key = serializers.CharField(help_text="INC-12, PM-3, ACT-221")
    title = serializers.CharField()
    url = serializers.URLField(help_text="Its page.")
    status = serializers.CharField(required=False)
    severity = serializers.IntegerField(required=False, help_text="Incidents: 1 is the worst.")
    priority = serializers.IntegerField(required=False, help_text="Action items: 0 is the most urgent.")
    kind = serializers.CharField(required=False)
    services = serializers.ListField(child=serializers.CharField(), required=False)
    service = serializers.CharField(required=False, allow_null=True)
    team = serializers.CharField(required=False, allow_null=True)
    incident = serializers.CharField(required=False, allow_null=True)
    incidents = serializers.ListField(child=serializers.CharField(), required=False)
    due_on = serializers.DateField(required=False, allow_null=True)
    started_at = serializers.DateTimeField(required=False)
    mitigated_at = serializers.DateTimeField(required=False, allow_null=True)
    resolved_at = serializers.DateTimeField(required=False, allow_null=True)
    published_at = serializers.DateTimeField(required=False, allow_null=True)


class MessageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="The same through every attempt and replay, and in `webhook-id`.")
    type = serializers.ChoiceField(choices=TYPES)
    occurred_at = serializers.DateTimeField()
    summary = serializers.CharField(help_text="One line of plain text.")
    text = serializers.CharField(help_text="What somebody wrote into the timeline; else empty.")
    by = ByWhomSerializer(allow_null=True, help_text="Null when it was the clock.")
    object = AboutSerializer()
    changes = serializers.DictField(help_text="{field: [before, after]}, for some fields of the event.")


EVENT = OpenApiWebhook(
    name="event",
    decorator=extend_schema(
        summary="Something happened",
        description="Sent to webhooks of the format `ballast`, signed as Standard Webhooks 1.0 describe: "
        "`webhook-id`, `webhook-timestamp`, and in `webhook-signature` one or two `v1,` signatures (base64 of "
        "HMAC-SHA256 over id.timestamp.body). At least once, under the same id. Any 2xx answer takes it; 410 ends "
        "the subscription; everything else is tried again.",
        request=MessageSerializer,
        responses={"2XX": None},
    ),
)
