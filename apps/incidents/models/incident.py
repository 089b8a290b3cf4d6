"""The incident: what is read in lists and found by search, and the one line of fields behind its page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Func, IntegerField, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from apps.core.keys import page_of
from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.incidents.models.role import RoleAssignment
from apps.incidents.models.status import (
    LATE_REOPENING,
    NEXT_STATUS,
    OPEN,
    REOPEN_WITHIN,
    DetectedBy,
    IncidentKind,
    IncidentStatus,
    Severity,
)
from apps.incidents.models.visibility import ReadableBy
from apps.services.models import Service, Tag

if TYPE_CHECKING:
    from apps.accounts.models import Team, User


NAMES = ("commander__slug", "commander__name", "declared_by__slug", "declared_by__name")


class MoveCount(Func):
    """Counted apart: a join would have the whole row grouped by each of its columns."""

    template = "(SELECT COUNT(*) FROM incidents_transition WHERE incident_id = %(expressions)s)"
    output_field = IntegerField()


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: User) -> IncidentQuerySet:
        """Private incidents show only to admins, to who declared them, to who holds or held a role, and to who
        was given access that still runs. Everything that hangs on an incident asks this question and no other."""
        if user.is_org_admin:
            return self
        return self.filter(ReadableBy(user, timezone.now()))

    def hidden_from(self, user: User) -> IncidentQuerySet:
        """Exactly those that `visible_to` leaves out. They are few, and an index knows the private ones: to ask whether
        something hangs on one of these is cheaper than whether all it hangs on are among the others."""
        if user.is_org_admin:
            return self.none()
        return self.filter(~Q(ReadableBy(user, timezone.now())), is_private=True)

    def open(self) -> IncidentQuerySet:
        return self.filter(status__in=OPEN)

    def update_late(self, now: datetime) -> IncidentQuerySet:
        return self.filter(update_due_at__lt=now)

    def of_service(self, service: Service) -> IncidentQuerySet:
        return self.filter(services=service)

    def of_team(self, team: Team) -> IncidentQuerySet:
        return self.filter(pk__in=Incident.objects.filter(services__owner_team=team).values("pk"))

    def timed(self, kind: str) -> IncidentQuerySet:
        """Those of which the time of this milestone is known."""
        known = Incident.objects.filter(milestones__kind=kind, milestones__at__isnull=False)
        return self.filter(pk__in=known.values("pk"))

    def untimed(self, kind: str) -> IncidentQuerySet:
        known = Incident.objects.filter(milestones__kind=kind, milestones__at__isnull=False)
        return self.exclude(pk__in=known.values("pk"))

    def timed_by(self, kind: str, source: str) -> IncidentQuerySet:
        """Those of which the time of this milestone comes from this source."""
        said = Incident.objects.filter(
            milestones__kind=kind, milestones__at__isnull=False, milestones__source=source
        )
        return self.filter(pk__in=said.values("pk"))

    def matching(self, text: str) -> IncidentQuerySet:
        return self.filter(every_word(text, "title", "key"))

    def comparable(self) -> IncidentQuerySet:
        """Those that tell something about others: no exercises, and nothing that was found to be nothing."""
        nothing = (IncidentStatus.DECLINED, IncidentStatus.CANCELLED, IncidentStatus.MERGED)
        exercises = (IncidentKind.DRILL, IncidentKind.TEST)
        return self.filter(~Q(kind__in=exercises), ~Q(status__in=nothing))

    def from_source(self, system: str) -> set[str]:
        """The external ids that are here already."""
        return set(self.filter(source_system=system).values_list("external_id", flat=True))

    def with_people(self) -> IncidentQuerySet:
        return self.select_related("declared_by", "commander")

    def for_detail(self) -> IncidentQuerySet:
        """One row as programs read it: of its people the names alone, and its moves counted along."""
        names = {name: F(name) for name in NAMES}
        return self.annotate(**names, move_count=MoveCount("pk"))

    def for_list(self) -> IncidentQuerySet:
        return self.select_related("commander").prefetch_related("services")

    def for_page(self) -> IncidentQuerySet:
        """Everything its page shows apart from the timeline: one query for each kind of part."""
        return self.with_people().prefetch_related(
            Prefetch("services", Service.objects.with_team()),
            Prefetch("roles", RoleAssignment.objects.select_related("person")),
            "milestones",
            "impact_windows__service",
        )

    def service_slugs(self, pks: Iterable[int]) -> models.QuerySet[Any]:
        """Pairs of incident and service slug, for many incidents at once."""
        link = self.model.services.through._default_manager
        found = link.filter(incident__in=list(pks)).order_by("service__slug")
        return found.values_list("incident_id", "service__slug")

    def heir_of(self, incident: Incident) -> Incident | None:
        """Where a merged incident went, at the end of the chain; None when it stands alone or leads out of sight."""
        row: Incident | None = incident
        while row and row.status == IncidentStatus.MERGED:
            row = self.filter(merged_from=row).first()
        return row if row and row.pk != incident.pk else None

    def standing(self, key: str) -> Incident | None:
        """The incident of this key; a merged one stands for where it went, if that is among these."""
        row = self.filter(key=key).first()
        return (self.heir_of(row) or row) if row else None

    def absorbed_by(self, incident: Incident) -> list[Incident]:
        """Every incident that ended up in this one: merged into it, or into one that was."""
        found: list[Incident] = []
        edge = [incident.pk]
        while edge:
            rows = list(self.filter(merged_into__in=edge).order_by("pk"))
            edge = [row.pk for row in rows]
            found += rows
        return found

    def stamp(self, key: str) -> tuple[int, int] | None:
        """Version and beat: one look-up by the key, however long the timeline is. None when it is not seen."""
        return self.filter(key=key).values_list("version", "beat").first()


class Incident(VersionedModel):
    """`started_at`, `mitigated_at`, `resolved_at` repeat the milestones, for lists; milestones hold the truth.
    `beat` counts what was written into the timeline, `version` what changed in the record."""

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
    commander = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    impact = models.CharField(max_length=80, blank=True)  # the answers as they were called then,
    condition = models.CharField(max_length=80, blank=True)  # whatever the matrix says today
    proposed_severity = models.PositiveSmallIntegerField(choices=Severity, null=True, blank=True)
    severity_reason = models.CharField(max_length=500, blank=True)
    detected_by = models.CharField(max_length=12, choices=DetectedBy, blank=True)
    data_lost = models.BooleanField(null=True, blank=True)  # None: nobody has said
    was_reverted = models.BooleanField(null=True, blank=True)  # a rollback, or traffic sent elsewhere
    update_due_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    mitigated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    beat = models.PositiveIntegerField(default=0, editable=False)
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
            models.Index(
                fields=["update_due_at"], condition=Q(update_due_at__isnull=False), name="incident_update_due"
            ),
            models.Index(fields=["id"], condition=Q(is_private=True), name="incident_private"),
            models.Index(fields=["id"], condition=Q(kind__in=("drill", "test")), name="incident_practice"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.title}"

    def get_absolute_url(self) -> str:
        return page_of("incidents:detail", self.key)

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

    @property
    def ended_at(self) -> datetime | None:
        """When it was over: resolved, or declined, cancelled, merged. None while it is open."""
        if self.is_open:
            return None
        return self.resolved_at or self.status_since

    def lasted(self, now: datetime) -> timedelta:
        return max((self.ended_at or now) - self.started_at, timedelta())

    @property
    def owner_team_ids(self) -> set[int]:
        """Teams that own an affected service: one query, none when the services are loaded."""
        return {service.owner_team_id for service in self.services.all()}

    @property
    def participant_ids(self) -> set[int]:
        """Who declared it, holds or held a role: one query, none when the roles are loaded."""
        return {self.declared_by_id, *(role.person_id for role in self.roles.all())}
