"""What somebody did by hand, and the local days it fell on."""

from __future__ import annotations

import uuid
import zoneinfo
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.action_items.models import ActionItem
from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.incidents.models import Incident
from apps.services.models import Service, web_address
from apps.toil.kinds import Category, WorkKind
from apps.toil.labels import TIED, label_of
from apps.toil.readers import teams_read_by

if TYPE_CHECKING:
    from apps.accounts.models import User

DAY = 24 * 3600
REACH = timedelta(days=2)
"""No slice lies further behind the day of its entry: on a day of 23 hours, 24 of them reach a third date."""
TIME = ("seconds", "local_date", "started_at", "ended_at")
ABOUT = ("service", "source", "incident", "item", "link", "kind", "category", "trigger")
"""What an entry says of its work, besides whose it is, in words, and when."""


class Trigger(models.TextChoices):
    PAGE = "page", "Page"
    TICKET = "ticket", "Ticket"
    REQUEST = "request", "Chat or mail request"
    SCHEDULED = "scheduled", "Scheduled chore"
    RELEASE = "release", "Release"
    SELF = "self", "Found it myself"


class EntryStatus(models.TextChoices):
    CONFIRMED = "confirmed", "Confirmed"
    SUGGESTED = "suggested", "Suggested"
    NEEDS_REVIEW = "needs_review", "Needs review"
    DISMISSED = "dismissed", "Dismissed"


WAITING = (EntryStatus.SUGGESTED, EntryStatus.NEEDS_REVIEW)
"""For a yes or a no of the person: shown to nobody else, and counted nowhere."""


class ToilEntryQuerySet(models.QuerySet["ToilEntry"]):
    def visible_to(self, user: User) -> ToilEntryQuerySet:
        """Entries are people's data: one's own, and for leads those of a team that lets its leads read them. Everybody
        else sees sums only. What nobody has confirmed yet is between the portal and the person."""
        teams, mine = teams_read_by(user), Q(person=user.pk)
        theirs = Q(team__in=teams, status=EntryStatus.CONFIRMED)
        return self.filter(mine | theirs) if teams else self.filter(mine)

    def with_names(self) -> ToilEntryQuerySet:
        return self.select_related("person", "team", "service")

    def counting(self) -> ToilEntryQuerySet:
        return self.filter(status=EntryStatus.CONFIRMED)

    def waiting(self) -> ToilEntryQuerySet:
        """What somebody still has to say yes or no to."""
        return self.filter(status__in=WAITING)

    def with_all(self) -> ToilEntryQuerySet:
        return self.select_related("person", "team", "service", "incident", "source", "item__incident")

    def between(self, start: date, end: date) -> ToilEntryQuerySet:
        return self.filter(local_date__gte=start, local_date__lt=end)

    def matching(self, text: str) -> ToilEntryQuerySet:
        return self.filter(every_word(text, "text"))

    def intervals_near(self, person: User | int, start: datetime, end: datetime) -> ToilEntryQuerySet:
        """One person's counting intervals from two days before to two days after: nothing lasts longer than a
        day, so whatever shares a second with what shares a second with [start, end) is among them."""
        reach = timedelta(days=2)
        days = ((start - 2 * reach).date(), (end + 2 * reach).date())  # for the index
        return self.counting().filter(
            person=person, local_date__range=days, started_at__lt=end + reach, ended_at__gt=start - reach
        )


class ToilEntry(VersionedModel):
    """Hands-on seconds by one person for one team. `local_date` and `tz` are the person's own; `started_at` and
    `ended_at` are set only when the entry was given as an interval."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="toil_entries")
    team = models.ForeignKey(Team, models.PROTECT, related_name="toil_entries")
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="toil_entries")
    source = models.ForeignKey(
        "ToilSource", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    incident = models.ForeignKey(
        Incident, models.SET_NULL, null=True, blank=True, related_name="toil_entries"
    )
    item = models.ForeignKey(
        ActionItem, models.SET_NULL, null=True, blank=True, related_name="toil_entries", db_index=False
    )
    link = models.URLField(max_length=500, blank=True, validators=[web_address])
    kind = models.CharField(max_length=12, choices=WorkKind, default=WorkKind.TOIL)
    category = models.CharField(max_length=25, choices=Category, default=Category.OTHER)
    trigger = models.CharField(max_length=12, choices=Trigger, blank=True)
    text = models.CharField(max_length=300)
    seconds = models.PositiveIntegerField()
    occurrences = models.PositiveSmallIntegerField(default=1)
    tz = models.CharField(max_length=64)
    local_date = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=EntryStatus, default=EntryStatus.CONFIRMED)
    batch = models.ForeignKey(
        "ToilImport", models.SET_NULL, null=True, editable=False, related_name="entries", db_index=False
    )
    import_key = models.UUIDField(null=True, editable=False)

    objects = ToilEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-local_date", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seconds__gt=0, seconds__lte=DAY),
                name="toil_is_more_than_nothing_and_at_most_a_day",
                violation_error_message="The time must be more than zero and at most 24 hours.",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True, ended_at__isnull=True) | Q(ended_at__gt=F("started_at")),
                name="toil_interval_runs_forward",
                violation_error_message="The end must come after the start.",
            ),
            models.UniqueConstraint(
                fields=["import_key"],
                condition=Q(import_key__isnull=False),
                name="toil_row_is_imported_once",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-local_date"], name="toil_by_person"),
            models.Index(fields=["team", "-local_date"], name="toil_by_team"),
            models.Index(
                fields=["source", "-local_date"],
                name="toil_by_source",
                condition=Q(source__isnull=False),
            ),
            models.Index(fields=["batch", "id"], name="toil_by_batch", condition=Q(batch__isnull=False)),
            models.Index(fields=["item"], name="toil_by_item", condition=Q(item__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("toil:entry_detail", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:toil-entry-detail", args=[self.uuid])

    @property
    def zone(self) -> tzinfo:
        return zoneinfo.ZoneInfo(self.tz)

    @property
    def counts(self) -> bool:
        return self.status == EntryStatus.CONFIRMED

    @property
    def is_waiting(self) -> bool:
        return self.status in WAITING

    @property
    def is_interval(self) -> bool:
        return self.started_at is not None

    @property
    def label(self) -> int:
        """See `labels`."""
        if self.incident_id or self.item_id:
            return TIED
        return label_of(self.source_id, self.service_id, self.category, self.trigger, self.text)

    @property
    def audit_scope(self) -> str:
        """What belongs to an incident, or to an item of one, is as private as the incident."""
        of_incident = self.incident.audit_scope if self.incident else ""
        return of_incident or (self.item.audit_scope if self.item else "")
