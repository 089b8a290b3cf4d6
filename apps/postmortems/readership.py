"""Who has read a published version: counts for everybody, names for its owner alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from apps.accounts.models import Membership, User
from apps.postmortems.models import Postmortem, ReadingDuty, RequiredReader


class Reader(NamedTuple):
    person: User
    first_at: datetime | None
    is_required: bool
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class Readership:
    """Of one version. `names` is None for everybody but the owner; the rest of `mine` is the asking person's own."""

    version: int
    read_count: int
    required_count: int
    acknowledged_count: int
    useful_count: int
    my_duty: ReadingDuty | None
    have_read: bool
    last_read: int | None  # the latest version before this one that the person had open
    find_useful: bool
    names: list[Reader] | None


def readership_of(postmortem: Postmortem, user: User) -> Readership | None:
    """None before the first version. Names of readers are nobody's business but the owner's: not the admins',
    not the auditors'."""
    version = postmortem.published_version
    if version is None:
        return None
    duties = list(postmortem.duties.filter(version=version).select_related("person"))
    receipts = postmortem.receipts.filter(version=version)
    mine = set(postmortem.receipts.filter(person=user).values_list("version", flat=True))
    votes = set(postmortem.votes.values_list("person", flat=True))
    return Readership(
        version=version,
        read_count=receipts.count(),
        required_count=len(duties),
        acknowledged_count=sum(duty.acknowledged_at is not None for duty in duties),
        useful_count=len(votes),
        my_duty=next((duty for duty in duties if duty.person_id == user.pk), None),
        have_read=version in mine,
        last_read=max((each for each in mine if each < version), default=None),
        find_useful=user.pk in votes,
        names=_names(postmortem, duties) if user.pk == postmortem.owner_id else None,
    )


def _names(postmortem: Postmortem, duties: list[ReadingDuty]) -> list[Reader]:
    """Who was asked first, in the order of their names, then who read it unasked."""
    receipts = postmortem.receipts.filter(version=postmortem.published_version or 0).select_related("person")
    read = {receipt.person: receipt.first_at for receipt in receipts}
    asked = {duty.person: duty.acknowledged_at for duty in duties}
    people = sorted({*read, *asked}, key=lambda person: (person not in asked, person.name, person.pk))
    return [Reader(each, read.get(each), each in asked, asked.get(each)) for each in people]


def expand(rows: Iterable[RequiredReader], today: date) -> set[int]:
    """The ids of those whom people and teams stand for today."""
    rows = list(rows)
    teams = [row.team_id for row in rows if row.team_id]
    members = Membership.objects.on(today).filter(team__in=teams).values_list("user", flat=True)
    return {row.person_id for row in rows if row.person_id} | set(members)


def who_see(postmortem: Postmortem, people: Iterable[int]) -> list[User]:
    """Those among them who are here and may see it, by id."""
    found = list(User.objects.active().filter(pk__in=set(people)).order_by("pk"))
    if not postmortem.incidents.filter(is_private=True).exists():
        return found
    row = Postmortem.objects.filter(pk=postmortem.pk)
    return [person for person in found if row.visible_to(person).exists()]
