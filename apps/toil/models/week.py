"""Stored weeks: what Celery computed, so that no page adds up raw entries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import models
from django.db.models import Q

from apps.accounts.models import Team
from apps.toil.models.entry import Category
from apps.toil.percent import Share
from apps.toil.periods import Period, week_name
from apps.toil.rollup import DayTotals


class TeamWeekQuerySet(models.QuerySet["TeamWeek"]):
    def of_team(self, team: Team) -> TeamWeekQuerySet:
        return self.filter(team=team)

    def touching(self, period: Period) -> TeamWeekQuerySet:
        """Weeks with at least one day in the period."""
        return self.filter(monday__gt=period.start - timedelta(days=7), monday__lt=period.end)

    def changing(self, now: datetime) -> TeamWeekQuerySet:
        """Running weeks in which another day is over since they were computed."""
        return self.filter(next_change_at__lte=now)


class TeamWeek(models.Model):
    """One team, one ISO week, one row. Seconds of toil and minutes of capacity; the percentage is their
    ratio and is never stored, since weeks, quarters and organisations are sums of both.

    `days` holds the same sums for each of the seven days (see `rollup.DayTotals.packed`), since a quarter may
    begin on any of them. Of a running week only the days that count already are in the sums;
    `next_change_at` is when there will be another."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="weeks", db_index=False)
    monday = models.DateField()
    toil_seconds = models.PositiveBigIntegerField(default=0)
    out_of_hours_seconds = models.PositiveBigIntegerField(default=0)
    ops_seconds = models.PositiveBigIntegerField(default=0)
    guest_seconds = models.PositiveBigIntegerField(default=0)
    capacity_minutes = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    days = models.JSONField(default=list)
    days_counted = models.PositiveSmallIntegerField(default=0)
    days_total = models.PositiveSmallIntegerField(default=0)
    next_change_at = models.DateTimeField(null=True)
    input_hash = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    objects = TeamWeekQuerySet.as_manager()

    class Meta:
        ordering = ["team", "monday"]
        constraints = [models.UniqueConstraint(fields=["team", "monday"], name="one_row_per_team_and_week")]
        indexes = [
            models.Index(fields=["monday", "team"], name="team_week_by_monday"),
            models.Index(
                fields=["next_change_at"], condition=Q(next_change_at__isnull=False), name="running_team_week"
            ),
        ]

    def __str__(self) -> str:
        return week_name(self.monday)

    @property
    def share(self) -> Share:
        return Share(self.toil_seconds, self.capacity_minutes)

    @property
    def is_running(self) -> bool:
        return self.next_change_at is not None

    def by_day(self) -> Iterable[tuple[date, DayTotals]]:
        for place, (toil, hundredths, guest, out) in enumerate(self.days):
            yield self.monday + timedelta(days=place), DayTotals(toil, Decimal(hundredths) / 100, guest, out)


class TeamWeekCategory(models.Model):
    week = models.ForeignKey(TeamWeek, models.CASCADE, related_name="categories", db_index=False)
    category = models.CharField(max_length=25, choices=Category)
    seconds = models.PositiveBigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["week", "category"], name="one_row_per_week_and_category")
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.seconds} s"


class DirtyWeek(models.Model):
    """A mark that an input of a week changed: written by whatever changed it, in the same transaction, and
    consumed by the tick. Marks are only added and never shared, so writers do not wait for each other, and a mark
    that is committed while its week is being recomputed stays for the next time."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    monday = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["team", "monday"], name="dirty_week_by_team")]

    def __str__(self) -> str:
        return week_name(self.monday)
