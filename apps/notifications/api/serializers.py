from typing import Any

from rest_framework import serializers

from apps.core.serializers import StrictSerializer
from apps.notifications.categories import choosable
from apps.notifications.models import OutboxMail, OutboxStatus


class InboxSerializer(serializers.Serializer[OutboxMail]):
    uuid = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    due_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    mail = serializers.ChoiceField(
        choices=OutboxStatus.choices, source="status", help_text="What became of the mail."
    )


class InboxTextSerializer(InboxSerializer):
    text = serializers.CharField(
        help_text="Written anew: what is true now. Empty when nothing is left of it."
    )


class ReadAllSerializer(serializers.Serializer[Any]):
    marked = serializers.IntegerField(help_text="How many were unread.")


class PreferencesSerializer(serializers.Serializer[Any]):
    """{category: how it reaches the caller}"""

    def get_fields(self) -> dict[str, Any]:
        return {
            name: serializers.ChoiceField(
                choices=[(mode.value, mode.label) for mode in one.modes], help_text=one.help
            )
            for name, one in choosable().items()
        }


class PreferencesWriteSerializer(PreferencesSerializer, StrictSerializer):
    pass
