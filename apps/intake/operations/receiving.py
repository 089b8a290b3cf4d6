"""A delivery comes in: its signature is checked, it is written down as it came, and the sender is answered.

What it means is worked out later, from the row. No person does this, so no policy is asked: the key was the question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from apps.core.payload import line
from apps.core.signatures import BadSignature
from apps.intake.adapters import ADAPTERS, NothingToDo, Signal, Unreadable
from apps.intake.models import Delivery, Integration, Kind
from apps.intake.operations import claims
from apps.intake.operations.following import incident_of
from apps.intake.operations.volumes import take_volume

KEPT_HEADERS = ("content-type", "user-agent", "request-id", "sentry-hook-resource", "sentry-hook-timestamp")


def check_signature(
    integration: Integration, *, raw: bytes, headers: Mapping[str, str], now: datetime
) -> None:
    """Raise BadSignature unless the sender signed this very body with the secret that is kept here."""
    secret = integration.secret
    if integration.is_waiting_for_its_secret or (integration.has_secret and not secret):
        raise BadSignature("There is no readable secret to check it with.")
    ADAPTERS[integration.kind].check(raw, headers, secret, now)


@transaction.atomic
def receive_delivery(
    integration: Integration,
    *,
    body: str,
    payload: Mapping[str, Any],
    headers: Mapping[str, str],
    now: datetime,
) -> tuple[Delivery, bool]:
    """The row of this delivery, and whether it begins something: the first firing of its key, or the first since it
    resolved. The same delivery once more is counted on its row, and is another chance for one that failed. Raises
    TooMuchToday, and stores nothing."""
    said = peek(integration.kind, payload, headers)
    before = Delivery.objects.newest_of(integration, said.dedup) if said else None
    row, is_new = Delivery.objects.get_or_create(
        integration=integration,
        delivery_id=_id_of(integration.kind, payload, headers, body=body, before=before),
        defaults={
            "received_at": now,
            "not_before": now,
            "body": body,
            "headers": {name: line(headers[name], 200) for name in KEPT_HEADERS if headers.get(name)},
            **(
                {"dedup": said.dedup, "title": said.title, "is_firing": said.is_firing, "sent_at": said.at}
                if said
                else {}
            ),
        },
    )
    if is_new:
        take_volume(integration, len(body.encode()), now=now)
    else:
        Delivery.objects.filter(pk=row.pk).update(repeats=F("repeats") + 1, repeated_at=now)
        claims.try_again(row, now=now)
    begins = bool(is_new and said and said.is_firing and not (before and before.is_firing))
    return row, begins


def peek(kind: str, payload: Mapping[str, Any], headers: Mapping[str, str]) -> Signal | None:
    """What it says, if it says anything; why it does not is said when it is processed."""
    try:
        found: Signal = ADAPTERS[kind].read(payload, headers)
    except (Unreadable, NothingToDo):
        return None
    return found


def _id_of(
    kind: str, payload: Mapping[str, Any], headers: Mapping[str, str], *, body: str, before: Delivery | None
) -> str:
    """The sender's own id; else the body. A program that sends neither id nor time says the same words each time it
    triggers: there the body counts as repeated only as long as nothing else was said about its key, and what it
    opened is open."""
    given: str = ADAPTERS[kind].delivery_id(payload, headers)
    if given:
        return f"id:{given}"
    digest = hashlib.sha256(body.encode()).hexdigest()
    if kind != Kind.GENERIC:
        return f"body:{digest}"
    is_repeated = (
        before is not None and before.delivery_id.startswith(f"body:{digest}") and not _is_over(before)
    )
    return before.delivery_id if before and is_repeated else f"body:{digest}:{before.pk if before else 0}"


def _is_over(before: Delivery) -> bool:
    incident = incident_of(before.alert) if before.alert else None
    return incident is not None and not incident.is_open
