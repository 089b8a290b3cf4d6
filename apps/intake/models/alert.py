"""What is known of each alert: one row per integration and dedup key, and the storms they came in."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse

from apps.incidents.models import Incident
from apps.intake.models.integration import Integration

if TYPE_CHECKING:
    from apps.accounts.models import User


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: User) -> AlertQuerySet:
        """Those whose incident is seen. What opened none is for those who look after the senders."""
        if user.is_org_admin:
            return self
        return self.filter(incident__in=Incident.objects.visible_to(user).values("pk"))

    def for_list(self, user: User) -> AlertQuerySet:
        """Each with the number of votes of either kind, and the reader's own."""
        mine = AlertVote.objects.filter(alert=OuterRef("pk"), person=user.pk)
        return self.select_related("integration", "incident").annotate(
            useful=Count("votes", filter=Q(votes__is_useful=True)),
            noise=Count("votes", filter=Q(votes__is_useful=False)),
            my_vote=Subquery(mine.values("is_useful")[:1]),
        )

    def of_incident(self, incident: Incident) -> AlertQuerySet:
        """Those that opened it, or what was merged into it."""
        return self.filter(incident__in=[incident, *Incident.objects.absorbed_by(incident)])

    def opened_since(self, integration: Integration, moment: datetime) -> AlertQuerySet:
        return self.filter(integration=integration, opened_at__gt=moment)

    def still_firing_in(self, incident: Incident) -> AlertQuerySet:
        return self.filter(incident=incident, is_firing=True)


class Alert(models.Model):
    """`changed_at` is the newest of the sender's own times that counted: what is older changes nothing.

    `episode` counts how often it began to fire; `early_end` is the time of a resolve that came before its firing.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    integration = models.ForeignKey(Integration, models.CASCADE, related_name="alerts")
    dedup = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    is_firing = models.BooleanField(default=False)
    changed_at = models.DateTimeField(null=True, blank=True)
    early_end = models.DateTimeField(null=True, blank=True)
    episode = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(null=True, blank=True)
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="+")

    objects = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "dedup"], name="one_alert_per_dedup_key")
        ]
        indexes = [
            models.Index(fields=["integration", "opened_at"], name="alerts_by_opening"),
        ]

    def __str__(self) -> str:
        return self.title or self.dedup

    def get_api_url(self) -> str:
        return reverse("api:alert-detail", args=[self.uuid])

    @property
    def audit_scope(self) -> str:
        return self.incident.audit_scope if self.incident else ""

    @property
    def audit_key(self) -> str:
        return f"alert {self.uuid}"

    @property
    def source_id(self) -> str:
        """The external id of its incident: unique there, so that an episode never has two."""
        return f"{self.uuid}:{self.episode}"


class AlertVoteQuerySet(models.QuerySet["AlertVote"]):
    def of_integration(self, integration: Integration) -> dict[str, int]:
        """How many called its alerts useful, and how many noise."""
        return self.filter(alert__integration=integration).aggregate(
            useful=Count("pk", filter=Q(is_useful=True)), noise=Count("pk", filter=Q(is_useful=False))
        )


class AlertVote(models.Model):
    """Whether it was worth waking somebody: one vote a person, and only the sums are shown."""

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="votes")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_useful = models.BooleanField()
    at = models.DateTimeField()

    objects = AlertVoteQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["alert", "person"], name="one_vote_per_alert_and_person")
        ]

    def __str__(self) -> str:
        return "useful" if self.is_useful else "noise"


class Storm(models.Model):
    """More new alerts at once than anybody reads: one candidate for all of them. `told` is what its title says."""

    integration = models.ForeignKey(Integration, models.CASCADE, related_name="storms")
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    count = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["integration"], condition=Q(ended_at__isnull=True), name="one_storm_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.count} alerts since {self.began_at}"
