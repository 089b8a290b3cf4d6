"""Teams and dated memberships."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse

from apps.accounts.models.capacity import WorkSchedule
from apps.core.models import TimestampedModel
from apps.core.prepared import PreparedObjects
from apps.core.validators import validate_one_line, validate_reasonable_date

if TYPE_CHECKING:
    from apps.accounts.models.user import User


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> TeamQuerySet:
        return self if user.is_authenticated else self.none()

    def with_members(self, day: date) -> TeamQuerySet:
        """Each team with `members_now`: the memberships of that day and their people."""
        rows = Membership.objects.on(day).select_related("user").order_by("role", "user__name")
        return self.prefetch_related(Prefetch("memberships", queryset=rows, to_attr="members_now"))


class CapTarget(models.TextChoices):
    """The SRE book caps operational work, and means toil by it; the workbook caps both. So a team says which."""

    TOIL = "toil", "Toil"
    OPS = "ops", "All operational work"


class Team(TimestampedModel):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80, unique=True, validators=[validate_one_line])
    description = models.TextField(max_length=2000, blank=True)
    toil_cap_pct = models.DecimalField(
        max_digits=4, decimal_places=1, default=50, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    cap_applies_to = models.CharField(max_length=4, choices=CapTarget, default=CapTarget.TOIL)
    nudges_checkins = models.BooleanField(default=False)
    leads_read_entries = models.BooleanField(default=False)

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def leads_now(self) -> list[Membership]:
        """Of a row read through `with_members`."""
        members: list[Membership] = self.members_now  # type: ignore[attr-defined]
        return [member for member in members if member.role == TeamRole.LEAD]

    def get_absolute_url(self) -> str:
        return reverse("accounts:team_detail", args=[self.slug])

    def get_api_url(self) -> str:
        return reverse("api:team-detail", args=[self.slug])


class TeamRole(models.TextChoices):
    LEAD = "lead", "Lead"
    MEMBER = "member", "Member"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def on(self, day: date) -> MembershipQuerySet:
        return self.filter(valid_from__lte=day).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))

    def between(self, start: date, end: date) -> MembershipQuerySet:
        """Memberships that touch the half-open range [start, end)."""
        return self.filter(valid_from__lt=end).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=start))

    def since(self, day: date) -> MembershipQuerySet:
        """Memberships that have not ended by that day, those to come included."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))

    def with_hours(self) -> MembershipQuerySet:
        """Each with `has_hours`: whether any working hours of its person are known. Without them it has no capacity."""
        return self.annotate(has_hours=Exists(WorkSchedule.objects.filter(user=OuterRef("user"))))

    def peak_allocation(self, since: date) -> int:
        """The greatest sum of allocations on any day from `since` on; ask it of one person's rows."""
        rows = list(self.since(since))
        days = {max(since, row.valid_from) for row in rows}
        return max((sum(row.allocation_pct for row in rows if row.covers(day)) for day in days), default=0)


class Membership(TimestampedModel):
    """A person's place in a team from `valid_from` until before `valid_to` (None: still)."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=TeamRole, default=TeamRole.MEMBER)
    allocation_pct = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    counts_capacity = models.BooleanField(default=True)
    valid_from = models.DateField(validators=[validate_reasonable_date])
    valid_to = models.DateField(null=True, blank=True, validators=[validate_reasonable_date])

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["team", "user", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="membership_ends_after_it_begins",
                violation_error_message="The last day must come after the first.",
            )
        ]
        indexes = [models.Index(fields=["team", "valid_from"], name="membership_by_team")]

    def __str__(self) -> str:
        return f"{self.audit_key} from {self.valid_from}"

    def get_absolute_url(self) -> str:
        return self.team.get_absolute_url()

    def get_api_url(self) -> str:
        return f"{self.team.get_api_url()}memberships/{self.uuid}/"

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    @property
    def last_on(self) -> date | None:
        """The last day in the team, as people say it."""
        return self.valid_to - timedelta(days=1) if self.valid_to else None

    @property
    def audit_key(self) -> str:
        return f"{self.team.slug}/{self.user.slug}"


PLACES_ON = PreparedObjects(
    lambda person, day: Membership.objects.on(day).filter(user=person).order_by("team__name"), joined=["team"]
)


def places_of(person: User, day: date) -> list[Membership]:
    """Memberships of a day with their teams, by name. Nearly every request asks."""
    found: list[Membership] = PLACES_ON.objects(person.pk, day)
    for place in found:
        place.user = person
    return found
