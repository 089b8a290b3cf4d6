"""An action item and the issue in which it is followed outside: asked for, made or named, and what is known of it."""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.action_items.models import ActionItem
from apps.trackers.models.connection import Connection
from apps.trackers.states import RemoteState

if TYPE_CHECKING:
    from apps.accounts.models import User


class RefState(models.TextChoices):
    WANTED = "wanted", "To be created"
    LINKED = "linked", "Linked"


def new_marker() -> str:
    """One word, so that the search of every tracker finds it whole."""
    return f"ballast{secrets.token_hex(12)}"


class ExternalRefQuerySet(models.QuerySet["ExternalRef"]):
    def visible_to(self, user: User) -> ExternalRefQuerySet:
        """As its item."""
        return self.filter(item__in=ActionItem.objects.visible_to(user).values("pk"))

    def with_all(self) -> ExternalRefQuerySet:
        return self.select_related("item__incident", "connection", "asked_by")

    def of(self, connection: Connection) -> ExternalRefQuerySet:
        return self.filter(connection=connection)

    def linked(self) -> ExternalRefQuerySet:
        return self.filter(state=RefState.LINKED)

    def wanted(self) -> ExternalRefQuerySet:
        return self.filter(state=RefState.WANTED)

    def pushable(self) -> ExternalRefQuerySet:
        """Its item has changed since the issue was last compared with it."""
        there = self.linked().exclude(remote_state=RemoteState.GONE)
        return there.exclude(pushed_version=F("item__version"))

    def with_work(self, now: datetime) -> ExternalRefQuerySet:
        due = Q(not_before__lte=now)
        changed = Q(state=RefState.LINKED) & ~Q(remote_state=RemoteState.GONE)
        changed &= ~Q(pushed_version=F("item__version"))
        return self.filter(due, Q(state=RefState.WANTED) | Q(look_asked=True) | changed)


class ExternalRef(models.Model):
    """One for each item. `marker` stands in the issue's text: whoever is not sure whether it was made looks for it.
    `is_ours`: made from here, so that its text has a part that is kept here. `pushed_*` is what of the item the issue
    was last told; `note` says why the item does not follow the issue, `error` what a call came to."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.OneToOneField(ActionItem, models.CASCADE, related_name="+")
    connection = models.ForeignKey(Connection, models.SET_NULL, null=True, blank=True, related_name="refs")
    state = models.CharField(max_length=10, choices=RefState, default=RefState.WANTED)
    marker = models.CharField(max_length=40, unique=True, default=new_marker, editable=False)
    is_ours = models.BooleanField(default=True)
    with_private = models.BooleanField(default=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField()
    look_asked = models.BooleanField(default=False)
    number = models.CharField(max_length=60, blank=True)
    key = models.CharField(max_length=270, blank=True)
    url = models.CharField(max_length=500, blank=True)
    remote_state = models.CharField(max_length=12, choices=RemoteState, blank=True)
    remote_words = models.CharField(max_length=150, blank=True)
    remote_assignee = models.CharField(max_length=100, blank=True)
    remote_updated_at = models.DateTimeField(null=True)
    synced_at = models.DateTimeField(null=True)
    pushed_version = models.PositiveIntegerField(default=0)
    pushed_digest = models.CharField(max_length=64, blank=True)
    pushed_state = models.CharField(max_length=12, blank=True)
    note = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=300, blank=True)
    error_at = models.DateTimeField(null=True)

    objects = ExternalRefQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["url"],
                condition=~Q(url=""),
                name="one_item_per_issue",
                violation_error_message="This issue is linked to another action item already.",
            )
        ]
        indexes = [
            models.Index(fields=["connection", "state", "-id"], name="ref_by_connection"),
            models.Index(fields=["connection", "number"], name="ref_by_number"),
        ]

    def __str__(self) -> str:
        return self.key or f"{self.item_id} wanted"

    def get_absolute_url(self) -> str:
        return reverse("trackers:item", args=[self.item.key])

    def get_api_url(self) -> str:
        return reverse("api:action-item-tracker", args=[self.item.key])

    @property
    def audit_key(self) -> str:
        return self.item.key

    @property
    def audit_scope(self) -> str:
        return self.item.audit_scope

    @property
    def is_wanted(self) -> bool:
        return self.state == RefState.WANTED

    @property
    def is_gone(self) -> bool:
        return self.remote_state == RemoteState.GONE

    @property
    def looked_at(self) -> datetime | None:
        """When it was last known to be so: from the issue itself, or from the list of all that changed."""
        pulled = self.connection.pulled_at if self.connection else None
        return max(filter(None, [self.synced_at, pulled if self.synced_at else None]), default=None)
