"""What was said of a plan, and to whom it need not be said again."""

from __future__ import annotations

from django.db import models

from apps.toil.models.reduction import Reduction
from apps.toil.reductions.effect import Effect


class VerdictNotice(models.Model):
    """The verdict of one plan after so many weeks since it was done was told; what is done once more is judged once
    more. `effect` is what was known then."""

    reduction = models.ForeignKey(Reduction, models.CASCADE, related_name="notices", db_index=False)
    done_on = models.DateField()
    weeks = models.PositiveSmallIntegerField()
    effect = models.CharField(max_length=15, choices=[(effect.value, effect.name) for effect in Effect])
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["reduction", "done_on", "weeks"]
        constraints = [
            models.UniqueConstraint(fields=["reduction", "done_on", "weeks"], name="one_notice_per_verdict")
        ]

    def __str__(self) -> str:
        return f"{self.effect} after {self.weeks} weeks"
