"""Blocks: drawn from the incidents, drawn again when somebody says so, or turned into text of the section."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import Diff, apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.incidents.models import Incident
from apps.postmortems.drawing import draw
from apps.postmortems.models import Block, BlockKind, Postmortem, Section
from apps.postmortems.models.shipped import SectionTemplate
from apps.postmortems.operations.moving import mark_changed, require_open
from apps.postmortems.operations.sections import store_text
from apps.postmortems.policies import can_write

HIDDEN = "Some of its incidents are private. Who sees all of them can draw this again."
CHANGED = "The incident changed while you looked. Look again at what would change."


def to_draw_from(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    """With all that a block can show, in order."""
    rows = incidents.order_by("number").select_related("declared_by")
    return rows.prefetch_related(
        "services", "roles__person", "impact_windows__service", "milestones", "timeline__author"
    )


def draw_blocks(
    postmortem: Postmortem,
    templates: Sequence[SectionTemplate],
    incidents: Sequence[Incident],
    *,
    now: datetime,
    by: User,
) -> None:
    """The blocks that the template names, in a new draft. `incidents` come from `to_draw_from`."""
    sections = {section.slug: section for section in postmortem.sections.all()}
    Block.objects.bulk_create(
        Block(
            section=sections[template.slug],
            kind=kind,
            text=draw(kind, incidents),
            drawn_at=now,
            drawn_by=by,
        )
        for template in templates
        for kind in template.blocks
    )


def fresh_text(postmortem: Postmortem, kind: str, *, by: User) -> str:
    """What the block would say now. Refused to who does not see every incident: the rest would be missing."""
    rows = list(to_draw_from(postmortem.incidents.all()))
    seen = Incident.objects.visible_to(by).filter(pk__in=[row.pk for row in rows]).count()
    require(seen == len(rows), HIDDEN)
    return draw(kind, rows)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@transaction.atomic
def add_block(section: Section, *, kind: str, now: datetime, by: User) -> Block:
    """Draw something into a section that does not show it yet; one kind stands once in a document."""
    row = _lock_to_write(section, by=by)
    if kind not in BlockKind.values:
        raise ValidationError({"kind": f"Choose one of: {', '.join(BlockKind.values)}."})
    there = Block.objects.filter(section__postmortem=row.postmortem, kind=kind)
    if there.exists():
        raise Conflict("It is drawn in this document already.")
    text = fresh_text(row.postmortem, kind, by=by)
    block = Block.objects.create(section=row, kind=kind, text=text, drawn_at=now, drawn_by=by)
    record("postmortem.block_added", block, by=by, changes={"text": [None, text]})
    mark_changed(row.postmortem, now=now, by=by)
    return block


@transaction.atomic
def refresh_block(
    block: Block, *, shown: str | None = None, seen: int | None = None, now: datetime, by: User
) -> Block:
    """Draw it again. `shown` is the digest of the text that the person was shown; another one is refused, so that
    nobody takes over what they did not see. People's own text is apart, and stays."""
    section = _lock_to_write(block.section, by=by)
    row = lock(block)
    row.section = section
    check_version(row, seen)
    text = fresh_text(section.postmortem, row.kind, by=by)
    if shown and shown != digest_of(text):
        raise Conflict(CHANGED)
    if text == row.text:
        Block.objects.filter(pk=row.pk).update(drawn_at=now, drawn_by=by)
        row.drawn_at, row.drawn_by = now, by
        return row
    before = row.text
    apply_changes(row, {"text": text, "drawn_at": now, "drawn_by": by})
    record("postmortem.block_refreshed", row, by=by, changes={"text": [before, text]})
    mark_changed(section.postmortem, now=now, by=by)
    return row


@transaction.atomic
def detach_block(block: Block, *, seen: int | None = None, now: datetime, by: User) -> Section:
    """Its text goes below what people wrote, theirs to edit from now on; nothing draws over it any more."""
    section = _lock_to_write(block.section, by=by)
    row = lock(block)
    row.section = section
    check_version(row, seen)
    changes: Diff = {"text": [row.text, None]}
    record("postmortem.block_detached", row, by=by, changes=changes)
    body = "\n\n".join(filter(None, [section.body, row.text]))
    row.delete()
    return store_text(section, body, now=now, by=by)


def _lock_to_write(section: Section, *, by: User) -> Section:
    postmortem = lock(section.postmortem)
    row = lock(section)
    row.postmortem = postmortem
    require(can_write(by, postmortem))
    require_open(postmortem)
    return row
