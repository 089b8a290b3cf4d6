"""What people say about an item, and who wants to hear of it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.action_items.models.item import ActionItem
from apps.core.models import TimestampedModel
from apps.core.saying import MAX_COMMENT

if TYPE_CHECKING:
    from apps.accounts.models import User


class ItemCommentQuerySet(models.QuerySet["ItemComment"]):
    def visible_to(self, user: User) -> ItemCommentQuerySet:
        """Who may see the item reads what is said about it."""
        return self.filter(item__in=ActionItem.objects.visible_to(user).values("pk"))

    def standing(self) -> ItemCommentQuerySet:
        return self.filter(removed_at__isnull=True)

    def with_people(self) -> ItemCommentQuerySet:
        return self.select_related("author", "removed_by", "item__incident")


class ItemComment(TimestampedModel):
    """One that was removed stays without its words, so that what follows makes sense; the trail has them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    body = models.TextField(max_length=MAX_COMMENT, blank=True)
    said_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ItemCommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True) & ~Q(body="")
                | Q(removed_at__isnull=False, removed_by__isnull=False, body=""),
                name="item_comment_has_words_or_is_removed",
            )
        ]

    def __str__(self) -> str:
        return f"Comment on {self.item.key}"

    def get_absolute_url(self) -> str:
        return f"{self.item.get_absolute_url()}#comment-{self.uuid}"

    def get_api_url(self) -> str:
        return reverse("api:item-comment-detail", args=[self.item.key, self.uuid])

    @property
    def is_removed(self) -> bool:
        return self.removed_at is not None

    @property
    def audit_scope(self) -> str:
        return self.item.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.item.key} comment"


class Watch(models.Model):
    """Somebody hears of changes. Its owner does so without."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="watches")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["item", "person"], name="one_item_watch_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} watches {self.item_id}"
