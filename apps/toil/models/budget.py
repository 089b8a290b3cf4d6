"""Where a team stands against its cap, as it was told: the state, each change of it, and the plan a breach asks for."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Subquery
from django.urls import reverse

from apps.accounts.models import CapTarget, Team
from apps.action_items.models import ActionItem
from apps.core.models import VersionedModel
from apps.toil.budgets.levels import Level
from apps.toil.number import Number
from apps.toil.periods import week_name


class ToilBudget(models.Model):
    """One row per team, from its first closed week on. `through` is the last closed week it was judged by, `since` the
    one with which the level began. `cap_pct` and `applies_to` are the cap it was judged against."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="toil_budget")
    level = models.CharField(max_length=15, choices=Level, default=Level.WITHIN)
    since = models.DateField()
    is_thin = models.BooleanField(default=False)
    through = models.DateField()
    cap_pct = models.DecimalField(max_digits=4, decimal_places=1)
    applies_to = models.CharField(max_length=4, choices=CapTarget)
    judged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.team.slug}: {self.level}"

    def get_absolute_url(self) -> str:
        return reverse("toil:budget", args=[self.team.slug])

    @property
    def audit_key(self) -> str:
        return self.team.slug

    def is_against(self, team: Team) -> bool:
        """Whether its cap is the one that the team has by now."""
        return (self.cap_pct, self.applies_to) == (team.toil_cap_pct, team.cap_applies_to)

    @property
    def known_level(self) -> Level:
        return Level(self.level)

    @property
    def since_week(self) -> str:
        return week_name(self.since)


class About(models.TextChoices):
    LEVEL = "level", "The cap"
    COVERAGE = "coverage", "Check-ins"


class BudgetChangeQuerySet(models.QuerySet["BudgetChange"]):
    def of_team(self, team: Team) -> BudgetChangeQuerySet:
        return self.filter(team=team)

    def breaches(self) -> BudgetChangeQuerySet:
        return self.filter(about=About.LEVEL, after=Level.BREACH)


class BudgetChange(models.Model):
    """One change of the state, never changed itself. `monday` is the closed week that made it; `figures` are the sums
    of one, four and thirteen weeks up to it (see `packed`), so that it can be explained years later. `is_late`: made by
    what came after the close, or by another cap, not by a new week."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    monday = models.DateField()
    about = models.CharField(max_length=10, choices=About)
    before = models.CharField(max_length=15)
    after = models.CharField(max_length=15)
    cap_pct = models.DecimalField(max_digits=4, decimal_places=1)
    applies_to = models.CharField(max_length=4, choices=CapTarget)
    figures = models.JSONField(default=dict)
    is_late = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    objects = BudgetChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-monday", "-pk"]
        indexes = [models.Index(fields=["team", "-monday", "-id"], name="budget_change_by_team")]

    def __str__(self) -> str:
        return f"{self.week}: {self.after}"

    @property
    def week(self) -> str:
        return week_name(self.monday)

    @property
    def said(self) -> str:
        if self.about == About.LEVEL:
            return Level(self.after).label
        return "Too few check-ins" if self.after == "thin" else "Enough check-ins again"

    def sums(self, name: str) -> Number | None:
        """Of `week`, `short` or `long`."""
        found = self.figures.get(name)
        return None if found is None else unpacked(found)


def packed(number: Number | None) -> list[Any] | None:
    """Seconds, and minutes of capacity as text, since they are exact."""
    if number is None:
        return None
    minutes = (str(number.capacity_minutes), str(number.confirmed_minutes))
    return [number.seconds, minutes[0], number.confirmed_seconds, minutes[1], number.open_seconds]


def unpacked(found: Sequence[Any]) -> Number:
    seconds, capacity, confirmed, confirmed_capacity, still = found
    return Number(seconds, Decimal(capacity), confirmed, Decimal(confirmed_capacity), still)


class BudgetPlanQuerySet(models.QuerySet["BudgetPlan"]):
    def running(self) -> BudgetPlanQuerySet:
        """Of breaches that are not over: each team has one at most."""
        same_team = BudgetChange.objects.breaches().filter(team=OuterRef("breach__team"))
        rows = self.filter(breach__team__toil_budget__level=Level.BREACH)
        return rows.filter(breach=Subquery(same_team.values("pk")[:1]))


class BudgetPlan(VersionedModel):
    """What a team does about a breach: who sees to it, and the promises that carry it, one at least."""

    breach = models.OneToOneField(BudgetChange, models.CASCADE, related_name="plan")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    items = models.ManyToManyField(ActionItem, related_name="budget_plans")
    note = models.CharField(max_length=500, blank=True)

    objects = BudgetPlanQuerySet.as_manager()

    def __str__(self) -> str:
        return self.audit_key

    def get_absolute_url(self) -> str:
        return reverse("toil:budget", args=[self.breach.team.slug])

    @property
    def audit_key(self) -> str:
        return f"{self.breach.team.slug} {self.breach.week}"
