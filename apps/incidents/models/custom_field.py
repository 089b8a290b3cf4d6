"""Fields that an organisation adds: asked by severity or service tier, and needed at a move of its choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.core.models import VersionedModel
from apps.core.searching import every_word
from apps.incidents.models.incident import Incident
from apps.incidents.models.status import IncidentStatus

if TYPE_CHECKING:
    from apps.accounts.models import User


class FieldKind(models.TextChoices):
    TEXT = "text", "Text"
    NUMBER = "number", "Number"
    CHOICE = "choice", "Choice"
    DATE = "date", "Date"
    USER = "user", "Person"


class NeededAt(models.TextChoices):
    """In the order in which an incident passes them: who skips one owes its fields at the next."""

    IDENTIFIED = IncidentStatus.IDENTIFIED.value, "Identified"
    MITIGATED = IncidentStatus.MITIGATED.value, "Mitigated"
    RESOLVED = IncidentStatus.RESOLVED.value, "Resolved"
    CLOSED = IncidentStatus.CLOSED.value, "Closed"

    @classmethod
    def up_to(cls, status: str) -> list[str]:
        """Every move whose fields are owed on the way to `status`; none for a move back or away."""
        return cls.values[: cls.values.index(status) + 1] if status in cls.values else []


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def visible_to(self, user: User) -> CustomFieldQuerySet:
        return self if user.is_authenticated else self.none()

    def in_use(self) -> CustomFieldQuerySet:
        return self.filter(is_retired=False)

    def needed_for(self, status: str) -> CustomFieldQuerySet:
        return self.in_use().filter(needed_at__in=NeededAt.up_to(status))

    def matching(self, text: str) -> CustomFieldQuerySet:
        return self.filter(every_word(text, "name", "slug"))


class CustomField(VersionedModel):
    """Without severities it is asked for all of them, without tiers for all services; with both, both must fit."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80, unique=True)
    hint = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=10, choices=FieldKind, default=FieldKind.TEXT)
    choices = models.JSONField(default=list, blank=True)
    severities = models.JSONField(default=list, blank=True)
    tiers = models.JSONField(default=list, blank=True)
    needed_at = models.CharField(max_length=15, choices=NeededAt, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_retired = models.BooleanField(default=False)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        ordering = ["position", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("incidents:field_edit", args=[self.slug])

    def get_api_url(self) -> str:
        return reverse("api:incident-field-detail", args=[self.slug])

    @property
    def audit_key(self) -> str:
        return f"field {self.slug}"

    def is_asked_of(self, incident: Incident) -> bool:
        """Reads the incident's services only when tiers matter."""
        if self.severities and incident.severity not in self.severities:
            return False
        return not self.tiers or any(service.tier in self.tiers for service in incident.services.all())


class CustomValueQuerySet(models.QuerySet["CustomValue"]):
    def with_fields(self) -> CustomValueQuerySet:
        return self.select_related("field", "person").in_order()

    def in_order(self) -> CustomValueQuerySet:
        return self.order_by("field__position", "field__name", "field")


class CustomValue(models.Model):
    """What an incident answered. Numbers and dates are kept as they are written: 12.5, 2026-11-25."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="field_values")
    field = models.ForeignKey(CustomField, models.PROTECT, related_name="values")
    text = models.CharField(max_length=2000, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = CustomValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "field"], name="one_value_per_field"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) & ~Q(text="") | Q(person__isnull=False, text=""),
                name="value_is_text_or_person",
            ),
        ]

    def __str__(self) -> str:
        return str(self.plain)

    @property
    def plain(self) -> Any:
        """As programs read it: text, or a person's short name."""
        return self.person.slug if self.person else self.text
