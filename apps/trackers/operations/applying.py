"""What a tracker says of an issue is taken over, and its item follows where the rules of items let it.

The tracker owns the state of the work and who is assigned, the portal owns the promise. Only a change in the tracker
moves an item, and only by steps that a person could take: closing an issue marks its item done and confirms nothing.
"""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.action_items.models import ActionItem, Status
from apps.action_items.operations import transition
from apps.core.errors import Conflict
from apps.trackers.clients import Issue
from apps.trackers.models import ExternalRef, Outcome, RefState
from apps.trackers.states import ENDED, RemoteState, TrackerKind

ENDED_HERE = {Status.DONE: RemoteState.CLOSED, Status.VERIFIED: RemoteState.CLOSED}
ENDED_HERE |= {Status.WONT_DO: RemoteState.DROPPED, Status.DUPLICATE: RemoteState.DROPPED}
AT_WORK = (Status.OPEN, Status.IN_PROGRESS, Status.BLOCKED)
DONE = (Status.DONE, Status.VERIFIED)
STEPS: dict[tuple[str, str], list[str]] = {
    (RemoteState.CLOSED, Status.OPEN): [Status.DONE],
    (RemoteState.CLOSED, Status.IN_PROGRESS): [Status.DONE],
    (RemoteState.CLOSED, Status.BLOCKED): [Status.IN_PROGRESS, Status.DONE],
    (RemoteState.OPEN, Status.DONE): [Status.OPEN],
    (RemoteState.OPEN, Status.VERIFIED): [Status.OPEN],
    (RemoteState.IN_PROGRESS, Status.DONE): [Status.OPEN, Status.IN_PROGRESS],
    (RemoteState.IN_PROGRESS, Status.VERIFIED): [Status.OPEN, Status.IN_PROGRESS],
    (RemoteState.IN_PROGRESS, Status.OPEN): [Status.IN_PROGRESS],
}
NOTES: dict[tuple[str, str], str] = {
    (
        RemoteState.CLOSED,
        Status.PROPOSED,
    ): "It is closed there, and only proposed here. Commit to it, or give it up.",
    (RemoteState.CLOSED, Status.WONT_DO): "It is closed there, and was given up here.",
    (RemoteState.OPEN, Status.WONT_DO): "It is open there, and was given up here.",
    (RemoteState.OPEN, Status.DUPLICATE): "It is open there, and repeats another item here.",
}
NOT_DONE = "It was closed there without being done. Here it still stands: give it up with a reason, or reopen it there."


def wanted_state(item: ActionItem) -> str:
    """How the issue of such an item should be."""
    return ENDED_HERE.get(Status(item.status), RemoteState.OPEN)


@transaction.atomic
def take_over(
    ref: ExternalRef, issue: Issue, *, now: datetime, is_heard: bool = False, is_ours: bool = False
) -> str:
    """Store what the issue is like and move its item if that is news. `is_heard`: a webhook said so, which may come
    late; what it says of the same second as is known, and differently, is looked up instead. `is_ours`: the answer to
    what we told it, which moves nothing."""
    item = ActionItem.objects.select_for_update(of=("self",)).filter(pk=ref.item_id).first()
    row = _locked(ref)
    if item is None or row is None or row.state != RefState.LINKED:
        return Outcome.OUTDATED
    known, said = row.remote_updated_at, issue.updated_at
    if known and said and said < known:
        return Outcome.OUTDATED
    differs = (row.remote_state, row.remote_words, row.remote_assignee) != _facts(issue)
    if is_heard and differs and known and said == known:
        ExternalRef.objects.filter(pk=row.pk).update(look_asked=True, not_before=now)
        return Outcome.UNSURE
    note = row.note if is_ours else _follow(item, row, issue, now=now)
    _store(row, issue, note=note, now=now)
    if issue.state != row.remote_state and not is_ours:  # agreed on, so that it is not told back
        item.refresh_from_db()
        ExternalRef.objects.filter(pk=row.pk).update(pushed_state=wanted_state(item))
    return Outcome.TAKEN if differs else Outcome.SAME


def _locked(ref: ExternalRef) -> ExternalRef | None:
    rows = ExternalRef.objects.select_for_update(of=("self",)).select_related("connection")
    return rows.filter(pk=ref.pk).first()


def _facts(issue: Issue) -> tuple[str, str, str]:
    return str(issue.state), issue.words, issue.assignee


def _store(row: ExternalRef, issue: Issue, *, note: str, now: datetime) -> None:
    ExternalRef.objects.filter(pk=row.pk).update(
        number=issue.number,
        key=issue.key,
        url=issue.url,
        remote_state=issue.state,
        remote_words=issue.words,
        remote_assignee=issue.assignee,
        remote_updated_at=issue.updated_at or row.remote_updated_at,
        synced_at=now,
        look_asked=False,
        note=note,
        error="",
        error_at=None,
    )


def _follow(item: ActionItem, row: ExternalRef, issue: Issue, *, now: datetime) -> str:
    """Move the item, and say why it stays where it does."""
    before, after = row.remote_state, str(issue.state)
    is_first = before in ("", RemoteState.GONE)
    steps = [] if is_first or before == after else _steps(item, before, after)
    if steps:
        return _move(item, steps, reason=_reason(row, issue), now=now)
    if before == after:
        return row.note if (after in ENDED) == item.is_live else ""  # it no longer differs
    return _note(item, after)


def _steps(item: ActionItem, before: str, after: str) -> list[str]:
    if (before, after, item.status) == (RemoteState.IN_PROGRESS, RemoteState.OPEN, Status.IN_PROGRESS):
        return [Status.OPEN]
    return STEPS.get((after, item.status), [])


def _note(item: ActionItem, after: str) -> str:
    if after == RemoteState.DROPPED and item.is_live:
        return NOT_DONE
    if after == RemoteState.CLOSED and item.status in AT_WORK:
        return "It was closed there before it was linked. Mark it done here if it is."
    return NOTES.get((after, item.status), "")


def _move(item: ActionItem, steps: list[str], *, reason: str, now: datetime) -> str:
    """All of the steps or none; what refuses them is the note."""
    try:
        with transaction.atomic():
            for to in steps:
                transition(item, to=to, reason=reason, by=User.objects.system(), now=now)
    except Conflict as refusal:
        return f"It did not follow: {refusal.message}"[:500]
    except ValidationError as refusal:
        return f"It did not follow: {' '.join(refusal.messages)}"[:500]
    return ""


def _reason(row: ExternalRef, issue: Issue) -> str:
    where = TrackerKind(row.connection.kind).label if row.connection else "the tracker"
    who = f", assigned to {issue.assignee}" if issue.assignee else ""
    return f"{issue.words} in {where} as {issue.key}{who}"


@transaction.atomic
def take_away(ref: ExternalRef, words: str, *, now: datetime) -> None:
    """The issue is gone: shown, and the item stays as it is."""
    row = _locked(ref)
    if row is not None:
        gone = {
            "remote_state": RemoteState.GONE,
            "remote_words": "Gone",
            "error": words[:300],
            "error_at": now,
        }
        ExternalRef.objects.filter(pk=row.pk).update(**gone, look_asked=False, note="")
