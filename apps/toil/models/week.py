"""Stored weeks: what Celery computed, so that no page adds up raw entries."""

from __future__ import annotations

from django.db import models

from apps.accounts.models import Team
from apps.toil.models.entry import Category


class TeamWeek(models.Model):
    """One team, one ISO week, one row. Seconds of toil and minutes of capacity; the percentage is their
    ratio and is never stored, since weeks, quarters and organisations are sums of both."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="weeks")
    monday = models.DateField()
    toil_seconds = models.PositiveBigIntegerField(default=0)
    out_of_hours_seconds = models.PositiveBigIntegerField(default=0)
    ops_seconds = models.PositiveBigIntegerField(default=0)
    guest_seconds = models.PositiveBigIntegerField(default=0)
    capacity_minutes = models.DecimalField(max_digits=14, decimal_places=4, default=0)
    input_hash = models.CharField(max_length=64)
    computed_at = models.DateTimeField()

    class Meta:
        ordering = ["team", "monday"]
        constraints = [models.UniqueConstraint(fields=["team", "monday"], name="one_row_per_team_and_week")]
        indexes = [models.Index(fields=["monday", "team"], name="team_week_by_monday")]


class TeamWeekCategory(models.Model):
    week = models.ForeignKey(TeamWeek, models.CASCADE, related_name="categories")
    category = models.CharField(max_length=25, choices=Category)
    seconds = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["week", "category"], name="one_row_per_week_and_category")]


class DirtyWeek(models.Model):
    """A week whose stored sums are behind: written by whatever changed an input, consumed by the tick."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    monday = models.DateField()
    marked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "monday"], name="one_mark_per_team_and_week")]
