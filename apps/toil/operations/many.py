"""Changing several entries at once: each by its own operation, refused one by one, and taken back for a while."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import delete_in_batches, lock
from apps.core.choosing import MOST_ROWS
from apps.core.errors import Conflict
from apps.core.many import Outcome, refused, try_one
from apps.core.permissions import require
from apps.toil.models import Category, EntryChange, EntryChangeRow, ToilEntry, WorkKind
from apps.toil.operations.answering import Chosen
from apps.toil.operations.entries import edit_entry
from apps.toil.operations.restoring import bring_back, give_back, state_of, take_away
from apps.toil.operations.slicing import lock_times_of

CHANGEABLE = ("team", "service", "source", "category", "kind", "local_date")
BY_THE_CLOCK = "It was given by the clock. Change its day on its own page."
Row = EntryChangeRow


@dataclass(frozen=True, slots=True)
class EntryWish:
    """What is to change, out of CHANGEABLE; what is left out stays as it is. None takes service and source away."""

    changes: dict[str, Any] = field(default_factory=dict)

    def in_words(self) -> dict[str, str]:
        return {name: word(name, value) or "nothing" for name, value in self.changes.items()}


def preview_entry_change(
    chosen: Chosen, wish: EntryWish, *, by: User, now: datetime
) -> list[Outcome[ToilEntry]]:
    """What `change_entries` would do, found out by doing it and rolling it all back."""
    check_chosen(chosen, by)
    with transaction.atomic():
        outcomes = _change_each(chosen, wish, by=by, now=now)
        transaction.set_rollback(True)
    return outcomes


@transaction.atomic
def change_entries(chosen: Chosen, wish: EntryWish, *, by: User, now: datetime) -> EntryChange:
    """Change what can be changed; each refusal is kept beside its entry. All in one transaction."""
    check_chosen(chosen, by)
    if not wish.changes:
        raise ValidationError("Say what is to change.")
    change = EntryChange.objects.create(by=by, at=now, wish=wish.in_words())
    outcomes = _change_each(chosen, wish, by=by, now=now)
    keep_rows(change, outcomes)
    changed = sum(1 for outcome in outcomes if outcome.before)
    record("toil_entries.changed", change, by=by, changes=change.wish | {"entries": [None, changed]})
    return change


def keep_rows(change: EntryChange, outcomes: Iterable[Outcome[ToilEntry]]) -> None:
    EntryChangeRow.objects.bulk_create(
        EntryChangeRow(
            change=change,
            entry=outcome.item if outcome.item.pk else None,
            entry_uuid=outcome.item.uuid,
            text=outcome.item.text,
            **outcome.kept(),
        )
        for outcome in outcomes
    )


@transaction.atomic
def undo_entry_change(change: EntryChange, *, by: User, now: datetime) -> EntryChange:
    """Give back what nobody has changed since; beside each other entry stands why not. What was merged or split is
    taken back whole or refused."""
    row = lock(change)
    require(by.may_write and by.pk == row.by_id, "Who changed them can take it back.")
    row.check_undo(now)
    undone = [_undo_one(each, by=by, now=now) for each in _in_order(row)]
    if row.is_whole and not all(undone):
        raise Conflict("Somebody changed one of these entries since, so all of them stay as they are.")
    row.undone_at = now
    row.save(update_fields=["undone_at"])
    record("toil_entries.restored", row, by=by, changes={"entries": [None, sum(undone)]})
    return row


def forget_old_entry_changes(now: datetime) -> int:
    return delete_in_batches(EntryChange.objects.forgettable(now))


def check_chosen(chosen: Chosen, by: User) -> None:
    require(by.may_write, "You can read entries, but not change any.")
    if len(chosen) > MOST_ROWS:
        raise ValidationError(f"At most {MOST_ROWS} entries change at once.")


def locked_in_order(chosen: Chosen) -> dict[int, ToilEntry]:
    """All are locked first and in one order, people's times before entries, so that two such changes at once wait for
    each other."""
    lock_times_of(*{entry.person_id for entry, _ in chosen})
    rows = ToilEntry.objects.filter(pk__in=[entry.pk for entry, _ in chosen]).select_for_update(of=("self",))
    return {row.pk: row for row in rows.with_all().order_by("pk")}


def _change_each(chosen: Chosen, wish: EntryWish, *, by: User, now: datetime) -> list[Outcome[ToilEntry]]:
    stored = locked_in_order(chosen)
    return [
        try_one(
            stored[entry.pk],
            partial(_change_one, seen=seen, wish=wish, by=by, now=now),
            told=told_of,
            state_of=state_of,
        )
        for entry, seen in chosen
        if entry.pk in stored
    ]


def _change_one(row: ToilEntry, *, seen: int | None, wish: EntryWish, by: User, now: datetime) -> ToilEntry:
    if row.is_interval and "local_date" in wish.changes:
        raise ValidationError(BY_THE_CLOCK)
    return edit_entry(row, changes=wish.changes, seen=seen, by=by, now=now)


def told_of(row: ToilEntry) -> dict[str, str]:
    return {name: word(name, getattr(row, name)) for name in CHANGEABLE}


def word(name: str, value: Any) -> str:
    if value is None or value == "":
        return ""
    if name in {"category", "kind"}:
        return str({"category": Category, "kind": WorkKind}[name](value).label)
    return value.isoformat() if isinstance(value, date) else str(value)


def _in_order(change: EntryChange) -> Sequence[Row]:
    """What was changed, its entries locked; what a split made goes before what it came from grows again."""
    rows = [row for row in change.rows.select_related("entry") if row.before or row.is_made]
    locked_in_order([(row.entry, None) for row in rows if row.entry])
    return sorted(rows, key=lambda row: (not row.is_made, row.entry_id or 0))


def _undo_one(row: Row, *, by: User, now: datetime) -> bool:
    row.undo_refusal = refused(lambda: _restore(row, by=by, now=now))
    row.save(update_fields=["undo_refusal", "entry"])
    return not row.undo_refusal


def _restore(row: Row, *, by: User, now: datetime) -> None:
    if row.is_made:
        take_away(row.entry, row.version, by=by)
        row.entry = None
    elif row.is_gone:
        row.entry = bring_back(row.before, by=by, now=now)
    else:
        give_back(row.entry, row.before, row.version, by=by, now=now)
