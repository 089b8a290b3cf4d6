"""Saving one section: nobody's text is overwritten unseen, every text is kept."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, lock
from apps.core.errors import StaleVersion
from apps.core.permissions import require
from apps.core.saying import written
from apps.postmortems.models import Section, SectionRevision
from apps.postmortems.operations.moving import mark_changed, require_open
from apps.postmortems.operations.typing import drop_draft
from apps.postmortems.policies import can_write

MAX_CHARACTERS = 100_000


class StaleSection(StaleVersion):
    """`row.body` is what is stored now, `written` what was to be saved: neither is lost."""

    def __init__(self, row: Section, *, seen: int, written: str) -> None:
        super().__init__(row, seen=seen, current=row.version)
        self.stored = row.body
        self.written = written


@transaction.atomic
def save_section(section: Section, *, body: str, seen: int | None, now: datetime, by: User) -> Section:
    """Store a text. The same text again changes nothing; an approved document goes back to draft."""
    postmortem = lock(section.postmortem)
    row = lock(section)
    row.postmortem = postmortem
    require(can_write(by, postmortem))
    require_open(postmortem)
    body = written(body, most=MAX_CHARACTERS, place="a section")
    if body == row.body:
        drop_draft(row, by=by)
        return row
    if seen is not None and seen != row.version:
        raise StaleSection(row, seen=seen, written=body)
    drop_draft(row, by=by)
    return store_text(row, body, now=now, by=by)


def store_text(row: Section, body: str, *, now: datetime, by: User) -> Section:
    """The text of a locked section, as its next revision. The caller has asked the policy."""
    body = written(body, most=MAX_CHARACTERS, place="a section")
    diff = apply_changes(row, {"body": body})
    if diff:
        SectionRevision.objects.create(section=row, version=row.version, body=body, author=by, at=now)
        record("postmortem.section_saved", row, by=by, changes=diff)
    mark_changed(row.postmortem, now=now, by=by)
    return row
