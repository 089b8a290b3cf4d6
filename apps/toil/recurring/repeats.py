"""What somebody logs again and again, offered as chips: one tap logs it."""

from __future__ import annotations

import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apps.accounts.models import User
from apps.toil.models import ToilEntry
from apps.toil.recurring.usual import in_whole_minutes

REMEMBERED = timedelta(days=28)
OFFERED = 6
LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class Repeat:
    """`like` is the latest of its kind; `seconds` the median of them."""

    like: ToilEntry
    seconds: int
    times: int
    once: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def name(self) -> str:
        return self.like.source.name if self.like.source else self.like.text


def repeats_of(user: User, now: datetime) -> list[Repeat]:
    """Of the last 28 days, most frequent first, then latest: by source, or by words and service where there is none.
    Two queries."""
    since = (now - REMEMBERED).astimezone(user.zone).date()
    rows = (
        ToilEntry.objects.filter(person=user, local_date__gt=since).counting().order_by("-local_date", "-pk")
    )
    groups: defaultdict[object, list[tuple[int, int]]] = defaultdict(list)
    for pk, seconds, source, text, service, team in rows.values_list(
        "pk", "seconds", "source", "text", "service", "team"
    )[:LOOKED_AT]:
        groups[source or (text.casefold(), service, team)].append((pk, seconds))
    most = sorted(groups.values(), key=len, reverse=True)[:OFFERED]
    likes = ToilEntry.objects.with_all().in_bulk([group[0][0] for group in most])
    return [
        Repeat(likes[group[0][0]], in_whole_minutes([seconds for _, seconds in group]), len(group))
        for group in most
        if group[0][0] in likes
    ]
