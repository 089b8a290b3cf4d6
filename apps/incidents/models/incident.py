"""The incident, its states and legal moves, and the windows in which it hurt."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.core.models import VersionedModel
from apps.services.models import Service, Tag

if TYPE_CHECKING:
    from apps.accounts.models import Team, User

REOPEN_WITHIN = timedelta(days=14)


class Severity(models.IntegerChoices):
    SEV1 = 1, "SEV1"
    SEV2 = 2, "SEV2"
    SEV3 = 3, "SEV3"
    SEV4 = 4, "SEV4"


class IncidentKind(models.TextChoices):
    REAL = "real", "Real"
    NEAR_MISS = "near_miss", "Near miss"
    DRILL = "drill", "Drill"
    TEST = "test", "Test"
    BACKFILLED = "backfilled", "Backfilled"


class IncidentStatus(models.TextChoices):
    TRIAGE = "triage", "Triage"
    INVESTIGATING = "investigating", "Investigating"
    IDENTIFIED = "identified", "Identified"
    MITIGATED = "mitigated", "Mitigated"
    RESOLVED = "resolved", "Resolved"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Declined"
    CANCELLED = "cancelled", "Cancelled"
    MERGED = "merged", "Merged"


S = IncidentStatus
OPEN = (S.TRIAGE, S.INVESTIGATING, S.IDENTIFIED, S.MITIGATED)
NEXT_STATUS: dict[str, tuple[str, ...]] = {
    S.TRIAGE: (S.INVESTIGATING, S.DECLINED, S.MERGED),
    S.INVESTIGATING: (S.IDENTIFIED, S.MITIGATED, S.RESOLVED, S.CANCELLED, S.MERGED),
    S.IDENTIFIED: (S.INVESTIGATING, S.MITIGATED, S.RESOLVED, S.CANCELLED, S.MERGED),
    S.MITIGATED: (S.RESOLVED, S.INVESTIGATING, S.MERGED),
    S.RESOLVED: (S.CLOSED, S.INVESTIGATING),
    S.CLOSED: (S.INVESTIGATING,),
    S.DECLINED: (S.TRIAGE,),
    S.CANCELLED: (S.TRIAGE,),
    S.MERGED: (),
}
REASON_NEEDED: frozenset[tuple[str, str]] = frozenset(
    {
        (S.TRIAGE, S.DECLINED),
        (S.INVESTIGATING, S.CANCELLED),
        (S.IDENTIFIED, S.CANCELLED),
        (S.MITIGATED, S.INVESTIGATING),
        (S.RESOLVED, S.INVESTIGATING),
        (S.CLOSED, S.INVESTIGATING),
        (S.DECLINED, S.TRIAGE),
        (S.CANCELLED, S.TRIAGE),
    }
)
LATE_REOPENING: frozenset[str] = frozenset({S.CLOSED, S.DECLINED, S.CANCELLED})


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> IncidentQuerySet:
        """Private incidents show only to admins, to who declared them and to who holds or held a role."""
        if user.is_org_admin:
            return self
        took_part = Incident.objects.filter(is_private=True, roles__person=user.pk).values("pk")
        return self.filter(Q(is_private=False) | Q(declared_by=user.pk) | Q(pk__in=took_part))

    def open(self) -> IncidentQuerySet:
        return self.filter(status__in=OPEN)

    def of_service(self, service: Service) -> IncidentQuerySet:
        return self.filter(services=service)

    def of_team(self, team: Team) -> IncidentQuerySet:
        return self.filter(pk__in=Incident.objects.filter(services__owner_team=team).values("pk"))


class Incident(VersionedModel):
    """`started_at`, `mitigated_at`, `resolved_at` repeat the milestones, for lists; milestones hold the truth."""

    number = models.PositiveIntegerField(unique=True, editable=False)
    key = models.CharField(max_length=20, unique=True, editable=False)
    title = models.CharField(max_length=200)
    summary = models.TextField(max_length=10_000, blank=True)
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.SEV3)
    kind = models.CharField(max_length=12, choices=IncidentKind, default=IncidentKind.REAL)
    status = models.CharField(max_length=15, choices=IncidentStatus, default=IncidentStatus.INVESTIGATING)
    status_since = models.DateTimeField()
    is_private = models.BooleanField(default=False)
    services = models.ManyToManyField(Service, blank=True, related_name="incidents")
    tags = models.ManyToManyField(Tag, blank=True, related_name="incidents")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    commander = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    started_at = models.DateTimeField()
    mitigated_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged_from")
    recurrence_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="recurrences")
    source_system = models.CharField(max_length=30, blank=True)
    external_id = models.CharField(max_length=120, blank=True)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(condition=Q(severity__range=(1, 4)), name="severity_is_1_to_4"),
            models.UniqueConstraint(
                fields=["source_system", "external_id"],
                condition=~Q(external_id=""),
                name="one_incident_per_external_id",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-number"], name="incident_by_status"),
            models.Index(fields=["-started_at", "-id"], name="incident_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("incidents:detail", args=[self.key])

    def get_api_url(self) -> str:
        return reverse("api:incident-detail", args=[self.key])

    @property
    def audit_scope(self) -> str:
        return f"incident:{self.key}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    def next_statuses(self, now: datetime) -> list[str]:
        """The legal moves from here; what ended more than 14 days ago is not opened again."""
        if self.status in LATE_REOPENING and now - self.status_since > REOPEN_WITHIN:
            return []
        return list(NEXT_STATUS[self.status])


class Transition(models.Model):
    """One move of the status: append-only. `effective_at` is when it happened, `at` when it was said."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="transitions")
    from_status = models.CharField(max_length=15, choices=IncidentStatus, blank=True)
    to_status = models.CharField(max_length=15, choices=IncidentStatus)
    at = models.DateTimeField()
    effective_at = models.DateTimeField()
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ["pk"]


class ImpactLevel(models.TextChoices):
    DEGRADED = "degraded", "Degraded"
    PARTIAL = "partial", "Partial outage"
    DOWN = "down", "Down"


class ImpactWindow(models.Model):
    """From `start` to `end` (None: still) users were affected; a relapse opens a new one."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="impact_windows")
    start = models.DateTimeField()
    end = models.DateTimeField(null=True, blank=True)
    level = models.CharField(max_length=10, choices=ImpactLevel, default=ImpactLevel.PARTIAL)

    class Meta:
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")), name="impact_ends_after_it_begins"
            )
        ]
