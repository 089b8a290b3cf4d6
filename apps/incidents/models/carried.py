from __future__ import annotations

from django.db import models

from apps.incidents.models.incident import Incident
from apps.services.models import Service


class CarriedService(models.Model):
    """`incident` brought this service along when it was merged; the target did not have it, and loses it again
    when the merge is undone."""

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="carried_services")
    service = models.ForeignKey(Service, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["incident", "service"], name="one_carried_service")]

    def __str__(self) -> str:
        return f"{self.incident_id} brought {self.service_id}"
