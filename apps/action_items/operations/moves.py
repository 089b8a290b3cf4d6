"""Moving an action item from state to state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.action_items.models import CHECKED_KINDS, COMMITTED, ActionItem, ActionItemPolicy, Move, Status
from apps.action_items.operations.dates import refresh_reminder
from apps.action_items.operations.following import tell_followers
from apps.action_items.operations.items import check_owner, promise
from apps.action_items.operations.telling import ask_to_verify, tell_owner
from apps.action_items.policies import can_drop_action_item, can_edit_action_item, can_verify_action_item
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require

if TYPE_CHECKING:
    from apps.accounts.models import User

LEAST_DROP_REASON = 20
MAX_REASON = {Status.BLOCKED: 500}
LONGEST_NOTE = 1000
NOT_YOURS_TO_VERIFY = (
    "The end of a P0 or P1 item is confirmed by somebody who neither owns it nor marked it done."
)
NOT_YOURS_TO_DROP = "A P0 or P1 item is given up by a lead of its team who does not own it."


@dataclass(frozen=True, slots=True)
class Wish:
    """Where somebody wants an item to go, and what they said with it."""

    to: str
    reason: str
    evidence_url: str
    evidence_note: str
    duplicate_of: ActionItem | None
    by: User
    now: datetime
    promise: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def transition(
    item: ActionItem,
    *,
    to: str,
    reason: str = "",
    evidence_url: str = "",
    evidence_note: str = "",
    duplicate_of: ActionItem | None = None,
    owner: User | None = None,
    due_on: date | None = None,
    done_when: str = "",
    priority: int | None = None,
    seen: int | None = None,
    by: User,
    now: datetime,
) -> ActionItem:
    """Move to `to`. `reason` is what blocks it, why it is given up or why it is opened again; owner, date,
    end state and priority complete a proposal that is committed. Illegal moves raise Conflict. A P2 or P3 that is
    done is verified in the same breath where the policy says so, by nobody."""
    given = {"owner": owner, "due_on": due_on, "done_when": done_when, "priority": priority}
    given = {name: value for name, value in given.items() if value not in (None, "")}
    wish = Wish(to, reason.strip(), evidence_url, evidence_note.strip(), duplicate_of, by, now, promise=given)
    row = _lock_with(item, duplicate_of)
    _check_allowed(row, wish)
    check_version(row, seen)
    _check_legal(row, wish)
    _make(row, wish, EFFECTS.get(to, _nothing)(row, wish))
    if to == Status.DONE and not row.is_urgent and ActionItemPolicy.objects.current().auto_verify:
        unseen = replace(wish, to=Status.VERIFIED, reason="")
        _make(row, unseen, _verified(row, unseen, verifier=None), is_automatic=True)
    return row


def _make(row: ActionItem, wish: Wish, effect: dict[str, Any], *, is_automatic: bool = False) -> None:
    was, was_committed = row.status, row.is_committed
    diff = apply_changes(row, _common(row, wish) | effect)
    steps = {"from_status": was, "to_status": wish.to, "is_automatic": is_automatic}
    move = Move.objects.create(item=row, at=wish.now, by=wish.by, reason=wish.reason, **steps)
    if was_committed != row.is_committed or Status.VERIFIED in (was, wish.to):
        refresh_reminder(row, now=wish.now)
    said = diff | ({"reason": [None, wish.reason]} if wish.reason else {})
    record(f"action_item.moved_to_{wish.to}", row, by=wish.by, changes=said)
    told = tell_owner(row, by=wish.by, now=wish.now) if was == Status.PROPOSED else set()
    if wish.to == Status.DONE and row.is_urgent:
        told |= ask_to_verify(row, by=wish.by, now=wish.now)
    if not is_automatic:
        about = {"move": move.pk}
        tell_followers(row, "moved", f"move-{move.pk}", about, but=told, by=wish.by, now=wish.now)


def _lock_with(item: ActionItem, other: ActionItem | None) -> ActionItem:
    """Two items point at each other only in one direction: both are locked, always in the same order."""
    if other is not None:
        pair = ActionItem.objects.filter(pk__in=[item.pk, other.pk]).order_by("pk")
        list(pair.select_for_update(of=("self",)))
    return lock(item)


def _check_allowed(row: ActionItem, wish: Wish) -> None:
    if wish.to == Status.VERIFIED:
        require(wish.by.may_write)
    else:
        require(can_edit_action_item(wish.by, row))


def _check_legal(row: ActionItem, wish: Wish) -> None:
    if wish.to not in row.next_statuses:
        wanted = Status(wish.to).label.lower() if wish.to in Status.values else "that"
        raise Conflict(
            f"{row.key} is {row.get_status_display().lower()} and cannot become {wanted} from there.",
            allowed=row.next_statuses,
        )
    longest = MAX_REASON.get(Status(wish.to), 1000)
    if len(wish.reason) > longest:
        raise ValidationError({"reason": f"At most {longest} characters."})
    if len(wish.evidence_note) > LONGEST_NOTE:
        raise ValidationError({"evidence_note": f"At most {LONGEST_NOTE} characters."})


def _common(row: ActionItem, wish: Wish) -> dict[str, Any]:
    return {"status": wish.to, "status_since": wish.now, "blocked_by": ""}


def _nothing(row: ActionItem, wish: Wish) -> dict[str, Any]:
    return {}


def _open(row: ActionItem, wish: Wish) -> dict[str, Any]:
    if row.status == Status.PROPOSED:
        return _commit(row, wish)
    return {} if row.status in COMMITTED else _reopen(row, wish)


def _commit(row: ActionItem, wish: Wish) -> dict[str, Any]:
    """Checked on a copy, so that the difference that is recorded stays whole."""
    copy = ActionItem(owner=row.owner, due_on=row.due_on, done_when=row.done_when, incident=row.incident)
    for name, value in wish.promise.items():
        setattr(copy, name, value)
    made = promise(copy, now=wish.now)
    check_owner(copy)
    return wish.promise | made


def _reopen(row: ActionItem, wish: Wish) -> dict[str, Any]:
    _need_reason(wish, "Say what showed that it is not done.")
    return {
        "reopen_count": row.reopen_count + 1,
        "due_version": row.due_version + 1,
        **dict.fromkeys(("done_at", "done_by", "verified_at", "verifier", "effectiveness_check_on")),
        **dict.fromkeys(("evidence_url", "evidence_note", "effect"), ""),
    }


def _block(row: ActionItem, wish: Wish) -> dict[str, Any]:
    _need_reason(wish, "Say what it waits for.")
    return {"blocked_by": wish.reason}


def _finish(row: ActionItem, wish: Wish) -> dict[str, Any]:
    return {"done_at": wish.now, "done_by": wish.by} | _evidence(row, wish)


def _evidence(row: ActionItem, wish: Wish) -> dict[str, Any]:
    """What is said now, else what was said with done."""
    return {
        "evidence_url": wish.evidence_url or row.evidence_url,
        "evidence_note": wish.evidence_note or row.evidence_note,
    }


def _verify(row: ActionItem, wish: Wish) -> dict[str, Any]:
    require(can_verify_action_item(wish.by, row), NOT_YOURS_TO_VERIFY)
    if row.is_urgent and not any(_evidence(row, wish).values()):
        raise ValidationError(
            {"evidence_url": "Show with a link, or say in words, that this P0 or P1 is done."}
        )
    return _verified(row, wish, verifier=wish.by)


def _verified(row: ActionItem, wish: Wish, *, verifier: User | None) -> dict[str, Any]:
    """Whether what prevents or detects has helped is asked some time later."""
    after = timedelta(days=ActionItemPolicy.objects.current().check_after_days)
    today = wish.now.astimezone(wish.by.zone).date()
    return _evidence(row, wish) | {
        "verified_at": wish.now,
        "verifier": verifier,
        "effectiveness_check_on": today + after if row.kind in CHECKED_KINDS else None,
    }


def _drop(row: ActionItem, wish: Wish) -> dict[str, Any]:
    require(can_drop_action_item(wish.by, row), NOT_YOURS_TO_DROP)
    if len(wish.reason) < LEAST_DROP_REASON:
        raise ValidationError({"reason": f"Say why, in at least {LEAST_DROP_REASON} characters."})
    return {"close_reason": wish.reason}


def _duplicate(row: ActionItem, wish: Wish) -> dict[str, Any]:
    target = wish.duplicate_of
    if target is None:
        raise ValidationError({"duplicate_of": "Say which action item it repeats."})
    if target.pk == row.pk:
        raise ValidationError({"duplicate_of": "An item cannot repeat itself."})
    stored = ActionItem.objects.visible_to(wish.by).filter(pk=target.pk).first()
    if stored is None:
        raise ValidationError({"duplicate_of": "There is no such action item."})
    if stored.status == Status.DUPLICATE:
        raise ValidationError({"duplicate_of": f"{stored.key} repeats another item itself. Name that one."})
    return {"duplicate_of": stored, "close_reason": wish.reason}


def _need_reason(wish: Wish, sentence: str) -> None:
    if not wish.reason:
        raise ValidationError({"reason": sentence})


EFFECTS: dict[str, Callable[[ActionItem, Wish], dict[str, Any]]] = {
    Status.OPEN: _open,
    Status.BLOCKED: _block,
    Status.DONE: _finish,
    Status.VERIFIED: _verify,
    Status.WONT_DO: _drop,
    Status.DUPLICATE: _duplicate,
}
