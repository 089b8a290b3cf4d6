"""What made an incident possible. There is no field for one cause, and none for a person."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from apps.core.models import VersionedModel
from apps.postmortems.models.part import Part
from apps.postmortems.models.postmortem import Postmortem

ONLY_ROW = 1
Category = dict[str, Any]  # {"slug": ..., "name": ..., "is_offered": ...}


def _shipped(slug: str, name: str) -> Category:
    return {"slug": slug, "name": name, "is_offered": True}


SHIPPED_CATEGORIES: list[Category] = [
    # The root-cause categories of the same appendix.
    _shipped("software", "Software"),
    _shipped("development-process", "Development process"),
    _shipped("complex-system", "Complex system behaviour"),
    _shipped("deployment-planning", "Deployment planning"),
    _shipped("network", "Network"),
    # Ours.
    _shipped("monitoring-gap", "Monitoring gap"),
    _shipped("process", "Process"),
    _shipped("documentation", "Documentation"),
    _shipped("dependency", "Dependency"),
    _shipped("capacity", "Capacity"),
    _shipped("other", "Something else"),
]


class FactorCategoriesManager(models.Manager["FactorCategories"]):
    def current(self) -> FactorCategories:
        return self.filter(pk=ONLY_ROW).first() or FactorCategories(
            pk=ONLY_ROW, categories=SHIPPED_CATEGORIES
        )


class FactorCategories(VersionedModel):
    """One row, read whole and edited whole. An empty table stands for `SHIPPED_CATEGORIES`; the first edit stores
    it. A category that was ever used stays, no longer offered, so that old factors keep their name."""

    categories = models.JSONField()

    objects = FactorCategoriesManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=ONLY_ROW), name="one_list_of_factor_categories")]

    def __str__(self) -> str:
        return "Factor categories"

    @property
    def audit_key(self) -> str:
        return "factor-categories"

    @property
    def offered(self) -> list[tuple[str, str]]:
        """(slug, name) of what may be chosen now."""
        return [(each["slug"], each["name"]) for each in self.categories if each["is_offered"]]

    @property
    def names(self) -> dict[str, str]:
        return {each["slug"]: each["name"] for each in self.categories}


class FactorQuerySet(models.QuerySet["Factor"]):
    def causes(self) -> FactorQuerySet:
        """What made it possible, without what kept it from being worse."""
        return self.filter(is_mitigator=False)


class Factor(Part):
    """One of the things that together made it possible; a mitigator is one that kept it from being worse."""

    NOUN, PLURAL = "factor", "factors"

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="factors")
    category = models.SlugField(max_length=40)
    text = models.TextField(max_length=2000)
    is_mitigator = models.BooleanField(default=False)

    objects = FactorQuerySet.as_manager()

    class Meta(Part.Meta):
        indexes = [models.Index(fields=["category"], name="factor_by_category")]

    def __str__(self) -> str:
        return self.text
