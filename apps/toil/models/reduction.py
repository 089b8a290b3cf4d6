"""A way to less of a source: what is expected of it, the promise behind it, and what it was weighed against."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.action_items.models import FINAL, ActionItem, ActionItemQuerySet, MergedInto
from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.toil.models.source import ToilSource
from apps.toil.reductions.effect import FEWEST_WEEKS
from apps.toil.reductions.payback import Payback, Plan, payback

if TYPE_CHECKING:
    from apps.accounts.models import User

LONGEST = 52
MOST_MINUTES = 1_000_000


class Strategy(models.TextChoices):
    """The cheaper ones first: what is automated has to be kept up."""

    REJECT = "reject", "Say no to it"
    BATCH = "batch", "Do it in batches, or later"
    ALERT = "alert", "Raise or remove the alert"
    SELF_SERVICE = "self_service", "Let people serve themselves"
    ELIMINATE = "eliminate", "Remove its cause"
    AUTOMATE = "automate", "Automate it"


class ReductionQuerySet(models.QuerySet["Reduction"]):
    def visible_to(self, user: User) -> ReductionQuerySet:
        """Plans are about work and everybody may read them, but not what a private incident promised."""
        if not user.is_authenticated:
            return self.none()
        seen = ActionItem.objects.visible_to(user)
        is_seen = Q(item__in=seen.values("pk"), carrier_pk__in=seen.values("pk"))
        return self.followed().filter(Q(item__isnull=True) | is_seen)

    def followed(self) -> ReductionQuerySet:
        """`carrier_pk`: the action item that carries it now, whatever its own was merged into."""
        return self.alias(carrier_pk=MergedInto("item"))

    def carried_by(self, items: ActionItemQuerySet) -> ReductionQuerySet:
        rows = items.order_by().values("pk")
        return self.followed().filter(carrier_pk__in=rows)  # type: ignore[misc]  # an alias

    def with_names(self) -> ReductionQuerySet:
        return self.select_related(
            "source__team", "source__service", "item__owner", "item__duplicate_of__owner"
        )

    def matching(self, text: str) -> ReductionQuerySet:
        own = every_word(text, "source__name", "source__slug", "item__key", "item__title")
        carriers = ActionItem.objects.matching(text)
        return self.followed().filter(own | Q(carrier_pk__in=carriers.order_by().values("pk")))

    def of_item(self, key: str) -> ReductionQuerySet:
        """Whose promise it is, or which carries it now."""
        named = ActionItem.objects.filter(key__iexact=key).order_by().values("pk")
        return self.followed().filter(Q(item__in=named) | Q(carrier_pk__in=named))

    def ideas(self) -> ReductionQuerySet:
        return self.filter(item__isnull=True)

    def promised(self) -> ReductionQuerySet:
        return self.carried_by(ActionItem.objects.filter(done_at__isnull=True).exclude(status__in=FINAL))

    def given_up(self) -> ReductionQuerySet:
        """Its promise ended undone."""
        return self.carried_by(ActionItem.objects.filter(done_at__isnull=True, status__in=FINAL))

    def done(self) -> ReductionQuerySet:
        return self.carried_by(ActionItem.objects.filter(done_at__isnull=False))

    def done_between(self, start: datetime, end: datetime) -> ReductionQuerySet:
        return self.carried_by(ActionItem.objects.filter(done_at__gte=start, done_at__lt=end))


class Reduction(VersionedModel):
    """`weekly_seconds` and `weekly_occurrences` are the medians of the last eight complete weeks when it was planned,
    of everybody together: a plan is judged by what was known then. `planned_net` are the minutes it was to bring
    within a year, by which the list is ranked."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    source = models.ForeignKey(ToilSource, models.PROTECT, related_name="reductions")
    item = models.ForeignKey(
        ActionItem, models.PROTECT, null=True, blank=True, related_name="toil_reductions"
    )
    strategy = models.CharField(max_length=15, choices=Strategy)
    expected_pct = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(100)])
    build_minutes = models.PositiveIntegerField(validators=[MaxValueValidator(MOST_MINUTES)])
    maintenance_minutes = models.PositiveIntegerField(default=0, validators=[MaxValueValidator(10_080)])
    switch_minutes = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(240)])
    lead_weeks = models.PositiveSmallIntegerField(default=4, validators=[MaxValueValidator(LONGEST)])
    started_on = models.DateField(null=True, blank=True)
    other_benefits = models.CharField(max_length=500, blank=True)
    is_pinned = models.BooleanField(default=False)
    weekly_seconds = models.PositiveIntegerField(default=0)
    weekly_occurrences = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    weeks_known = models.PositiveSmallIntegerField(default=0)
    reporters = models.PositiveSmallIntegerField(default=0)
    planned_net = models.IntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ReductionQuerySet.as_manager()

    class Meta:
        ordering = ["-is_pinned", "-planned_net", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "item"],
                name="one_reduction_per_source_and_item",
                violation_error_message="This action item reduces this source already.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_strategy_display()}: {self.source.name}"

    def get_absolute_url(self) -> str:
        return f"{reverse('toil:source', args=[self.source.slug])}#reductions"

    def get_api_url(self) -> str:
        return reverse("api:toil-reduction-detail", args=[self.uuid])

    @property
    def audit_scope(self) -> str:
        return self.item.audit_scope if self.item else ""

    @property
    def audit_key(self) -> str:
        return f"{self.source.slug} {self.strategy}"

    @property
    def plan(self) -> Plan:
        return Plan(
            fraction=Fraction(self.expected_pct, 100),
            build_minutes=self.build_minutes,
            maintenance_minutes=self.maintenance_minutes,
            switch_minutes=self.switch_minutes,
            lead_weeks=self.lead_weeks,
        )

    @property
    def weekly_minutes(self) -> Fraction:
        return Fraction(self.weekly_seconds, 60)

    @property
    def payback(self) -> Payback:
        return payback(self.weekly_minutes, Fraction(self.weekly_occurrences), self.plan)

    @property
    def is_thin(self) -> bool:
        """Planned on less than four weeks, or on what one person logged."""
        return self.weeks_known < FEWEST_WEEKS or self.reporters < 2

    @property
    def carrier(self) -> ActionItem | None:
        """The action item that carries it now: its own, or what that was merged into."""
        return self.item.merged_into if self.item else None

    @property
    def promise(self) -> ActionItem | None:
        """Which of the two was there first: the week that set it off and the begin of work are of that one."""
        both = [item for item in (self.item, self.carrier) if item]
        return min(both, key=lambda item: item.created_at, default=None)

    @property
    def is_given_up(self) -> bool:
        return bool(self.carrier and self.carrier.is_final and not self.done_on)

    @property
    def promised_on(self) -> date:
        return (self.promise or self).created_at.date()

    @property
    def begins_on(self) -> date:
        first = self.promise
        return (
            self.started_on or (first.committed_at or first.created_at if first else self.created_at).date()
        )

    @property
    def done_on(self) -> date | None:
        return self.carrier.done_at.date() if self.carrier and self.carrier.done_at else None
