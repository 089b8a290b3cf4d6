"""Time taken over from files of other tools: an upload, what was read of it, and what its labels mean to a team."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import Team
from apps.core.searching import every_word
from apps.toil.imports.columns import Tool
from apps.toil.imports.dates import DateOrder
from apps.toil.imports.table import DELIMITERS, ENCODINGS
from apps.toil.kinds import WorkKind
from apps.toil.models.source import ToilSource
from apps.toil.readers import teams_read_by

if TYPE_CHECKING:
    from apps.accounts.models import User

WAITS = timedelta(hours=24)  # for its button
UNDO_FOR = timedelta(days=30)
LONGEST_FOLDED = 140


class ImportState(models.TextChoices):
    READING = "reading", "Being read"
    ASKS = "asks", "Asks about its dates"
    BROKEN = "broken", "Cannot be read"
    READY = "ready", "Waits for its button"
    RUNNING = "running", "Being imported"
    DONE = "done", "Imported"
    SORTING = "sorting", "Being sorted"
    UNDOING = "undoing", "Being undone"
    UNDONE = "undone", "Undone"


NOT_STARTED = (ImportState.READING, ImportState.ASKS, ImportState.BROKEN, ImportState.READY)
IN_WORK = (ImportState.READING, ImportState.RUNNING, ImportState.SORTING, ImportState.UNDOING)


class ToilImportQuerySet(models.QuerySet["ToilImport"]):
    def visible_to(self, user: User) -> ToilImportQuerySet:
        """What somebody uploads is between them and the portal. Once it is imported, leads of its team see that it
        was and may undo it, if it holds the time of several people or they read the team's entries anyway."""
        led = [row.team_id for row in user.memberships_now if row.role == "lead"]
        mine, of_several = Q(person=user.pk), Q(team__in=led, for_others=True)
        theirs = Q(of_several | Q(team__in=teams_read_by(user)), started_at__isnull=False)
        return self.filter(mine | theirs) if led else self.filter(mine)

    def with_names(self) -> ToilImportQuerySet:
        return self.select_related("person", "team", "undone_by")

    def for_list(self) -> ToilImportQuerySet:
        return self.select_related("person", "team").defer(
            "found", "problems", "notes", "people", "labels", "sample"
        )

    def matching(self, text: str) -> ToilImportQuerySet:
        return self.filter(every_word(text, "file_name"))

    def unread(self, now: datetime) -> ToilImportQuerySet:
        """What nobody is reading at this moment."""
        free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
        return self.filter(free, state=ImportState.READING)

    def in_work(self) -> ToilImportQuerySet:
        """What the clock goes on with."""
        return self.filter(state__in=IN_WORK)

    def waiting_of(self, user: User) -> ToilImportQuerySet:
        return self.filter(person=user.pk, state__in=NOT_STARTED)

    def lapsed(self, now: datetime) -> ToilImportQuerySet:
        """Nobody pressed the button in time."""
        return self.filter(state__in=NOT_STARTED, created_at__lt=now - WAITS)

    def past_undoing(self, now: datetime) -> ToilImportQuerySet:
        return self.filter(state__in=(ImportState.DONE, ImportState.UNDONE), created_at__lt=now - UNDO_FOR)


