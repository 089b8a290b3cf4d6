"""A chore of one person that comes again: it is asked about on its days, and never logged by itself."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.core.validators import validate_one_line, validate_reasonable_date
from apps.services.models import Service
from apps.toil.kinds import Category, WorkKind
from apps.toil.models.entry import DAY, Trigger
from apps.toil.models.source import ToilSource
from apps.toil.suggestions.rules import BadRule, next_date, read_rule, rule_in_words

if TYPE_CHECKING:
    from apps.accounts.models import User

EARLIEST = timedelta(days=730)


def validate_rule(text: str) -> None:
    try:
        read_rule(text)
    except BadRule as error:
        raise ValidationError(str(error)) from error


class RecurringQuerySet(models.QuerySet["Recurring"]):
    def visible_to(self, user: User) -> RecurringQuerySet:
        """What somebody does every week is theirs to know."""
        return self.filter(person=user.pk)

    def with_names(self) -> RecurringQuerySet:
        return self.select_related("person", "team", "service", "source")

    def matching(self, text: str) -> RecurringQuerySet:
        return self.filter(every_word(text, "text"))

    def running(self) -> RecurringQuerySet:
        return self.filter(is_paused=False, person__is_active=True)


class Recurring(VersionedModel):
    """`rule` is of RFC 5545; its dates are those of the person's own calendar."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recurring_toil")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    text = models.CharField(max_length=300, validators=[validate_one_line])
    seconds = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(DAY)])
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="+")
    source = models.ForeignKey(ToilSource, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=WorkKind, default=WorkKind.TOIL)
    category = models.CharField(max_length=25, choices=Category, default=Category.OTHER)
    rule = models.CharField(max_length=200, validators=[validate_rule])
    starts_on = models.DateField(validators=[validate_reasonable_date])
    is_paused = models.BooleanField(default=False)

    objects = RecurringQuerySet.as_manager()

    class Meta:
        ordering = ["text", "pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return reverse("toil:recurring_edit", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:toil-recurring-detail", args=[self.uuid])

    @property
    def trigger(self) -> str:
        return str(Trigger.SCHEDULED)

    @property
    def in_words(self) -> str:
        return rule_in_words(self.rule)

    def next_on(self, today: date) -> date | None:
        return None if self.is_paused else next_date(self.rule, self.starts_on, today)
