"""What somebody is doing right now. It counts nothing: stopping it makes an entry."""

from __future__ import annotations

import uuid
import zoneinfo
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from apps.accounts.models import Team
from apps.action_items.models import ActionItem
from apps.incidents.models import Incident
from apps.services.models import Service
from apps.toil.kinds import Category, WorkKind
from apps.toil.models.entry import Trigger
from apps.toil.models.source import ToilSource

if TYPE_CHECKING:
    from apps.accounts.models import User


class TimerQuerySet(models.QuerySet["Timer"]):
    def visible_to(self, user: User) -> TimerQuerySet:
        """One's own alone: what people do at this moment is not watched."""
        return self.filter(person=user.pk)

    def with_names(self) -> TimerQuerySet:
        return self.select_related("team", "service", "source", "incident", "item__incident")


class Timer(models.Model):
    """At most one a person. `started_at` is the server's; `tz` is the person's zone when it began. `uuid` tells it from
    the one before, and from the next, of the same person."""

    uuid = models.UUIDField(default=uuid.uuid4, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="toil_timer")
    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    text = models.CharField(max_length=300)
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.ForeignKey(ToilSource, models.SET_NULL, null=True, blank=True, related_name="+")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="+")
    item = models.ForeignKey(ActionItem, models.SET_NULL, null=True, blank=True, related_name="+")
    link = models.URLField(max_length=500, blank=True)
    kind = models.CharField(max_length=12, choices=WorkKind, default=WorkKind.TOIL)
    category = models.CharField(max_length=25, choices=Category, default=Category.OTHER)
    trigger = models.CharField(max_length=12, choices=Trigger, blank=True)
    occurrences = models.PositiveSmallIntegerField(default=1)
    tz = models.CharField(max_length=64)
    started_at = models.DateTimeField()

    objects = TimerQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return self.text

    @property
    def zone(self) -> tzinfo:
        return zoneinfo.ZoneInfo(self.tz)

    def runs_for(self, now: datetime) -> int:
        return max(0, int((now - self.started_at).total_seconds()))
