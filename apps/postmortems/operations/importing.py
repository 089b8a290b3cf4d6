"""Takes over postmortems from files: what is new arrives, what is here stays, what is broken is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.core.permissions import require
from apps.postmortems.frontmatter import BrokenFile, SourceFile, read_file
from apps.postmortems.models import Postmortem, PublishedSnapshot
from apps.postmortems.operations.arriving import SOURCE, arrive
from apps.postmortems.operations.taking_in import take_in
from apps.postmortems.portable.files import read_form
from apps.postmortems.portable.form import portable

OWN_ADDRESS = re.compile(r"/postmortems/(PM-[0-9]+)/")


@dataclass(slots=True)
class ImportReport:
    """Names of files by what became of them; `broken` holds whole lines: "name:line: reason"."""

    arrived: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    untitled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def files(self) -> int:
        return len(self.arrived) + len(self.unchanged) + len(self.changed) + len(self.broken)


def import_postmortems(
    files: Iterable[tuple[str, bytes]],
    *,
    owner: User | None = None,
    dry_run: bool = False,
    now: datetime,
    by: User,
) -> ImportReport:
    """Each file in a transaction of its own, so a broken one keeps nobody out. A file that came before is
    left alone, also when it has changed since. With `dry_run` all of it is done and then taken back."""
    require(by.is_org_admin, "Only admins import.")
    report = ImportReport()
    if not dry_run:
        _import_each(files, report, owner=owner or by, now=now, by=by)
        return report
    with transaction.atomic():
        _import_each(files, report, owner=owner or by, now=now, by=by)
        transaction.set_rollback(True)
    return report


def _import_each(
    files: Iterable[tuple[str, bytes]], report: ImportReport, *, owner: User, now: datetime, by: User
) -> None:
    known = _known()
    for name, raw in files:
        try:
            form = read_form(name, raw)
            if form is not None:
                _import_form(name, form, report, owner=owner, now=now, by=by)
            else:
                _import_source(read_file(name, raw), known, report, owner=owner, now=now, by=by)
        except BrokenFile as error:
            report.broken.append(f"{name}:{error.line}: {error.reason}")
        except ValidationError as error:
            report.broken.append(f"{name}:1: {_in_words(error)}")


def _import_source(
    source: SourceFile, known: dict[str, str], report: ImportReport, *, owner: User, now: datetime, by: User
) -> None:
    if source.external_id in known:
        _compare(source, known[source.external_id], report)
        return
    arrive(source, owner=owner, now=now, by=by)
    known[source.external_id] = source.sha256
    _note(source, report)


def _import_form(
    name: str, form: dict[str, Any], report: ImportReport, *, owner: User, now: datetime, by: User
) -> None:
    """What a portal gave out; also this one, whose own documents are here already."""
    here = _here(form, by=by)
    if here is None:
        take_in(form, owner=owner, now=now, by=by)
        report.arrived.append(name)
    else:
        (report.unchanged if portable(here) == form else report.changed).append(name)


def _here(form: dict[str, Any], *, by: User) -> Postmortem | None:
    rows = Postmortem.objects.for_reader(by)
    found: Postmortem | None = rows.filter(external_id=form["uuid"], source_system=SOURCE).first()
    own = OWN_ADDRESS.fullmatch(form["url"].removeprefix(settings.BASE_URL))
    return found or (rows.filter(key=own[1], external_id="").first() if own else None)


def _in_words(error: ValidationError) -> str:
    named = error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]
    return " ".join(f"{field} {' '.join(texts)}".strip() for field, texts in named)


def _known() -> dict[str, str]:
    """{external id: checksum of the file it came from} of everything taken over before."""
    found = dict.fromkeys(
        Postmortem.objects.filter(source_system=SOURCE).values_list("external_id", flat=True), ""
    )
    first = PublishedSnapshot.objects.filter(postmortem__source_system=SOURCE, version=1)
    found.update(first.values_list("postmortem__external_id", "content__source__sha256"))
    return found


def _compare(source: SourceFile, checksum: str, report: ImportReport) -> None:
    (report.unchanged if checksum == source.sha256 else report.changed).append(source.name)


def _note(source: SourceFile, report: ImportReport) -> None:
    report.arrived.append(source.name)
    if not source.has_own_title:
        report.untitled.append(source.name)
