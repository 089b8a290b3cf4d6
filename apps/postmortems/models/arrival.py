"""What somebody uploaded to import, kept between the preview and the button, and what became of it."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.urls import reverse

if TYPE_CHECKING:
    from apps.accounts.models import User

WAITS = timedelta(hours=1)  # for the button
KEPT = timedelta(days=30)  # what became of each file, without the files


class Became(models.TextChoices):
    NEW = "new", "New"
    SAME = "same", "Here already"
    CHANGED = "changed", "Changed since"
    REFUSED = "refused", "Refused"
    LEFT = "left", "Left out"


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    def visible_to(self, user: User) -> ImportBatchQuerySet:
        """What somebody uploads is between them and the portal."""
        return self.filter(person=user.pk)

    def waiting(self) -> ImportBatchQuerySet:
        return self.filter(finished_at__isnull=True)

    def stale(self, now: datetime) -> ImportBatchQuerySet:
        """Nobody pressed the button in time, or the answer is old."""
        never = models.Q(started_at__isnull=True, created_at__lt=now - WAITS)
        return self.filter(never | models.Q(created_at__lt=now - KEPT))


class ImportBatch(models.Model):
    """One upload: previewed at `created_at`, begun when its button was pressed, finished with its last file."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    started_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    finished_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.uuid)

    def get_absolute_url(self) -> str:
        return reverse("postmortems:import", args=[self.uuid])

    def has_lapsed(self, now: datetime) -> bool:
        return self.started_at is None and self.created_at < now - WAITS


class ImportFileQuerySet(models.QuerySet["ImportFile"]):
    def undone(self) -> ImportFileQuerySet:
        return self.filter(result__isnull=True)


class ImportFile(models.Model):
    """`said` is what the preview told of the file, `result` what was done with it; both are told outcomes. The
    text is there until then."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="files")
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    content = models.TextField(blank=True)
    said: models.JSONField[Any, Any] = models.JSONField()
    result: models.JSONField[Any, Any] = models.JSONField(null=True)

    objects = ImportFileQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "position"], name="one_import_file_per_place")
        ]

    def __str__(self) -> str:
        return self.name
