"""What stands between an approved text and its readers, and the exceptions that somebody answers for."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.postmortems.models.postmortem import Postmortem


class Gate(models.TextChoices):
    """The quality rules of the SRE workbook, chapter 10, as questions that a machine can answer."""

    G1 = "g1", "What hurt users promises at least one P0 or P1 action item"
    G2 = "g2", "Each action item has an owner, a priority, a date and an end that can be checked"
    G3 = "g3", "The action items prevent or mitigate, and do not only mitigate"
    G4 = "g4", "The impact is a number, or says that it is unknown and how that was found"


class GateException(models.Model):
    """One gate that one version was let through, why, and by whom. A gate is excepted once in a postmortem's life."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="exceptions")
    gate = models.CharField(max_length=2, choices=Gate)
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=1000)
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["gate"]
        constraints = [models.UniqueConstraint(fields=["postmortem", "gate"], name="one_exception_per_gate")]

    def __str__(self) -> str:
        return f"{self.get_gate_display()}: {self.reason}"

    @property
    def code(self) -> str:
        return self.gate.upper()
