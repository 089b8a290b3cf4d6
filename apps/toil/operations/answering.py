"""Several answers at once: each by its own rules, and what cannot be answered is left with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.core.errors import Conflict, StaleVersion, in_words
from apps.toil.models import EntryStatus, ToilEntry
from apps.toil.operations.answers import confirm_entry, dismiss_entry

Chosen = Sequence[tuple[ToilEntry, int | None]]
"""Entries, each with the version that was looked at; None when nobody looked."""
MOST_ANSWERS = 100


@dataclass(slots=True)
class Answered:
    done: list[ToilEntry] = field(default_factory=list)
    refused: list[tuple[ToilEntry, str]] = field(default_factory=list)


@transaction.atomic
def answer_together(chosen: Chosen, *, to: str, by: User, now: datetime) -> Answered:
    """Confirm or dismiss them; answered twice alike, they stay as they are."""
    if len(chosen) > MOST_ANSWERS:
        raise ValidationError(f"At most {MOST_ANSWERS} are answered at once.")
    found = Answered()
    for entry, seen in sorted(chosen, key=lambda pair: pair[0].pk):
        try:
            found.done.append(_answer(entry, seen, to, by=by, now=now))
        except (Conflict, ValidationError, PermissionDenied, StaleVersion) as refusal:
            found.refused.append((entry, in_words(refusal)))
    return found


def _answer(entry: ToilEntry, seen: int | None, to: str, *, by: User, now: datetime) -> ToilEntry:
    if to == EntryStatus.DISMISSED:
        return dismiss_entry(entry, seen=seen, by=by)
    return confirm_entry(entry, seen=seen, by=by, now=now)
