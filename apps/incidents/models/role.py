"""Who had which role, from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from apps.accounts.models import User


class Role(models.TextChoices):
    COMMANDER = "commander", "Commander"
    COMMS = "comms", "Communications"
    SCRIBE = "scribe", "Scribe"
    OPS = "ops", "Operations"


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def held_by(self, person: User) -> RoleAssignmentQuerySet:
        """What the person has now."""
        return self.filter(person=person, until__isnull=True)


class RoleAssignment(models.Model):
    incident = models.ForeignKey("incidents.Incident", models.CASCADE, related_name="roles")
    role = models.CharField(max_length=40)  # one of ours, or one that the organisation added
    name = models.CharField(max_length=60, blank=True)  # of the latter, as it was called then
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["since", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "role"],
                condition=Q(until__isnull=True),
                name="one_active_person_per_role",
            )
        ]
        indexes = [models.Index(fields=["person", "incident"], name="roles_by_person")]

    def __str__(self) -> str:
        return f"{self.role}: {self.person}"

    def get_role_display(self) -> str:
        known = dict(Role.choices)
        return self.name or str(known.get(self.role) or self.role.replace("-", " ").capitalize())
