"""Who is reminded of an owed postmortem, and when next."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from apps.postmortems.models.obligation import ObligationStatus, PostmortemObligation, drafts_of
from apps.postmortems.models.postmortem import PostmortemStatus

SENT_ON = (PostmortemStatus.IN_REVIEW, PostmortemStatus.APPROVED, PostmortemStatus.PUBLISHED)


class NudgeQuerySet(models.QuerySet["Nudge"]):
    def due(self, now: datetime) -> NudgeQuerySet:
        return self.filter(next_reminder_at__lte=now)

    def with_state(self) -> NudgeQuerySet:
        """With what it is about; `has_draft`, and `is_sent_on`: it is in review, or beyond."""
        drafts = drafts_of(OuterRef("obligation__incident"))
        return self.select_related("person", "obligation__incident", "obligation__owner").annotate(
            has_draft=Exists(drafts), is_sent_on=Exists(drafts.filter(postmortem__status__in=SENT_ON))
        )

    def owed_by(self, people: Collection[int]) -> NudgeQuerySet:
        """What these people owe, or somebody of their team; the oldest first. Whether they may still see it is asked
        elsewhere, for all of them."""
        theirs = self.filter(person__in=people, obligation__status=ObligationStatus.OWED)
        return theirs.with_state().order_by("obligation__due_publish", "pk")


class Nudge(models.Model):
    """One person and one owed postmortem; gone once nothing is owed. A lead hears of it when it is late."""

    obligation = models.ForeignKey(PostmortemObligation, models.CASCADE, related_name="nudges")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    is_lead = models.BooleanField()
    next_reminder_at = models.DateTimeField(null=True)

    objects = NudgeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["obligation", "person"], name="one_nudge_per_person"),
        ]
        indexes = [
            models.Index(
                fields=["next_reminder_at"], condition=Q(next_reminder_at__isnull=False), name="nudge_next"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} about {self.obligation_id}"

    @property
    def is_live(self) -> bool:
        return self.obligation.status == ObligationStatus.OWED
