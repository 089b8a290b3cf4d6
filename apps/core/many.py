"""Changing many rows at once: each by its own rules, looked at before, refused one by one, and taken back for a while.

What is shared by every kind of row. An app adds the two tables, what it says of a row, and how it gives one back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction

from apps.core.errors import Conflict, StaleVersion, in_words
from apps.core.models import VersionedModel

if TYPE_CHECKING:
    from typing import Self

    from apps.accounts.models import User

UNDO_FOR = timedelta(minutes=15)
KEPT_FOR = timedelta(days=30)
LONGEST_REFUSAL = 1000
SAME = "Nothing would change."
REFUSALS = (Conflict, ValidationError, PermissionDenied, StaleVersion)


class ManyChangeQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """One's own; what became of a row stands in its own history."""
        return self.filter(by=user.pk)

    def last_to_undo(self, user: User, now: datetime) -> Any:
        """The newest one that the person can still take back."""
        return self.filter(by=user.pk, undone_at__isnull=True, at__gte=now - UNDO_FOR).first()

    def forgettable(self, now: datetime) -> Self:
        """Nobody takes them back any more; what changed stays in the audit trail."""
        return self.filter(at__lt=now - KEPT_FOR)


class ManyChange(models.Model):
    """`wish` is what was asked for, in words: {"owner": "Bob", ...}."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    wish = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    @property
    def undo_until(self) -> datetime:
        return self.at + UNDO_FOR

    def can_be_undone(self, now: datetime) -> bool:
        return self.undone_at is None and now <= self.undo_until

    def check_undo(self, now: datetime) -> None:
        if self.undone_at:
            raise Conflict("This was taken back already.")
        if not self.can_be_undone(now):
            raise Conflict("This can no longer be taken back: the time for it is over.")


class ManyRow(models.Model):
    """`changes` is {field: [before, after]} in words; `before` what is stored again when it is taken back, empty when
    nothing changed; `version` what the row had right after. `refusal` says why it was left alone, `undo_refusal` why
    it was not taken back."""

    changes = models.JSONField(default=dict)
    refusal = models.CharField(max_length=LONGEST_REFUSAL, blank=True)
    before = models.JSONField(default=dict)
    version = models.PositiveIntegerField()
    undo_refusal = models.CharField(max_length=LONGEST_REFUSAL, blank=True)

    class Meta:
        abstract = True
        ordering = ["pk"]


Row = TypeVar("Row", bound=VersionedModel)


@dataclass(slots=True)
class Outcome(Generic[Row]):
    """What became, or would become, of one row: `changes` is {field: [before, after]} in words."""

    item: Row
    changes: dict[str, list[str]]
    refusal: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    version: int = 0

    def kept(self) -> dict[str, Any]:
        """As the columns of a `ManyRow`."""
        return {
            "changes": self.changes,
            "refusal": self.refusal[:LONGEST_REFUSAL],
            "before": self.before,
            "version": self.version,
        }


def try_one(
    row: Row,
    act: Callable[[Row], Row],
    *,
    told: Callable[[Row], dict[str, str]],
    state_of: Callable[[Row], dict[str, Any]],
) -> Outcome[Row]:
    """Do it to one row, or say why not: a refusal undoes this row's part and no other's."""
    words, before = told(row), state_of(row)
    try:
        with transaction.atomic():
            after = act(row)
    except REFUSALS as refusal:
        return Outcome(row, {}, refusal=in_words(refusal), version=row.version)
    pairs = zip(words.items(), told(after).values(), strict=True)
    changes = {name: [old, new] for (name, old), new in pairs if old != new}
    if not changes:
        return Outcome(row, {}, refusal=SAME, version=row.version)
    return Outcome(row, changes, before=before, version=after.version)


def refused(act: Callable[[], object]) -> str:
    """Do it, or return why not."""
    try:
        with transaction.atomic():
            act()
    except REFUSALS as refusal:
        return in_words(refusal)[:LONGEST_REFUSAL]
    return ""
