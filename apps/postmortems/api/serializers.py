from typing import Any

from rest_framework import serializers

from apps.accounts.models import OrgRole, User
from apps.action_items.models import ActionItem, Kind, Priority
from apps.core.serializers import StrictSerializer
from apps.incidents.models import Incident
from apps.postmortems.content import is_intact
from apps.postmortems.models import (
    NEXT_STATUS,
    CheckItem,
    Postmortem,
    PostmortemStatus,
    PublishedSnapshot,
    Review,
    ReviewDecision,
    Section,
    SectionKind,
    TriggerCategory,
)
from apps.services.models import Service


class VisibleIncidents(serializers.SlugRelatedField):
    """Incidents by key; one that the caller may not see is as unknown as one that does not exist."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="key", queryset=Incident.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return Incident.objects.visible_to(self.context["request"].user)


class VisibleItem(serializers.SlugRelatedField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="key", queryset=ActionItem.objects.all(), **kwargs)

    def get_queryset(self) -> Any:
        return ActionItem.objects.visible_to(self.context["request"].user)


def person_field(**kwargs: Any) -> serializers.SlugRelatedField:
    people = User.objects.active().exclude(org_role=OrgRole.AUDITOR)
    return serializers.SlugRelatedField(slug_field="slug", queryset=people, **kwargs)


class PersonSerializer(serializers.Serializer[User]):
    slug = serializers.CharField()
    name = serializers.CharField()


class PostmortemListSerializer(serializers.Serializer[Postmortem]):
    key = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=PostmortemStatus.choices)
    status_since = serializers.DateTimeField()
    owner = PersonSerializer()
    incidents = serializers.SerializerMethodField()
    services = serializers.SerializerMethodField()
    tags = serializers.SerializerMethodField()
    published_version = serializers.IntegerField(allow_null=True)
    published_at = serializers.DateTimeField(allow_null=True)
    source_url = serializers.CharField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    version = serializers.IntegerField()

    def get_incidents(self, row: Any) -> list[str]:
        return [incident.key for incident in row.seen_incidents]

    def get_services(self, row: Postmortem) -> list[str]:
        return [service.slug for service in row.services]

    def get_tags(self, row: Postmortem) -> list[str]:
        return [tag.name for tag in row.tags.all()]


class SectionSerializer(serializers.Serializer[Section]):
    slug = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=SectionKind.choices)
    guidance = serializers.CharField()
    is_required = serializers.BooleanField()
    body = serializers.CharField()
    version = serializers.IntegerField()
    updated_at = serializers.DateTimeField()


class ReviewSerializer(serializers.Serializer[Review]):
    reviewer = PersonSerializer()
    decision = serializers.ChoiceField(choices=ReviewDecision.choices)
    comment = serializers.CharField()
    checks = serializers.SerializerMethodField()
    at = serializers.DateTimeField()
    is_current = serializers.BooleanField()

    def get_checks(self, row: Review) -> list[str]:
        return [check.item for check in row.checks.all()]


class PostmortemSerializer(PostmortemListSerializer):
    """The living draft; what readers are shown of a published text is under `versions/`."""

    template_slug = serializers.CharField()
    template_version = serializers.IntegerField(allow_null=True)
    trigger_category = serializers.CharField()
    trigger_text = serializers.CharField()
    sections = SectionSerializer(many=True)
    reviews = ReviewSerializer(many=True)
    action_items = serializers.SerializerMethodField()
    allowed = serializers.SerializerMethodField()

    def get_action_items(self, row: Postmortem) -> list[str]:
        seen = ActionItem.objects.visible_to(self.context["request"].user).filter(postmortems=row)
        return list(seen.order_by("number").values_list("key", flat=True))

    def get_allowed(self, row: Postmortem) -> list[str]:
        return [str(status) for status in NEXT_STATUS[row.status]]


class PostmortemWriteSerializer(StrictSerializer):
    incidents = VisibleIncidents(many=True, allow_empty=False)
    title = serializers.CharField(max_length=200, required=False)
    owner = person_field(required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=60), max_length=20, required=False)


class PostmortemDraftSerializer(PostmortemWriteSerializer):
    """`template` is the short name of one; without it, the one proposed for these incidents."""

    template = serializers.SlugField(max_length=40, required=False)


class PostmortemEditSerializer(PostmortemWriteSerializer):
    trigger_category = serializers.ChoiceField(choices=TriggerCategory.choices, allow_blank=True)
    trigger_text = serializers.CharField(max_length=2000, allow_blank=True)


class SectionWriteSerializer(StrictSerializer):
    body = serializers.CharField(max_length=100_000, allow_blank=True, trim_whitespace=False)


class ReviewWriteSerializer(StrictSerializer):
    decision = serializers.ChoiceField(choices=ReviewDecision.choices)
    comment = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    checks = serializers.ListField(
        child=serializers.ChoiceField(choices=CheckItem.choices),
        max_length=len(CheckItem),
        required=False,
        help_text="The questions that you answer with yes.",
    )


class NewActionItemSerializer(StrictSerializer):
    """A new action item, or `item`: the key of one that exists and is linked."""

    item = VisibleItem(required=False)
    title = serializers.CharField(max_length=200, required=False)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    done_when = serializers.CharField(max_length=500, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    priority = serializers.ChoiceField(choices=Priority.labels, required=False)
    owner = person_field(required=False, allow_null=True)
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    due_on = serializers.DateField(required=False, allow_null=True)
    commit = serializers.BooleanField(required=False)

    def validate_priority(self, label: str) -> Priority:
        return Priority[label]

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "item" in data and len(data) > 1:
            raise serializers.ValidationError({"item": "Give either the key of an item, or a new one."})
        if not {"item", "title"} & set(data):
            raise serializers.ValidationError({"title": "This field is required."})
        return data


class LinkedItemSerializer(serializers.Serializer[ActionItem]):
    key = serializers.CharField()
    title = serializers.CharField()
    status = serializers.CharField()
    kind = serializers.CharField()
    priority = serializers.CharField(source="get_priority_display")
    owner = PersonSerializer(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    url = serializers.CharField(source="get_api_url")


class VersionListSerializer(serializers.Serializer[PublishedSnapshot]):
    version = serializers.IntegerField()
    title = serializers.CharField()
    sha256 = serializers.CharField()
    published_at = serializers.DateTimeField()
    published_by = PersonSerializer()


class VersionSerializer(VersionListSerializer):
    """As it was frozen. Versions from before there were such lists have them empty."""

    sections = serializers.SerializerMethodField()
    trigger = serializers.SerializerMethodField()
    factors = serializers.SerializerMethodField()
    lessons = serializers.SerializerMethodField()
    impact = serializers.SerializerMethodField()
    is_intact = serializers.SerializerMethodField(help_text="It still fits its checksum.")

    def get_is_intact(self, row: PublishedSnapshot) -> bool:
        return is_intact(row)

    def get_sections(self, row: PublishedSnapshot) -> list[dict[str, Any]]:
        return list(row.content["sections"])

    def get_trigger(self, row: PublishedSnapshot) -> dict[str, Any] | None:
        return row.content.get("trigger")

    def get_factors(self, row: PublishedSnapshot) -> list[dict[str, Any]]:
        return list(row.content.get("factors", []))

    def get_lessons(self, row: PublishedSnapshot) -> list[dict[str, Any]]:
        return list(row.content.get("lessons", []))

    def get_impact(self, row: PublishedSnapshot) -> list[dict[str, Any]]:
        return list(row.content.get("impact", []))
