"""Who has read what was published lately, one that was published anew, and one that was let through a gate."""

from __future__ import annotations

from datetime import timedelta

from apps.accounts.models import User
from apps.postmortems.content import content_of
from apps.postmortems.gates import gates_of
from apps.postmortems.models import (
    Gate,
    GateException,
    Postmortem,
    PostmortemStatus,
    ReadingDuty,
    ReadReceipt,
    RequiredReader,
    SectionRevision,
    UsefulVote,
)
from apps.postmortems.operations.publishing import freeze
from apps.reports.operations.demo.stage import Stage
from apps.reports.operations.demo.words.reviews import EXCEPTED, LEARNT_LATER

RECENT = 15
ASKED, ACKNOWLEDGED, READERS, HELPED = 3, 2, 8, 3
HOUR = timedelta(hours=1)


def make_readers(stage: Stage) -> None:
    rows = Postmortem.objects.filter(status=PostmortemStatus.PUBLISHED, incidents__is_private=False)
    newest = list(rows.with_people().order_by("-published_at", "-pk").distinct()[:RECENT])
    for place, row in enumerate(newest[:3]):
        _read(stage, row, place=place)
    if newest:
        _publish_anew(stage, newest[0])
    for row in newest[1:]:
        if _let_through(row):
            break


def _read(stage: Stage, row: Postmortem, *, place: int) -> None:
    """The people one signs in as are asked; of the first of the three, one has not answered yet."""
    cast = [person.user for person in stage.people if person.is_cast and person.pk != row.owner_id]
    others = [person.user for person in stage.people if not person.is_cast and person.pk != row.owner_id]
    asked = sorted(cast, key=lambda user: user.email.startswith("lead"))[-ASKED:]
    done = asked[:ACKNOWLEDGED] if place == 0 else asked
    at = min(stage.now, (row.published_at or stage.now) + 5 * HOUR)
    RequiredReader.objects.bulk_create(RequiredReader(postmortem=row, person=person) for person in asked)
    ReadingDuty.objects.bulk_create(
        ReadingDuty(postmortem=row, version=1, person=person, acknowledged_at=at if person in done else None)
        for person in asked
    )
    readers = [*asked, *others[place : place + READERS - place]]
    ReadReceipt.objects.bulk_create(
        ReadReceipt(postmortem=row, version=1, person=person, first_at=at) for person in readers
    )
    UsefulVote.objects.bulk_create(
        UsefulVote(postmortem=row, person=person, at=at) for person in readers[:HELPED]
    )


def _publish_anew(stage: Stage, row: Postmortem) -> None:
    """Something was learnt after version 1; who has read that one is shown what changed."""
    section = row.sections.get(slug="lessons")
    section.body = f"{section.body.strip()}\n\n{LEARNT_LATER}".strip()
    section.version += 1
    section.save(update_fields=["body", "version"])
    at = min(stage.now, (row.published_at or stage.now) + 30 * HOUR)
    SectionRevision.objects.create(
        section=section, version=section.version, body=section.body, author=row.owner, at=at
    )
    freeze(row, content=content_of(row), version=2, published_at=at, by=row.owner)
    row.published_version, row.published_at, row.status_since = 2, at, at
    row.save(update_fields=["published_version", "published_at", "status_since"])
    before = list(row.duties.select_related("person"))
    ReadingDuty.objects.bulk_create(_again(row, duty.person, duty.acknowledged_at, at) for duty in before)
    ReadReceipt.objects.bulk_create(
        ReadReceipt(postmortem=row, version=2, person=duty.person, first_at=at)
        for duty in before
        if duty.acknowledged_at
    )


def _again(row: Postmortem, person: User, before: object, at: object) -> ReadingDuty:
    return ReadingDuty(postmortem=row, version=2, person=person, acknowledged_at=at if before else None)  # type: ignore[misc]


def _let_through(row: Postmortem) -> bool:
    gate = next(each for each in gates_of(row, row.owner) if each.gate == Gate.G1)
    if gate.lacks:
        approver = User.objects.admins().exclude(pk=row.owner_id).first()
        GateException.objects.create(
            postmortem=row,
            gate=Gate.G1,
            version=row.published_version or 1,
            reason=EXCEPTED,
            approver=approver,
            at=row.published_at or row.status_since,
        )
    return bool(gate.lacks)
