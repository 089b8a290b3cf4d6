"""Some time after it was verified: did it help?"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import ActionItem, EffectCheck, Status, Verdict
from apps.action_items.operations.dates import refresh_reminder
from apps.action_items.policies import can_judge_effect
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

LONGEST_NOTE = 1000


@transaction.atomic
def judge_effect(
    item: ActionItem, *, verdict: str, note: str, seen: int | None = None, by: User, now: datetime
) -> ActionItem:
    """Say whether it held, with a note. Before its day only that it came back can be known. What is said later
    replaces what was said before, which stays in the history; opening the item again asks anew."""
    row = lock(item)
    require(can_judge_effect(by, row), "Whether it helped says its owner, a lead of its team, or an admin.")
    check_version(row, seen)
    if row.status != Status.VERIFIED or row.effectiveness_check_on is None:
        raise Conflict(
            f"Of {row.key} nobody is asked whether it helped: that is asked of verified items that prevent or detect.",
            allowed=row.next_statuses,
        )
    said = note.strip()
    _check(row.effectiveness_check_on, verdict, said, today=now.astimezone(by.zone).date())
    diff = apply_changes(row, {"effect": verdict})
    refresh_reminder(row, now=now)
    EffectCheck.objects.create(item=row, at=now, by=by, verdict=verdict, note=said)
    record("action_item.effect_judged", row, by=by, changes=diff | {"note": [None, said]})
    return row


def _check(day: date, verdict: str, note: str, *, today: date) -> None:
    errors = {}
    if verdict not in Verdict.values:
        errors["verdict"] = "Choose one of the answers."
    elif today < day and verdict != Verdict.CAME_BACK:
        errors["verdict"] = f"Before {day:%d %B %Y} it is too early to say so."
    if not note:
        errors["note"] = "Say what you looked at."
    elif len(note) > LONGEST_NOTE:
        errors["note"] = f"At most {LONGEST_NOTE} characters."
    if errors:
        raise ValidationError(errors)
