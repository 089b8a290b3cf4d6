"""Who is to read a published version, who did, and whom it helped. Names are for the owner, counts for everybody."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.accounts.models import Team
from apps.core.address_keys import digest_of, opens, prefix_of
from apps.postmortems.models.postmortem import Postmortem

PERSON = settings.AUTH_USER_MODEL
PURPOSE = "ballast.postmortem-feed"


class RequiredReader(models.Model):
    """A person, or a team: its members of the day on which a version is published."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="required_readers")
    person = models.ForeignKey(PERSON, models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True, team__isnull=False)
                | Q(person__isnull=False, team__isnull=True),
                name="required_is_a_person_or_a_team",
            ),
            models.UniqueConstraint(fields=["postmortem", "person"], name="required_once_per_person"),
            models.UniqueConstraint(fields=["postmortem", "team"], name="required_once_per_team"),
        ]

    def __str__(self) -> str:
        return str(self.person or self.team)


class ReadingDuty(models.Model):
    """One person was asked to read one version, and said that they did."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="duties")
    version = models.PositiveIntegerField()
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "version", "person"], name="one_duty_per_version")
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(acknowledged_at__isnull=True), name="duty_open_by_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} reads version {self.version} of {self.postmortem_id}"


class ReadReceipt(models.Model):
    """Somebody had a published version open."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="receipts")
    version = models.PositiveIntegerField()
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    first_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["postmortem", "version", "person"], name="one_receipt_per_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} read version {self.version} of {self.postmortem_id}"


class UsefulVote(models.Model):
    """It helped this person. Taking it back removes the row."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="votes")
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["postmortem", "person"], name="one_vote_per_person")]

    def __str__(self) -> str:
        return f"{self.person_id} found {self.postmortem_id} useful"


def feed_digest(secret: str) -> str:
    return digest_of(secret, purpose=PURPOSE)


class FeedKeyQuerySet(models.QuerySet["FeedKey"]):
    def named_by(self, secret: str) -> FeedKey | None:
        """The key of this secret, of somebody who is still here."""
        rows = self.select_related("person").filter(person__is_active=True)
        found = rows.filter(prefix=prefix_of(secret)).first()
        return found if opens(secret, found.digest if found else "", purpose=PURPOSE) else None


class FeedKey(models.Model):
    """Opens one person's feed to a program that cannot sign in. One per person; a new one ends the old."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=10, unique=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    objects = FeedKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def audit_key(self) -> str:
        return f"feed {self.prefix}"
