"""What an entry was suggested for, so that nothing is suggested twice and a no stays a no."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.incidents.models import Incident
from apps.toil.models.entry import EntryStatus, ToilEntry


class Origin(models.TextChoices):
    INCIDENT = "incident", "Work on an incident"
    RECURRING = "recurring", "A chore that comes again"


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def since(self, origin: str, moment: datetime) -> SuggestionQuerySet:
        return self.filter(origin=origin, started_at__gte=moment)

    def with_entry(self) -> SuggestionQuerySet:
        return self.select_related("entry")


class Suggestion(models.Model):
    """`key` is everything that the entry was made of: what is made of something else is another suggestion. The entry
    is gone when the person deleted it. `started_at` and `ended_at` are as they were suggested."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="toil_suggestions")
    origin = models.CharField(max_length=10, choices=Origin)
    key = models.CharField(max_length=150)
    entry = models.OneToOneField(ToilEntry, models.SET_NULL, null=True, blank=True, related_name="suggestion")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    made_at = models.DateTimeField()

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "key"], name="suggested_once"),
            models.CheckConstraint(condition=Q(ended_at__gt=F("started_at")), name="suggestion_runs_forward"),
        ]
        indexes = [models.Index(fields=["origin", "started_at"], name="suggestion_by_start")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_open(self) -> bool:
        """Nobody has said anything about it, nor changed it: it may still be withdrawn."""
        entry = self.entry
        return entry is not None and entry.status == EntryStatus.SUGGESTED and entry.version == 1
