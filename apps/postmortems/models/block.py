"""What a section shows of its incidents, as it was drawn, apart from what people write."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from apps.core.models import VersionedModel
from apps.postmortems.models.section import Section
from apps.postmortems.models.words import BlockKind


class Block(VersionedModel):
    """Text drawn from the incidents at `drawn_at`. It changes when somebody draws it again, and in no other way."""

    section = models.ForeignKey(Section, models.CASCADE, related_name="blocks")
    kind = models.CharField(max_length=12, choices=BlockKind)
    text = models.TextField(blank=True)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["section", "kind"], name="one_block_per_section_and_kind")
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def audit_scope(self) -> str:
        return self.section.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.section.audit_key} {self.kind}"
