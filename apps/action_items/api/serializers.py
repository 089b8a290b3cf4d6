from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.accounts.models import Team, User
from apps.action_items.api.shapes import MismatchSerializer, TiedItemSerializer, as_told, row_of_item
from apps.action_items.models import ActionItem, Kind, Priority, Source, Status, Verdict
from apps.core.serializers import StrictSerializer
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import Incident
from apps.services.models import Service, web_address

PRIORITIES = [(priority.label, priority.label) for priority in Priority]
LONGEST_NAME = 254  # of an address; SQLite refuses to compare very long texts without regard to case


@extend_schema_field(serializers.ChoiceField(choices=PRIORITIES))
class PriorityField(serializers.ChoiceField):
    """P0 to P3 outside, 0 to 3 inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=PRIORITIES, **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        return Priority[super().to_internal_value(data)].value

    def to_representation(self, value: Any) -> str:
        return f"P{value}"


@extend_schema_field(str)
class PersonField(serializers.Field):
    """A person by slug or e-mail address; shown by slug."""

    def to_internal_value(self, data: Any) -> User:
        wanted = Q(slug=data) | Q(email__iexact=data)
        is_name = isinstance(data, str) and 0 < len(data) <= LONGEST_NAME
        person = User.objects.people().filter(wanted).first() if is_name else None
        if person is None:
            raise serializers.ValidationError("There is nobody of this name.")
        return person

    def to_representation(self, value: User) -> str:
        return value.slug


@extend_schema_field(str)
class VisibleKeyField(serializers.Field):
    """A row by key among those that the caller may see; all others are equally unknown."""

    def __init__(self, model: Any, **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        rows = self.model.objects.visible_to(self.context["request"].user)
        row = rows.filter(key=data).first() if isinstance(data, str) else None
        if row is None:
            raise serializers.ValidationError("There is nothing with this key.")
        return row

    def to_representation(self, value: Any) -> str:
        return value.key


def slug_of(row: Any) -> str | None:
    return row.slug if row else None


class ActionItemLeanSerializer(serializers.Serializer[ActionItem]):
    """A row of the list."""

    key = serializers.CharField()
    title = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    priority = PriorityField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    owner = serializers.CharField(allow_null=True)
    team = serializers.CharField(allow_null=True)
    service = serializers.CharField(allow_null=True)
    incident = serializers.CharField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    first_due_on = serializers.DateField(allow_null=True)
    slip_count = serializers.IntegerField()
    slipped_days = serializers.IntegerField()
    blocked_by = serializers.CharField()
    checklist_count = serializers.IntegerField()
    checklist_done = serializers.IntegerField()
    status_since = serializers.DateTimeField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, item: ActionItem) -> dict[str, Any]:
        return row_of_item(item)


class RedatingSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.slug")
    from_date = serializers.DateField()
    to_date = serializers.DateField()
    reason = serializers.CharField()


class MoveSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.slug")
    from_status = serializers.ChoiceField(choices=Status.choices)
    to_status = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField()
    is_automatic = serializers.BooleanField(help_text="The policy moved it, not the person.")


class EffectCheckSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by.slug")
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    note = serializers.CharField()


PLAIN = (
    *("description", "done_when", "source", "close_reason", "committed_at", "done_at", "verified_at"),
    *("evidence_url", "evidence_note", "effectiveness_check_on", "effect"),
    *("reopen_count", "next_reminder_at", "version"),
)


class ActionItemSerializer(ActionItemLeanSerializer):
    description = serializers.CharField()
    done_when = serializers.CharField()
    source = serializers.ChoiceField(choices=Source.choices)  # type: ignore[assignment]
    duplicate_of = serializers.CharField(allow_null=True)
    close_reason = serializers.CharField()
    committed_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    done_by = serializers.CharField(allow_null=True)
    verifier = serializers.CharField(
        allow_null=True, help_text="Null in a verified item: the policy asks nobody."
    )
    evidence_url = serializers.URLField()
    evidence_note = serializers.CharField()
    effectiveness_check_on = serializers.DateField(allow_null=True)
    effect = serializers.ChoiceField(
        choices=[("", "Not said yet"), *Verdict.choices], help_text="What a later look showed."
    )
    reopen_count = serializers.IntegerField()
    next_reminder_at = serializers.DateTimeField(allow_null=True)
    created_by = serializers.CharField()
    version = serializers.IntegerField()
    allowed = serializers.ListField(child=serializers.ChoiceField(choices=Status.choices))
    moves = MoveSerializer(many=True)
    redatings = RedatingSerializer(many=True)
    checks = EffectCheckSerializer(many=True)
    waits_for = TiedItemSerializer(many=True)
    holds_up = TiedItemSerializer(many=True)
    warnings = MismatchSerializer(many=True)

    def to_representation(self, item: ActionItem) -> dict[str, Any]:
        return (
            super().to_representation(item)
            | {name: getattr(item, name) for name in PLAIN}
            | as_told(item, self.context["request"].user)
            | {
                "duplicate_of": self._duplicate_of(item),
                "done_by": slug_of(item.done_by),
                "verifier": slug_of(item.verifier),
                "created_by": item.created_by.slug,
                "allowed": item.next_statuses,
                "moves": MoveSerializer(item.moves.all(), many=True).data,
                "redatings": RedatingSerializer(item.redatings.all(), many=True).data,
                "checks": EffectCheckSerializer(item.checks.all(), many=True).data,
            }
        )

    def _duplicate_of(self, item: ActionItem) -> str | None:
        """Only when the caller may see that one too."""
        if item.duplicate_of_id is None:
            return None
        seen = ActionItem.objects.visible_to(self.context["request"].user)
        return seen.filter(pk=item.duplicate_of_id).values_list("key", flat=True).first()


class ActionItemWriteSerializer(StrictSerializer):
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    done_when = serializers.CharField(max_length=500, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    priority = PriorityField(required=False)
    owner = PersonField(required=False, allow_null=True)
    team = serializers.SlugRelatedField(
        slug_field="slug", queryset=Team.objects.all(), required=False, allow_null=True
    )
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    incident = VisibleKeyField(Incident, required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True, validators=[validate_reasonable_date])
    commit = serializers.BooleanField(
        required=False, help_text="Promise it at once; only when it is created."
    )

    def validate_commit(self, commit: bool) -> bool:  # noqa: FBT001
        if self.instance is not None:
            raise serializers.ValidationError("Commit to an existing item with a transition to open.")
        return commit


class ActionItemTransitionSerializer(StrictSerializer):
    """`reason` says what blocks it, why it is given up or opened again. Committing a proposal may complete it."""

    to = serializers.ChoiceField(choices=Status.choices)
    reason = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    evidence_url = serializers.URLField(
        max_length=500, required=False, allow_blank=True, validators=[web_address]
    )
    evidence_note = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    duplicate_of = VisibleKeyField(ActionItem, required=False)
    owner = PersonField(required=False)
    due_on = serializers.DateField(required=False, validators=[validate_reasonable_date])
    done_when = serializers.CharField(max_length=500, required=False)
    priority = PriorityField(required=False)


class RedateSerializer(StrictSerializer):
    due_on = serializers.DateField(validators=[validate_reasonable_date])
    reason = serializers.CharField(max_length=500)
