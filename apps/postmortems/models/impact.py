"""How much it hurt: a number and where it is from, or the plain word that nobody knows."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from apps.postmortems.models.part import Part
from apps.postmortems.models.postmortem import Postmortem
from apps.postmortems.models.words import Certainty, Measure

NEEDED = {
    "value": "Give a number, or say that it is unknown.",
    "unit": "Give a unit: users, EUR, requests.",
    "method": "Say where the number is from.",
}


class ImpactValue(Part):
    """Measured and estimated values have a number, a unit and a method; an unknown one has no number."""

    NOUN, PLURAL = "impact value", "impact-values"

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="impact_values")
    measure = models.CharField(max_length=10, choices=Measure)
    name = models.CharField(max_length=60, blank=True)
    certainty = models.CharField(max_length=10, choices=Certainty)
    value = models.DecimalField(
        max_digits=18, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(Decimal(0))]
    )
    unit = models.CharField(max_length=30, blank=True)
    method = models.TextField(max_length=1000, blank=True)

    class Meta(Part.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["postmortem", "measure"],
                condition=~Q(measure=Measure.OTHER),
                name="one_value_per_measure",
            ),
            models.CheckConstraint(
                condition=Q(certainty=Certainty.UNKNOWN, value__isnull=True)
                | (~Q(certainty=Certainty.UNKNOWN) & Q(value__isnull=False) & ~Q(method="") & ~Q(unit="")),
                name="a_number_and_its_method_or_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}: {self.shown}"

    def clean(self) -> None:
        errors = {}
        if self.measure == Measure.OTHER and not self.name:
            errors["name"] = "Say what was counted."
        if self.certainty == Certainty.UNKNOWN and self.value is not None:
            errors["value"] = "What is unknown has no number. Say “estimated” if there is one."
        if self.certainty in {Certainty.MEASURED, Certainty.ESTIMATED}:
            lacking = {name for name in NEEDED if getattr(self, name) in (None, "")}
            errors |= {name: NEEDED[name] for name in lacking}
        if errors:
            raise ValidationError(errors)

    @property
    def label(self) -> str:
        return self.name if self.measure == Measure.OTHER else str(self.get_measure_display())

    @property
    def shown(self) -> str:
        """The number as people read it: 1,860 or 0.5; or the word unknown."""
        return "Unknown" if self.value is None else in_digits(self.value)


def in_digits(value: Decimal) -> str:
    """Thousands with commas, no zeros at the end."""
    text = f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")
