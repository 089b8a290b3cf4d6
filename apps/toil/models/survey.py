"""What people say of their own toil, once a quarter, and how many tickets of a source were counted elsewhere."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models

from apps.accounts.models import Team
from apps.toil.models.source import ToilSource
from apps.toil.periods import quarter_name

if TYPE_CHECKING:
    from apps.accounts.models import User

MOST_TICKETS = 1_000_000


class SurveyAnswerQuerySet(models.QuerySet["SurveyAnswer"]):
    def visible_to(self, user: User) -> SurveyAnswerQuerySet:
        """One's own: others see sums of four people at least."""
        return self.filter(person=user.pk)


class SurveyAnswer(models.Model):
    """One person's share of four weeks for one team, and the source they name as the worst. `quarter` is its first
    day; `capacity_minutes` is what the person had for the team in those weeks, by which the answer is weighed."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    quarter = models.DateField()
    share_pct = models.PositiveSmallIntegerField(validators=[MaxValueValidator(100)])
    worst = models.ForeignKey(ToilSource, models.SET_NULL, null=True, blank=True, related_name="+")
    capacity_minutes = models.DecimalField(max_digits=14, decimal_places=4)
    answered_at = models.DateTimeField()

    objects = SurveyAnswerQuerySet.as_manager()

    class Meta:
        ordering = ["-quarter", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "quarter", "person"], name="one_answer_per_person_and_quarter"
            )
        ]

    def __str__(self) -> str:
        return self.audit_key

    @property
    def audit_key(self) -> str:
        return f"{self.team.slug}/{self.person.slug} {quarter_name(self.quarter)}"


class TicketCount(models.Model):
    """How many tickets of a source another system counted in a quarter."""

    source = models.ForeignKey(ToilSource, models.CASCADE, related_name="ticket_counts")
    quarter = models.DateField()
    count = models.PositiveIntegerField(validators=[MaxValueValidator(MOST_TICKETS)])

    class Meta:
        ordering = ["-quarter", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "quarter"], name="one_ticket_count_per_quarter")
        ]

    def __str__(self) -> str:
        return f"{self.source.slug} {quarter_name(self.quarter)}: {self.count}"

    @property
    def quarter_name(self) -> str:
        return quarter_name(self.quarter)

    @property
    def audit_key(self) -> str:
        return f"{self.source.slug} {self.quarter_name}"
