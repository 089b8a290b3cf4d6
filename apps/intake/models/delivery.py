"""What was sent, as it came, and what became of it: the delivery log."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from apps.intake.models.alert import Alert
from apps.intake.models.integration import Integration

if TYPE_CHECKING:
    from apps.accounts.models import User


class DeliveryStatus(models.TextChoices):
    RECEIVED = "received", "Received"
    PROCESSING = "processing", "Being processed"
    PROCESSED = "processed", "Processed"
    FAILED = "failed", "Failed"


WAITING = (DeliveryStatus.RECEIVED, DeliveryStatus.PROCESSING)


class Outcome(models.TextChoices):
    """What a processed delivery did."""

    OPENED = "opened", "Opened a candidate or incident"
    REOPENED = "reopened", "Reopened its candidate"
    STORMED = "stormed", "Counted into an alert storm"
    JOINED = "joined", "Belongs to what is open"
    RESOLVED = "resolved", "Noted that the alert resolved"
    DECLINED = "declined", "Resolved, and declined its untouched candidate"
    OUTDATED = "outdated", "Older than what is known"
    UNMATCHED = "unmatched", "Resolved what was not open"
    IGNORED = "ignored", "Nothing to do"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> DeliveryQuerySet:
        return self if user.is_org_admin else self.none()

    def for_list(self) -> DeliveryQuerySet:
        return self.select_related("integration", "alert__incident").defer("body")

    def due(self, now: datetime) -> DeliveryQuerySet:
        return self.filter(status=DeliveryStatus.RECEIVED, not_before__lte=now)

    def with_lapsed_lease(self, now: datetime) -> DeliveryQuerySet:
        return self.filter(status=DeliveryStatus.PROCESSING, lease_until__lt=now)

    def newest_of(self, integration: Integration, dedup: str) -> Delivery | None:
        return self.filter(integration=integration, dedup=dedup).order_by("-pk").first()

    def older_than(self, moment: datetime) -> DeliveryQuerySet:
        return self.exclude(status__in=WAITING).filter(received_at__lt=moment)


class Delivery(models.Model):
    """`delivery_id` is the sender's, or a hash of the body. `repeats` counts how often the same came again."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    integration = models.ForeignKey(Integration, models.CASCADE, related_name="deliveries")
    delivery_id = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    body = models.TextField()
    headers = models.JSONField(default=dict)
    dedup = models.CharField(max_length=200, blank=True)
    title = models.CharField(max_length=200, blank=True)
    is_firing = models.BooleanField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    repeats = models.PositiveIntegerField(default=0)
    repeated_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=DeliveryStatus, default=DeliveryStatus.RECEIVED)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    error = models.CharField(max_length=500, blank=True)
    alert = models.ForeignKey(Alert, models.SET_NULL, null=True, blank=True, related_name="deliveries")
    attempt = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    claim = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["integration", "delivery_id"], name="one_row_per_delivery")
        ]
        indexes = [
            models.Index(
                fields=["not_before"], condition=models.Q(status="received"), name="deliveries_to_process"
            ),
            models.Index(
                fields=["lease_until"], condition=models.Q(status="processing"), name="deliveries_in_work"
            ),
            models.Index(fields=["integration", "dedup", "-id"], name="deliveries_of_an_alert"),
            models.Index(fields=["-received_at", "-id"], name="deliveries_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.integration_id} {self.delivery_id}"

    def get_absolute_url(self) -> str:
        return reverse("intake:delivery", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:intake-delivery-detail", args=[self.uuid])

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    @property
    def audit_key(self) -> str:
        return f"delivery {self.uuid}"
