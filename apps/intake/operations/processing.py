"""What received deliveries do. Each is one transaction, so it happened whole or not at all, and may come again.

Deliveries come late, twice and out of order: the sender's own time decides, and the alert's row, locked, remembers.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from apps.core.context import Origin, origin
from apps.intake.adapters import ADAPTERS, NothingToDo, Signal, Unreadable
from apps.intake.models import Alert, Delivery, DeliveryStatus, Outcome
from apps.intake.operations import claims
from apps.intake.operations.ending import end_alert
from apps.intake.operations.opening import open_or_join
from apps.intake.operations.storms import settle_storms

log = structlog.get_logger("ballast.intake")
LONGEST = timedelta(minutes=2)  # then the next tick goes on


def process_due(now: datetime) -> Counter[str]:
    """Everything that waits, oldest first; how many deliveries ended how. Any number of workers may do so at once."""
    token = origin.set(Origin(door="intake"))
    try:
        return _process_all(now)
    finally:
        origin.reset(token)


def _process_all(now: datetime) -> Counter[str]:
    claims.settle_lapsed(now)
    outcome: Counter[str] = Counter()
    started = time.monotonic()
    while time.monotonic() - started < LONGEST.total_seconds():
        batch = claims.claim_batch(now)
        if not batch:
            break
        for position, row in enumerate(batch):
            try:
                outcome[_process(row, now)] += 1
            except (OperationalError, InterfaceError):
                with contextlib.suppress(OperationalError, InterfaceError):
                    claims.put_back(batch[position:])
                raise
    settle_storms(now)
    return outcome


def _process(row: Delivery, now: datetime) -> str:
    try:
        return _process_once(row, now)
    except (Unreadable, NothingToDo) as reason:
        return _finish_without(row, reason, now)
    except (OperationalError, InterfaceError):
        raise  # the database is away, or a lock is: the delivery is not to blame
    except Exception as error:  # one delivery that cannot be processed must not stop the others
        log.exception("delivery cannot be processed", delivery=str(row.uuid))
        claims.give_back(row, f"{type(error).__name__}: {error}", now)
        return DeliveryStatus.FAILED


@transaction.atomic
def _process_once(row: Delivery, now: datetime) -> str:
    locked = Delivery.objects.select_for_update(of=("self",)).filter(
        pk=row.pk, claim=row.claim, status=DeliveryStatus.PROCESSING
    )
    if not locked.exists():
        return "lost"
    said: Signal = ADAPTERS[row.integration.kind].read(json.loads(row.body), row.headers)
    alert = _lock_alert(row, said)
    act = open_or_join if said.is_firing else end_alert
    outcome = act(alert, said, at=min(said.at or row.received_at, row.received_at), now=now)
    _finish(row, now, outcome=outcome, alert=alert)
    return outcome


def _lock_alert(row: Delivery, said: Signal) -> Alert:
    known, _ = Alert.objects.get_or_create(
        integration=row.integration, dedup=said.dedup, defaults={"title": said.title}
    )
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=known.pk)
    alert.integration = row.integration
    return alert


def _finish_without(row: Delivery, reason: Exception, now: datetime) -> str:
    if isinstance(reason, NothingToDo):
        _finish(row, now, outcome=Outcome.IGNORED, error=str(reason))
        return Outcome.IGNORED
    _finish(row, now, status=DeliveryStatus.FAILED, error=str(reason))
    return DeliveryStatus.FAILED


def _finish(
    row: Delivery,
    now: datetime,
    *,
    status: str = DeliveryStatus.PROCESSED,
    outcome: str = "",
    error: str = "",
    alert: Alert | None = None,
) -> None:
    Delivery.objects.filter(pk=row.pk, claim=row.claim).update(
        **claims.FREE,
        status=status,
        outcome=outcome,
        error=error[:500],
        alert=alert,
        processed_at=now,
    )
