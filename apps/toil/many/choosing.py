"""Which entries somebody chose by their ids."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from apps.accounts.models import User
from apps.toil.models import ToilEntry
from apps.toil.models.entry import ToilEntryQuerySet


def visible_rows(user: User) -> ToilEntryQuerySet:
    return ToilEntry.objects.visible_to(user).with_all()


def of_ids(user: User, ids: Iterable[str]) -> ToilEntryQuerySet:
    """Those that the person may see; the rest is as unknown as what is not there."""
    return visible_rows(user).filter(uuid__in=list(filter(None, map(_uuid, ids))))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
