from typing import Any

from rest_framework import serializers

from apps.accounts.models import Absence, CapTarget, Membership, OrgRole, Team, TeamRole, User, WorkSchedule
from apps.accounts.models.user import validate_time_zone
from apps.core.serializers import StrictSerializer
from apps.core.validators import validate_reasonable_date

READ_BY_LEADS = (
    "Leads of the team read its single toil entries, with names; else each person alone their own."
)


def day(**kwargs: Any) -> serializers.DateField:
    return serializers.DateField(validators=[validate_reasonable_date], **kwargs)


def cap(**kwargs: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=4, decimal_places=1, **kwargs)


def minutes(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=1440, **kwargs)


class TeamSerializer(serializers.Serializer[Team]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    description = serializers.CharField()
    toil_cap_pct = cap()
    cap_applies_to = serializers.ChoiceField(choices=CapTarget.choices)
    nudges_checkins = serializers.BooleanField(help_text="Members are reminded of their weekly check-in.")
    leads_read_entries = serializers.BooleanField(help_text=READ_BY_LEADS)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class TeamWriteSerializer(StrictSerializer):
    slug = serializers.SlugField(max_length=60)
    name = serializers.CharField(max_length=80)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    toil_cap_pct = cap(min_value=0, max_value=100, required=False)
    cap_applies_to = serializers.ChoiceField(choices=CapTarget.choices, required=False)
    nudges_checkins = serializers.BooleanField(required=False)
    leads_read_entries = serializers.BooleanField(required=False, help_text=READ_BY_LEADS)

    def validate_slug(self, slug: str) -> str:
        if self.instance is not None and slug != self.instance.slug:
            raise serializers.ValidationError("The short name of a team never changes.")
        return slug


class MembershipSerializer(serializers.Serializer[Membership]):
    uuid = serializers.UUIDField()
    team = serializers.CharField(source="team.slug")
    person = serializers.CharField(source="user.slug")
    role = serializers.ChoiceField(choices=TeamRole.choices)
    allocation_pct = serializers.IntegerField()
    counts_capacity = serializers.BooleanField()
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True, help_text="The first day without it; null: still.")


class _PlaceSerializer(StrictSerializer):
    role = serializers.ChoiceField(choices=TeamRole.choices, required=False)
    allocation_pct = serializers.IntegerField(min_value=1, max_value=100, required=False)
    counts_capacity = serializers.BooleanField(required=False)


class MembershipWriteSerializer(_PlaceSerializer):
    person = serializers.SlugRelatedField(slug_field="slug", queryset=User.objects.people())
    valid_from = day()
    valid_to = day(required=False, allow_null=True)


class MembershipChangeSerializer(_PlaceSerializer):
    since = day(help_text="From this day on; earlier days stay as they were.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """PATCH leaves fields out, but a change without its day means nothing."""
        if "since" not in data:
            raise serializers.ValidationError({"since": ["Say from which day on."]})
        return data


class MembershipEndSerializer(StrictSerializer):
    valid_to = day(help_text="The first day without it.")


class PlaceSerializer(serializers.Serializer[Membership]):
    team = serializers.CharField(source="team.slug")
    role = serializers.ChoiceField(choices=TeamRole.choices)
    allocation_pct = serializers.IntegerField()


class UserSerializer(serializers.Serializer[User]):
    slug = serializers.SlugField()
    name = serializers.CharField()
    email = serializers.EmailField()
    org_role = serializers.ChoiceField(choices=OrgRole.choices)
    time_zone = serializers.CharField()
    is_active = serializers.BooleanField()
    teams = PlaceSerializer(source="memberships_now", many=True)
    created_at = serializers.DateTimeField()


class MeSerializer(UserSerializer):
    digest_at = serializers.TimeField()
    gets_learning_letter = serializers.BooleanField()


class MeWriteSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120, required=False)
    time_zone = serializers.CharField(max_length=64, required=False, validators=[validate_time_zone])
    digest_at = serializers.TimeField(required=False)
    gets_learning_letter = serializers.BooleanField(required=False)


class UserWriteSerializer(StrictSerializer):
    name = serializers.CharField(max_length=120)
    email = serializers.EmailField(max_length=254)
    org_role = serializers.ChoiceField(choices=OrgRole.choices, required=False)
    time_zone = serializers.CharField(max_length=64, required=False, validators=[validate_time_zone])


class UserMoveSerializer(StrictSerializer):
    to = serializers.CharField(max_length=30, help_text="active or deactivated")


class ScheduleSerializer(serializers.Serializer[WorkSchedule]):
    """Contract minutes per weekday; the window tells work in hours from work out of hours."""

    mon = minutes(required=False)
    tue = minutes(required=False)
    wed = minutes(required=False)
    thu = minutes(required=False)
    fri = minutes(required=False)
    sat = minutes(required=False)
    sun = minutes(required=False)
    window_start = serializers.TimeField(required=False)
    window_end = serializers.TimeField(required=False)
    country = serializers.CharField(
        max_length=2,
        required=False,
        allow_blank=True,
        help_text="Whose public holidays apply: DE. Empty: none.",
    )
    subdivision = serializers.CharField(max_length=10, required=False, allow_blank=True, help_text="BY")
    valid_from = day()
    valid_to = serializers.DateField(read_only=True, allow_null=True)


class ScheduleWriteSerializer(StrictSerializer, ScheduleSerializer):
    pass


class AbsenceSerializer(serializers.Serializer[Absence]):
    uuid = serializers.UUIDField(read_only=True)
    first_on = day()
    last_on = day()
    minutes = serializers.IntegerField(
        min_value=1,
        max_value=1440,
        required=False,
        allow_null=True,
        help_text="Of each day; null: whole days, or half of each.",
    )
    is_half = serializers.BooleanField(required=False, help_text="Half of each day.")
    reason = serializers.CharField(max_length=80, required=False, allow_blank=True)
    delegate = serializers.SlugRelatedField(
        slug_field="slug",
        queryset=User.objects.active(),
        required=False,
        allow_null=True,
        help_text="Who is reminded meanwhile of what the person promised.",
    )


class AbsenceWriteSerializer(StrictSerializer, AbsenceSerializer):
    pass
