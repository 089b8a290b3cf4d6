"""What somebody has typed into a section and not saved."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from apps.accounts.models import User
from apps.postmortems.models.section import Section

LEASE = timedelta(seconds=120)


class SectionDraftQuerySet(models.QuerySet["SectionDraft"]):
    def being_written(self, section: Section, *, now: datetime, besides: User) -> SectionDraftQuerySet:
        """Of others who typed within the last two minutes. A hint, never a lock."""
        rows = self.filter(section=section, typed_at__gt=now - LEASE).exclude(author=besides)
        return rows.select_related("author").order_by("author__name", "pk")


class SectionDraft(models.Model):
    """One for a person and a section, read by that person alone. `base_version` is what they started from."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="drafts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    body = models.TextField(blank=True)
    base_version = models.PositiveIntegerField()
    typed_at = models.DateTimeField()

    objects = SectionDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "author"], name="one_draft_per_section_and_author")
        ]

    def __str__(self) -> str:
        return f"draft of {self.section_id}"
