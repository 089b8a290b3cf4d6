"""From the moments at which somebody did something to the time it took. Pure; moments are in UTC.

The first action is ten minutes of work, another one within twenty minutes extends it, and ten minutes follow the last:
the rule of incident.io, which knows no hours by guess.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

TAIL = timedelta(minutes=10)
GAP = timedelta(minutes=20)
SHORTEST = timedelta(minutes=5)
"""What is left of a stretch beside others, and is not worth a question below this."""

Key = TypeVar("Key", bound=Hashable)


class Stretch(NamedTuple):
    start: datetime
    end: datetime

    @property
    def lasted(self) -> timedelta:
        return self.end - self.start

    def is_over(self, now: datetime) -> bool:
        """No action can extend it any more."""
        return self.end - TAIL + GAP < now


def stretches(moments: Iterable[datetime]) -> list[Stretch]:
    """10:11, 10:15 and 10:30 are 10:11 to 10:40; 11:40 is another ten minutes."""
    found: list[Stretch] = []
    for moment in sorted(moments):
        last = found[-1] if found else None
        if last and moment - (last.end - TAIL) <= GAP:
            found[-1] = Stretch(last.start, moment + TAIL)
        else:
            found.append(Stretch(moment, moment + TAIL))
    return found


def without(stretch: Stretch, covered: Iterable[Stretch]) -> list[Stretch]:
    """The parts of a stretch that none of `covered` claims."""
    left = [stretch]
    for other in covered:
        left = [part for piece in left for part in _around(piece, other)]
    return left


def _around(piece: Stretch, other: Stretch) -> list[Stretch]:
    if other.end <= piece.start or other.start >= piece.end:
        return [piece]
    parts = Stretch(piece.start, other.start), Stretch(other.end, piece.end)
    return [part for part in parts if part.start < part.end]


def share_out(
    moments: Mapping[Key, Iterable[datetime]], covered: Iterable[Stretch]
) -> list[tuple[Key, Stretch]]:
    """One person's work by what it was on. What two claim belongs to the one that began first, so that no hour has
    more than sixty minutes; what is `covered` already is left away."""
    claims = [(stretch, key) for key, found in moments.items() for stretch in stretches(found)]
    taken, shared = list(covered), []
    for stretch, key in sorted(claims, key=lambda claim: (claim[0], str(claim[1]))):
        shared += [(key, part) for part in without(stretch, taken) if part.lasted >= SHORTEST]
        taken.append(stretch)
    return shared
