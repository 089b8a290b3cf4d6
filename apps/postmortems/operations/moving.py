"""The one way a postmortem changes its status."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes
from apps.core.errors import Conflict
from apps.postmortems.models import NEXT_STATUS, Postmortem, PostmortemStatus
from apps.postmortems.operations.approvals import withdraw_approvals
from apps.postmortems.operations.indexing import index_postmortem


def require_move(row: Postmortem, to: str) -> None:
    """Raise Conflict with the legal moves when the row cannot go there."""
    allowed = NEXT_STATUS[row.status]
    if to in allowed:
        return
    label = dict(PostmortemStatus.choices).get(to, to)
    now = row.get_status_display()
    raise Conflict(f"{row.key} is “{now}” and cannot become “{label}”.", allowed=allowed)


def require_open(row: Postmortem) -> None:
    """Published text is frozen: raise Conflict, with the way to a new version."""
    if row.status == PostmortemStatus.PUBLISHED:
        message = f"{row.key} is published and frozen. Start a new version first."
        raise Conflict(message, allowed=[PostmortemStatus.DRAFT])


def move(
    row: Postmortem, to: str, *, verb: str, changes: Mapping[str, Any] | None = None, now: datetime, by: User
) -> Postmortem:
    """Change the status of a locked row. `changes` are fields that change with it."""
    require_move(row, to)
    diff = apply_changes(row, {"status": to, "status_since": now, **(changes or {})})
    record(verb, row, by=by, changes=diff)
    return row


def mark_changed(postmortem: Postmortem, *, now: datetime, by: User) -> None:
    """After every change of a text. What was approved is no longer what is there; a reviewer decides only on what
    they have read; and what is searched is what was saved."""
    withdraw_approvals(postmortem, now=now, by=by)
    if postmortem.status == PostmortemStatus.APPROVED:
        move(postmortem, PostmortemStatus.DRAFT, verb="postmortem.withdrawn", now=now, by=by)
    else:
        postmortem.version += 1
        postmortem.save(update_fields=["version", "updated_at"])
    index_postmortem(postmortem)
