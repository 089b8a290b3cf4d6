"""Leaves word that somebody's capacity changed, for whoever keeps sums of it further up."""

from __future__ import annotations

from datetime import date

from apps.accounts.models import CapacityChange, User


def note_change(person: User, *, since: date, until: date | None) -> None:
    """`until` is exclusive; None means from then on. Called in the transaction of the change."""
    CapacityChange.objects.create(user=person, since=since, until=until)


def latest(*days: date | None) -> date | None:
    """The last of these ends; an open end beats every date."""
    return None if None in days else max(day for day in days if day)
