"""People, and what they may do by themselves. What they may do as part of a team is in `team.py`."""

from __future__ import annotations

import zoneinfo
from datetime import date, time, tzinfo
from functools import cache
from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from apps.accounts.models.team import Membership, places_of
from apps.core.validators import validate_one_line

if TYPE_CHECKING:
    from apps.accounts.models.team import Team


TAKEN = "Somebody with this e-mail address is here already."


class OrgRole(models.TextChoices):
    ADMIN = "admin", "Admin"
    MEMBER = "member", "Member"
    AUDITOR = "auditor", "Auditor"


@cache
def time_zones() -> frozenset[str]:
    """Every zone this machine knows; read once, since it walks the whole zone database."""
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})


def validate_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError("This is not a time zone name such as Europe/Berlin.")


class UserQuerySet(models.QuerySet["User"]):
    def people(self) -> UserQuerySet:
        return self.filter(is_system=False)

    def active(self) -> UserQuerySet:
        return self.people().filter(is_active=True)

    def admins(self) -> UserQuerySet:
        return self.active().filter(org_role=OrgRole.ADMIN)

    def visible_to(self, user: User) -> UserQuerySet:
        """Everybody signed in may see who is there; sessions, tokens and schedules are not part of it."""
        return self.people() if user.is_authenticated else self.none()

    def with_email(self, email: str) -> UserQuerySet:
        return self.filter(email__iexact=email)

    def with_memberships(self, day: date) -> UserQuerySet:
        """Each person with that day's memberships and their teams, as `memberships_now` has them."""
        rows = Membership.objects.on(day).select_related("team").order_by("team__name")
        found = Prefetch("memberships", queryset=rows, to_attr="memberships_now")
        return self.prefetch_related(found)  # type: ignore[no-redef]

    def locked(self) -> UserQuerySet:
        """Rows nobody else plans capacity or roles for meanwhile; rows that merely name them may be written."""
        return self.select_for_update(of=("self",), no_key=True).order_by("pk")


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)  # type: ignore[no-any-return]

    def system(self) -> User:
        """Who acts when the clock or the command line does."""
        user, _ = self.get_or_create(
            email="system@ballast.invalid",
            defaults={"name": "Ballast", "is_system": True, "is_active": False, "org_role": OrgRole.ADMIN},
        )
        return user  # type: ignore[no-any-return]


class User(AbstractBaseUser):
    email = models.EmailField(max_length=254, unique=True, error_messages={"unique": TAKEN})
    name = models.CharField(max_length=120, validators=[validate_one_line])
    slug = models.SlugField(max_length=140, unique=True)
    time_zone = models.CharField(max_length=64, default="UTC", validators=[validate_time_zone])
    digest_at = models.TimeField(default=time(9, 0))
    gets_learning_letter = models.BooleanField(default=True)
    org_role = models.CharField(max_length=10, choices=OrgRole, default=OrgRole.MEMBER)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False, editable=False)
    times_deactivated = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message=TAKEN,
            )
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_absolute_url(self) -> str:
        return reverse("accounts:person_detail", args=[self.slug])

    def get_api_url(self) -> str:
        return reverse("api:user-detail", args=[self.slug])

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What every session carries: it ends with the password it began under, and with a deactivation for good."""
        known: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{known}-{self.times_deactivated}" if self.times_deactivated else known

    @property
    def is_org_admin(self) -> bool:
        return self.org_role == OrgRole.ADMIN and (self.is_active or self.is_system)

    @property
    def is_auditor(self) -> bool:
        return self.org_role == OrgRole.AUDITOR

    @property
    def may_write(self) -> bool:
        """Auditors read; everybody else who is active may at least declare an incident."""
        return self.is_system or (self.is_active and not self.is_auditor)

    @property
    def zone(self) -> tzinfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @cached_property
    def memberships_now(self) -> list[Membership]:
        """Today's memberships with their teams: one query a request, whatever asks."""
        return places_of(self, timezone.localdate(timezone=self.zone))

    @property
    def current_teams(self) -> list[Team]:
        return [membership.team for membership in self.memberships_now]

    @property
    def team_ids(self) -> set[int]:
        return {membership.team_id for membership in self.memberships_now}

    def leads(self, team_id: int | None) -> bool:
        return any(row.team_id == team_id and row.role == "lead" for row in self.memberships_now)

    def belongs_to(self, team_id: int | None) -> bool:
        return team_id in self.team_ids
