"""What makes toil more: a number of something, such as hosts, with a value from a day on."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.core.validators import validate_one_line, validate_reasonable_date
from apps.services.models import Service
from apps.toil.models.source import ToilSource

if TYPE_CHECKING:
    from apps.accounts.models import User


class DriverQuerySet(models.QuerySet["Driver"]):
    def visible_to(self, user: User) -> DriverQuerySet:
        """Numbers of services, never of people: everybody signed in may read them."""
        return self if user.is_authenticated else self.none()

    def with_names(self) -> DriverQuerySet:
        return self.select_related("team", "service", "source")

    def with_latest(self) -> DriverQuerySet:
        """Each with `count`, and `latest_on` and `latest` of its values."""
        last = DriverValue.objects.filter(driver=models.OuterRef("pk")).order_by("-day")
        return self.annotate(
            count=models.Count("values"),
            latest_on=models.Subquery(last.values("day")[:1]),
            latest=models.Subquery(last.values("value")[:1]),
        )

    def of_source(self, source: ToilSource) -> DriverQuerySet:
        """Its own, and those of its service."""
        own = Q(source=source.pk)
        return self.filter(own | Q(service=source.service_id) if source.service_id else own)

    def matching(self, text: str) -> DriverQuerySet:
        return self.filter(every_word(text, "name", "unit", "service__slug", "source__name"))


class Driver(VersionedModel):
    """Of one service, for all of its sources, or of one source alone. `team` keeps it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, validators=[validate_one_line])
    unit = models.CharField(max_length=40, validators=[validate_one_line])
    team = models.ForeignKey(Team, models.PROTECT, related_name="toil_drivers")
    service = models.ForeignKey(Service, models.CASCADE, null=True, blank=True, related_name="toil_drivers")
    source = models.ForeignKey(ToilSource, models.CASCADE, null=True, blank=True, related_name="drivers")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DriverQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(service__isnull=True, source__isnull=False)
                | Q(service__isnull=False, source__isnull=True),
                name="driver_is_of_a_service_or_of_a_source",
                violation_error_message="Choose a service or a source, one of them.",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("toil:driver", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:toil-driver-detail", args=[self.uuid])

    @property
    def audit_key(self) -> str:
        return (
            f"{self.name} of {self.source.slug if self.source else self.service.slug if self.service else ''}"
        )


class DriverValue(models.Model):
    """From this day on, until the next value."""

    driver = models.ForeignKey(Driver, models.CASCADE, related_name="values", db_index=False)
    day = models.DateField(validators=[validate_reasonable_date])
    value = models.DecimalField(max_digits=18, decimal_places=4, validators=[MinValueValidator(0)])

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["driver", "day"], name="one_value_per_driver_and_day"),
            models.CheckConstraint(condition=Q(value__gt=0), name="driver_value_is_more_than_nothing"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.value.normalize():f}"
