"""The public version of a postmortem while it is written and approved. What strangers read lies in `status_page`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import reverse
from django.utils.functional import cached_property

from apps.core.checksum import checksum
from apps.core.models import VersionedModel
from apps.core.validators import validate_one_line
from apps.postmortems.models.postmortem import Postmortem

PERSON = settings.AUTH_USER_MODEL
LONGEST = 20_000  # characters of a part; a page for customers is short


class PublicStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


S = PublicStatus
NEXT_PUBLIC: dict[str, tuple[str, ...]] = {
    S.DRAFT: (S.IN_REVIEW,),
    S.IN_REVIEW: (S.APPROVED, S.DRAFT),
    S.APPROVED: (S.PUBLISHED, S.DRAFT),
    S.PUBLISHED: (),
    S.WITHDRAWN: (S.IN_REVIEW,),
}
WORDS = ("what_happened", "impact", "what_we_did", "what_next")
WRITTEN = ("title", "began_at", "ended_at", *WORDS)


class PublicVersion(VersionedModel):
    """One per postmortem, in words of its own. `status` is of the text here; what is shown is a frozen copy, which
    stays while the next one is written. `writers` wrote this text since it was published last, or begun."""

    postmortem = models.OneToOneField(Postmortem, models.CASCADE, related_name="public_version")
    title = models.CharField(max_length=120, validators=[validate_one_line])
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    what_happened = models.TextField(max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)], blank=True)
    impact = models.TextField(max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)], blank=True)
    what_we_did = models.TextField(max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)], blank=True)
    what_next = models.TextField(max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)], blank=True)
    status = models.CharField(max_length=10, choices=PublicStatus, default=PublicStatus.DRAFT)
    status_since = models.DateTimeField()
    writers: models.ManyToManyField[Any, Any] = models.ManyToManyField(PERSON, related_name="+")
    submitted_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    approved_digest = models.CharField(max_length=64, blank=True)
    said = models.TextField(max_length=2000, blank=True)
    said_by = models.ForeignKey(PERSON, models.PROTECT, null=True, related_name="+")
    shown_version = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("began_at")),
                name="public_version_ends_after_it_began",
                violation_error_message="It cannot end before it began.",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.ended_at and self.began_at and self.ended_at < self.began_at:
            raise ValidationError({"ended_at": "It cannot end before it began."})

    def get_absolute_url(self) -> str:
        return reverse("postmortems:public", args=[self.postmortem.key])

    @property
    def audit_scope(self) -> str:
        return self.postmortem.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.postmortem.key} public version"

    @cached_property
    def writer_ids(self) -> set[int]:
        """Who may not approve it: one query, once a row."""
        return {*self.writers.values_list("pk", flat=True), *filter(None, [self.submitted_by_id])}

    @property
    def content(self) -> dict[str, Any]:
        """What an approval is about, and what is frozen."""
        times = {"began_at": _moment(self.began_at), "ended_at": _moment(self.ended_at)}
        return {"title": self.title, **times, **{name: getattr(self, name) for name in WORDS}}

    @property
    def digest(self) -> str:
        return checksum(self.content)

    @property
    def text(self) -> str:
        """All of its words, for whoever looks through them."""
        return "\n\n".join([self.title, *(getattr(self, name) for name in WORDS)])


def _moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""
