"""What somebody typed and has not saved: kept for them alone, until they save it or let it go."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.core.changes import lock
from apps.core.permissions import require
from apps.postmortems.models import Section, SectionDraft
from apps.postmortems.policies import can_write

MOST = 100_000


@transaction.atomic
def keep_draft(
    section: Section, *, body: str, base_version: int, now: datetime, by: User
) -> SectionDraft | None:
    """The text as it was typed. It is no text of the document yet: nothing else changes, the trail tells nothing.
    None when it is saved already: what was sent while somebody typed may arrive after what was sent when they saved."""
    require(can_write(by, section.postmortem))
    if len(body) > MOST:
        raise ValidationError({"body": f"At most {MOST:,} characters fit into a section."})
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    stored = lock(section)  # a save that is on its way comes first
    if base_version < stored.version and text.rstrip() == stored.body:
        drop_draft(section, by=by)
        return None
    row, _ = SectionDraft.objects.update_or_create(
        section=section, author=by, defaults={"body": text, "base_version": base_version, "typed_at": now}
    )
    return row


@transaction.atomic
def drop_draft(section: Section, *, by: User) -> None:
    """Of this person, when there is one."""
    SectionDraft.objects.filter(section=section, author=by).delete()
