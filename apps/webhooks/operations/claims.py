"""Who sends to an endpoint, and what becomes of a delivery. Every change is conditional: of two workers one has it.

An endpoint is claimed by one worker at a time, for a lease that each attempt renews. A worker that dies in the
middle leaves its delivery `sending`; once the lease has lapsed it is sent again under the same id.
"""

from __future__ import annotations

import uuid
import zlib
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery

from apps.webhooks.models import Attempt, Delivery, DeliveryQuerySet, DeliveryStatus, Endpoint

LEASE = timedelta(minutes=2)
PAUSES = tuple(timedelta(seconds=wait) for wait in (5, 30, 120, 600, 1800, 3600, 7200, 14400, 28800))
JITTER = 0.2
PATIENCE = 5  # failures in a row, then the endpoint rests
RESTS = (timedelta(minutes=1), timedelta(minutes=30))  # the first, doubled each time up to the last
LONGEST_WAIT = timedelta(days=1)
DIED = "The worker stopped in the middle: it may have arrived. Sent again under the same id."
LATE = "It could not be delivered within three days."
S = DeliveryStatus


def claim_endpoints(now: datetime, most: int) -> list[Endpoint]:
    """Up to `most` endpoints with something to send, the longest waiting first, ours until the lease lapses."""
    owed = Delivery.objects.filter(endpoint=OuterRef("pk"))
    due = owed.due(now).order_by("not_before")
    work = Exists(due) | Exists(owed.orphaned(now))
    waiting = Subquery(due.values("not_before")[:1])
    free = Endpoint.objects.free(now).filter(work).annotate(since=waiting).order_by("since", "pk")
    found = [_claim(pk, now) for pk in list(free.values_list("pk", flat=True)[:most])]
    return [endpoint for endpoint in found if endpoint]


def _claim(pk: int, now: datetime) -> Endpoint | None:
    mine = uuid.uuid4()
    taken = Endpoint.objects.free(now).filter(pk=pk).update(claim=mine, lease_until=now + LEASE)
    if not taken:
        return None
    left = Delivery.objects.filter(endpoint=pk, status=S.SENDING)
    left.update(status=S.QUEUED, not_before=now, error=DIED)
    return Endpoint.objects.filter(pk=pk, claim=mine).first()


def release(endpoint: Endpoint) -> None:
    Endpoint.objects.filter(pk=endpoint.pk, claim=endpoint.claim).update(claim=None, lease_until=None)


def still_ours(endpoint: Endpoint, now: datetime) -> Endpoint | None:
    """As it is stored now; None when the lease was lost, or when it is to rest."""
    found = Endpoint.objects.filter(pk=endpoint.pk, claim=endpoint.claim).first()
    is_resting = found is not None and found.resume_at is not None and found.resume_at > now
    return None if is_resting else found


def next_due(endpoint: Endpoint, now: datetime) -> Delivery | None:
    """The oldest. What must be tried again may be overtaken."""
    rows = Delivery.objects.of(endpoint).due(now).select_related("event__actor")
    found = rows.order_by("not_before", "pk").first()
    if found:
        found.endpoint = endpoint
    return found


@transaction.atomic
def begin(delivery: Delivery, now: datetime) -> Attempt | None:
    """Count the attempt before anything is sent; None when the delivery is no longer ours."""
    endpoint = delivery.endpoint
    if not Endpoint.objects.filter(pk=endpoint.pk, claim=endpoint.claim).update(lease_until=now + LEASE):
        return None
    row = Delivery.objects.filter(pk=delivery.pk, status=S.QUEUED, attempts=delivery.attempts)
    if not row.update(status=S.SENDING, attempts=F("attempts") + 1, tries=F("tries") + 1):
        return None
    return Attempt.objects.create(delivery=delivery, number=delivery.attempts + 1, began_at=now)


def _ours(attempt: Attempt) -> DeliveryQuerySet:
    """Unless another worker has taken it over since."""
    return Delivery.objects.filter(pk=attempt.delivery_id, attempts=attempt.number, status=S.SENDING)


def note_end(attempt: Attempt, *, took_ms: int, status_code: int | None, error: str) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(took_ms=took_ms, status_code=status_code, error=error[:300])


def mark_delivered(attempt: Attempt, now: datetime) -> str:
    """Also when somebody took it over in the meantime: it has arrived, once more would be twice."""
    row = Delivery.objects.filter(pk=attempt.delivery_id, status__in=(S.SENDING, S.QUEUED))
    row.update(status=S.DELIVERED, delivered_at=now, error="")
    Endpoint.objects.filter(pk=attempt.delivery.endpoint_id).update(
        failures_in_a_row=0, resume_at=None, last_delivered_at=now
    )
    return S.DELIVERED


def postpone(attempt: Attempt, reason: str, now: datetime, *, wait: timedelta) -> str:
    """Later, by the table of pauses or as long as the receiver asked for; given up after the last pause."""
    tries = attempt.delivery.tries + 1
    if tries > len(PAUSES):
        return give_up(attempt, reason)
    pause = max(_with_jitter(PAUSES[tries - 1], attempt), min(wait, LONGEST_WAIT))
    _ours(attempt).update(status=S.QUEUED, not_before=now + pause, error=reason[:300])
    return S.QUEUED


def _with_jitter(pause: timedelta, attempt: Attempt) -> timedelta:
    """A fifth more or less, so that what failed together does not come back together."""
    share = zlib.crc32(f"{attempt.delivery.uuid}:{attempt.number}".encode()) / 2**32
    return pause * (1 + JITTER * (2 * share - 1))


def give_up(attempt: Attempt, reason: str) -> str:
    """To the dead letters, from where it can be replayed."""
    _ours(attempt).update(status=S.DEAD, error=reason[:300])
    return S.DEAD


def suppress(delivery: Delivery, reason: str) -> str:
    """Never sent, and nothing was."""
    Delivery.objects.filter(pk=delivery.pk, status=S.QUEUED).update(status=S.SUPPRESSED, error=reason[:300])
    return S.SUPPRESSED


def give_up_what_is_late(now: datetime) -> int:
    late = Delivery.objects.too_late(now)
    return late.update(status=S.DEAD, error=LATE) if late.exists() else 0


def note_failure(endpoint: Endpoint, now: datetime, *, wait: timedelta) -> None:
    """Count it; after some in a row, or when the receiver asked for it, the endpoint rests."""
    row = Endpoint.objects.filter(pk=endpoint.pk)
    row.update(failures_in_a_row=F("failures_in_a_row") + 1)
    failures = endpoint.failures_in_a_row + 1
    first, longest = RESTS
    rest = min(first * 2 ** min(failures - PATIENCE, 10), longest) if failures >= PATIENCE else timedelta()
    rest = max(rest, min(wait, LONGEST_WAIT))
    if rest:
        row.filter(Q(resume_at__isnull=True) | Q(resume_at__lt=now + rest)).update(resume_at=now + rest)
