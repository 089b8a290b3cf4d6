"""A postmortem as a file of each kind."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.text import slugify

from apps.accounts.models import User
from apps.postmortems.models import Postmortem
from apps.postmortems.operations import note_export
from apps.postmortems.pdf.document import document_of
from apps.postmortems.pdf.printing import make_pdf
from apps.postmortems.policies import can_write
from apps.postmortems.portable.files import write_json
from apps.postmortems.portable.form import portable
from apps.postmortems.portable.markdown import write_markdown
from apps.postmortems.reading import reads_published


class Kind(NamedTuple):
    ending: str
    content_type: str


class File(NamedTuple):
    name: str
    content_type: str
    content: str | bytes

    @property
    def headers(self) -> dict[str, str]:
        return {
            "Content-Type": self.content_type,
            "Content-Disposition": f'attachment; filename="{self.name}"',
        }


KINDS = {
    "markdown": Kind("md", "text/markdown; charset=utf-8"),
    "json": Kind("json", "application/json"),
    "pdf": Kind("pdf", "application/pdf"),
}


def export_file(postmortem: Postmortem, kind: str, *, by: User, now: datetime) -> File:
    """`postmortem` is a row of `for_reader(by)`. Raises Conflict when a PDF cannot be had."""
    prefetch_related_objects(postmortem.seen_incidents, "milestones", "services__owner_team")  # type: ignore[attr-defined]
    content = _content(postmortem, kind, by=by, now=now)
    with transaction.atomic():
        note_export(postmortem, kind=kind, by=by)
    name = f"{postmortem.key}-{slugify(postmortem.title)[:60]}".rstrip("-")
    return File(f"{name}.{KINDS[kind].ending}", KINDS[kind].content_type, content)


def _content(postmortem: Postmortem, kind: str, *, by: User, now: datetime) -> str | bytes:
    """What the page shows them: while the next version is written, readers take along the one that was published."""
    is_final = reads_published(postmortem, by, writes=can_write(by, postmortem))
    if kind == "pdf":
        return make_pdf(document_of(postmortem, by, is_final=is_final, now=now))
    return (write_json if kind == "json" else write_markdown)(portable(postmortem, is_final=is_final))