class ToilImport(models.Model):
    """One upload. `tz` is the zone of its times, empty for each person's own; `said_tool` and `said_order` are what
    somebody decided, the others what was found. Every row is one of `total`: refused, left out, here already, created,
    or still waiting. `leased_until` is how long somebody has it to read. `problems` and `notes` are [line, text], the
    first thousand; `people` are those whose rows are left out, `labels` [part, name, rows], `sample` the first rows as
    they would be entries."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.READING)
    file_name = models.CharField(max_length=140)
    sha256 = models.CharField(max_length=64)
    tz = models.CharField(max_length=64, blank=True)
    said_tool = models.CharField(max_length=10, choices=Tool, blank=True)
    said_order = models.CharField(max_length=3, choices=DateOrder, blank=True)
    tool = models.CharField(max_length=10, choices=Tool, blank=True)
    date_order = models.CharField(max_length=3, choices=DateOrder, blank=True)
    found: models.JSONField[Any, Any] = models.JSONField(default=dict)
    trouble = models.CharField(max_length=1000, blank=True)
    total = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    noted = models.PositiveIntegerField(default=0)
    for_others = models.BooleanField(default=False)
    problems: models.JSONField[Any, Any] = models.JSONField(default=list)
    notes: models.JSONField[Any, Any] = models.JSONField(default=list)
    people: models.JSONField[Any, Any] = models.JSONField(default=list)
    labels: models.JSONField[Any, Any] = models.JSONField(default=list)
    sample: models.JSONField[Any, Any] = models.JSONField(default=list)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    started_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    finished_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    leased_until: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    undone_at: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ToilImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], condition=Q(state__in=IN_WORK), name="toil_import_in_work")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("toil:import", args=[self.uuid])

    def get_api_url(self) -> str:
        return reverse("api:toil-import-detail", args=[self.uuid])

    @property
    def is_started(self) -> bool:
        return self.state not in NOT_STARTED

    @property
    def is_in_work(self) -> bool:
        return self.state in IN_WORK

    @property
    def passed(self) -> int:
        """Rows that are done with."""
        return self.refused + self.left_out + self.same + self.created

    @property
    def waiting(self) -> int:
        return max(0, self.total - self.passed)

    @property
    def lapses_at(self) -> datetime:
        return self.created_at + WAITS

    @property
    def undo_until(self) -> datetime | None:
        return self.finished_at + UNDO_FOR if self.finished_at else None

    def can_be_undone(self, now: datetime) -> bool:
        return self.state == ImportState.DONE and self.undo_until is not None and now <= self.undo_until

    def can_be_sorted(self, now: datetime) -> bool:
        """Whether its rows are still kept. Sorting begins anew when more labels are explained meanwhile."""
        until, is_in_place = self.undo_until, self.state in {ImportState.DONE, ImportState.SORTING}
        return is_in_place and until is not None and now <= until and self.parts.exists()

    def twin(self) -> ToilImport | None:
        """The last import of the very same file that somebody sees who sees this one, and that stands."""
        rows = ToilImport.objects.filter(sha256=self.sha256, person=self.person_id, state=ImportState.DONE)
        return rows.exclude(pk=self.pk).first()

    @property
    def delimiter_in_words(self) -> str:
        return DELIMITERS.get(self.found.get("delimiter", ""), "")

    @property
    def encoding_in_words(self) -> str:
        return ENCODINGS.get(self.found.get("encoding", ""), "")


class ImportUpload(models.Model):
    """The file itself, compressed; gone once its import begins."""

    batch = models.OneToOneField(ToilImport, models.CASCADE, related_name="upload")
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"File of {self.batch_id}"


class ImportPart(models.Model):
    """Rows that were read and found good, compressed, in the order of person and time. Each part goes in whole, in the
    transaction that says so; it is kept for its labels until the import can no longer be undone."""

    batch = models.ForeignKey(ToilImport, models.CASCADE, related_name="parts", db_index=False)
    position = models.PositiveIntegerField()
    content = models.BinaryField()
    is_done = models.BooleanField(default=False)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="one_part_per_place")]

    def __str__(self) -> str:
        return f"{self.batch_id}, {self.position}"


class LabelPart(models.TextChoices):
    """The most exact first: what it says goes before what the next says."""

    TAG = "tag", "Tag"
    ACTIVITY = "activity", "Activity"
    PROJECT = "project", "Project"


class ImportLabel(models.Model):
    """What a label of other tools means to a team: a source of toil, or a kind of work. `folded` is its name without
    regard to case."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+", db_index=False)
    part = models.CharField(max_length=10, choices=LabelPart)
    folded = models.CharField(max_length=LONGEST_FOLDED)
    kind = models.CharField(max_length=12, choices=WorkKind)
    source = models.ForeignKey(ToilSource, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "part", "folded"], name="one_meaning_per_label_and_team")
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.folded}"

    @property
    def choice(self) -> str:
        return f"#{self.source.slug}" if self.source else self.kind
