"""Required readers, receipts, acknowledgements and votes.

Who read what leaves no line in the trail: the trail would tell auditors and admins the names that the owner alone
may know. Who is required is a change of the document and is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import Team, User
from apps.audit.operations import record
from apps.core.changes import lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.postmortems.models import Postmortem, PostmortemStatus, ReadReceipt, RequiredReader, UsefulVote
from apps.postmortems.operations.telling import ask_readers, tell_asked
from apps.postmortems.policies import can_choose_readers
from apps.postmortems.readership import expand, who_see

MOST = 50


@transaction.atomic
def choose_readers(
    postmortem: Postmortem,
    *,
    people: Iterable[User] = (),
    teams: Iterable[Team] = (),
    now: datetime,
    by: User,
) -> Postmortem:
    """Ask exactly these to read it. Of what is published already, who is new is asked now, and who is asked no
    longer and has not acknowledged it owes nothing any more."""
    row = lock(postmortem)
    require(can_choose_readers(by, row), "Its owner chooses who has to read it.")
    wanted = [RequiredReader(postmortem=row, person=each) for each in dict.fromkeys(people)]
    wanted += [RequiredReader(postmortem=row, team=each) for each in dict.fromkeys(teams)]
    _check(row, wanted)
    before = _named(row.required_readers.select_related("person", "team"))
    row.required_readers.all().delete()
    RequiredReader.objects.bulk_create(wanted)
    if before != _named(wanted):
        record("postmortem.readers_required", row, by=by, changes={"readers": [before, _named(wanted)]})
    if row.status == PostmortemStatus.PUBLISHED:
        _ask_now(row, now=now)
    return row


def _check(row: Postmortem, wanted: list[RequiredReader]) -> None:
    if len(wanted) > MOST:
        raise ValidationError({"people": f"At most {MOST} people and teams."})
    people = [each.person for each in wanted if each.person]
    able = set(who_see(row, [person.pk for person in people]))
    unable = [person.name for person in people if person not in able or person.pk == row.owner_id]
    if unable:
        raise ValidationError(
            {"people": f"Not {' and '.join(unable)}: the owner knows it, others may not see it."}
        )


def _named(rows: Iterable[RequiredReader]) -> list[str]:
    return sorted(row.person.slug if row.person else f"team:{row.team.slug}" for row in rows)  # type: ignore[union-attr]


def _ask_now(row: Postmortem, *, now: datetime) -> None:
    version = row.published_version or 0
    known = set(row.duties.filter(version=version).values_list("person", flat=True))
    wanted = expand(row.required_readers.all(), now.date())
    row.duties.filter(version=version, acknowledged_at__isnull=True).exclude(person__in=wanted).delete()
    tell_asked(row, ask_readers(row, now=now) - known, now=now)


@transaction.atomic
def note_read(postmortem: Postmortem, *, version: int | None = None, now: datetime, by: User) -> Postmortem:
    """The person has the published version open, which was `version` on their page: noted once per version."""
    _require_current(postmortem, version)
    receipt = ReadReceipt(
        postmortem=postmortem, version=postmortem.published_version or 0, person=by, first_at=now
    )
    ReadReceipt.objects.bulk_create([receipt], ignore_conflicts=True)
    return postmortem


@transaction.atomic
def acknowledge_reading(
    postmortem: Postmortem, *, version: int | None = None, now: datetime, by: User
) -> Postmortem:
    """Say that one has read what one was asked to read; the only evidence that counts as such. Twice is once."""
    note_read(postmortem, version=version, now=now, by=by)
    mine = postmortem.duties.filter(version=postmortem.published_version or 0, person=by)
    if not mine.exists():
        raise Conflict(f"Nobody has asked you to read {postmortem.key}.")
    mine.filter(acknowledged_at__isnull=True).update(acknowledged_at=now)
    return postmortem


@transaction.atomic
def vote_useful(postmortem: Postmortem, *, is_useful: bool, now: datetime, by: User) -> Postmortem:
    """It helped, or it did not after all. One voice a person, whatever the version."""
    note_read(postmortem, now=now, by=by)
    if is_useful:
        vote = UsefulVote(postmortem=postmortem, person=by, at=now)
        UsefulVote.objects.bulk_create([vote], ignore_conflicts=True)
    else:
        postmortem.votes.filter(person=by).delete()
    return postmortem


def _require_current(postmortem: Postmortem, version: int | None) -> None:
    current = postmortem.published_version
    if current is None:
        raise Conflict(f"{postmortem.key} is not published yet.")
    if version not in (None, current):
        raise Conflict(f"Version {current} has been published since: read that one.")
