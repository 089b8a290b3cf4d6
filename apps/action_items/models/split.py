"""That an item became several, and what it said before: as long as nobody goes on from there it can be taken back."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models

from apps.action_items.models.item import ActionItem


class SplitQuerySet(models.QuerySet["Split"]):
    def standing(self) -> Self:
        return self.filter(undone_at=None)


class Split(models.Model):
    """`before` is what the item said, by field, its owner by primary key. `versions` says how the split left each of
    them, the item too: {primary key: version}."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="splits")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    before = models.JSONField()
    versions = models.JSONField()
    undone_at = models.DateTimeField(null=True)

    objects = SplitQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.item_id} at {self.at:%Y-%m-%d %H:%M}"
