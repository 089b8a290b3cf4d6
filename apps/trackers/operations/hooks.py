"""A tracker calls: its signature is checked, and what it says of a linked issue is taken over, once.

No person does this, so no policy is asked: the signature was the question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from apps.core.changes import delete_in_batches
from apps.core.context import origin
from apps.core.signatures import BadSignature
from apps.trackers.clients import Heard, Trouble, client_for
from apps.trackers.models import Connection, ExternalRef, HookDelivery, Outcome
from apps.trackers.operations.applying import take_away, take_over

KEPT = timedelta(days=30)
NOBODY = "not a secret of anybody's"


def sender_of(uuid: UUID, *, raw: bytes, headers: Mapping[str, str], now: datetime) -> Connection | None:
    """The tracker that signed this very body. None when it is not known, paused, or somebody else signed: who asks
    cannot tell which."""
    row = Connection.objects.filter(uuid=uuid, is_enabled=True).select_related("team").first()
    secret = (row.hook_secret if row else "") or NOBODY
    client = client_for((row or Connection()).place(), now=now)
    try:
        client.check_signature(raw, headers, secret)
    except BadSignature:
        return None
    return row if row is not None and secret != NOBODY else None


def receive_hook(
    connection: Connection,
    *,
    raw: bytes,
    payload: Mapping[str, Any],
    headers: Mapping[str, str],
    now: datetime,
) -> str:
    """What became of it; "" when it is about nothing that is linked here, which is counted."""
    client = client_for(connection.place(), now=now)
    try:
        heard = client.heard(payload, headers)
    except Trouble:
        heard = None
    known = client.delivery_id(headers) or f"body:{hashlib.sha256(raw).hexdigest()}"
    refs = ExternalRef.objects.of(connection).linked()
    ref = refs.filter(number=heard.number).first() if heard else None
    seen = Connection.objects.filter(pk=connection.pk)
    if ref is None or heard is None:
        seen.update(heard_at=now, ignored_events=F("ignored_events") + 1)
        return ""
    seen.update(heard_at=now)
    token = origin.set(replace(origin.get(), door="intake"))
    try:
        return _take_once(connection, ref, heard, delivery_id=known[:120], now=now)
    finally:
        origin.reset(token)


@transaction.atomic
def _take_once(
    connection: Connection, ref: ExternalRef, heard: Heard, *, delivery_id: str, now: datetime
) -> str:
    row, is_new = HookDelivery.objects.get_or_create(
        connection=connection,
        delivery_id=delivery_id,
        defaults={"ref": ref, "event": heard.event[:60], "received_at": now, "outcome": Outcome.SAME},
    )
    if not is_new:
        return row.outcome
    outcome = _take(ref, heard, now=now)
    HookDelivery.objects.filter(pk=row.pk).update(outcome=outcome)
    return outcome


def _take(ref: ExternalRef, heard: Heard, *, now: datetime) -> str:
    if heard.gone:
        take_away(ref, heard.gone, now=now)
        return Outcome.GONE
    return take_over(ref, heard.issue, now=now, is_heard=True) if heard.issue else Outcome.SAME


def forget_old(now: datetime) -> int:
    return delete_in_batches(HookDelivery.objects.filter(received_at__lt=now - KEPT))
