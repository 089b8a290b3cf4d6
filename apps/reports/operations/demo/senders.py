"""Who sends alerts to the demo organisation, and what they sent since yesterday, through the doors' own operations."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.chat.operations import add_workspace, claim_account
from apps.intake.models import Alert, Integration, Kind
from apps.intake.operations import add_integration, process_due, receive_delivery, vote_on_alert
from apps.services.models import Service

Told = tuple[float, str, str, str, float | None]
# minutes ago, alert, where, its summary, minutes until it was over
ALERTS: tuple[Told, ...] = (
    (1570, "PaymentsQueueGrows", "payments-api-3", "The payments queue grows faster than it is emptied", 16),
    (
        1290,
        "CertificateExpiresSoon",
        "edge-2",
        "The certificate of the payments edge expires in six days",
        55,
    ),
    (
        212,
        "PaymentsLatencyHigh",
        "payments-api-1",
        "One payment in a hundred takes longer than two seconds",
        21,
    ),
    (9, "LedgerDiskFills", "ledger-db-2", "The disk of the ledger replica is full within six hours", None),
)
FIRING_AGAIN_AFTER = 3


@transaction.atomic
def make_senders(now: datetime) -> None:
    """An Alertmanager whose alerts came and went, a Sentry that still lacks its secret, and a chat with one claim."""
    admin = User.objects.get(email="admin@ballast.example")
    services = Service.objects.select_related("owner_team")
    service = services.filter(slug="payments-api").first() or services.earliest("pk")
    common: dict[str, Any] = {"team": service.owner_team, "by": admin}
    prometheus, _ = add_integration(
        name="Prometheus production", kind=Kind.ALERTMANAGER, service=service, **common
    )
    add_integration(name="Sentry of the shop", kind=Kind.SENTRY, **common)
    for told in ALERTS:
        _tell(prometheus, told, now=now)
    _judge(now)
    chat = add_workspace(name="Team chat", kind="slack", secret=secrets.token_urlsafe(24), by=admin)
    claim = {"chat_user": "U04QX7RLM", "chat_name": "lead", "email": "lead@ballast.example"}
    claim_account(chat, **claim, now=now)


def _judge(now: datetime) -> None:
    """Some were there and say what they think of it."""
    people = User.objects.filter(is_active=True, email__in=["lead@ballast.example", "member@ballast.example"])
    for n, alert in enumerate(Alert.objects.select_related("incident").exclude(incident=None)):
        for person in people.order_by("pk")[: 1 + n % 2]:
            vote_on_alert(alert, vote="noise" if n % 3 else "useful", by=person, now=now)


def _tell(integration: Integration, told: Told, *, now: datetime) -> None:
    """It fires, is notified once more, and resolves; each is processed as it comes."""
    began = now - timedelta(minutes=told[0])
    sent: list[tuple[datetime, datetime | None]] = [
        (began, None),
        (began + timedelta(minutes=FIRING_AGAIN_AFTER), None),
    ]
    if told[4] is not None:
        over = began + timedelta(minutes=told[4])
        sent.append((over, over))
    for moment, end in sent:
        payload = _group(told, began, end)
        receive_delivery(integration, body=json.dumps(payload), payload=payload, headers=HEADERS, now=moment)
        process_due(moment)


HEADERS = {"user-agent": "Alertmanager/0.27.0", "content-type": "application/json"}


def _group(told: Told, began: datetime, over: datetime | None) -> dict[str, Any]:
    """As Alertmanager sends it, version 4."""
    _, name, instance, summary, _ = told
    status = "resolved" if over else "firing"
    labels = {"alertname": name, "instance": instance, "severity": "page"}
    alert = {
        "status": status,
        "labels": labels,
        "annotations": {"summary": summary},
        "startsAt": began.isoformat(),
        "endsAt": over.isoformat() if over else "0001-01-01T00:00:00Z",
        "generatorURL": f"https://prometheus.ballast.example/graph?g0.expr={name}",
    }
    return {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{name}"}}',
        "truncatedAlerts": 0,
        "status": status,
        "receiver": "ballast",
        "groupLabels": {"alertname": name},
        "commonLabels": labels,
        "commonAnnotations": {"summary": summary},
        "externalURL": "https://alertmanager.ballast.example",
        "alerts": [alert],
    }
