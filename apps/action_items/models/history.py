"""What became of a promise: its moves and its new dates. Append-only."""

from django.conf import settings
from django.db import models

from apps.action_items.models.choices import Status, Verdict
from apps.action_items.models.item import ActionItem


class Move(models.Model):
    """One move of the status, and why; `is_automatic` when the policy made it, not the person."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="moves")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_status = models.CharField(max_length=12, choices=Status)
    to_status = models.CharField(max_length=12, choices=Status)
    reason = models.CharField(max_length=1000, blank=True)
    is_automatic = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_status} to {self.to_status}"


class Redating(models.Model):
    """One move of the due date after it was promised, and why."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="redatings")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    from_date = models.DateField()
    to_date = models.DateField()
    reason = models.CharField(max_length=500)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.from_date} to {self.to_date}"


class EffectCheck(models.Model):
    """What somebody said about whether it helped. The last one stands."""

    item = models.ForeignKey(ActionItem, models.CASCADE, related_name="checks")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict)
    note = models.CharField(max_length=1000)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.get_verdict_display()
