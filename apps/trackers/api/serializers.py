from typing import Any

from rest_framework import serializers

from apps.accounts.models import Team
from apps.core.serializers import ShownOnceField, StrictSerializer
from apps.trackers.models import Connection, ExternalRef, RefState, validate_base_url
from apps.trackers.states import RemoteState, TrackerKind


class TrackerSerializer(serializers.Serializer[Connection]):
    id = serializers.UUIDField(source="uuid")
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=TrackerKind.choices)
    team = serializers.CharField(source="team.slug", default=None, allow_null=True)
    base_url = serializers.CharField()
    project = serializers.CharField()
    issue_type = serializers.CharField(help_text="Jira: of which type new issues are.")
    account = serializers.CharField(help_text="Jira Cloud: whose token it is.")
    is_enabled = serializers.BooleanField()
    state = serializers.CharField(help_text="enabled, failing or paused")
    trouble = serializers.CharField(help_text="What is wrong, in one sentence; empty when it works.")
    trouble_since = serializers.DateTimeField(allow_null=True)
    resume_at = serializers.DateTimeField(allow_null=True, help_text="Nothing is asked before this.")
    pulled_at = serializers.DateTimeField(allow_null=True, help_text="When all changes were read last.")
    next_pull_at = serializers.DateTimeField()
    webhook_url = serializers.CharField(source="hook_address", help_text="Where the tracker sends webhooks.")
    heard_at = serializers.DateTimeField(allow_null=True, help_text="When a signed webhook came last.")
    ignored_events = serializers.IntegerField(help_text="Signed webhooks about nothing that is linked here.")
    linked = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Issues still to be created.")
    troubled = serializers.IntegerField(help_text="Links with an error.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class NewTrackerSerializer(TrackerSerializer):
    webhook_secret = ShownOnceField()


class TrackerEditSerializer(StrictSerializer):
    name = serializers.CharField(max_length=80)
    team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.all(), required=False, allow_null=True
    )
    base_url = serializers.CharField(max_length=200, required=False, validators=[validate_base_url])
    project = serializers.CharField(max_length=200)
    issue_type = serializers.CharField(max_length=60, required=False, allow_blank=True)
    account = serializers.EmailField(max_length=254, required=False, allow_blank=True)
    token = serializers.CharField(
        max_length=1000, write_only=True, help_text="Never shown again. Another `base_url` needs it again."
    )
    is_enabled = serializers.BooleanField(required=False)


class TrackerWriteSerializer(TrackerEditSerializer):
    kind = serializers.ChoiceField(choices=TrackerKind.choices)


class TriedSerializer(serializers.Serializer[Any]):
    works = serializers.BooleanField()
    answer = serializers.CharField(help_text="What works or what is wrong, in one sentence.")


class WebhookSecretSerializer(serializers.Serializer[Any]):
    webhook_secret = serializers.CharField(help_text="The former one is refused from now on.")


class TrackerLinkSerializer(serializers.Serializer[ExternalRef]):
    id = serializers.UUIDField(source="uuid")
    action_item = serializers.CharField(source="item.key")
    tracker = serializers.UUIDField(source="connection.uuid", allow_null=True, default=None)
    state = serializers.ChoiceField(choices=RefState.choices)
    issue = serializers.CharField(source="key", help_text="acme/shop#12, OPS-12; empty until it is created.")
    url = serializers.CharField()
    remote_state = serializers.ChoiceField(choices=RemoteState.choices, allow_blank=True)
    remote_status = serializers.CharField(source="remote_words", help_text="In the tracker's own words.")
    remote_assignee = serializers.CharField()
    note = serializers.CharField(help_text="Why the item does not follow the issue.")
    error = serializers.CharField()
    asked_at = serializers.DateTimeField()
    synced_at = serializers.DateTimeField(source="looked_at", allow_null=True)


class AskSerializer(StrictSerializer):
    """`confirm_private`: the text of an item of a private incident may be read by everybody who reads the project."""

    tracker = serializers.UUIDField()
    confirm_private = serializers.BooleanField(default=False)


class LinkSerializer(StrictSerializer):
    url = serializers.CharField(max_length=500, help_text="Of an issue of a project that is connected.")
