"""What each sender's delivery means, read out of the shapes that they document."""

from copy import deepcopy
from datetime import UTC, datetime

import pytest

from apps.intake.adapters import ADAPTERS, NothingToDo, Unreadable
from tests.halves import once
from tests.intake import recorded
from tests.intake.conftest import at, firing, group, iso, resolved

pytestmark = once


SENT = "1773309600"  # 2026-03-12 10:00 UTC


def read(kind, payload, **headers):
    return ADAPTERS[kind].read(payload, headers)


def test_an_alertmanager_group_is_one_alert_with_the_time_of_its_last_change():
    said = read("alertmanager", group(("a", 0, None), ("b", 3, None)))
    assert said.dedup == '{}:{alertname="HighErrorRate"}'
    assert (said.is_firing, said.at, said.title) == (True, at(3), "Error rate of checkout is high")
    assert "instance\\=a" in said.text or "instance=a" in said.text
    assert said.link == "http://prometheus.example.org/graph?g0.expr=up"
    over = read("alertmanager", resolved(0, 5))
    assert (over.is_firing, over.at) == (False, at(5))


def test_what_alertmanager_left_out_is_counted():
    many = group(*((f"host{n}", 0, None) for n in range(14)), truncatedAlerts=30)
    assert read("alertmanager", many).text.endswith("- and 34 more")


def test_a_title_is_found_where_there_is_no_summary():
    plain = firing()
    plain["commonAnnotations"], plain["alerts"][0]["annotations"] = {}, {}
    assert read("alertmanager", plain).title == "HighErrorRate"
    plain["commonLabels"] = plain["groupLabels"] = {}
    assert read("alertmanager", plain).title == "Alert without a name"
    assert read("grafana", {**plain, "title": "[FIRING:1] HighMemory"}).title == "[FIRING:1] HighMemory"


@pytest.mark.parametrize(
    ("event", "is_firing"),
    [("incident.triggered", True), ("incident.reopened", True), ("incident.resolved", False)],
)
def test_pagerduty_tells_by_the_type_of_its_event(event, is_firing):
    payload = deepcopy(recorded.PAGERDUTY)
    payload["event"]["event_type"] = event
    said = read("pagerduty", payload)
    assert (said.dedup, said.is_firing, said.title) == ("PGR0VU2", is_firing, "Payments queue grows")
    assert said.at == datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
    assert ADAPTERS["pagerduty"].delivery_id(payload, {}) == "01EF7U4RQZX1VJC8B2Q9T5N3KD"


@pytest.mark.parametrize("event", ["incident.acknowledged", "incident.annotated", "pagey.ping"])
def test_pagerdutys_other_events_are_of_no_concern(event):
    with pytest.raises(NothingToDo):
        read("pagerduty", {"event": {"event_type": event, "data": {"id": "P1"}}})


def sentry(payload, resource, action=None):
    headers = {"sentry-hook-resource": resource, "sentry-hook-timestamp": SENT}
    return read("sentry", {**payload, "action": action or payload["action"]}, **headers)


def test_sentrys_issue_alert_and_issue_share_a_key_so_that_resolving_the_issue_ends_both():
    alert, issue = sentry(recorded.SENTRY_EVENT, "event_alert"), sentry(recorded.SENTRY_ISSUE, "issue")
    over = sentry(recorded.SENTRY_ISSUE, "issue", "resolved")
    assert {alert.dedup, issue.dedup, over.dedup} == {"issue:1170820242"}
    assert [alert.is_firing, issue.is_firing, over.is_firing] == [True, True, False]
    assert alert.at == datetime(2026, 3, 12, 10, 0, tzinfo=UTC)


def test_sentrys_metric_alerts():
    found = [sentry(recorded.SENTRY_METRIC, "metric_alert", action) for action in ("critical", "resolved")]
    assert [one.is_firing for one in found] == [True, False]
    assert {one.dedup for one in found} == {"metric:4"}
    assert found[0].title == "Critical: Too many errors"


@pytest.mark.parametrize(
    ("resource", "action"), [("installation", "created"), ("issue", "assigned"), ("", "x")]
)
def test_sentrys_other_hooks_are_of_no_concern(resource, action):
    with pytest.raises(NothingToDo):
        sentry(recorded.SENTRY_ISSUE, resource, action)


HOSTILE = [
    {"alerts": []},
    {"alerts": None},
    {"alerts": [1, "x", None, {}]},
    {"alerts": [{"labels": [], "annotations": "x", "startsAt": 5, "endsAt": {}}]},
    {"alerts": [{"status": "resolved", "startsAt": iso(at(9)), "endsAt": iso(at(1))}]},
    {"alerts": [{"startsAt": "0001-01-01T00:00:00Z"}, {"startsAt": "99999-01-01T00:00:00Z"}]},
    {"alerts": [{"generatorURL": "javascript:alert(1)"}]},
    {"alerts": 5},
    {"alerts": True},
    {"groupKey": "x" * 5000},
    {"commonAnnotations": {"summary": "a\x00b\ud800\r\n[x](javascript:y) <script>" + "z" * 9000}},
    {"commonLabels": {f"l{n}": "v" for n in range(10_000)}},
    {"truncatedAlerts": "many"},
]


@pytest.mark.parametrize("change", HOSTILE, ids=str)
@pytest.mark.parametrize("kind", ["alertmanager", "grafana"])
def test_T91_whatever_a_payload_holds_what_is_read_can_be_stored(kind, change):
    said = read(kind, {**firing(), **change})
    assert 1 <= len(said.dedup) <= 200
    assert 1 <= len(said.title) <= 200
    assert said.title.isprintable()
    assert len(said.text) <= 4000
    assert said.link == "" or said.link.startswith("http")
    assert said.at is None or said.at.year >= 1970
    (said.title + said.text).encode()


@pytest.mark.parametrize(
    "payload", [{}, {"status": "pending"}, {**firing(), "groupKey": None}, {**firing(), "groupKey": {}}]
)
def test_a_payload_without_what_its_sender_always_sends_is_refused_with_a_reason(payload):
    with pytest.raises(Unreadable):
        read("alertmanager", payload)


@pytest.mark.parametrize("kind", ["pagerduty", "sentry"])
@pytest.mark.parametrize(
    "payload", [{}, {"event": 1, "action": 2}, {"event": {"event_type": "incident.triggered"}}]
)
def test_crooked_payloads_of_others_are_refused_too(kind, payload):
    with pytest.raises((Unreadable, NothingToDo)):
        read(kind, payload, **{"sentry-hook-resource": "issue"})
