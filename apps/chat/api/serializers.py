from rest_framework import serializers

from apps.accounts.models import User
from apps.chat.models import ChatAccount, ChatKind, Workspace
from apps.core.serializers import StrictSerializer


class ChatWorkspaceSerializer(serializers.Serializer[Workspace]):
    uuid = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ChatKind.choices)
    is_enabled = serializers.BooleanField()
    created_at = serializers.DateTimeField()


class ChatWorkspaceAddSerializer(StrictSerializer):
    name = serializers.CharField(max_length=80)
    kind = serializers.ChoiceField(choices=ChatKind.choices)
    secret = serializers.CharField(max_length=500, write_only=True, help_text="Never shown again.")


class ChatWorkspaceEditSerializer(StrictSerializer):
    name = serializers.CharField(max_length=80, required=False)
    secret = serializers.CharField(max_length=500, write_only=True, required=False)
    is_enabled = serializers.BooleanField(required=False)


class ChatAccountSerializer(serializers.Serializer[ChatAccount]):
    uuid = serializers.UUIDField()
    workspace = serializers.UUIDField(source="workspace.uuid")
    chat_user = serializers.CharField()
    chat_name = serializers.CharField()
    person = serializers.CharField(source="person.slug")
    claimed_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class ChatAccountAddSerializer(StrictSerializer):
    workspace = serializers.SlugRelatedField(slug_field="uuid", queryset=Workspace.objects.all())
    chat_user = serializers.CharField(max_length=64)
    person = serializers.SlugRelatedField(slug_field="slug", queryset=User.objects.active())


class ChatAccountMoveSerializer(StrictSerializer):
    to = serializers.ChoiceField(choices=["confirmed", "removed"])
