"""Who asks a tracker, and whether it is asked at all. Every change is conditional: of two workers one has it.

Somebody who dies in the middle leaves a lease that lapses. What does not answer rests, twice as long each time.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import F

from apps.trackers.clients import Client, MustWait, Trouble, Wrong, client_for
from apps.trackers.models import Connection, ConnectionQuerySet
from apps.trackers.operations.telling import tell_of_trouble

LEASE = timedelta(minutes=2)
RESTS = (timedelta(minutes=1), timedelta(minutes=30))  # the first, doubled each time up to the last
PATIENCE = 5  # failures in a row, then its owner is told that it is away
NO_TOKEN = "Its token cannot be read any more, since SECRET_KEY has changed. Type it again."  # noqa: S105
FREE = {"claim": None, "lease_until": None}


def claim_due(now: datetime) -> list[Connection]:
    """Those with something to do, ours until the lease lapses; the longest waiting first."""
    due = Connection.objects.with_work(now).order_by("next_pull_at", "pk").values_list("pk", flat=True)
    found = [_claim(pk, now) for pk in list(due)]
    return [connection for connection in found if connection]


def _claim(pk: int, now: datetime) -> Connection | None:
    mine = uuid.uuid4()
    free = Connection.objects.with_work(now).filter(pk=pk)
    if not free.update(claim=mine, lease_until=now + LEASE):
        return None
    return Connection.objects.filter(pk=pk, claim=mine).first()


def keep(connection: Connection, now: datetime) -> bool:
    """Renew the lease before the next call; False when it was lost, or the tracker paused or removed."""
    ours = Connection.objects.filter(pk=connection.pk, claim=connection.claim, is_enabled=True)
    return bool(ours.update(lease_until=now + LEASE))


def release(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk, claim=connection.claim).update(**FREE)


def client_of(connection: Connection, *, now: datetime) -> Client:
    """With its token. Raises Wrong when that cannot be read."""
    token = connection.token
    if not token:
        raise Wrong(NO_TOKEN)
    return client_for(connection.place(token=token), now=now)


def _as_asked(connection: Connection) -> ConnectionQuerySet:
    """Unless somebody changed it meanwhile: what an old token came to says nothing of the new one."""
    return Connection.objects.filter(pk=connection.pk, version=connection.version)


def note_success(connection: Connection, *, rest_until: datetime | None = None) -> None:
    row = _as_asked(connection)
    row.update(failures_in_a_row=0, resume_at=rest_until, trouble="", trouble_since=None)


def note_trouble(connection: Connection, trouble: Trouble, *, now: datetime, is_told: bool = True) -> None:
    """It rests. Who connected it is told once for all that goes wrong in a row: at once when somebody has to mend it,
    else when it has not answered for a while; never that we asked too much, which ends by itself."""
    row = _as_asked(connection)
    if isinstance(trouble, MustWait):
        row.update(resume_at=now + trouble.wait)
        return
    row.filter(trouble_since__isnull=True).update(trouble_since=now)
    row.update(failures_in_a_row=F("failures_in_a_row") + 1, trouble=trouble.words[:300])
    found = row.select_related("created_by", "team").first()
    if found is None:
        return
    first, longest = RESTS
    rest = max(min(first * 2 ** min(found.failures_in_a_row - 1, 10), longest), trouble.wait)
    row.update(resume_at=now + rest)
    if is_told and (trouble.is_ours_to_mend or found.failures_in_a_row >= PATIENCE):
        tell_of_trouble(found, now=now)
