"""Who did what, through which door: append-only, also in the database (see migrations)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from apps.accounts.models import User


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: User) -> AuditEventQuerySet:
        """Admins read everything; auditors everything but what is private now; nobody else anything."""
        if user.is_org_admin:
            return self
        if user.is_auditor:
            return self.exclude(scope__in=PrivateScope.objects.values("scope"))
        return self.none()

    def of(self, scope: str, verb: str) -> AuditEventQuerySet:
        """One kind of event of one scope, newest first."""
        return self.filter(scope=scope, verb=verb).with_actor().order_by("-pk")

    def with_actor(self) -> AuditEventQuerySet:
        return self.select_related("actor")


DOORS = {
    "web": "Web",
    "api": "API",
    "job": "Job",
    "command": "Command line",
    "intake": "Integration",
    "chat": "Chat",
}


class AuditEvent(models.Model):
    """One accepted change. `changes` is {field: [before, after]} in plain values."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    door = models.CharField(max_length=10)
    verb = models.CharField(max_length=60, db_index=True)
    object_type = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    scope = models.CharField(max_length=80, blank=True, db_index=True)
    changes = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)
    address = models.GenericIPAddressField(null=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["object_type", "object_key"], name="audit_by_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_key}"

    @property
    def door_in_words(self) -> str:
        return DOORS.get(self.door, self.door)

    @property
    def differences(self) -> list[tuple[str, Any, Any]]:
        """(field, before, after) of every change; what is no pair is shown as an after."""
        pairs = ((name, value if _is_pair(value) else (None, value)) for name, value in self.changes.items())
        return [(name.replace("_", " "), before, after) for name, (before, after) in pairs]


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == len(("before", "after"))


class PrivateScope(models.Model):
    """A scope ("incident:INC-12") whose events only admins read, for as long as the row stands."""

    scope = models.CharField(max_length=80, primary_key=True)

    def __str__(self) -> str:
        return self.scope
