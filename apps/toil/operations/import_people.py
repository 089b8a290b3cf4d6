"""Whose time a file holds: addresses and names, and who of them is whom here."""

from __future__ import annotations

import zoneinfo
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import tzinfo

from apps.accounts.models import Team, User
from apps.toil.policies import can_import_for

NOBODY = "Nobody here has this address or name."
SEVERAL = "Several people are called so. A column Email tells them apart."
NOT_YOURS = "You import your own time; that of others, their leads and admins."


@dataclass(frozen=True, slots=True)
class Person:
    pk: int
    name: str
    tz: str
    zone: tzinfo


def people_of(names: Iterable[str], *, team: Team, by: User) -> dict[str, Person | str]:
    """By address, short name or name in lower case: the person, or why their rows are left out."""
    known = _everybody()
    may_others = can_import_for(by, team)
    found: dict[str, Person | str] = {}
    for name in names:
        people = known.get(name, [])
        if len(people) != 1:
            found[name] = SEVERAL if people else NOBODY
        else:
            found[name] = people[0] if may_others or people[0].pk == by.pk else NOT_YOURS
    return found


def _everybody() -> dict[str, list[Person]]:
    """An address goes before a short name, and that before a name that somebody else has."""
    known: defaultdict[str, list[Person]] = defaultdict(list)
    rows = list(User.objects.people().order_by().values_list("pk", "email", "slug", "name", "time_zone"))
    people = [Person(pk, name or email, tz, zoneinfo.ZoneInfo(tz)) for pk, email, _, name, tz in rows]
    for (_, _, _, name, _), person in zip(rows, people, strict=True):
        known[name.casefold()].append(person)
    for place in (2, 1):
        for row, person in zip(rows, people, strict=True):
            known[row[place].casefold()] = [person]
    return known
