"""What a document starts from: sections with their guidance. An edit makes a new version; documents keep theirs."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models

from apps.incidents.models import Incident, IncidentKind
from apps.postmortems.models.shipped import SHIPPED_TEMPLATES, SectionTemplate


class TemplateManager(models.Manager["Template"]):
    def current(self) -> list[Template]:
        """The latest version of each, by name. One that nobody has edited is as it was shipped."""
        found = {slug: Template(slug=slug, **fields) for slug, fields in SHIPPED_TEMPLATES.items()}
        for row in self.order_by("slug", "version"):
            found[row.slug] = row
        return sorted(found.values(), key=lambda row: (row.name.lower(), row.slug))

    def offered(self) -> list[Template]:
        return [row for row in self.current() if row.is_offered]

    def newest(self, slug: str) -> Template | None:
        return next((row for row in self.current() if row.slug == slug), None)

    def versions_of(self, slug: str) -> list[Template]:
        """Every version, newest first, the shipped one last."""
        rows = list(self.filter(slug=slug).order_by("-version"))
        shipped = SHIPPED_TEMPLATES.get(slug)
        return [*rows, Template(slug=slug, **shipped)] if shipped else rows

    def fitting(self, incidents: Iterable[Incident]) -> Template:
        """By the kind that all of them are of, else by the worst severity; else the first that is offered."""
        rows, offered = list(incidents), self.offered() or self.current()
        kinds, worst = {row.kind for row in rows}, min((row.severity for row in rows), default=1)
        by_kind = (row for row in offered if kinds and kinds <= set(row.kinds))
        plain = [row for row in offered if not row.kinds]
        by_severity = (row for row in plain if worst in row.severities)
        return next(by_kind, None) or next(by_severity, None) or [*plain, *offered][0]


class Template(models.Model):
    """`sections` holds {slug, title, kind, guidance, is_required, blocks} in order; `severities` and `kinds` say which
    incidents it is proposed for; `measures` what the impact has to say something about."""

    slug = models.SlugField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    description = models.CharField(max_length=300, blank=True)
    sections = models.JSONField()
    severities = models.JSONField(default=list, blank=True)
    kinds = models.JSONField(default=list, blank=True)
    measures = models.JSONField(default=list, blank=True)
    is_offered = models.BooleanField(default=True)
    made_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = TemplateManager()

    class Meta:
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="one_template_per_slug_and_version")
        ]

    def __str__(self) -> str:
        return f"{self.name}, version {self.version}"

    @property
    def audit_key(self) -> str:
        return f"template {self.slug}"

    @property
    def parts(self) -> list[SectionTemplate]:
        return [
            SectionTemplate(**section | {"blocks": tuple(section["blocks"])}) for section in self.sections
        ]

    @property
    def proposed_for(self) -> str:
        """In words: "SEV1, SEV2"."""
        kinds = [str(IncidentKind(kind).label).lower() for kind in self.kinds]
        return ", ".join([f"SEV{number}" for number in self.severities] + kinds)
