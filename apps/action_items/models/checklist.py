"""The steps of an item, in the order in which somebody put them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.action_items.models.item import ActionItem
from apps.core.models import VersionedModel
from apps.core.validators import validate_one_line

if TYPE_CHECKING:
    from apps.accounts.models import User

LONGEST_STEP = 200


class ChecklistStepQuerySet(models.QuerySet["ChecklistStep"]):
    def visible_to(self, user: User) -> ChecklistStepQuerySet:
        """Who may see the item sees its steps."""
        return self.filter(item__in=ActionItem.objects.visible_to(user).values("pk"))

    def with_people(self) -> ChecklistStepQuerySet:
        return self.select_related("done_by", "item__incident")


class ChecklistStep(VersionedModel):
    """`copy_of` is the step of an item that was merged into this one, and gets back what became of it when that is
    undone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="checklist")
    position = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=LONGEST_STEP, validators=[validate_one_line])
    is_done = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    copy_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    objects = ChecklistStepQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_done=False, done_at__isnull=True, done_by__isnull=True)
                | Q(is_done=True, done_at__isnull=False, done_by__isnull=False),
                name="checklist_step_is_done_by_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"{self.item.get_absolute_url()}#checklist"

    def get_api_url(self) -> str:
        return reverse("api:checklist-step-detail", args=[self.item.key, self.uuid])

    @property
    def audit_scope(self) -> str:
        return self.item.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.item.key} step"
