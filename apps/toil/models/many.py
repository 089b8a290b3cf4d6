"""What somebody changed about several entries at once, merged or split, and what each was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.core.many import ManyChange, ManyChangeQuerySet, ManyRow
from apps.toil.models.entry import ToilEntry

if TYPE_CHECKING:
    from apps.accounts.models import User


class Reshaping(models.TextChoices):
    EDIT = "edit", "Changed"
    MERGE = "merge", "Merged"
    SPLIT = "split", "Split"


class EntryChangeQuerySet(ManyChangeQuerySet):
    pass


class EntryChange(ManyChange):
    """A merge or a split is taken back whole or not at all: half of one would count time twice."""

    kind = models.CharField(max_length=5, choices=Reshaping, default=Reshaping.EDIT)

    objects = EntryChangeQuerySet.as_manager()

    class Meta(ManyChange.Meta):
        pass

    def __str__(self) -> str:
        return f"Change of entries at {self.at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("toil:entry_change", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:toil-entry-change-detail", args=[self.uuid])

    @property
    def is_whole(self) -> bool:
        return self.kind != Reshaping.EDIT


class EntryChangeRowQuerySet(models.QuerySet["EntryChangeRow"]):
    def seen_by(self, user: User) -> EntryChangeRowQuerySet:
        """What somebody may not read any more they do not read here either."""
        seen = ToilEntry.objects.visible_to(user).values("pk")
        return self.filter(Q(entry=None) | Q(entry__in=seen)).select_related("entry")


class EntryChangeRow(ManyRow):
    """`entry_uuid` outlives the entry. A `version` of 0 says that the change took the entry away, an empty `before`
    with a version that it made it; `text` is what the entry was called."""

    change = models.ForeignKey(EntryChange, models.CASCADE, related_name="rows")
    entry = models.ForeignKey(ToilEntry, models.SET_NULL, null=True, blank=True, related_name="+")
    entry_uuid = models.UUIDField()
    text = models.CharField(max_length=300)
    is_made = models.BooleanField(default=False)

    objects = EntryChangeRowQuerySet.as_manager()

    class Meta(ManyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["change", "entry_uuid"], name="one_row_per_entry_change")
        ]

    def __str__(self) -> str:
        return f"{self.text} in {self.change_id}"

    @property
    def is_gone(self) -> bool:
        return self.version == 0
