"""Which item waits for which. Links make no circle: whoever adds one looks, and they are added one at a time."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from apps.action_items.models.choices import LIVE, Status
from apps.action_items.models.item import ActionItem

if TYPE_CHECKING:
    from apps.accounts.models import User


class DependencyQuerySet(models.QuerySet["Dependency"]):
    def visible_to(self, user: User) -> DependencyQuerySet:
        """Both ends are seen: neither tells of the other to somebody else."""
        seen = ActionItem.objects.visible_to(user).values("pk")
        return self.filter(blocked__in=seen, blocker__in=seen)

    def around(self, item: ActionItem) -> DependencyQuerySet:
        return self.filter(Q(blocked=item) | Q(blocker=item))

    def with_items(self) -> DependencyQuerySet:
        return self.select_related("blocked__owner", "blocker__owner")

    def is_waiting(self, item: int, of: int) -> bool:
        """Whether `item` waits for `of`, over any number of steps. One query a step."""
        known: set[int] = set()
        reached: Iterable[int] = [item]
        while reached:
            known |= set(reached)
            if of in known:
                return True
            found = self.filter(blocked__in=list(reached)).values_list("blocker", flat=True)
            reached = set(found) - known
        return False


class Dependency(models.Model):
    """`came_with` is the item that was merged into one of the ends and brought it along."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    blocked = models.ForeignKey(ActionItem, models.CASCADE, related_name="waits_for")
    blocker = models.ForeignKey(ActionItem, models.CASCADE, related_name="holds_up")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    came_with = models.ForeignKey(
        ActionItem, models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = DependencyQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["blocked", "blocker"], name="one_item_dependency_per_pair"),
            models.CheckConstraint(condition=~Q(blocked=F("blocker")), name="no_item_waits_for_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.blocked_id} waits for {self.blocker_id}"


def held_up(user: User) -> Q:
    """Of an item that cannot go on: marked blocked, or still to be done and waiting for one that is, which the person
    may see."""
    seen = ActionItem.objects.visible_to(user).live().values("pk")
    waits = Exists(Dependency.objects.filter(blocked=OuterRef("pk"), blocker__in=seen))
    return Q(status=Status.BLOCKED) | Q(waits, status__in=LIVE)
