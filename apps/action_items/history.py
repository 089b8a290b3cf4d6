"""What became of one item, oldest first, from its moves and its new dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from apps.action_items.models import LIVE, ActionItem, EffectCheck, Move, Redating, Status

if TYPE_CHECKING:
    from apps.accounts.models import User

TEXTS = {
    Status.PROPOSED: "took the promise back",
    Status.OPEN: "put it back",
    Status.IN_PROGRESS: "began",
    Status.BLOCKED: "could not go on",
    Status.DONE: "marked it done",
    Status.VERIFIED: "confirmed that it is done",
    Status.WONT_DO: "gave it up",
    Status.DUPLICATE: "marked it as a duplicate",
}
TEXTS_FROM = {
    (Status.PROPOSED, Status.OPEN): "committed to it",
    (Status.DONE, Status.OPEN): "opened it again",
    (Status.VERIFIED, Status.OPEN): "opened it again",
    (Status.BLOCKED, Status.IN_PROGRESS): "went on with it",
    **{(Status.DUPLICATE, status): "undid the merge" for status in LIVE},
}


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    by: User | str
    status: str
    text: str
    reason: str = ""


def history_of(item: ActionItem) -> list[Event]:
    """Three queries, whatever happened."""
    moves = list(item.moves.select_related("by"))
    dates = [redated(row) for row in item.redatings.select_related("by")]
    checks = [_judged(row) for row in item.checks.select_related("by")]
    later = sorted([*map(moved, moves), *dates, *checks], key=lambda event: event.at)
    return [_written(item, was_proposed=any(move.from_status == Status.PROPOSED for move in moves)), *later]


def _written(item: ActionItem, *, was_proposed: bool) -> Event:
    if item.committed_at is None or was_proposed:
        return Event(item.created_at, item.created_by, Status.PROPOSED, "proposed it")
    text = f"wrote it down and committed to {_day(item.first_due_on)}"
    return Event(item.committed_at, item.created_by, Status.OPEN, text)


def moved(move: Move) -> Event:
    if move.is_automatic:
        return Event(
            move.at, "The policy", move.to_status, "verified it: nobody confirms a P2 or P3 that is done"
        )
    step = (Status(move.from_status), Status(move.to_status))
    return Event(move.at, move.by, move.to_status, TEXTS_FROM.get(step) or TEXTS[step[1]], move.reason)


def redated(row: Redating) -> Event:
    days = (row.to_date - row.from_date).days
    text = f"moved the date from {_day(row.from_date)} to {_day(row.to_date)}, {'+' if days > 0 else '−'}{abs(days)} d"
    return Event(row.at, row.by, "", text, row.reason)


def _judged(row: EffectCheck) -> Event:
    return Event(
        row.at, row.by, "", f"looked whether it helped: {row.get_verdict_display().lower()}", row.note
    )


def _day(day: date | None) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}" if day else "an open date"
