"""Status updates: a timeline entry told as conditions, actions and needs, for colleagues or for everybody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.incidents.models.incident import Incident
from apps.incidents.models.status import IncidentKind, IncidentStatus
from apps.incidents.models.timeline import TimelineEntry


class PublicState(models.TextChoices):
    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MONITORING = "monitoring", "Monitoring"
    RESOLVED = "resolved", "Resolved"


SAID_IN_PUBLIC: dict[str, PublicState] = {
    IncidentStatus.IDENTIFIED: PublicState.IDENTIFIED,
    IncidentStatus.MITIGATED: PublicState.MONITORING,
    IncidentStatus.RESOLVED: PublicState.RESOLVED,
    IncidentStatus.CLOSED: PublicState.RESOLVED,
}


class StatusUpdateQuerySet(models.QuerySet["StatusUpdate"]):
    def public(self) -> StatusUpdateQuerySet:
        """What strangers may read, newest first, each with its entry and incident.

        Public stays what was said so while the incident is real and open to all: one made private takes
        its updates along at once. Show `public_text`, `public_state` and `entry.at`; needs and author stay inside.
        """
        told = self.filter(is_public=True, entry__incident__kind=IncidentKind.REAL)
        open_to_all = told.filter(entry__incident__is_private=False)
        return open_to_all.select_related("entry__incident").order_by("-entry__at", "-pk")

    def of_incident(self, incident: Incident) -> StatusUpdateQuerySet:
        return self.filter(entry__incident=incident)


class StatusUpdate(models.Model):
    """The parts of an entry of kind `report`; the entry's body repeats them, for search, export and its history."""

    entry = models.OneToOneField(
        TimelineEntry, models.CASCADE, primary_key=True, related_name="status_update"
    )
    conditions = models.TextField(max_length=3000)
    actions = models.TextField(max_length=3000, blank=True)
    needs = models.TextField(max_length=3000, blank=True)
    is_public = models.BooleanField(default=False)
    public_state = models.CharField(max_length=15, choices=PublicState, blank=True)

    objects = StatusUpdateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_public=True, public_state__in=PublicState.values)
                | Q(is_public=False, public_state=""),
                name="public_update_has_a_state",
                violation_error_message="A public update says in which state it is; an internal one does not.",
            )
        ]
        indexes = [models.Index(fields=["entry"], condition=Q(is_public=True), name="update_is_public")]

    def __str__(self) -> str:
        return f"{self.public_state or 'internal'}: {self.conditions[:60]}"

    @property
    def text(self) -> str:
        """All of it, as the timeline's body holds it."""
        parts = {"Conditions": self.conditions, "Actions": self.actions, "Needs": self.needs}
        return "\n".join(f"{name}: {said}" for name, said in parts.items() if said)

    @property
    def public_text(self) -> str:
        """How it is and what is done, without what colleagues need from each other."""
        return "\n\n".join(filter(None, [self.conditions, self.actions]))


class PublicEnd(models.Model):
    """Why strangers are not told that it is over. It counts until something is said in public after it."""

    incident = models.OneToOneField(Incident, models.CASCADE, primary_key=True, related_name="+")
    reason = models.CharField(max_length=500)
    waived_at = models.DateTimeField()
    waived_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.reason
