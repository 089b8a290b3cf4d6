"""What people say about a section: threads, resolved by name. No published version holds them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse

from apps.core.models import TimestampedModel
from apps.core.saying import MAX_COMMENT
from apps.postmortems.models.postmortem import Postmortem
from apps.postmortems.models.section import Section

if TYPE_CHECKING:
    from apps.accounts.models import User

MAX_BODY = MAX_COMMENT
MAX_QUOTE = 500


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: User) -> CommentQuerySet:
        """Who may see the document sees what is said about it."""
        return self.filter(section__postmortem__in=Postmortem.objects.visible_to(user).values("pk"))

    def of(self, postmortem: Postmortem) -> CommentQuerySet:
        return self.filter(section__postmortem=postmortem)

    def threads(self) -> CommentQuerySet:
        return self.filter(thread__isnull=True)

    def unresolved(self) -> CommentQuerySet:
        """Threads that wait for an answer."""
        return self.threads().filter(resolved_at__isnull=True)

    def unresolved_blocking(self) -> CommentQuerySet:
        """What a reviewer wants settled before the document is published."""
        return self.unresolved().filter(is_blocking=True)

    def with_people(self) -> CommentQuerySet:
        return self.select_related("author", "resolved_by", "section__postmortem", "thread")

    def with_replies(self) -> CommentQuerySet:
        """For threads: `replies`, oldest first, with their authors; two queries whatever there is."""
        answers = Comment.objects.with_people().order_by("pk")
        return self.with_people().prefetch_related(Prefetch("replies", answers))


class Comment(TimestampedModel):
    """The first of a thread, or, with `thread`, an answer in it. Quote, blocking and resolution belong to the first."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    section = models.ForeignKey(Section, models.CASCADE, related_name="comments")
    thread = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    quote = models.CharField(max_length=MAX_QUOTE, blank=True)
    body = models.TextField(max_length=MAX_BODY)
    said_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    is_blocking = models.BooleanField(default=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(thread__isnull=True)
                | Q(resolved_at__isnull=True, resolved_by__isnull=True, is_blocking=False, quote=""),
                name="only_threads_are_resolved",
            ),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolved_by__isnull=True)
                | Q(resolved_at__isnull=False, resolved_by__isnull=False),
                name="comment_resolved_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["section"],
                condition=Q(thread__isnull=True, resolved_at__isnull=True),
                name="comment_unresolved",
            )
        ]

    def __str__(self) -> str:
        return f"Comment on {self.section.title}"

    def get_absolute_url(self) -> str:
        return f"{self.section.postmortem.get_absolute_url()}#comment-{self.uuid}"

    def get_api_url(self) -> str:
        return reverse("api:comment-detail", args=[self.section.postmortem.key, self.uuid])

    @property
    def first(self) -> Comment:
        """The comment that began the thread."""
        return self.thread or self

    @property
    def is_resolved(self) -> bool:
        return self.resolved_at is not None

    @property
    def audit_scope(self) -> str:
        return self.section.postmortem.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.section.postmortem.key} {self.section.slug} comment"
