"""Who may send alerts here: its key, its secret, and what its alerts become."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from apps.accounts.models import Team
from apps.core.models import TimestampedModel
from apps.core.sealed import unseal
from apps.core.validators import validate_one_line
from apps.incidents.models import Severity
from apps.services.models import Service

if TYPE_CHECKING:
    from apps.accounts.models import User

MARK = "blin"  # what a key begins with, so that scanners of leaked secrets can tell
PUBLIC_BYTES, SECRET_BYTES = 5, 24


class Kind(models.TextChoices):
    ALERTMANAGER = "alertmanager", "Alertmanager"
    GRAFANA = "grafana", "Grafana"
    PAGERDUTY = "pagerduty", "PagerDuty"
    SENTRY = "sentry", "Sentry"
    GENERIC = "generic", "Any program"


class Rule(models.TextChoices):
    TRIAGE = "triage", "Open a triage candidate"
    DECLARE = "declare", "Declare an incident"


ALWAYS_SIGN = (Kind.PAGERDUTY, Kind.SENTRY)  # without their secret nothing of theirs can be believed


def new_key() -> tuple[str, str]:
    """The prefix that may be shown for ever, and the whole key, which is shown once."""
    prefix = f"{MARK}_{secrets.token_hex(PUBLIC_BYTES)}"
    return prefix, f"{prefix}_{secrets.token_urlsafe(SECRET_BYTES)}"


def digest_of(key: str) -> str:
    """HMAC-SHA-256 under SECRET_KEY: a copy of the database alone tests no guesses."""
    return salted_hmac("ballast.intake-key", key, algorithm="sha256").hexdigest()


class IntegrationQuerySet(models.QuerySet["Integration"]):
    def visible_to(self, user: User) -> IntegrationQuerySet:
        return self if user.is_org_admin else self.none()

    def with_owner(self) -> IntegrationQuerySet:
        return self.select_related("team", "service")

    def named_by(self, key: str, now: datetime) -> Integration | None:
        """The enabled integration of this key, or of its former key while that still counts."""
        prefix = "_".join(key.split("_", 2)[:2])
        wanted = Q(key_prefix=prefix) | Q(old_key_prefix=prefix, old_key_until__gt=now)
        found = self.filter(wanted, is_enabled=True).select_related("service").first()
        digests = (found.key_digest, found.old_key_digest) if found else ("", "")
        matches = [constant_time_compare(digest_of(key), digest) for digest in digests]
        return found if found and matches[found.key_prefix != prefix] else None


class Integration(TimestampedModel):
    """`sealed_secret` is what the sender signs with, encrypted (apps/core/sealed.py); it is never shown again."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80, validators=[validate_one_line])
    kind = models.CharField(max_length=15, choices=Kind, default=Kind.ALERTMANAGER)
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, models.SET_NULL, null=True, blank=True, related_name="+")
    rule = models.CharField(max_length=10, choices=Rule, default=Rule.TRIAGE)
    severity = models.PositiveSmallIntegerField(choices=Severity, default=Severity.SEV3)
    is_enabled = models.BooleanField(default=True)
    key_prefix = models.CharField(max_length=16, unique=True)
    key_digest = models.CharField(max_length=64)
    old_key_prefix = models.CharField(max_length=16, blank=True, db_index=True)
    old_key_digest = models.CharField(max_length=64, blank=True)
    old_key_until = models.DateTimeField(null=True, blank=True)
    sealed_secret = models.TextField(blank=True)

    objects = IntegrationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("intake:detail", args=[self.slug])

    def get_api_url(self) -> str:
        return reverse("api:integration-detail", args=[self.slug])

    @property
    def has_secret(self) -> bool:
        return bool(self.sealed_secret)

    @property
    def secret(self) -> str:
        return unseal(self.sealed_secret)

    @property
    def is_waiting_for_its_secret(self) -> bool:
        """Its sender signs, and until we can check that every delivery is refused."""
        return self.kind in ALWAYS_SIGN and not self.sealed_secret
