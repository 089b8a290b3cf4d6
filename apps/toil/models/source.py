"""Where toil comes from: named kinds of work with the six checks, which log lines point at."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.core.validators import validate_one_line
from apps.services.models import Service
from apps.toil.kinds import Category
from apps.toil.models.entry import EntryStatus, ToilEntry, Trigger
from apps.toil.sources import checks

if TYPE_CHECKING:
    from apps.accounts.models import User


class SourceStatus(models.TextChoices):
    OPEN = "open", "Open"
    BEING_REDUCED = "being_reduced", "Being reduced"
    RETIRED = "retired", "Retired"


class ToilSourceQuerySet(models.QuerySet["ToilSource"]):
    def visible_to(self, user: User) -> ToilSourceQuerySet:
        """Work, never people: everybody signed in may read it."""
        return self if user.is_authenticated else self.none()

    def current(self) -> ToilSourceQuerySet:
        return self.exclude(status=SourceStatus.RETIRED)

    def matching(self, text: str) -> ToilSourceQuerySet:
        return self.filter(every_word(text, "name", "slug", "description"))

    def with_names(self) -> ToilSourceQuerySet:
        return self.select_related("team", "service", "owner")

    def with_counts(self, today: date) -> ToilSourceQuerySet:
        """Each with `recent_entries` and `recent_seconds`: what was confirmed of it in the last 90 days."""
        since = today - timedelta(days=checks.REPETITIVE_DAYS)
        entries = ToilEntry.objects.filter(source=OuterRef("pk"), status=EntryStatus.CONFIRMED)
        recent = entries.filter(local_date__gt=since).order_by().values("source")
        return self.annotate(
            recent_entries=Coalesce(Subquery(recent.annotate(n=Count("pk")).values("n")), 0),
            recent_seconds=Coalesce(Subquery(recent.annotate(n=Sum("seconds")).values("n")), 0),
        )


class ToilSource(VersionedModel):
    """`slug` is what the log line names it by. The five answers are yes, no, or not asked yet; whether it is repetitive
    is counted. People may decide against the score, with a reason."""

    slug = models.SlugField(
        max_length=60, unique=True, error_messages={"unique": "This short name is taken."}
    )
    name = models.CharField(max_length=120, validators=[validate_one_line])
    description = models.TextField(max_length=2000, blank=True)
    team = models.ForeignKey(Team, models.PROTECT, related_name="toil_sources")
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="toil_sources")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="toil_sources"
    )
    category = models.CharField(max_length=25, choices=Category, default=Category.OTHER)
    trigger = models.CharField(max_length=12, choices=Trigger, blank=True)
    is_manual = models.BooleanField(null=True, blank=True)
    is_automatable = models.BooleanField(null=True, blank=True)
    is_tactical = models.BooleanField(null=True, blank=True)
    leaves_nothing = models.BooleanField(null=True, blank=True)
    grows = models.BooleanField(null=True, blank=True)
    decided_toil = models.BooleanField(null=True, blank=True)
    decided_because = models.CharField(max_length=300, blank=True)
    annoyance = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    status = models.CharField(max_length=15, choices=SourceStatus, default=SourceStatus.OPEN)

    objects = ToilSourceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_toil__isnull=True) | ~Q(decided_because=""),
                name="toil_source_decision_has_a_reason",
                violation_error_message="Say why it is decided so.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("toil:source", args=[self.slug])

    def get_api_url(self) -> str:
        return reverse("api:toil-source-detail", args=[self.slug])

    @property
    def is_repetitive(self) -> bool:
        """Of a row read through `with_counts`. The first or second time is not toil."""
        found: int = self.recent_entries  # type: ignore[attr-defined]
        return found >= checks.REPETITIVE_ENTRIES

    @property
    def answers(self) -> list[bool | None]:
        return [getattr(self, name) for name in checks.QUESTIONS]

    @property
    def score(self) -> int:
        return checks.score(self.answers, is_repetitive=self.is_repetitive)

    @property
    def suggestion(self) -> checks.Suggestion:
        return checks.suggest(self.score)

    @property
    def is_unchecked(self) -> bool:
        """Nobody answered anything or decided: then the count of yes says nothing yet."""
        return self.decided_toil is None and all(answer is None for answer in self.answers)

    @property
    def verdict(self) -> checks.Suggestion:
        """What people decided, else what the checks suggest."""
        if self.decided_toil is None:
            return self.suggestion
        return checks.Suggestion.TOIL if self.decided_toil else checks.Suggestion.NOT_TOIL
