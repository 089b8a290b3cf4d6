from typing import Any

from django.utils import timezone
from rest_framework import serializers

from apps.accounts.models import Team, User
from apps.action_items.models import ActionItem
from apps.core.serializers import MomentField, StrictSerializer
from apps.core.validators import validate_reasonable_date
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.lines.durations import Unreadable, said_duration
from apps.toil.lines.reading import read_for, team_for, tidy
from apps.toil.models import Category, EntryStatus, ToilEntry, ToilSource, Trigger, WorkKind
from apps.toil.models.entry import DAY
from apps.toil.operations.drafts import MAX_OCCURRENCES
from apps.toil.policies import can_name_incident, can_name_item

NO_INCIDENT = "There is no such incident that you may see."
NO_ITEM = "There is no such action item that you may see."

ANSWERS = [EntryStatus.CONFIRMED.value, EntryStatus.DISMISSED.value]


class ToilEntrySerializer(serializers.Serializer[ToilEntry]):
    """One entry. Written out by hand: lists of it are long."""

    id = serializers.UUIDField(source="uuid")
    text = serializers.CharField()
    seconds = serializers.IntegerField()
    local_date = serializers.DateField()
    time_zone = serializers.CharField(source="tz")
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    person = serializers.CharField()
    team = serializers.CharField()
    service = serializers.CharField(allow_null=True)
    source = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    incident = serializers.CharField(allow_null=True)
    action_item = serializers.CharField(allow_null=True)
    link = serializers.CharField(allow_blank=True)
    kind = serializers.ChoiceField(choices=WorkKind.choices)
    category = serializers.ChoiceField(choices=Category.choices)
    trigger = serializers.ChoiceField(choices=Trigger.choices, allow_blank=True)
    occurrences = serializers.IntegerField()
    status = serializers.ChoiceField(choices=EntryStatus.choices)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, entry: ToilEntry) -> dict[str, Any]:
        user = self.context["request"].user
        names_incident, names_item = can_name_incident(user, entry), can_name_item(user, entry)
        return {
            "id": str(entry.uuid),
            "text": entry.text,
            "seconds": entry.seconds,
            "local_date": entry.local_date,
            "time_zone": entry.tz,
            "started_at": entry.started_at,
            "ended_at": entry.ended_at,
            "person": entry.person.slug,
            "team": entry.team.slug,
            "service": entry.service.slug if entry.service else None,
            "source": entry.source.slug if entry.source else None,
            "incident": entry.incident.key if entry.incident and names_incident else None,
            "action_item": entry.item.key if entry.item and names_item else None,
            "link": entry.link,
            "kind": entry.kind,
            "category": entry.category,
            "trigger": entry.trigger,
            "occurrences": entry.occurrences,
            "status": entry.status,
            "version": entry.version,
            "created_at": entry.created_at,
            "updated_at": entry.updated_at,
        }


class ToilAgainSerializer(StrictSerializer):
    duration = serializers.CharField(
        max_length=20, required=False, help_text="25m; as long as it was, if not said."
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_seconds(data)


class ToilAnswerSerializer(StrictSerializer):
    to = serializers.ChoiceField(choices=ANSWERS)
    duration = serializers.CharField(max_length=20, required=False, help_text="How long it took: 30m.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return with_seconds(data)


class ToilEntryWriteSerializer(StrictSerializer):
    """`duration` ("25m") or `seconds`, with `local_date` (today); or `started_at` and `ended_at`; or all of it in
    one `line`, as it is typed in the portal: "25m restart ingest @payments #interrupt"."""

    line = serializers.CharField(max_length=400, required=False)
    text = serializers.CharField(max_length=300, required=False)
    duration = serializers.CharField(max_length=20, required=False)
    seconds = serializers.IntegerField(min_value=1, max_value=DAY, required=False)
    local_date = serializers.DateField(required=False, validators=[validate_reasonable_date])
    started_at = MomentField(required=False)
    ended_at = MomentField(required=False)
    person = serializers.SlugRelatedField(slug_field="slug", queryset=User.objects.people(), required=False)
    team = serializers.SlugRelatedField(slug_field="slug", queryset=Team.objects.all(), required=False)
    service = serializers.SlugRelatedField(
        slug_field="slug", queryset=Service.objects.all(), required=False, allow_null=True
    )
    source = serializers.SlugRelatedField(  # type: ignore[assignment]
        slug_field="slug", queryset=ToilSource.objects.all(), required=False, allow_null=True
    )
    incident = serializers.CharField(max_length=20, required=False, allow_null=True)
    action_item = serializers.CharField(max_length=20, required=False, allow_null=True, source="item")
    link = serializers.URLField(max_length=500, required=False, allow_blank=True)
    kind = serializers.ChoiceField(choices=WorkKind.choices, required=False)
    category = serializers.ChoiceField(choices=Category.choices, required=False)
    trigger = serializers.ChoiceField(choices=Trigger.choices, required=False, allow_blank=True)
    occurrences = serializers.IntegerField(min_value=1, max_value=MAX_OCCURRENCES, required=False)

    @property
    def person_asking(self) -> User:
        user: User = self.context["request"].user
        return user

    def validate_incident(self, key: str | None) -> Incident | None:
        rows = Incident.objects.visible_to(self.person_asking)
        return None if key is None else _one(rows, key, NO_INCIDENT)

    def validate_action_item(self, key: str | None) -> ActionItem | None:
        rows = ActionItem.objects.visible_to(self.person_asking)
        return None if key is None else _one(rows, key, NO_ITEM)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.instance is not None:
            fixed = {"line", "person"} & set(data)
            if fixed:
                raise serializers.ValidationError(dict.fromkeys(fixed, "This is only for new entries."))
        data = with_seconds(data)
        return data if self.instance is not None else self._complete(data)

    def _complete(self, data: dict[str, Any]) -> dict[str, Any]:
        """A new entry: what the line says wins, the only team of the caller is understood."""
        user = self.person_asking
        if line := data.pop("line", ""):
            person, now = data.get("person", user), timezone.now()
            words = {"zone": person.zone, "now": now, "person": person}
            data |= _read(lambda text: read_for(user, text, **words).said, "line", tidy(line))
        team = team_for(user, data)
        if team is None:
            raise serializers.ValidationError({"team": "Say for which team it was."})
        if not data.get("text"):
            raise serializers.ValidationError({"line" if line else "text": "Say in a few words what it was."})
        return data | {"team": team}


def with_seconds(data: dict[str, Any]) -> dict[str, Any]:
    """A `duration` as `seconds`, and as the count that it may name."""
    if "duration" not in data:
        return data
    if "seconds" in data:
        raise serializers.ValidationError({"duration": "Give either the duration or the seconds."})
    return _read(said_duration, "duration", data.pop("duration")) | data


def _one(rows: Any, key: str, unknown: str) -> Any:
    found = rows.filter(key=key).first()
    if found is None:
        raise serializers.ValidationError(unknown)
    return found


def _read(read: Any, field: str, text: str) -> Any:
    try:
        return read(text)
    except Unreadable as error:
        raise serializers.ValidationError({field: str(error)}) from error
