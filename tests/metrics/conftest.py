"""A fixed now, and `lived(...)`: an incident that has passed its milestones, so many minutes after it began."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from apps.incidents.models import ImpactWindow, Milestone
from tests.factories import make_incident

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
USUAL = {"detected": 10, "acknowledged": 15, "mitigated": 50, "resolved": 70}


@pytest.fixture
def noon():
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def lived(noon, alice, checkout):
    def live(days_ago=5, *, without=(), sources=None, status="resolved", minutes=None, window=None, **kw):
        began = noon - timedelta(days=days_ago)
        kw = {"services": [checkout], "by": alice, "started_at": began, "status": status} | kw
        incident = make_incident(status_since=began, **kw)
        sources = {"impact_started": "human", "detected": "integration"} | (sources or {})
        times = {"impact_started": 0} | USUAL | (minutes or {})
        Milestone.objects.bulk_create(
            Milestone(
                incident=incident,
                kind=kind,
                at=began + timedelta(minutes=after),
                source=sources.get(kind, "human"),
            )
            for kind, after in times.items()
            if kind not in without
        )
        for start, end in window or [(0, times["mitigated"])]:
            over = None if end is None else began + timedelta(minutes=end)
            ImpactWindow.objects.create(incident=incident, start=began + timedelta(minutes=start), end=over)
        return incident

    return live


@pytest.fixture
def ask(api, noon):
    """ask(bob, "team=payments") is the report as a program reads it, its figures by name."""

    def read(person, query=""):
        answer = api(person).get(f"/api/v1/metrics/?{query}")
        assert answer.status_code == 200, answer.content
        return {figure["name"]: figure for panel in answer.json()["panels"] for figure in panel["figures"]}

    return read
