"""The local days that an entry fell on: every sum of toil is a sum of these."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.accounts.models import Team
from apps.core.engines import Among
from apps.toil.kinds import Tally
from apps.toil.labels import TIED
from apps.toil.models.entry import REACH, ToilEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apps.accounts.models import User


class ToilSliceQuerySet(models.QuerySet["ToilSlice"]):
    def counting(self) -> ToilSliceQuerySet:
        return self.filter(counts_as__gt=Tally.NOT)

    def toil(self) -> ToilSliceQuerySet:
        return self.filter(counts_as__gte=Tally.TOIL)

    def labelled(self) -> ToilSliceQuerySet:
        """Whose label says what the entry says; of all others the entry is asked."""
        return self.filter(Q(label__lt=TIED) | Q(label__gt=TIED))

    def unlabelled(self) -> ToilSliceQuerySet:
        return self.filter(Q(label__isnull=True) | Q(label=TIED))

    def between(self, start: date, end: date) -> ToilSliceQuerySet:
        return self.filter(local_date__gte=start, local_date__lt=end)

    def of_person(self, person: User, start: date, end: date) -> ToilSliceQuerySet:
        return self.between(start, end).filter(person=person)

    def of_teams(self, teams: Iterable[int], start: date, end: date) -> ToilSliceQuerySet:
        """Of a period and of teams by their keys, which may be all. What is known of the slices is said of their
        entries, too: both are then read by ranges of an index, and not one entry for each slice."""
        keys = list(teams)
        rows = self.between(start, end).filter(Among("team", keys), Among("entry__team", keys))
        return rows.filter(entry__local_date__gte=start - REACH, entry__local_date__lt=end)


class ToilSlice(models.Model):
    """The seconds of an entry that fall on one local day; every sum is a sum of these. `seconds` is the elapsed
    time, `attributed` the share that counts after overlaps with the person's other entries are split.
    Team and person are repeated so that a week is one index range, and `counts_as` says in one number (see
    `kinds.Tally`) what the entry's status, kind and category mean for sums: these read slices alone. When they change,
    the database itself says so here, whoever changed them. `begins` is the second of the local day at which a piece of
    an interval starts; `slices.BY_ENTRY` where the clocks change about that day, None where there is no interval.
    `label` is that of the entry (see `labels`); None where the entry has changed since, which the database sees, too,
    and the next recomputation of its week puts right."""

    entry = models.ForeignKey(ToilEntry, models.CASCADE, related_name="slices")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    local_date = models.DateField()
    seconds = models.PositiveIntegerField()
    attributed = models.PositiveIntegerField()
    begins = models.IntegerField(null=True)
    counts_as = models.PositiveSmallIntegerField()
    label = models.BigIntegerField(null=True)

    objects = ToilSliceQuerySet.as_manager()

    class Meta:
        ordering = ["local_date"]
        constraints = [models.UniqueConstraint(fields=["entry", "local_date"], name="one_slice_per_day")]
        indexes = [
            models.Index(fields=["team", "local_date"], name="slice_by_team_and_day"),
            models.Index(fields=["person", "local_date"], name="slice_by_person_and_day"),
            models.Index(fields=["team", "local_date"], name="slice_by_entry", condition=Q(begins__lt=0)),
            models.Index(fields=["team", "local_date"], name="slice_by_hours", condition=Q(begins__gte=0)),
            models.Index(
                fields=["label", "team", "local_date"],
                name="slice_unlabelled",
                condition=Q(label__isnull=True) | Q(label=TIED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_date}: {self.seconds} s"
