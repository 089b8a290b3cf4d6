"""Sections of the draft, their former texts, and what was published."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.core.models import VersionedModel
from apps.postmortems.models.postmortem import Postmortem
from apps.postmortems.models.words import SectionKind


class Section(VersionedModel):
    """One heading of the template; `version` guards it alone, so two people can write two sections at once."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="sections")
    slug = models.SlugField(max_length=40)
    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=SectionKind, default=SectionKind.TEXT)
    guidance = models.CharField(max_length=500, blank=True)
    position = models.PositiveSmallIntegerField()
    is_required = models.BooleanField(default=False)
    body = models.TextField(max_length=100_000, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["postmortem", "slug"], name="one_section_per_slug")]

    def __str__(self) -> str:
        return self.title

    @property
    def audit_scope(self) -> str:
        return self.postmortem.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.postmortem.key} {self.slug}"


class SectionRevision(models.Model):
    """The text a section had from one save to the next."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["section", "version"], name="one_revision_per_version")
        ]

    def __str__(self) -> str:
        return f"revision {self.version}"


class PublishedSnapshot(models.Model):
    """What was published as version n: frozen."""

    postmortem = models.ForeignKey(Postmortem, models.CASCADE, related_name="snapshots")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["postmortem", "version"], name="one_snapshot_per_version")
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
