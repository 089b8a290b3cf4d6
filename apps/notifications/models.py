"""The outbox: every mail that is owed, and what became of it. Bodies are rendered at send time, never stored."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.notifications import categories, kinds

if TYPE_CHECKING:
    from apps.accounts.models import User


class OutboxStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    CLAIMED = "claimed", "Claimed"
    SENDING = "sending", "Sending"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    EXPIRED = "expired", "Expired"
    SKIPPED_EMPTY = "skipped_empty", "Nothing left to say"
    UNKNOWN = "unknown", "Unknown"
    SUPPRESSED = "suppressed", "Suppressed"
    IN_PORTAL = "in_portal", "In the portal"
    FOR_DIGEST = "for_digest", "For the next digest"
    IN_DIGEST = "in_digest", "In a digest"
    TURNED_OFF = "turned_off", "Turned off"


LEASED = (OutboxStatus.CLAIMED, OutboxStatus.SENDING)
TROUBLED = (OutboxStatus.FAILED, OutboxStatus.UNKNOWN)
NOT_IN_INBOX = (OutboxStatus.SKIPPED_EMPTY, OutboxStatus.TURNED_OFF)
KEPT = timedelta(days=90)


class OutboxQuerySet(models.QuerySet["OutboxMail"]):
    def sendable(self, now: datetime) -> OutboxQuerySet:
        return self.filter(status=OutboxStatus.QUEUED, not_before__lte=now)

    def with_lapsed_lease(self, now: datetime) -> OutboxQuerySet:
        return self.filter(status__in=LEASED, lease_until__lt=now)

    def past_expiry(self, now: datetime) -> OutboxQuerySet:
        return self.sendable(now).filter(expires_at__lte=now)

    def of(self, recipient: models.Model) -> OutboxQuerySet:
        return self.filter(recipient=recipient.pk)

    def inbox_of(self, person: models.Model, now: datetime) -> OutboxQuerySet:
        """Whatever was due for them in the last three months, whatever became of the mail."""
        return self.in_inbox(person.pk, now, now - KEPT)

    def in_inbox(self, person: Any, now: Any, since: Any) -> OutboxQuerySet:
        due = self.filter(recipient=person, due_at__lte=now, due_at__gt=since)
        return due.exclude(status__in=NOT_IN_INBOX).exclude(kind__in=kinds.urgent())

    def unread(self) -> OutboxQuerySet:
        return self.filter(read_at__isnull=True)

    def for_digest(self, now: datetime) -> OutboxQuerySet:
        return self.filter(status=OutboxStatus.FOR_DIGEST, not_before__lte=now)

    def visible_to(self, user: User) -> OutboxQuerySet:
        """Everybody sees their own mail; admins also see what failed or is unknown, whoever it was for."""
        own = Q(recipient=user.pk)
        return self.filter(own | Q(status__in=TROUBLED) if user.is_org_admin else own)


class OutboxMail(models.Model):
    """One mail to one person, and its place in their inbox. `dedupe_key` makes planning it twice harmless.
    `due_at` stays; `not_before` moves when the mail has to wait.

    `claim` names the worker that has the row: whoever lost it to a lapsed lease can no longer change the row.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    dedupe_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    payload = models.JSONField(default=dict)
    due_at = models.DateTimeField()
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    status = models.CharField(max_length=20, choices=OutboxStatus, default=OutboxStatus.QUEUED)
    attempt = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    smtp_started_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["not_before"], condition=Q(status="queued"), name="outbox_sendable"),
            models.Index(
                fields=["lease_until"], condition=Q(status__in=["claimed", "sending"]), name="outbox_leased"
            ),
            models.Index(fields=["recipient", "-id"], name="outbox_by_recipient"),
            models.Index(fields=["recipient", "-due_at"], name="outbox_inbox"),
            models.Index(fields=["recipient"], condition=Q(read_at__isnull=True), name="outbox_unread"),
            models.Index(fields=["not_before"], condition=Q(status="for_digest"), name="outbox_for_digest"),
        ]

    def __str__(self) -> str:
        return self.dedupe_key

    def get_absolute_url(self) -> str:
        return reverse("inbox:detail", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:inbox-detail", args=[self.uuid])

    @property
    def kind_label(self) -> str:
        return kinds.label(self.kind)

    @property
    def title(self) -> str:
        """The subject, once the mail is written; before that what it will be."""
        day = self.payload.get("local_date")
        named = f"{self.kind_label} of {date.fromisoformat(day):%a %d %b}" if day else self.kind_label
        return self.subject or named

    @property
    def category_label(self) -> str:
        found = categories.category(kinds.category(self.kind))
        return found.label if found else self.kind_label

    @property
    def is_unread(self) -> bool:
        return self.read_at is None

    @property
    def shown_at(self) -> datetime:
        return self.sent_at or self.not_before


class MailServer(models.Model):
    """One row: how the mail server has answered lately, shared by all workers (the breaker of rule N25)."""

    failures_in_a_row = models.PositiveIntegerField(default=0)
    next_probe_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return "away" if self.next_probe_at else "answering"


class ClockRun(models.Model):
    """When something that the clock asks for was last done to its end."""

    name = models.CharField(max_length=40, primary_key=True)
    succeeded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.succeeded_at}"


class NotificationPreference(models.Model):
    """How one category reaches one person; without a row, the usual way."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    category = models.CharField(max_length=40)
    mode = models.CharField(max_length=10, choices=categories.Mode)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="one_preference_per_category")
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.mode}"


class MailAddress(models.Model):
    """An address that a mail server has refused: on which day first, and since when nothing is sent to it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=254)
    refused_on = models.DateField()
    bouncing_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.address} {'bounces' if self.bouncing_since else 'was refused once'}"

    def is_bouncing(self, address: str) -> bool:
        """Another address than the one that was refused is tried anew."""
        return self.bouncing_since is not None and self.address == address
