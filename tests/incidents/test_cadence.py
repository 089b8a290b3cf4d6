"""When the next update is due, and who is told that it is late."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.operations import deactivate_person
from apps.audit.models import AuditEvent
from apps.incidents.mails import render_update_late
from apps.incidents.models import Incident
from apps.incidents.operations import (
    add_entry,
    declare_incident,
    edit_incident,
    edit_severity_policy,
    end_role,
    hand_over,
    post_update,
    remind_late_updates,
    transition_incident,
)
from apps.notifications.models import OutboxMail

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def due(incident):
    return Incident.objects.get(pk=incident.pk).update_due_at


def declare(by, now, **kw):
    return declare_incident(
        **{"title": "Cards fail", "severity": 1, "commander": by, "by": by, "now": now, **kw}
    )


@pytest.mark.parametrize(("severity", "minutes"), [(1, 30), (2, 60), (3, 240), (4, None)])
def test_each_severity_has_its_own_rhythm(alice, noon, severity, minutes):
    incident = declare(alice, noon, severity=severity)
    assert due(incident) == (noon + minutes * MINUTE if minutes else None)


def test_nothing_is_due_of_what_is_not_open_yet_or_long_over(alice, noon):
    assert due(declare(alice, noon, status="triage")) is None
    assert due(declare(alice, noon, kind="backfilled")) is None


def test_an_update_moves_it_on_and_a_note_does_not(outage, alice, noon):
    add_entry(outage, body="Hm", kind="note", by=alice, now=noon + 5 * MINUTE)
    assert due(outage) == noon + HOUR
    add_entry(outage, body="Still looking", by=alice, now=noon + 10 * MINUTE)
    assert due(outage) == noon + 70 * MINUTE
    post_update(outage, conditions="Half is back", by=alice, now=noon + 20 * MINUTE)
    assert due(outage) == noon + 80 * MINUTE
    add_entry(outage, body="Said long ago", at=noon, by=alice, now=noon + 30 * MINUTE)
    assert due(outage) == noon + 80 * MINUTE


def test_an_update_makes_nobodys_reading_stale(outage, alice, noon):
    add_entry(outage, body="Still looking", by=alice, now=noon)
    assert Incident.objects.get(pk=outage.pk).version == outage.version


def test_it_ends_with_the_incident_and_begins_again_with_a_relapse(outage, alice, noon):
    transition_incident(outage, to="mitigated", by=alice, now=noon + MINUTE)
    assert due(outage) == noon + HOUR
    transition_incident(outage, to="resolved", by=alice, now=noon + 2 * MINUTE)
    assert due(outage) is None
    add_entry(outage, body="All quiet", by=alice, now=noon + 3 * MINUTE)
    assert due(outage) is None
    transition_incident(outage, to="investigating", reason="Back", by=alice, now=noon + 9 * MINUTE)
    assert due(outage) == noon + 69 * MINUTE
    event = AuditEvent.objects.filter(verb="incident.reopened").get()
    assert "update_due_at" not in event.changes


def test_triage_starts_the_clock_when_it_becomes_an_incident(alice, noon):
    incident = declare(alice, noon, status="triage")
    transition_incident(incident, to="investigating", by=alice, now=noon + HOUR)
    assert due(incident) == noon + 90 * MINUTE


def test_another_severity_counts_from_the_same_last_update(outage, alice, noon):
    add_entry(outage, body="Still looking", by=alice, now=noon + 10 * MINUTE)
    edit_incident(outage, changes={"severity": 1}, by=alice, now=noon + 20 * MINUTE)
    assert due(outage) == noon + 40 * MINUTE
    edit_incident(outage, changes={"severity": 4}, by=alice, now=noon + 20 * MINUTE)
    assert due(outage) is None
    edit_incident(outage, changes={"severity": 2}, by=alice, now=noon + 30 * MINUTE)
    assert due(outage) == noon + 90 * MINUTE


def test_another_cadence_moves_what_is_open(outage, alice, root, noon):
    calm, over = declare(alice, noon, severity=4), declare(alice, noon, severity=2)
    transition_incident(over, to="resolved", by=alice, now=noon)
    minutes = {"1": None, "2": 15, "3": 240, "4": 480}
    gone = declare(alice, noon)
    edit_severity_policy(changes={"update_minutes": minutes}, by=root, now=noon + MINUTE)
    assert (due(outage), due(calm)) == (noon + 15 * MINUTE, noon + 481 * MINUTE)
    assert (due(over), due(gone)) == (None, None)


def keys():
    return sorted(OutboxMail.objects.values_list("dedupe_key", flat=True))


def late(incident):
    return due(incident) + MINUTE


def test_the_commander_is_told_once_however_often_the_clock_ticks(outage, alice, noon):
    assert remind_late_updates(due(outage)) == 0
    assert [remind_late_updates(late(outage) + n * MINUTE) for n in range(3)] == [1, 0, 0]
    row = OutboxMail.objects.get()
    assert (row.recipient, row.kind) == (alice, "update_late")
    assert row.dedupe_key == f"update-late:{outage.key}:{due(outage).isoformat()}:{alice.pk}"


def test_each_missed_update_is_told_again(outage, alice, noon):
    remind_late_updates(late(outage))
    add_entry(outage, body="Sorry, here", by=alice, now=late(outage))
    assert remind_late_updates(late(outage) - 2 * MINUTE) == 0
    assert remind_late_updates(late(outage)) == 1
    assert len(keys()) == 2


def test_who_takes_command_meanwhile_is_told_and_who_left_is_not(outage, alice, bob, noon):
    moment = late(outage)
    remind_late_updates(moment)
    hand_over(outage, role="commander", to=bob, by=alice, now=moment)
    assert remind_late_updates(moment + MINUTE) == 1
    to_alice, to_bob = OutboxMail.objects.order_by("pk")
    assert render_update_late(to_alice, moment) is None
    assert "Card payments time out" in render_update_late(to_bob, moment).subject
    end_role(outage, role="commander", by=bob, now=moment)
    assert render_update_late(to_bob, moment) is None
    assert remind_late_updates(moment + 2 * MINUTE) == 0


@pytest.mark.parametrize("kind", ["drill", "test", "backfilled"])
def test_what_is_not_in_earnest_mails_nobody(alice, noon, kind):
    incident = declare(alice, noon, kind=kind)
    edit_incident(incident, changes={"severity": 2}, by=alice, now=noon)
    assert remind_late_updates(noon + 2 * HOUR) == 0


def test_a_mail_that_waited_is_unsaid_by_an_update_or_the_end(outage, alice, noon):
    moment = late(outage)
    remind_late_updates(moment)
    row = OutboxMail.objects.get()
    mail = render_update_late(row, moment)
    assert mail.subject == f"Update late: {outage.key} Card payments time out"
    assert "1 minute ago" in mail.text
    assert f"/incidents/{outage.key}/updates/new/" in mail.html
    post_update(outage, conditions="Half is back", by=alice, now=moment)
    assert render_update_late(row, moment) is None


def test_a_mail_keeps_a_private_title_to_itself(root, noon):
    incident = declare(root, noon, title="ZEBRA rows", is_private=True)
    remind_late_updates(late(incident))
    mail = render_update_late(OutboxMail.objects.get(), late(incident))
    assert incident.key in mail.text
    assert "ZEBRA" not in mail.subject + mail.text + mail.html


def test_nobody_is_told_of_yesterday_or_after_leaving(outage, alice, root, noon):
    assert remind_late_updates(due(outage) + 25 * HOUR) == 0
    remind_late_updates(late(outage))
    deactivate_person(alice, by=root, now=noon)
    assert remind_late_updates(late(outage) + MINUTE) == 0
    assert len(keys()) == 1


def test_an_idle_tick_costs_one_query_and_a_busy_one_few(outage, alice, noon, django_assert_num_queries):
    with django_assert_num_queries(1):
        remind_late_updates(noon)
    for _ in range(5):
        declare(alice, noon)
    with CaptureQueriesContext(connection) as queries:
        assert remind_late_updates(noon + 2 * HOUR) == 6
    assert len(queries) <= 3


def test_page_list_and_api_say_that_it_is_late(web, api, bob, outage, alice, noon):
    calm = declare(alice, noon, severity=4)
    page = web(bob).get(f"/incidents/{outage.key}/").content.decode()  # noon was yesterday
    assert "Update late since" in page
    shown = web(bob).get("/incidents/?update=late")
    assert [row.key for row in shown.context["rows"]] == [outage.key]
    assert "update late" in shown.content.decode()
    rows = api(bob).get("/api/v1/incidents/?update=late").json()["results"]
    assert [(row["key"], row["update_due_at"]) for row in rows] == [
        (outage.key, f"{noon + HOUR:%Y-%m-%dT%H:%M:%SZ}")
    ]
    assert "Next update due" not in web(bob).get(f"/incidents/{calm.key}/").content.decode()


def test_who_follows_the_page_sees_the_next_moment(web, bob, outage, alice, noon):
    page = web(bob).get(f"/incidents/{outage.key}/")
    add_entry(outage, body="Still looking", by=alice, now=noon + 10 * MINUTE)
    answer = web(bob).get(
        f"/incidents/{outage.key}/timeline/since/",
        {"seen": str(page.context["pulse"])},
        headers={"HX-Request": "true"},
    )
    assert 'id="due" hx-swap-oob="true"' in answer.content.decode()
