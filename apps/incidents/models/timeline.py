"""What happened, entry by entry; an edited entry keeps what it said before."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from apps.incidents.models.incident import Incident


class EntryKind(models.TextChoices):
    UPDATE = "update", "Update"
    NOTE = "note", "Note"
    DECISION = "decision", "Decision"
    ACTION = "action", "Action taken"
    LINK = "link", "Link"
    REPORT = "report", "Status update"
    STATUS = "status", "Status"
    ROLE = "role", "Role"
    CHANGE = "change", "Change of the record"


WRITTEN_BY_PEOPLE = (EntryKind.UPDATE, EntryKind.NOTE, EntryKind.DECISION, EntryKind.ACTION, EntryKind.LINK)
UPDATES = (EntryKind.UPDATE, EntryKind.REPORT)  # what tells others how it stands


class TimelineEntryQuerySet(models.QuerySet["TimelineEntry"]):
    def newest_first(self) -> TimelineEntryQuerySet:
        return self.select_related("author", "came_with").order_by("-at", "-pk")

    def with_reports(self) -> TimelineEntryQuerySet:
        return self.select_related("status_update")

    def reports(self) -> TimelineEntryQuerySet:
        """Status updates with their parts."""
        return self.filter(kind=EntryKind.REPORT).with_reports()

    def by_people(self) -> TimelineEntryQuerySet:
        return self.filter(kind__in=(*WRITTEN_BY_PEOPLE, EntryKind.REPORT))

    def written_after(self, beat: int) -> TimelineEntryQuerySet:
        """Or corrected after it."""
        return self.filter(beat__gt=beat)

    def until_beat(self, beat: int) -> TimelineEntryQuerySet:
        return self.filter(beat__lte=beat)


class TimelineEntry(models.Model):
    """`at` is when it happened, `recorded_at` when it was written down; `beat` is the incident's at that moment,
    or when it was last corrected. Beats are given out under the incident's lock, so none is committed late.
    `came_with` is the merged incident in which it was written, and to which it returns when that is undone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="timeline")
    kind = models.CharField(max_length=10, choices=EntryKind, default=EntryKind.UPDATE)
    body = models.TextField(max_length=10_000)
    at = models.DateTimeField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    came_with = models.ForeignKey(
        Incident, models.SET_NULL, null=True, blank=True, related_name="entries_brought"
    )
    is_starred = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(auto_now_add=True)
    edited_at = models.DateTimeField(null=True)
    beat = models.PositiveIntegerField(default=0, editable=False)

    objects = TimelineEntryQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["incident", "at"], name="timeline_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"

    @property
    def is_by_a_person(self) -> bool:
        """Written by somebody, who may correct it; the others record what the portal did."""
        return self.kind in WRITTEN_BY_PEOPLE or self.kind == EntryKind.REPORT

    @property
    def link(self) -> tuple[str, str] | None:
        """Address and label of a link entry: the first word, and the rest or the address again."""
        if self.kind != EntryKind.LINK:
            return None
        address, _, label = self.body.partition(" ")
        return address, label.strip() or address

    @property
    def audit_scope(self) -> str:
        return self.incident.audit_scope

    @property
    def audit_key(self) -> str:
        return f"{self.incident.key} entry {self.uuid}"


class TimelineEdit(models.Model):
    """What an entry said before it was edited."""

    entry = models.ForeignKey(TimelineEntry, models.CASCADE, related_name="edits")
    body = models.TextField()
    at = models.DateTimeField()
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"edited {self.edited_at}"
