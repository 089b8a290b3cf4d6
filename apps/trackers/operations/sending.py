"""One issue is created for one wish, and told what has changed of its item since.

Before anything is sent the attempt is counted. Whoever tries again after that, not knowing what became of it, first
looks for the marker, a minute later at the earliest: what was made already is found, and not made again.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.action_items.models import ActionItem
from apps.audit.operations import record
from apps.trackers.clients import Client, Gone, Issue, Trouble, Unfit
from apps.trackers.models import ExternalRef, RefState
from apps.trackers.operations.applying import take_away, take_over, wanted_state
from apps.trackers.operations.refs import is_private
from apps.trackers.states import ENDED, RemoteState
from apps.trackers.wording import block_of, body_of, title_of, with_block

log = structlog.get_logger("ballast.trackers")
PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
PRIVATE_NOW = "It became private before it was sent. Take the wish back, and confirm it anew."


def create_wanted(ref: ExternalRef, client: Client, *, now: datetime) -> str:
    """Raises Trouble, which is written down on the row as well."""
    item = ActionItem.objects.select_related("incident").get(pk=ref.item_id)
    if is_private(item) and not ref.with_private:
        note_error(ref, PRIVATE_NOW, now=now)
        return "held"
    if not item.is_live and not ref.attempts:
        return _withdraw(ref, item)
    wished = ExternalRef.objects.filter(pk=ref.pk, state=RefState.WANTED, attempts=ref.attempts)
    if not wished.update(attempts=F("attempts") + 1, not_before=now + _pause(ref)):
        return "lost"
    try:
        issue = client.find(ref.marker, since=ref.asked_at) if ref.attempts else None
        issue = issue or client.create(
            title=title_of(item), body=body_of(item, ref.marker), due_on=_due(item)
        )
    except Trouble as trouble:
        note_error(ref, trouble.words, now=now)
        raise
    return _tie(ref, item, issue, now=now)


@transaction.atomic
def _withdraw(ref: ExternalRef, item: ActionItem) -> str:
    """It ended here before anything was sent."""
    row = ExternalRef.objects.select_for_update(of=("self",)).filter(pk=ref.pk, attempts=0).first()
    if row is not None:
        row.item = item
        record(
            "tracker_link.withdrawn", row, by=User.objects.system(), changes={"status": [None, item.status]}
        )
        row.delete()
    return "withdrawn"


def _pause(ref: ExternalRef) -> timedelta:
    doubled: int = 2 ** min(ref.attempts, 10)
    return min(PAUSE * doubled, LONGEST_PAUSE)


def _due(item: ActionItem) -> str | None:
    return item.due_on.isoformat() if item.due_on else None


@transaction.atomic
def _tie(ref: ExternalRef, item: ActionItem, issue: Issue, *, now: datetime) -> str:
    row = ExternalRef.objects.select_for_update(of=("self",)).filter(pk=ref.pk).first()
    if row is None:
        log.warning("issue of a wish that was taken back", issue=issue.key)
        return "orphaned"
    row.item = item
    made = {
        "state": RefState.LINKED,
        "number": issue.number,
        "key": issue.key,
        "url": issue.url,
        "remote_state": RemoteState.OPEN,
        "remote_words": issue.words,
        "remote_assignee": issue.assignee,
        "remote_updated_at": issue.updated_at,
        "synced_at": now,
        "look_asked": issue.state != RemoteState.OPEN,
        "pushed_version": item.version if item.is_live else 0,  # else it is closed in the next step
        "pushed_digest": digest_of(item, row) if item.is_live else "",
        "pushed_state": RemoteState.OPEN,
        "error": "",
        "error_at": None,
        "not_before": now,
    }
    ExternalRef.objects.filter(pk=row.pk).update(**made)
    record("tracker_link.created", row, by=User.objects.system(), changes={"issue": [None, issue.key]})
    return "created"


def digest_of(item: ActionItem, ref: ExternalRef) -> str:
    """Of everything that the issue is told: when it stays, nobody is asked."""
    told = f"{block_of(item, ref.marker)}\n{_due(item)}\n{wanted_state(item)}"
    return hashlib.sha256(told.encode()).hexdigest()


def push_changes(ref: ExternalRef, client: Client, *, now: datetime) -> str:
    """First how the issue is, since the state of the work is the tracker's; then what the portal owns."""
    item = ActionItem.objects.select_related("incident").get(pk=ref.item_id)
    hides = is_private(item) and not ref.with_private
    if digest_of(item, ref) == ref.pushed_digest:
        return _settle(ref, item, ref.pushed_state)
    issue = look_up(ref, client, now=now)
    if issue is None:
        return "gone"
    item.refresh_from_db()
    ref.refresh_from_db()
    body, state = None, _state_to_tell(ref, item, issue)
    if ref.is_ours and not hides:
        body = with_block(issue.body or "", block_of(item, ref.marker))
        body = None if body == (issue.body or "") and issue.due_on in (None, _due(item)) else body
    if body is not None or state:
        try:
            told = client.update(ref.number, body=body, state=state, due_on=_due(item))
        except Unfit as unfit:  # asking the same again would be refused again
            _settle(ref, item, wanted_state(item))
            note_error(ref, unfit.words, now=now)
            return "refused"
        except Trouble as trouble:
            note_error(ref, trouble.words, now=now)
            raise
        take_over(ref, told, now=now, is_ours=True)
    return _settle(ref, item, wanted_state(item))


def _state_to_tell(ref: ExternalRef, item: ActionItem, issue: Issue) -> str:
    """Only what somebody changed here, and only if it is not so there already."""
    wanted = wanted_state(item)
    if wanted == (ref.pushed_state or RemoteState.OPEN):
        return ""
    return "" if (wanted in ENDED) == (issue.state in ENDED) else wanted


def look_up(ref: ExternalRef, client: Client, *, now: datetime) -> Issue | None:
    """None when it is gone."""
    try:
        issue = client.get(ref.number)
    except Gone as gone:
        take_away(ref, gone.words, now=now)
        return None
    except Trouble as trouble:
        note_error(ref, trouble.words, now=now)
        raise
    take_over(ref, issue, now=now)
    return issue


def _settle(ref: ExternalRef, item: ActionItem, state: str) -> str:
    ExternalRef.objects.filter(pk=ref.pk).update(
        pushed_version=item.version, pushed_digest=digest_of(item, ref), pushed_state=state
    )
    return "told"


def note_error(ref: ExternalRef, words: str, *, now: datetime) -> None:
    """Shown on the item's page; tried again later."""
    again = now + _pause(ref)
    ExternalRef.objects.filter(pk=ref.pk).update(error=words[:300], error_at=now)
    ExternalRef.objects.filter(pk=ref.pk, not_before__lt=again).update(not_before=again)
