"""What factors, lessons and impact values have in common: a row of a list that hangs on one postmortem."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

from apps.core.models import VersionedModel

if TYPE_CHECKING:
    from apps.postmortems.models.postmortem import Postmortem


class Part(VersionedModel):
    """`version` guards the row alone, so that two people can write two rows at once; `position` counts from 1."""

    if TYPE_CHECKING:
        postmortem: models.ForeignKey[Postmortem]

    NOUN = "part"
    PLURAL = "parts"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    position = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    @property
    def audit_scope(self) -> str:
        return self.postmortem.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.postmortem.key} {self.NOUN}"
