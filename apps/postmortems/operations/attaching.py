"""Attaching files to a postmortem, describing and removing them, and clearing away files that no row names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, check_version, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.postmortems.files.receiving import Received
from apps.postmortems.models import Attachment, Postmortem
from apps.postmortems.models.attachment import FOLDER
from apps.postmortems.operations.moving import mark_changed, require_open
from apps.postmortems.policies import can_remove_frozen, can_write

MOST = 100
GRACE = timedelta(hours=1)  # an upload is stored before its row is committed
BATCH = 500


@transaction.atomic
def add_attachment(
    postmortem: Postmortem,
    *,
    received: Received,
    caption: str = "",
    source_url: str = "",
    now: datetime,
    by: User,
) -> Attachment:
    """Store a file that was received. It is written before its row is: what a crash or a refusal leaves behind has no
    row, and `sweep_files` clears it away."""
    document = _lock_to_write(postmortem, by=by)
    _check_room(document, received.size)
    row = Attachment(
        postmortem=document,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        caption=_one_line(caption),
        source_url=source_url,
        uploaded_by=by,
        uploaded_at=now,
    )
    row.full_clean(
        exclude={"postmortem", "uploaded_by", "file"}, validate_unique=False, validate_constraints=False
    )
    row.file.save(received.name, received.content, save=False)
    row.save(force_insert=True)
    said = {name: [None, getattr(row, name)] for name in ("name", "media_type", "size", "sha256", "caption")}
    record("postmortem.attachment_added", row, by=by, changes=said)
    mark_changed(document, now=now, by=by)
    return row


@transaction.atomic
def edit_attachment(
    attachment: Attachment, *, changes: Mapping[str, Any], seen: int | None = None, now: datetime, by: User
) -> Attachment:
    """Change `caption` or `source_url`; the file itself never changes."""
    document = _lock_to_write(attachment.postmortem, by=by)
    row = lock(attachment)
    row.postmortem = document
    check_version(row, seen)
    wanted = {name: changes[name] for name in ("caption", "source_url") if name in changes}
    if "caption" in wanted:
        wanted["caption"] = _one_line(wanted["caption"])
    diff = apply_changes(row, wanted)
    if diff:
        record("postmortem.attachment_edited", row, by=by, changes={"name": [row.name, row.name]} | diff)
        mark_changed(document, now=now, by=by)
    return row


@transaction.atomic
def remove_attachment(attachment: Attachment, *, seen: int | None = None, now: datetime, by: User) -> None:
    """It can be read no more at once; the file goes with the next sweep. What a published version shows is removed
    by admins alone: it is frozen, and yet a secret in a picture must be able to go."""
    document = lock(attachment.postmortem)
    require(can_write(by, document))
    row = lock(attachment)
    row.postmortem = document
    check_version(row, seen)
    if not can_remove_frozen(by) and (versions := _versions_with(row)):
        raise Conflict(f"Published version {versions[0]} shows it. An admin removes it.", allowed=[])
    said = {name: [getattr(row, name), None] for name in ("name", "media_type", "size", "sha256", "caption")}
    record("postmortem.attachment_removed", row, by=by, changes=said)
    row.delete()
    mark_changed(document, now=now, by=by)


def sweep_files(now: datetime) -> int:
    """Delete files that no row has named for an hour: of uploads that broke off, of transactions that were rolled
    back, of attachments that were removed. How many went."""
    gone = 0
    for names in _stored():
        known = set(Attachment.objects.filter(file__in=names).values_list("file", flat=True))
        for name in set(names) - known:
            if now - default_storage.get_modified_time(name) > GRACE:
                default_storage.delete(name)
                gone += 1
    return gone


def _stored() -> Iterator[list[str]]:
    """The names of stored files, at most 500 at a time."""
    if not default_storage.exists(FOLDER):
        return
    for folder in sorted(default_storage.listdir(FOLDER)[0]):
        names = [f"{FOLDER}/{folder}/{name}" for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]]
        for start in range(0, len(names), BATCH):
            yield names[start : start + BATCH]


def _lock_to_write(postmortem: Postmortem, *, by: User) -> Postmortem:
    document = lock(postmortem)
    require(can_write(by, document))
    require_open(document)
    return document


def _check_room(document: Postmortem, size: int) -> None:
    rows = Attachment.objects.of(document)
    if rows.count() >= MOST:
        raise ValidationError({"file": f"At most {MOST} files fit into a postmortem."})
    if rows.bytes_used() + size > settings.ATTACHMENT_QUOTA_BYTES:
        limit = settings.ATTACHMENT_QUOTA_BYTES // 1_000_000
        raise ValidationError(
            {"file": f"The files of a postmortem take at most {limit} MB together. Remove one first."}
        )


def _versions_with(row: Attachment) -> list[int]:
    """Numbers of the published versions whose text names the file."""
    versions = row.postmortem.snapshots.order_by("version").values_list("version", "content")
    return [version for version, content in versions if str(row.uuid) in str(content)]


def _one_line(text: str) -> str:
    return " ".join(text.split())
