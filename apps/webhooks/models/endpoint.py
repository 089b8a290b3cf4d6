"""Where events are sent, in which words, and how the receiver has answered lately."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.core.models import VersionedModel
from apps.core.outbound import PORTS, Refused, target_of
from apps.core.validators import validate_one_line
from apps.webhooks.events import GROUPS, EventType
from apps.webhooks.signing import key_of

if TYPE_CHECKING:
    from apps.accounts.models import User

OVERLAP = timedelta(hours=24)  # so long a replaced secret still signs beside the new one


class Format(models.TextChoices):
    BALLAST = "ballast", "Ballast JSON"
    SLACK = "slack", "Slack-compatible"
    TEAMS = "teams", "Teams-compatible"


def validate_called(url: str) -> None:
    """What can be told without looking the name up; the address itself is checked at every call."""
    try:
        target_of(url)
    except Refused as refusal:
        raise ValidationError(str(refusal)) from refusal


def validate_events(names: object) -> None:
    if not isinstance(names, list) or not names or not set(names) <= set(EventType.values):
        raise ValidationError("Choose at least one event.")


class EndpointQuerySet(models.QuerySet["Endpoint"]):
    def visible_to(self, user: User) -> EndpointQuerySet:
        """An address may itself be a secret, as those of chat programs are: admins only."""
        return self if user.is_org_admin else self.none()

    def listening(self) -> EndpointQuerySet:
        return self.filter(is_enabled=True)

    def free(self, now: datetime) -> EndpointQuerySet:
        """Nobody is sending to it, or who was has died; and it does not rest after failures."""
        unclaimed = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        return self.filter(unclaimed).filter(Q(resume_at__isnull=True) | Q(resume_at__lte=now))

    def with_tallies(self) -> EndpointQuerySet:
        """`waiting` and `dead`: how many deliveries are still owed, and how many were given up."""
        rows = self.model.deliveries.rel.related_model._default_manager.filter(endpoint=OuterRef("pk"))
        counted = rows.order_by().values("endpoint")

        def tally(*statuses: str) -> Coalesce:
            found = counted.filter(status__in=statuses).annotate(n=Count("pk")).values("n")
            return Coalesce(Subquery(found), 0)

        return self.annotate(waiting=tally("queued", "sending"), dead=tally("dead"))


class Endpoint(VersionedModel):
    """`planned_to`: every event before it has its delivery. `claim` and `lease_until` name the one worker that
    sends to it: one message at a time. `failures_in_a_row` and `resume_at` are its breaker."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True, validators=[validate_one_line])
    url = models.CharField(max_length=500, validators=[validate_called])
    format = models.CharField(max_length=10, choices=Format, default=Format.BALLAST)
    events = models.JSONField(default=list, validators=[validate_events])
    is_enabled = models.BooleanField(default=True)
    disabled_reason = models.CharField(max_length=200, blank=True, editable=False)
    secret_number = models.PositiveIntegerField(default=1, editable=False)
    secret_changed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_to = models.DateTimeField(editable=False)
    claim = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True, editable=False)
    failures_in_a_row = models.PositiveIntegerField(default=0, editable=False)
    resume_at = models.DateTimeField(null=True, editable=False)
    last_delivered_at = models.DateTimeField(null=True, editable=False)

    objects = EndpointQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("webhooks:detail", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:webhook-detail", args=[self.uuid])

    @property
    def audit_key(self) -> str:
        return f"webhook {self.name}"

    @property
    def host(self) -> str:
        """Where it leads, without the path, which may be a secret."""
        try:
            target = target_of(self.url)
        except Refused:
            return "?"
        host = f"[{target.host}]" if ":" in target.host else target.host
        port = "" if target.port == PORTS[target.scheme] else f":{target.port}"
        return f"{target.scheme}://{host}{port}"

    @property
    def state(self) -> str:
        if not self.is_enabled:
            return "disabled"
        return "failing" if self.failures_in_a_row else "enabled"

    @property
    def events_in_groups(self) -> list[tuple[str, str]]:
        """("Incidents", "declared, resolved"), ..."""
        found = {
            group: [
                name.removeprefix(start).replace("_", " ") for name in self.events if name.startswith(start)
            ]
            for group, start in GROUPS.items()
        }
        return [(group, ", ".join(names)) for group, names in found.items() if names]

    def keys(self, now: datetime) -> list[bytes]:
        """What signs now: the present secret, and for a day after a change the one before it."""
        numbers = [self.secret_number]
        if self.secret_changed_at and now - self.secret_changed_at < OVERLAP:
            numbers.append(self.secret_number - 1)
        return [key_of(self.uuid, number) for number in numbers]
