"""What somebody logs again and again, offered as chips: one tap logs it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from apps.accounts.models import User
from apps.core.engines import Among
from apps.core.prepared import Prepared
from apps.toil.models import ToilEntry
from apps.toil.recurring.usual import in_whole_minutes

REMEMBERED = timedelta(days=28)
OFFERED = 6
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Repeat:
    """`like` is the latest entry of its kind; `seconds` the median of them."""

    like: UUID
    name: str
    seconds: int
    times: int
    once: str = field(default_factory=lambda: uuid.uuid4().hex)


RECENT = Prepared(
    lambda person, since: (
        ToilEntry.objects.filter(person=person, local_date__gt=since)
        .counting()
        .order_by("-local_date", "-pk")
        .values_list("pk", "seconds", "source", "text", "service", "team")[:LOOKED_AT]
    )
)
NAMES = Prepared(
    lambda pks: (
        ToilEntry.objects.filter(Among("pk", pks))
        .order_by()
        .values_list("pk", "uuid", "source__name", "text")
    )
)


def repeats_of(user: User, now: datetime) -> list[Repeat]:
    """Of the last 28 days, most frequent first, then latest: by source, or by words and service where there is none.
    Two queries."""
    since = (now - REMEMBERED).astimezone(user.zone).date()
    groups: defaultdict[object, list[tuple[int, int]]] = defaultdict(list)
    for pk, seconds, source, text, service, team in RECENT.rows(user.pk, since):
        groups[source or (text.casefold(), service, team)].append((pk, seconds))
    most = sorted(groups.values(), key=len, reverse=True)[:OFFERED]
    latest = [group[0][0] for group in most]
    named = {pk: (entry, source or text) for pk, entry, source, text in NAMES.rows(latest)} if latest else {}
    return [
        Repeat(*named[group[0][0]], in_whole_minutes([seconds for _, seconds in group]), len(group))
        for group in most
        if group[0][0] in named
    ]
