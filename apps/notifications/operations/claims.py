"""Who has a row, and what becomes of it. Every change is conditional: one of two workers changes the row.

queued -> claimed -> sending -> sent. A worker that dies before `sending` has sent nothing, so the row is queued again
when its lease lapses; one that dies after it may have sent, so the kind's promise decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, IntegerField, When
from django.db.models.functions import Least

from apps.core.engines import change_if
from apps.notifications import kinds
from apps.notifications.models import LEASED, OutboxMail, OutboxQuerySet, OutboxStatus

LEASE = timedelta(minutes=10)
BATCH = 100
TABLE = OutboxMail._meta.db_table
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180))
FREE = {"claim": None, "lease_until": None}
DIED = "The worker stopped after the mail server was asked to take this mail: it may have arrived."


def claim_batch(now: datetime, size: int = BATCH) -> list[OutboxMail]:
    """Up to `size` rows that are ours until the lease lapses; what people wait for comes first."""
    mine = uuid.uuid4()
    first = Case(When(kind__in=kinds.urgent(), then=0), default=1, output_field=IntegerField())
    with transaction.atomic():
        free = OutboxMail.objects.sendable(now).select_for_update(skip_locked=True)
        found = list(free.order_by(first, "not_before", "pk").values_list("pk", flat=True)[:size])
        OutboxMail.objects.filter(pk__in=found, status=OutboxStatus.QUEUED).update(
            status=OutboxStatus.CLAIMED, claim=mine, lease_until=now + LEASE
        )
    ours = OutboxMail.objects.filter(pk__in=found, claim=mine).select_related("recipient").in_bulk()
    return [ours[pk] for pk in found if pk in ours]


def _ours(row: OutboxMail, *statuses: str) -> OutboxQuerySet:
    return OutboxMail.objects.filter(pk=row.pk, claim=row.claim, status__in=statuses)


def mark_sending(row: OutboxMail, subject: str, now: datetime) -> bool:
    """Last step before the text goes out; False when the lease lapsed meanwhile and the row is another's."""
    changes = {
        "status": OutboxStatus.SENDING,
        "smtp_started_at": now,
        "lease_until": now + LEASE,
        "attempt": row.attempt + 1,
        "subject": subject[:200],
    }
    return change_if(TABLE, row.pk, changes, {"claim": row.claim, "status": OutboxStatus.CLAIMED})


def mark_sent(row: OutboxMail, now: datetime) -> str:
    """Also when somebody has given the row up for unknown in the meantime: now it is known. It does not wait for the
    disk: where the database dies before it is there, the row says `sending`, as if the worker had."""
    changes = {"status": OutboxStatus.SENT, "sent_at": now, "lease_until": None, "error": ""}
    held = {"claim": row.claim, "status": [OutboxStatus.SENDING, OutboxStatus.UNKNOWN]}
    change_if(TABLE, row.pk, changes, held, waits=False)
    return OutboxStatus.SENT


def finish(row: OutboxMail, status: OutboxStatus, reason: str = "", *, subject: str = "") -> str:
    """An end without a mail: failed, expired, suppressed, in the portal, nothing left to say."""
    named = {"subject": subject[:200]} if subject else {}
    ours = OutboxMail.objects.filter(pk=row.pk, claim=row.claim, status__in=(row.status, *LEASED))
    ours.update(**FREE, **named, status=status, error=reason[:500])
    return status


def name_waiting(row: OutboxMail, subject: str) -> None:
    """What it is about is known in the portal while the mail server is away."""
    OutboxMail.objects.filter(pk=row.pk, claim=None, status=OutboxStatus.QUEUED).update(subject=subject[:200])


def postpone(row: OutboxMail, reason: str, now: datetime) -> str:
    """The server said later: wait longer each time, but not past the point where the mail expires."""
    pause = PAUSES[min(row.attempt, len(PAUSES) - 1)]
    changes = {**FREE, "status": OutboxStatus.QUEUED, "error": reason[:500]}
    _ours(row, *LEASED).update(
        **changes, attempt=row.attempt + 1, not_before=Least(now + pause, F("expires_at"))
    )
    return OutboxStatus.QUEUED


def put_off(row: OutboxMail, until: datetime) -> str:
    """It waits for a better hour, and so does its expiry: nothing was tried."""
    wait = max(until - row.not_before, timedelta())
    changes = {
        **FREE,
        "status": OutboxStatus.QUEUED,
        "not_before": until,
        "expires_at": row.expires_at + wait,
    }
    OutboxMail.objects.filter(pk=row.pk, claim=row.claim, status=row.status).update(**changes)
    return OutboxStatus.QUEUED


def put_back(rows: Iterable[OutboxMail], reason: str) -> None:
    """The server is away: nothing was tried, so nothing is counted."""
    rows = list(rows)
    ours = OutboxMail.objects.filter(pk__in=[row.pk for row in rows], claim__in={row.claim for row in rows})
    ours.filter(status=OutboxStatus.CLAIMED).update(**FREE, status=OutboxStatus.QUEUED, error=reason[:500])


def mark_unclear(row: OutboxMail, reason: str, now: datetime) -> str:
    """The server may have taken it and may not. Where it is worth a second copy there is one, not a third."""
    if row.kind in kinds.sent_again_when_unclear() and row.smtp_started_at is None:
        return postpone(row, reason, now)
    _ours(row, OutboxStatus.SENDING).update(status=OutboxStatus.UNKNOWN, lease_until=None, error=reason[:500])
    return OutboxStatus.UNKNOWN


def settle_lapsed(now: datetime) -> None:
    """Rows of workers that died."""
    lapsed = OutboxMail.objects.with_lapsed_lease(now)
    lapsed.filter(status=OutboxStatus.CLAIMED).update(**FREE, status=OutboxStatus.QUEUED)
    again = kinds.sent_again_when_unclear()
    sending = lapsed.filter(status=OutboxStatus.SENDING)
    sending.filter(kind__in=again).update(**FREE, status=OutboxStatus.QUEUED, error=DIED)
    sending.exclude(kind__in=again).update(status=OutboxStatus.UNKNOWN, lease_until=None, error=DIED)


def expire_overdue(now: datetime) -> None:
    OutboxMail.objects.past_expiry(now).update(status=OutboxStatus.EXPIRED)
