"""Takes over postmortems from files: what is new arrives, what is here stays, what is broken is named."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max

from apps.accounts.models import Team, User
from apps.core.permissions import require
from apps.core.validators import UNSTORABLE
from apps.postmortems.frontmatter import BrokenFile, SourceFile, read_file
from apps.postmortems.models import Became, Postmortem
from apps.postmortems.operations.arriving import SOURCE, arrive, slug_of
from apps.postmortems.operations.taking_in import take_in
from apps.postmortems.policies import can_import
from apps.postmortems.portable.files import read_form
from apps.postmortems.portable.form import portable
from apps.services.models import Service

OWN_ADDRESS = re.compile(r"/postmortems/(PM-[0-9]+)/")
ENDINGS = (".md", ".markdown", ".json")
Files = Iterable[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Landing:
    """A service that a document is about, and whether it, or its team, is made for it."""

    service: str
    team: str
    is_new: bool
    is_new_team: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one file. `line` and `reason` are of what is refused, `key` of what is here."""

    name: str
    became: str
    line: int = 0
    reason: str = ""
    key: str = ""
    title: str = ""
    identity: str = ""
    has_own_title: bool = True
    landings: tuple[Landing, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Names of files by what became of them; `broken` holds whole lines: "name:line: reason"."""

    outcomes: list[Outcome]

    @property
    def files(self) -> int:
        return len(self.outcomes)

    @property
    def arrived(self) -> list[str]:
        return self._named(Became.NEW)

    @property
    def unchanged(self) -> list[str]:
        return self._named(Became.SAME)

    @property
    def changed(self) -> list[str]:
        return self._named(Became.CHANGED)

    @property
    def untitled(self) -> list[str]:
        return [one.name for one in self.outcomes if one.became == Became.NEW and not one.has_own_title]

    @property
    def broken(self) -> list[str]:
        refused = (one for one in self.outcomes if one.became == Became.REFUSED)
        return [f"{one.name}:{one.line}: {one.reason}" for one in refused]

    def _named(self, became: str) -> list[str]:
        return [one.name for one in self.outcomes if one.became == became]


def import_postmortems(
    files: Files, *, owner: User | None = None, dry_run: bool = False, now: datetime, by: User
) -> ImportReport:
    """Each file in a transaction of its own, so a broken one keeps nobody out, and nobody waits long for the next
    number. A file that came before is left alone, also when it has changed since. With `dry_run` each is done and
    then taken back."""
    require(can_import(by), "Only admins import.")
    keep: dict[str, Any] = {"owner": owner or by, "now": now, "by": by}
    if dry_run:
        return ImportReport(list(_told_once(files, keep)))
    return ImportReport([import_file(name, raw, **keep) for name, raw in files])


def import_file(name: str, raw: bytes, *, owner: User, now: datetime, by: User) -> Outcome:
    """The caller knows that `by` may."""
    try:
        with transaction.atomic():
            return _take(name, raw, owner=owner, now=now, by=by)
    except BrokenFile as error:
        reason = UNSTORABLE.sub("\ufffd", error.reason)  # it may quote the file
        return Outcome(name, Became.REFUSED, error.line, reason)
    except ValidationError as error:
        return Outcome(name, Became.REFUSED, 1, _in_words(error))
    except IntegrityError:
        return Outcome(name, Became.REFUSED, 1, "was created by somebody else at this moment; try once more")


def _told_once(files: Files, keep: dict[str, Any]) -> Iterator[Outcome]:
    """As it would be if those before had arrived: a document that is there twice arrives once, and a team or service
    that two files write differently is called as the first one does."""
    first: dict[str, tuple[str, str]] = {}
    called: dict[tuple[str, ...], str] = {}
    for name, raw in files:
        outcome, digest = _taken_back(name, raw, keep), hashlib.sha256(raw).hexdigest()
        if outcome.became == Became.NEW and outcome.identity in first:
            twin, seen = first[outcome.identity]
            became = Became.SAME if digest == seen else Became.CHANGED
            outcome = replace(outcome, became=became, reason=f"is the same document as {twin}", landings=())
        first.setdefault(outcome.identity, (name, digest))
        yield replace(outcome, landings=tuple(_called(one, called) for one in outcome.landings))


def _called(one: Landing, called: dict[tuple[str, ...], str]) -> Landing:
    key = slug_of(one.team)
    team = called.setdefault((key,), one.team)
    return replace(one, team=team, service=called.setdefault((key, one.service.casefold()), one.service))


def _taken_back(name: str, raw: bytes, keep: dict[str, Any]) -> Outcome:
    with transaction.atomic():
        outcome = import_file(name, raw, **keep)
        transaction.set_rollback(True)
    return replace(outcome, key="") if outcome.became == Became.NEW else outcome


def _take(name: str, raw: bytes, *, owner: User, now: datetime, by: User) -> Outcome:
    if not name.lower().endswith(ENDINGS):
        raise BrokenFile(1, "is neither Markdown (.md) nor JSON (.json)")
    before = _last_made()
    form = read_form(name, raw)
    if form is not None:
        here, is_same = _form_here(form, by=by)
        made = here or take_in(form, owner=owner, now=now, by=by)
        return _told(name, made, here, before, is_same=is_same)
    source = read_file(name, raw)
    here, is_same = _source_here(source)
    made = here or arrive(source, owner=owner, now=now, by=by)
    return _told(name, made, here, before, is_same=is_same, has_own_title=source.has_own_title)


def _told(
    name: str,
    made: Postmortem,
    here: Postmortem | None,
    before: tuple[int, int],
    *,
    is_same: bool,
    **more: Any,
) -> Outcome:
    became = Became.NEW if here is None else Became.SAME if is_same else Became.CHANGED
    landings = tuple(_landings(made, before)) if here is None else ()
    return Outcome(
        name, became, key=made.key, title=made.title, identity=made.external_id, landings=landings, **more
    )


def _landings(postmortem: Postmortem, before: tuple[int, int]) -> Iterator[Landing]:
    rows = Service.objects.filter(incidents__postmortems=postmortem).select_related("owner_team")
    for row in rows.distinct().order_by("slug"):
        team = row.owner_team
        yield Landing(row.name, team.name, is_new=row.pk > before[0], is_new_team=team.pk > before[1])


def _last_made() -> tuple[int, int]:
    """What is above came with the file."""
    services, teams = (model._default_manager.aggregate(last=Max("pk"))["last"] for model in (Service, Team))
    return services or 0, teams or 0


def _source_here(source: SourceFile) -> tuple[Postmortem | None, bool]:
    """The document that came of the file's uuid, and whether of the very same file."""
    rows = Postmortem.objects.filter(source_system=SOURCE, external_id=source.external_id)
    here: Postmortem | None = rows.first()
    if here is None:
        return None, False
    first = here.snapshots.filter(version=1).values_list("content__source__sha256", flat=True)
    return here, list(first) == [source.sha256]


def _form_here(form: dict[str, Any], *, by: User) -> tuple[Postmortem | None, bool]:
    """What a portal gave out; also this one, whose own documents are here already."""
    rows = Postmortem.objects.for_reader(by)
    here: Postmortem | None = rows.filter(external_id=form["uuid"], source_system=SOURCE).first()
    own = OWN_ADDRESS.fullmatch(form["url"].removeprefix(settings.BASE_URL))
    if here is None and own:
        here = rows.filter(key=own[1], external_id="").first()
    return here, here is not None and portable(here) == form


def _in_words(error: ValidationError) -> str:
    named = error.message_dict.items() if hasattr(error, "error_dict") else [("", error.messages)]
    return " ".join(f"{field} {' '.join(texts)}".strip() for field, texts in named)
