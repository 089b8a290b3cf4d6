"""What somebody changed about many items at once, and what each was before: for a while it can be taken back."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from apps.action_items.models.item import ActionItem
from apps.core.many import ManyChange, ManyChangeQuerySet, ManyRow


class BulkChangeQuerySet(ManyChangeQuerySet):
    pass


class BulkChange(ManyChange):
    objects = BulkChangeQuerySet.as_manager()

    class Meta(ManyChange.Meta):
        pass

    def __str__(self) -> str:
        return f"Change of many items at {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("action_items:bulk_change", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:action-item-change-detail", args=[self.uuid])


class BulkRow(ManyRow):
    change = models.ForeignKey(BulkChange, models.CASCADE, related_name="rows")
    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="+")

    class Meta(ManyRow.Meta):
        constraints = [models.UniqueConstraint(fields=["change", "item"], name="one_row_per_bulk_change")]

    def __str__(self) -> str:
        return f"{self.item_id} in {self.change_id}"
