"""Stored weeks: what Celery computed, so that no page adds up raw entries; and what stood when a week was closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.accounts.models import Team
from apps.core.prepared import Given, Prepared
from apps.toil.kinds import Category
from apps.toil.number import Number
from apps.toil.percent import Share
from apps.toil.periods import WEEK, Period, week_name
from apps.toil.rollup import DayTotals


class Sums:
    """What the sums of a week mean, whatever holds them."""

    @property
    def share(self: Any) -> Share:
        return Share(self.toil_seconds, self.capacity_minutes)

    @property
    def number(self: Any) -> Number:
        """Of toil alone."""
        return Number(
            self.toil_seconds,
            self.capacity_minutes,
            self.confirmed_toil_seconds,
            self.confirmed_minutes,
            self.open_seconds,
        )

    @property
    def ops_number(self: Any) -> Number:
        """Of all operational work."""
        return Number(
            self.toil_seconds + self.ops_seconds,
            self.capacity_minutes,
            self.confirmed_toil_seconds + self.confirmed_ops_seconds,
            self.confirmed_minutes,
            self.open_ops_seconds,
        )


class WeekNumbers(Sums, models.Model):
    """The sums of one team and ISO week: seconds of work, minutes of capacity. A percentage is their ratio and is
    never stored, since weeks, quarters and organisations are sums of both. See `number.Number` for what they mean."""

    toil_seconds = models.PositiveBigIntegerField(default=0)
    out_of_hours_seconds = models.PositiveBigIntegerField(default=0)
    ops_seconds = models.PositiveBigIntegerField(default=0)
    guest_seconds = models.PositiveBigIntegerField(default=0)
    capacity_minutes = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    confirmed_toil_seconds = models.PositiveBigIntegerField(default=0)
    confirmed_ops_seconds = models.PositiveBigIntegerField(default=0)
    confirmed_minutes = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    open_seconds = models.PositiveBigIntegerField(default=0)
    open_ops_seconds = models.PositiveBigIntegerField(default=0)

    class Meta:
        abstract = True


NUMBERS = [field.name for field in WeekNumbers._meta.fields]


class TeamWeekQuerySet(models.QuerySet["TeamWeek"]):
    def of_team(self, team: Team) -> TeamWeekQuerySet:
        return self.filter(team=team)

    def touching(self, period: Period) -> TeamWeekQuerySet:
        """Weeks with at least one day in the period."""
        return self.filter(monday__gt=period.start - WEEK, monday__lt=period.end)

    def changing(self, now: datetime) -> TeamWeekQuerySet:
        """Running weeks in which another day is over since they were computed."""
        return self.filter(next_change_at__lte=now)

    def closing(self, now: datetime) -> TeamWeekQuerySet:
        """Weeks that are over everywhere, and their grace too, but have not been closed yet."""
        return self.filter(is_final=False, final_at__lte=now)


class TeamWeek(WeekNumbers):
    """One team, one ISO week, one row: what is known now.

    `days` holds the same sums for each of the seven days (see `rollup.DayTotals`), since a quarter may
    begin on any of them. Of a running week only the days that count already are in the sums;
    `next_change_at` is when there will be another. `final_at` is when the week is closed: what stood then is kept in
    a `WeekSnapshot`, and so is each later change."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="weeks", db_index=False)
    monday = models.DateField()
    days = models.JSONField(default=list)
    days_counted = models.PositiveSmallIntegerField(default=0)
    days_total = models.PositiveSmallIntegerField(default=0)
    next_change_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    is_final = models.BooleanField(default=False)
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
            models.Index(fields=["final_at"], condition=Q(is_final=False), name="open_team_week"),
        ]

    def __str__(self) -> str:
        return week_name(self.monday)

    @property
    def is_running(self) -> bool:
        return self.next_change_at is not None

    def by_day(self) -> Iterable[tuple[date, DayTotals]]:
        return by_day(self.monday, self.days)


class ReadWeek(Sums):
    """What a list of hundreds of weeks needs of each: a tenth of the time it takes to make rows of a model."""

    COLUMNS = ("team_id", "monday", "days_counted", "days_total", "is_final", *NUMBERS)

    team_id: int
    monday: date
    days_counted: int
    days_total: int
    is_final: bool
    toil_seconds: int
    out_of_hours_seconds: int
    ops_seconds: int
    guest_seconds: int
    capacity_minutes: Decimal
    confirmed_toil_seconds: int
    confirmed_ops_seconds: int
    confirmed_minutes: Decimal
    open_seconds: int
    open_ops_seconds: int

    def __init__(self, values: Sequence[Any]) -> None:
        self.__dict__.update(zip(self.COLUMNS, values, strict=True))


class DatedWeek(ReadWeek):
    """The same with its days: what the page of a team looks at."""

    COLUMNS = (*ReadWeek.COLUMNS, "days")

    days: Sequence[Sequence[int]]

    def __str__(self) -> str:
        return week_name(self.monday)

    def by_day(self) -> Iterable[tuple[date, DayTotals]]:
        return by_day(self.monday, self.days)


def by_day(monday: date, days: Sequence[Sequence[int]]) -> Iterable[tuple[date, DayTotals]]:
    for place, packed in enumerate(days):
        yield monday + timedelta(days=place), DayTotals(*packed)


def _dated(team: Given, after: Given, before: Given) -> Any:
    rows = TeamWeek.objects.filter(team=team, monday__gt=after, monday__lt=before)
    return rows.order_by("monday").values_list(*DatedWeek.COLUMNS)


DATED = Prepared(_dated)


def dated_weeks(team: Team, period: Period) -> list[DatedWeek]:
    """The team's stored weeks with a day in the period, oldest first."""
    return [DatedWeek(row) for row in DATED.rows(team.pk, period.start - WEEK, period.end)]


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


class WeekSnapshotQuerySet(models.QuerySet["WeekSnapshot"]):
    def of_team(self, team: Team) -> WeekSnapshotQuerySet:
        return self.filter(team=team)

    def within(self, period: Period) -> WeekSnapshotQuerySet:
        """Of weeks that begin in the period."""
        return self.filter(monday__gte=period.start, monday__lt=period.end)


class WeekSnapshot(WeekNumbers):
    """A closed week as it was published: revision 1 when it was closed, one more whenever its sums came out different
    afterwards. Never changed. `changed_by` are the people whose entries or check-ins made the difference; nobody, when
    it was somebody's working time."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    monday = models.DateField()
    revision = models.PositiveSmallIntegerField()
    changed_by = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")
    input_hash = models.CharField(max_length=64)
    taken_at = models.DateTimeField()

    objects = WeekSnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["team", "monday", "revision"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "monday", "revision"], name="one_row_per_week_and_revision"
            )
        ]

    def __str__(self) -> str:
        return f"{week_name(self.monday)}, revision {self.revision}"


class DirtyWeek(models.Model):
    """A mark that an input of a week changed: written by whatever changed it, in the same transaction, and
    consumed by the tick. Marks are only added and never shared, so writers do not wait for each other, and a mark
    that is committed while its week is being recomputed stays for the next time. `by` is who changed it, if a person
    did so directly."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    monday = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["team", "monday"], name="dirty_week_by_team")]

    def __str__(self) -> str:
        return week_name(self.monday)
