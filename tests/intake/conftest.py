import json
from datetime import UTC, datetime, timedelta

import pytest

from apps.accounts.models import User
from apps.intake.operations import add_integration, process_due, receive_delivery

NOW = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
ZERO = "0001-01-01T00:00:00Z"


def at(minutes):
    return NOW + timedelta(minutes=minutes)


def iso(moment):
    return moment.isoformat().replace("+00:00", "Z")


def group(*alerts, key='{}:{alertname="HighErrorRate"}', **more):
    """Alertmanager's notification of one group. An alert is (instance, begin, end or None), in minutes."""
    listed = [
        {
            "status": "resolved" if end is not None else "firing",
            "labels": {"alertname": "HighErrorRate", "instance": instance},
            "annotations": {"summary": "Error rate of checkout is high"},
            "startsAt": iso(at(begin)),
            "endsAt": iso(at(end)) if end is not None else ZERO,
            "generatorURL": "http://prometheus.example.org/graph?g0.expr=up",
            "fingerprint": "1a30ba71cca2921f",
        }
        for instance, begin, end in alerts
    ]
    is_firing = any(end is None for _, _, end in alerts)
    return {
        "version": "4",
        "groupKey": key,
        "truncatedAlerts": 0,
        "status": "firing" if is_firing else "resolved",
        "receiver": "ballast",
        "groupLabels": {"alertname": "HighErrorRate"},
        "commonLabels": {"alertname": "HighErrorRate"},
        "commonAnnotations": {"summary": "Error rate of checkout is high"},
        "externalURL": "http://alertmanager.example.org",
        "alerts": listed,
        **more,
    }


def firing(begin=0, **more):
    return group(("a", begin, None), **more)


def resolved(begin=0, end=5, **more):
    return group(("a", begin, end), **more)


@pytest.fixture
def integration(root, payments, checkout):
    return make_integration(root, payments, service=checkout)


def make_integration(root, team, **kw):
    given = {"name": "Prometheus", "kind": "alertmanager", "team": team, "by": root, **kw}
    row, row.key = add_integration(**given)
    return row


def deliver(integration, payload, *, now=NOW, headers=None):
    return receive_delivery(
        integration, body=json.dumps(payload), payload=payload, headers=headers or {}, now=now
    )


def outcome(row):
    row.refresh_from_db()
    return row.outcome or row.status


@pytest.fixture
def arrive(integration):
    """Deliver and process one after the other; what each came to."""

    def all_of(*payloads, now=None, to=integration):
        found, now = [], now or at(30)
        for payload in payloads:
            row, _ = deliver(to, payload, now=now)
            process_due(now)
            found.append(outcome(row))
        return found

    return all_of


@pytest.fixture
def system(db):
    return User.objects.system()
