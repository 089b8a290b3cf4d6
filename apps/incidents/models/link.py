"""How two incidents belong together. A merge is no link: it is a state, and `merged_into` holds it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.incidents.models.incident import Incident
from apps.incidents.models.status import IncidentKind, IncidentStatus

if TYPE_CHECKING:
    from apps.accounts.models import User


class LinkKind(models.TextChoices):
    """Read from the one that says it to the one it names: INC-7 is a recurrence of INC-3."""

    DUPLICATE_OF = "duplicate_of", "Duplicate of"
    RECURRENCE_OF = "recurrence_of", "Recurrence of"
    CAUSED_BY = "caused_by", "Caused by"
    RELATED = "related", "Related to"
    CHILD_OF = "child_of", "Part of"


READ_BACKWARDS: dict[str, str] = {
    LinkKind.DUPLICATE_OF: "Duplicated by",
    LinkKind.RECURRENCE_OF: "Came back as",
    LinkKind.CAUSED_BY: "Cause of",
    LinkKind.RELATED: "Related to",
    LinkKind.CHILD_OF: "Has the part",
}


class IncidentLinkQuerySet(models.QuerySet["IncidentLink"]):
    def visible_to(self, user: User) -> IncidentLinkQuerySet:
        """Both ends must be seen: a link to a private incident does not exist for others."""
        seen = Incident.objects.visible_to(user).values("pk")
        return self.filter(from_incident__in=seen, to_incident__in=seen)

    def touching(self, incidents: Iterable[Incident]) -> IncidentLinkQuerySet:
        pks = [incident.pk for incident in incidents]
        return self.filter(Q(from_incident__in=pks) | Q(to_incident__in=pks))

    def of_kind(self, kind: str) -> IncidentLinkQuerySet:
        return self.filter(kind=kind)

    def of_duplicates(self, user: User) -> IncidentLinkQuerySet:
        """From each that only repeats a real incident which the user sees. What is said of a drill, or of something
        that turned out to be nothing, takes no incident away."""
        wholes = Incident.objects.visible_to(user).filter(kind=IncidentKind.REAL)
        nothing = (IncidentStatus.DECLINED, IncidentStatus.CANCELLED)
        return self.of_kind(LinkKind.DUPLICATE_OF).filter(
            to_incident__in=wholes.exclude(status__in=nothing).values("pk")
        )

    def with_ends(self) -> IncidentLinkQuerySet:
        return self.select_related("from_incident", "to_incident")


class IncidentLink(models.Model):
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    from_incident = models.ForeignKey(Incident, models.CASCADE, related_name="links_out")
    to_incident = models.ForeignKey(Incident, models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=15, choices=LinkKind)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = IncidentLinkQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_incident", "to_incident", "kind"], name="one_incident_link_per_kind"
            ),
            models.CheckConstraint(
                condition=~Q(from_incident=F("to_incident")), name="link_leads_to_another_incident"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_incident_id} {self.kind} {self.to_incident_id}"
