"""Teams and dated memberships."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.core.models import TimestampedModel

if TYPE_CHECKING:
    from apps.accounts.models.user import User


class TeamQuerySet(models.QuerySet["Team"]):
    def visible_to(self, user: User) -> TeamQuerySet:
        return self if user.is_authenticated else self.none()


class Team(TimestampedModel):
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80, unique=True)
    description = models.TextField(max_length=2000, blank=True)
    toil_cap_pct = models.DecimalField(
        max_digits=4, decimal_places=1, default=50, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

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


class Membership(TimestampedModel):
    """A person's place in a team from `valid_from` until before `valid_to` (None: still)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=TeamRole, default=TeamRole.MEMBER)
    allocation_pct = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    counts_capacity = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

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

    @property
    def audit_key(self) -> str:
        return f"{self.team.slug}/{self.user.slug}"
