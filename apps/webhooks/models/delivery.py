"""One event owed to one endpoint, and every attempt to hand it over. What is said is written when it is sent."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.webhooks.events import TEST, TYPES
from apps.webhooks.models.endpoint import Endpoint

if TYPE_CHECKING:
    from apps.accounts.models import User


PAGES = {
    "incident": "incidents:detail",
    "postmortem": "postmortems:detail",
    "action_item": "action_items:detail",
}


class DeliveryStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENDING = "sending", "Being sent"
    DELIVERED = "delivered", "Delivered"
    DEAD = "dead", "Given up"
    SUPPRESSED = "suppressed", "Suppressed"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> DeliveryQuerySet:
        return self if user.is_org_admin else self.none()

    def due(self, now: datetime) -> DeliveryQuerySet:
        """To be sent now: its time has come and its endpoint is on. A test goes out while it is off, too."""
        on = Q(endpoint__is_enabled=True) | Q(type=TEST)
        return self.filter(on, status=DeliveryStatus.QUEUED, not_before__lte=now)

    def orphaned(self, now: datetime) -> DeliveryQuerySet:
        """Of workers that died in the middle."""
        lapsed = Q(endpoint__lease_until__isnull=True) | Q(endpoint__lease_until__lt=now)
        return self.filter(lapsed, status=DeliveryStatus.SENDING)

    def too_late(self, now: datetime) -> DeliveryQuerySet:
        return self.filter(status=DeliveryStatus.QUEUED, expires_at__lte=now)

    def dead(self) -> DeliveryQuerySet:
        return self.filter(status=DeliveryStatus.DEAD)

    def with_endpoint(self) -> DeliveryQuerySet:
        return self.select_related("endpoint")

    def of(self, endpoint: Endpoint) -> DeliveryQuerySet:
        return self.filter(endpoint=endpoint)


class Delivery(models.Model):
    """`once_per` makes planning it twice harmless. `uuid` is the message's id through every attempt and replay.
    `attempts` counts all of them, `tries` those since it was planned or replayed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    type = models.CharField(max_length=40)
    once_per = models.CharField(max_length=120)
    event = models.ForeignKey(AuditEvent, models.PROTECT, null=True, related_name="+")
    object_type = models.CharField(max_length=40)
    object_key = models.CharField(max_length=120)
    occurred_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=DeliveryStatus, default=DeliveryStatus.QUEUED)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["endpoint", "once_per"], name="one_delivery_per_endpoint_and_event"
            )
        ]
        indexes = [
            models.Index(
                fields=["endpoint", "not_before", "id"], condition=Q(status="queued"), name="delivery_due"
            ),
            models.Index(fields=["endpoint", "status", "-id"], name="delivery_by_endpoint"),
            models.Index(fields=["status", "-id"], name="delivery_by_status"),
            models.Index(fields=["created_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.object_key}"

    def get_absolute_url(self) -> str:
        return reverse("webhooks:delivery", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:webhook-delivery-detail", args=[self.uuid])

    @property
    def audit_key(self) -> str:
        return f"delivery {self.uuid}"

    @property
    def type_label(self) -> str:
        return dict(TYPES).get(self.type, self.type)

    @property
    def is_pending(self) -> bool:
        return self.status in (DeliveryStatus.QUEUED, DeliveryStatus.SENDING)

    @property
    def may_be_replayed(self) -> bool:
        return not self.is_pending

    @property
    def next_try_at(self) -> datetime | None:
        """Not before its endpoint has rested; None when there is nothing left to try."""
        return max(self.not_before, self.endpoint.resume_at or self.not_before) if self.is_pending else None

    @property
    def object_url(self) -> str:
        page = PAGES.get(self.object_type)
        return reverse(page, args=[self.object_key]) if page else self.endpoint.get_absolute_url()


class Attempt(models.Model):
    """Written before anything is sent: an attempt whose worker died stays without an end."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="history")
    number = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    took_ms = models.PositiveIntegerField(null=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["delivery", "number"], name="attempts_are_numbered")]

    def __str__(self) -> str:
        return f"attempt {self.number}"

    @property
    def is_unfinished(self) -> bool:
        return self.took_ms is None
