"""Deliveries in the shapes that the senders document, and how each signs."""

import hashlib
import hmac
import time

from tests.intake.conftest import firing

PAGERDUTY = {
    "event": {
        "id": "01EF7U4RQZX1VJC8B2Q9T5N3KD",
        "event_type": "incident.triggered",
        "resource_type": "incident",
        "occurred_at": "2026-03-12T10:00:00.000Z",
        "agent": {
            "html_url": "https://acme.pagerduty.com/users/PLH1HKV",
            "id": "PLH1HKV",
            "type": "user_reference",
        },
        "client": {"name": "PagerDuty"},
        "data": {
            "id": "PGR0VU2",
            "type": "incident",
            "self": "https://api.pagerduty.com/incidents/PGR0VU2",
            "html_url": "https://acme.pagerduty.com/incidents/PGR0VU2",
            "number": 2,
            "status": "triggered",
            "incident_key": "d3640fbd41094207a1c11e58e46b1662",
            "created_at": "2026-03-12T10:00:00Z",
            "title": "Payments queue grows",
            "service": {"id": "PF9KMXH", "summary": "Payments", "type": "service_reference"},
            "assignees": [],
            "priority": {"id": "PSO75BM", "summary": "P1", "type": "priority_reference"},
            "urgency": "high",
        },
    }
}
SENTRY_ISSUE = {
    "action": "created",
    "installation": {"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},
    "data": {
        "issue": {
            "id": "1170820242",
            "shortId": "SHOP-4",
            "title": "TypeError: total is undefined",
            "culprit": "cart in checkout",
            "level": "error",
            "status": "unresolved",
            "web_url": "https://sentry.io/organizations/acme/issues/1170820242/",
            "firstSeen": "2026-03-12T09:58:00.000000Z",
        }
    },
    "actor": {"type": "application", "id": "sentry", "name": "Sentry"},
}
SENTRY_EVENT = {
    "action": "triggered",
    "installation": {"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},
    "data": {
        "event": {
            "issue_id": "1170820242",
            "title": "TypeError: total is undefined",
            "datetime": "2026-03-12T10:00:00.000000Z",
            "web_url": "https://sentry.io/organizations/acme/issues/1170820242/events/e4874d66/",
        },
        "triggered_rule": "More than 50 errors an hour",
    },
    "actor": {"type": "application", "id": "sentry", "name": "Sentry"},
}
SENTRY_METRIC = {
    "action": "critical",
    "installation": {"uuid": "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"},
    "data": {
        "metric_alert": {
            "id": "4",
            "identifier": "4",
            "status": 20,
            "alert_rule": {"name": "Too many errors"},
        },
        "description_title": "Critical: Too many errors",
        "description_text": "1000 events in the last 10 minutes",
        "web_url": "https://sentry.io/organizations/acme/alerts/rules/details/7/",
    },
    "actor": {"type": "application", "id": "sentry", "name": "Sentry"},
}
GRAFANA = {
    **firing(key='{}/{team="blue"}:{alertname="HighMemory"}'),
    "receiver": "Ballast",
    "orgId": 1,
    "title": "[FIRING:1] HighMemory (blue)",
    "state": "alerting",
    "message": "**Firing**",
    "version": "1",
}
GENERIC = {"dedup": "disk-db1", "summary": "The disk of db1 is full", "meta": {"host": "db1", "free": "1 %"}}
BODIES = {
    "alertmanager": firing(),
    "grafana": GRAFANA,
    "pagerduty": PAGERDUTY,
    "sentry": SENTRY_ISSUE,
    "generic": GENERIC,
}
KINDS = list(BODIES)
SIGNATURE = {
    "alertmanager": "authorization",
    "grafana": "x-grafana-alerting-signature",
    "pagerduty": "x-pagerduty-signature",
    "sentry": "sentry-hook-signature",
    "generic": "x-ballast-signature",
}


def signed(kind, raw, secret, *, stamp=None, resource="issue", request_id="req-1"):
    """The headers that this sender would send."""
    stamp = str(int(time.time()) if stamp is None else stamp)

    def of(*parts):
        return hmac.new(secret.encode(), b"".join(parts), hashlib.sha256).hexdigest()

    return {
        "alertmanager": lambda: {"authorization": f"Bearer {secret}"},
        "grafana": lambda: {
            "x-grafana-alerting-timestamp": stamp,
            "x-grafana-alerting-signature": of(f"{stamp}:".encode(), raw),
        },
        "pagerduty": lambda: {"x-pagerduty-signature": f"v1={of(raw)}"},
        "sentry": lambda: {
            "sentry-hook-resource": resource,
            "sentry-hook-timestamp": stamp,
            "sentry-hook-signature": of(raw),
            "request-id": request_id,
        },
        "generic": lambda: {
            "x-ballast-timestamp": stamp,
            "x-ballast-signature": f"v1={of(f'{stamp}.'.encode(), raw)}",
        },
    }[kind]()
