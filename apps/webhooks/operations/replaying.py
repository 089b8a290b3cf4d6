"""Sending once more what was given up or delivered: the same id, so that a receiver that knows it ignores it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.operations import record
from apps.core.changes import delete_in_batches, lock
from apps.core.errors import Conflict
from apps.core.permissions import require
from apps.webhooks.models import Delivery, DeliveryQuerySet, DeliveryStatus, Endpoint
from apps.webhooks.operations.planning import KEPT_TRYING
from apps.webhooks.policies import can_manage_webhooks

ONLY_ADMINS = "Only admins replay deliveries."
KEPT = {DeliveryStatus.DELIVERED: 30, DeliveryStatus.SUPPRESSED: 30, DeliveryStatus.DEAD: 90}  # days


@transaction.atomic
def replay(delivery: Delivery, *, by: User, now: datetime) -> Delivery:
    """Queue it again with all its tries."""
    row = lock(delivery)
    require(can_manage_webhooks(by), ONLY_ADMINS)
    if not row.may_be_replayed:
        raise Conflict("It is on its way already.")
    before = row.status
    Delivery.objects.filter(pk=row.pk).update(**_again(now))
    record("webhook.replayed", row, by=by, changes={"status": [before, DeliveryStatus.QUEUED]})
    row.refresh_from_db()
    return row


@transaction.atomic
def replay_dead(endpoint: Endpoint, *, by: User, now: datetime) -> int:
    """Everything of this endpoint that was given up; how many there were."""
    row = lock(endpoint)
    require(can_manage_webhooks(by), ONLY_ADMINS)
    dead: DeliveryQuerySet = Delivery.objects.of(row).dead()
    count = dead.update(**_again(now))
    if count:
        record("webhook.replayed", row, by=by, changes={"deliveries": [None, count]})
    return count


def _again(now: datetime) -> dict[str, Any]:
    fresh = {"status": DeliveryStatus.QUEUED, "tries": 0, "error": ""}
    return fresh | {"not_before": now, "expires_at": now + KEPT_TRYING, "delivered_at": None}


def forget_old(now: datetime) -> int:
    """What arrived or was suppressed is kept for a month, what was given up for three; what is owed stays."""
    return sum(
        delete_in_batches(Delivery.objects.filter(status=status, created_at__lt=now - timedelta(days=days)))
        for status, days in KEPT.items()
    )
