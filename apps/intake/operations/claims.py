"""Who has a delivery: received -> processing -> processed or failed. Every change is conditional: one of two workers
changes the row. One that dies leaves a lease that lapses; what kills three workers is given up and shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import apply_changes, delete_in_batches, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.intake.models import Delivery, DeliveryStatus, Volume
from apps.intake.policies import can_manage_intake

BATCH = 50
LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 3
PAUSE = timedelta(seconds=20)
KEPT = timedelta(days=30)
FREE = {"claim": None, "lease_until": None}
DIED = "The worker stopped while it processed this, three times."
S = DeliveryStatus


def claim_batch(now: datetime, size: int = BATCH) -> list[Delivery]:
    """Up to `size` rows, oldest first, that are ours until the lease lapses."""
    mine = uuid.uuid4()
    with transaction.atomic():
        free = Delivery.objects.due(now).select_for_update(skip_locked=True)
        found = list(free.order_by("not_before", "pk").values_list("pk", flat=True)[:size])
        if not found:
            return []
        Delivery.objects.filter(pk__in=found, status=S.RECEIVED).update(
            status=S.PROCESSING, claim=mine, lease_until=now + LEASE, attempt=F("attempt") + 1
        )
    return list(
        Delivery.objects.filter(pk__in=found, claim=mine)
        .select_related("integration__service")
        .order_by("pk")
    )


def settle_lapsed(now: datetime) -> None:
    lapsed = Delivery.objects.with_lapsed_lease(now)
    lapsed.filter(attempt__gte=MOST_ATTEMPTS).update(**FREE, status=S.FAILED, error=DIED, processed_at=now)
    lapsed.update(**FREE, status=S.RECEIVED)


def give_back(row: Delivery, reason: str, now: datetime) -> None:
    """It could not be processed: again after a pause, and after three times never by itself."""
    ours = Delivery.objects.filter(pk=row.pk, claim=row.claim, status=S.PROCESSING)
    if row.attempt >= MOST_ATTEMPTS:
        ours.update(**FREE, status=S.FAILED, error=reason[:500], processed_at=now)
    else:
        ours.update(**FREE, status=S.RECEIVED, error=reason[:500], not_before=now + PAUSE * row.attempt)


def try_again(row: Delivery, *, now: datetime) -> None:
    """Its sender repeats what could not be processed: a sender that says the same words each time would else never be
    heard again. What kills workers is left to people."""
    failed = Delivery.objects.filter(pk=row.pk, status=S.FAILED).exclude(error=DIED)
    failed.update(**FREE, status=S.RECEIVED, attempt=0, not_before=now)


def put_back(rows: Iterable[Delivery]) -> None:
    """A lock could not be had, or the database goes away: nothing was tried, so nothing is counted."""
    rows = list(rows)
    ours = Delivery.objects.filter(pk__in=[row.pk for row in rows], claim__in={row.claim for row in rows})
    ours.filter(status=S.PROCESSING).update(**FREE, status=S.RECEIVED, attempt=F("attempt") - 1)


@transaction.atomic
def replay_delivery(delivery: Delivery, *, by: User, now: datetime) -> Delivery:
    """Process it once more as if it had just come. What it did already it does not do again: the alert knows."""
    row = lock(delivery)
    require(can_manage_intake(by), "Only admins replay deliveries.")
    if row.is_waiting:
        raise Conflict("It waits to be processed already.")
    again = {**FREE, "status": S.RECEIVED, "attempt": 0, "not_before": now}
    diff = apply_changes(row, again)
    record("delivery.replayed", row, by=by, changes={"status": diff["status"]})
    return row


def forget_old(now: datetime) -> int:
    """The log of what is processed reaches thirty days back."""
    delete_in_batches(Volume.objects.before(now - KEPT))
    return delete_in_batches(Delivery.objects.older_than(now - KEPT))
