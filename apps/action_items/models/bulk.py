"""What somebody changed about many items at once, and what each was before: for a while it can be taken back."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse

from apps.action_items.models.item import ActionItem

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_ROWS = 100
UNDO_FOR = timedelta(minutes=15)
KEPT_FOR = timedelta(days=30)


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def visible_to(self, user: User) -> BulkChangeQuerySet:
        """One's own; what became of an item stands in its own history."""
        return self.filter(by=user.pk)

    def last_to_undo(self, user: User, now: datetime) -> BulkChange | None:
        """The newest one that the person can still take back."""
        return self.filter(by=user.pk, undone_at__isnull=True, at__gte=now - UNDO_FOR).first()


class BulkChange(models.Model):
    """`wish` is what was asked for, in words: {"owner": "Bob", ...}."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    wish = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Change of many items at {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("action_items:bulk_change", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:action-item-change-detail", args=[self.uuid])

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDO_FOR

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now <= self.undo_until


class BulkRow(models.Model):
    """`changes` is {field: [before, after]} in words; `before` what is stored again when it is taken back, empty when
    nothing changed; `version` what the item had right after. `refusal` says why it was left alone, `undo_refusal` why
    it was not taken back."""

    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows")
    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="+")
    changes = models.JSONField(default=dict)
    refusal = models.CharField(max_length=1000, blank=True)
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    undo_refusal = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["change", "item"], name="one_row_per_bulk_change")]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.change_id}"
