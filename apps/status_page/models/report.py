"""What strangers read of a postmortem: its public version, frozen, at an address that stays."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from apps.core.checksum import checksum
from apps.incidents.models import Incident
from apps.status_page.models.page import StatusPage


class ReportQuerySet(models.QuerySet["Report"]):
    def told(self) -> ReportQuerySet:
        """What strangers may know of, gone or not: while a page is open, and none of its incidents is private. One
        that is made private takes it along at once, as it does its updates."""
        private = self._links().filter(incident__is_private=True)
        return self.filter(~Exists(private), Exists(StatusPage.objects.on()))

    def shown(self) -> ReportQuerySet:
        """What strangers may read, the latest first; the text is in `current`."""
        return self.told().filter(withdrawn_at__isnull=True).order_by("-first_published_at", "-pk")

    def of_page(self, page: StatusPage) -> ReportQuerySet:
        if not page.service_id:
            return self
        return self.filter(Exists(self._links().filter(incident__services=page.service_id)))

    def with_text(self) -> ReportQuerySet:
        current = ReportVersion.objects.filter(report__version=F("version"))
        return self.prefetch_related(
            models.Prefetch("versions", queryset=current, to_attr="current_versions")
        )

    def _links(self) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = Report.incidents.through._default_manager.filter(report=OuterRef("pk"))
        return rows


class Report(models.Model):
    """`key` is that of the postmortem, which strangers never see; `slug` is the address, for ever.

    `version` is the one that is shown. `withdrawn_at`: the address says that it is gone, and no more.
    """

    key = models.CharField(max_length=20, unique=True, editable=False)
    slug = models.SlugField(max_length=90, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incidents = models.ManyToManyField(Incident, related_name="+")
    version = models.PositiveIntegerField(default=0)
    first_published_at = models.DateTimeField()
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug

    @property
    def public_url(self) -> str:
        return reverse("status:postmortem", args=[self.slug])

    @property
    def is_updated(self) -> bool:
        return self.published_at != self.first_published_at

    @property
    def current(self) -> ReportVersion:
        """Of rows `with_text`."""
        versions: list[ReportVersion] = self.current_versions  # type: ignore[attr-defined]
        return versions[0]


class ReportVersion(models.Model):
    """What was published as version n: frozen. `content` is all that its page shows, under the checksum."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["report", "version"], name="one_report_text_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} version {self.version}"

    @property
    def title(self) -> str:
        return str(self.content["title"])

    @property
    def began_at(self) -> datetime | None:
        return parse_datetime(self.content["began_at"])

    @property
    def ended_at(self) -> datetime | None:
        return parse_datetime(self.content["ended_at"]) if self.content["ended_at"] else None

    @property
    def is_of_one_day(self) -> bool:
        return bool(self.began_at and self.ended_at and self.began_at.date() == self.ended_at.date())

    @property
    def lasted(self) -> str:
        """3 h 26 min."""
        if not self.began_at or not self.ended_at:
            return ""
        began_at, ended_at = (at.replace(second=0, microsecond=0) for at in (self.began_at, self.ended_at))
        hours, minutes = divmod(
            int((ended_at - began_at).total_seconds() // 60), 60
        )  # as the times are shown
        return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"

    @property
    def sections(self) -> list[tuple[str, str, str]]:
        """(anchor, heading, Markdown), in the order in which they are read."""
        return [(name, heading, str(self.content[name])) for name, heading in HEADINGS.items()]

    @property
    def is_intact(self) -> bool:
        return checksum(self.content) == self.sha256 and self.content["version"] == self.version


HEADINGS = {
    "what_happened": "What happened",
    "impact": "Impact",
    "what_we_did": "What we did",
    "what_next": "What we are doing so that it does not happen again",
}
