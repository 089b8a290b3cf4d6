import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.incidents.models import Incident
from apps.incidents.operations import (
    acknowledge_incident,
    add_entry,
    declare_incident,
    edit_incident,
    end_role,
    set_milestone,
    transition_incident,
)
from tests.factories import make_incident, make_service, make_user

pytestmark = pytest.mark.django_db
LIST = "/incidents/"
NEW = "/incidents/new/"


def page(client, address, **kw):
    answer = client.get(address, **kw)
    assert answer.status_code == 200
    return answer.content.decode()


def stored(incident):
    return Incident.objects.get(pk=incident.pk)


PAGES = ["", "edit/", "move/", "timeline/since/", "roles/ops/", "milestones/detected/"]
BUTTONS = ["transitions/", "acknowledge/", "timeline/", "roles/ops/take/", "roles/commander/end/"]


@pytest.mark.parametrize("path", [LIST, NEW, *(f"/incidents/INC-1/{one}" for one in PAGES)])
def test_strangers_are_sent_to_sign_in(web, path):
    answer = web().get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("part", [*PAGES, *BUTTONS])
def test_a_private_incident_is_not_found_by_others_on_any_page(web, secret, bob, part):
    client = web(bob)
    send = client.post if part in BUTTONS else client.get
    answer = send(f"/incidents/{secret.key}/{part}")
    assert answer.status_code == 404
    assert b"ZEBRA" not in answer.content


def test_a_private_incident_leaves_no_trace_in_list_count_and_csv(web, secret, bob, ada):
    for user in (bob, ada):
        client = web(user)
        for address in (LIST, LIST + "?format=csv", LIST + "?q=ZEBRA", NEW):
            answer = client.get(address)
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert b"rows in an export" not in text
        if user == bob:
            assert "None is open." in page(client, LIST)


@pytest.mark.parametrize("part", BUTTONS)
def test_auditors_press_nothing(web, outage, ada, part):
    answer = web(ada).post(f"/incidents/{outage.key}/{part}", {"to": "mitigated", "body": "x"})
    assert answer.status_code == 403
    assert stored(outage).version == outage.version


@pytest.mark.parametrize("part", BUTTONS)
def test_no_address_of_a_button_answers_a_get(web, outage, alice, part):
    client = web(alice)
    if part != "timeline/":
        assert client.get(f"/incidents/{outage.key}/{part}").status_code == 405


@pytest.mark.parametrize("part", ["edit/", "move/", "roles/ops/", "milestones/detected/"])
def test_forms_for_responders_are_closed_to_others(web, outage, charlie, part):
    assert web(charlie).get(f"/incidents/{outage.key}/{part}").status_code == 403


def test_the_list_costs_the_same_for_one_row_and_for_ten(web, alice):
    client = web(alice)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(client, LIST)
        return len(queries)

    make_incident(by=alice, services=[make_service()], commander=make_user())
    one = cost()
    for _ in range(9):
        make_incident(by=make_user(), services=[make_service(), make_service()], commander=make_user())
    assert cost() == one


def test_the_page_costs_the_same_for_few_and_for_many_parts(web, alice, outage, noon):
    client = web(alice)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page(client, f"/incidents/{outage.key}/")
        return len(queries)

    few = cost()
    for number in range(8):
        add_entry(outage, body=f"Entry {number}", by=make_user(), now=noon)
    outage.services.add(make_service())
    assert cost() == few


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"Red", "Blue", "Old"}),
        ("?status=open", {"Red", "Blue"}),
        ("?status=closed&status=open", {"Red", "Blue", "Old"}),
        ("?severity=1", {"Red"}),
        ("?severity=1&severity=2", {"Red", "Blue"}),
        ("?kind=drill", {"Blue"}),
        ("?q=re", {"Red"}),
        ("?q=inc-2", {"Blue"}),
        ("?service=checkout", {"Red"}),
        ("?team=payments", {"Red"}),
        ("?from=2026-01-02", {"Red", "Blue"}),
        ("?to=2026-01-01", {"Old"}),
        ("?from=2026-01-01&to=2026-01-01", {"Old"}),
    ],
)
def test_filters_of_the_list(web, alice, checkout, query, expected):
    day = datetime(2026, 2, 1, tzinfo=UTC)
    make_incident(by=alice, title="Red", severity=1, services=[checkout], started_at=day)
    make_incident(by=alice, title="Blue", severity=2, kind="drill", started_at=day)
    make_incident(
        by=alice, title="Old", status="closed", started_at=datetime(2026, 1, 1, 23, 59, 59, tzinfo=UTC)
    )
    answer = web(alice).get(LIST + query)
    assert {row.title for row in answer.context["rows"]} == expected


def test_htmx_gets_only_the_table(web, alice, outage):
    text = page(web(alice), LIST, headers={"HX-Request": "true"})
    assert "Card payments time out" in text
    assert "<h1" not in text


def test_empty_lists_say_what_to_do(web, alice, ada):
    assert "Declare incident" in page(web(alice), LIST)
    assert "No incidents yet" in page(web(ada), LIST)
    assert "Clear all filters" in page(web(alice), LIST + "?severity=1")


def test_csv_holds_the_filtered_rows(web, alice, outage):
    make_incident(by=alice, title="=cmd()", severity=4)
    answer = web(alice).get(LIST + "?format=csv&severity=4")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("key,title,severity,status")
    assert len(lines) == 2
    assert "'=cmd()" in lines[1]


def test_declaring_in_the_form(web, bob, checkout):
    client = web(bob)
    assert 'name="started_at"' in page(client, NEW + "?service=checkout")
    answer = client.post(
        NEW,
        {
            "title": "Cards fail",
            "severity": "1",
            "services": ["checkout"],
            "kind": "real",
            "is_lead": "on",
            "once": "a",
        },
    )
    assert answer.status_code == 302
    incident = Incident.objects.get()
    assert answer["Location"] == f"/incidents/{incident.key}/"
    assert incident.commander == incident.declared_by == bob
    assert incident.services.get() == checkout


def test_times_are_typed_in_utc_whatever_the_zone(web, checkout):
    someone = make_user(time_zone="Asia/Tokyo")
    web(someone).post(
        NEW, {"title": "x", "severity": "4", "kind": "real", "started_at": "2026-01-05T10:30", "once": "b"}
    )
    assert Incident.objects.get().started_at == datetime(2026, 1, 5, 10, 30, tzinfo=UTC)


def test_a_double_click_declares_once(web, bob):
    client, body = web(bob), {"title": "Cards fail", "severity": "1", "kind": "real", "once": "same"}
    first, second = client.post(NEW, body), client.post(NEW, body)
    assert first["Location"] == second["Location"]
    assert Incident.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"title": ""}, "What do people notice?"),
        ({"severity": ""}, "How bad is it now?"),
        ({"started_at": "2999-01-01T00:00"}, "between 1970 and 2100"),
        ({"started_at": "2099-01-01T00:00"}, "in the future"),
        ({"services": ["99999"]}, "Which services?"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(web, bob, change, words):
    body = {"title": "Kept words", "severity": "2", "summary": "Kept text", "kind": "real", "once": "c"}
    text = web(bob).post(NEW, body | change).content.decode()
    assert words in text
    assert 'role="alert"' in text
    assert "Kept text" in text
    assert not Incident.objects.exists()


def test_an_auditor_does_not_reach_the_form(web, ada):
    assert web(ada).get(NEW).status_code == 403


def test_the_page_answers_what_how_bad_who_and_what_next(web, outage, bob):
    text = page(web(bob), f"/incidents/{outage.key}/")
    for words in ("Card payments time out", "SEV2", "checkout", "Alice", "Acknowledge", "Declared as SEV2"):
        assert words in text


def test_the_large_button_follows_the_state(web, outage, alice):
    client, address = web(alice), f"/incidents/{outage.key}/"
    for button, path, to in (
        ("Acknowledge", "acknowledge/", ""),
        ("Mark mitigated", "transitions/", "mitigated"),
        ("Mark resolved", "transitions/", "resolved"),
        ("Close incident", "transitions/", "closed"),
    ):
        text = page(client, address)
        assert re.search(rf'type="submit">{button}</button>', text), button
        assert client.post(address + path, {"to": to}).status_code == 302
    assert stored(outage).status == "closed"


def test_a_refused_button_says_why_on_the_page(web, outage, alice):
    answer = web(alice).post(f"/incidents/{outage.key}/transitions/", {"to": "closed"}, follow=True)
    assert "cannot become closed" in answer.content.decode()
    assert stored(outage).status == "investigating"


def test_what_is_missing_to_close_stands_on_the_page(web, alice, noon):
    incident = declare_incident(title="x", severity=1, by=alice, now=noon)
    transition_incident(incident, to="resolved", by=alice, now=noon)
    text = page(web(alice), f"/incidents/{incident.key}/")
    assert "Name a commander." in text
    assert "Write a summary." in text


def test_moving_with_reason_time_and_target(web, outage, alice, noon):
    other = declare_incident(title="Same", severity=3, by=alice, now=noon)
    client, address = web(alice), f"/incidents/{other.key}/move/"
    refused = client.post(address, {"to": "merged", "into": "INC-99", "version": 1}).content.decode()
    assert "There is no incident INC-99 that you may see." in refused
    assert client.post(address, {"to": "merged", "into": " inc-1 ", "version": 1}).status_code == 302
    answer = client.get(f"/incidents/{other.key}/")
    assert answer.status_code == 301
    assert answer["Location"] == f"/incidents/{outage.key}/"


def test_a_merged_incident_leads_nobody_to_what_they_may_not_see(web, alice, root, secret, noon):
    incident = declare_incident(title="Seen", severity=3, is_private=True, by=alice, now=noon)
    add_entry(incident, body="Same rows here", by=alice, now=noon)
    transition_incident(incident, to="merged", into=secret, by=root, now=noon)
    assert "from another incident" in page(web(root), f"/incidents/{secret.key}/")
    text = page(web(alice), f"/incidents/{incident.key}/")
    assert "Seen" in text
    assert "Merged into another incident" in text
    assert f"Merged into {secret.key}" not in text
    assert secret.timeline.last().body == "Another incident was merged into this incident"


def test_an_edit_from_an_old_page_is_refused_with_both_texts(web, outage, alice, noon):
    client, address = web(alice), f"/incidents/{outage.key}/edit/"
    body = {"title": "Mine", "severity": "2", "summary": "My text", "kind": "real", "version": outage.version}
    edit_incident(outage, changes={"summary": "Their text"}, by=alice, now=noon)
    text = client.post(address, body).content.decode()
    assert "My text" in text
    assert "Their text" in text
    version = re.search(r'name="version" value="(\d+)"', text).group(1)
    assert client.post(address, body | {"version": version}).status_code == 302
    assert stored(outage).summary == "My text"


def test_roles_are_taken_handed_over_and_left(web, outage, alice, bob, charlie):
    address = f"/incidents/{outage.key}/roles/"
    web(charlie).post(address + "scribe/take/")
    web(alice).post(address + "commander/", {"person": "bob"})
    assert stored(outage).commander == bob
    web(bob).post(address + "commander/end/")
    assert {row.role: row.person for row in outage.roles.filter(until=None)} == {"scribe": charlie}
    assert web(alice).get(address + "king/").status_code == 404


def test_a_milestone_is_set_in_its_form(web, outage, alice):
    client, address = web(alice), f"/incidents/{outage.key}/milestones/detected/"
    body = {"at": "", "source": "human", "precision_minutes": "0", "version": outage.version}
    assert "Say in the note why" in client.post(address, body).content.decode()
    client.post(address, body | {"note": "Alert was lost"})
    assert outage.milestones.get(kind="detected").note == "Alert was lost"
    assert client.get(f"/incidents/{outage.key}/milestones/lunch/").status_code == 404


def test_a_note_at_a_milestone_leaves_the_seconds_of_its_time(web, outage, alice, noon):
    at = {"impact_started": noon - timedelta(seconds=40), "detected": noon - timedelta(seconds=20)}
    for kind, moment in at.items():
        outage = set_milestone(outage, kind=kind, at=moment, by=alice, now=noon)
    client, address = web(alice), f"/incidents/{outage.key}/milestones/detected/"
    sent = {"source": "human", "precision_minutes": "0", "version": outage.version, "note": "By the alert"}
    shown = re.search(r'name="at" value="([^"]+)"', page(client, address))[1]
    assert client.post(address, sent | {"at": shown}).status_code == 302
    row = outage.milestones.get(kind="detected")
    assert (row.note, row.at) == ("By the alert", at["detected"])


def test_entries_show_what_they_said_before(web, outage, alice, charlie, noon):
    entry = add_entry(outage, body="First words", by=alice, now=noon)
    address = f"/incidents/{outage.key}/timeline/{entry.uuid}/"
    web(alice).post(address + "edit/", {"body": "Second words", "at": f"{noon:%Y-%m-%dT%H:%M}"})
    text = page(web(charlie), address)
    assert "First words" in text
    assert "Second words" in text
    assert web(charlie).get(address + "edit/").status_code == 403


def test_an_entry_of_another_incident_is_not_found_here(web, alice, outage, secret, root, noon):
    entry = add_entry(secret, body="hidden", by=root, now=noon)
    for key in (outage.key, secret.key):
        assert web(alice).get(f"/incidents/{key}/timeline/{entry.uuid}/").status_code == 404


def test_text_of_people_is_never_markup(web, outage, alice, noon):
    add_entry(outage, body="<script>alert(1)</script>", by=alice, now=noon)
    edit_incident(outage, changes={"summary": "<img src=x onerror=alert(1)>"}, by=alice, now=noon)
    text = page(web(alice), f"/incidents/{outage.key}/")
    assert "<script>alert" not in text
    assert "<img" not in text


def test_the_declare_form_names_what_is_open_already(web, bob, outage):
    assert "Card payments time out" in page(web(bob), NEW)


def test_long_closed_incidents_offer_no_move(web, alice, noon):
    incident = make_incident(
        by=alice,
        status="closed",
        status_since=noon - timedelta(days=30),
        started_at=noon - timedelta(days=31),
    )
    assert "No move is left" in page(web(alice), f"/incidents/{incident.key}/move/")


def test_acknowledged_shows_in_the_stepper(web, outage, alice, noon):
    acknowledge_incident(outage, by=alice, now=noon + timedelta(minutes=3))
    text = page(web(alice), f"/incidents/{outage.key}/")
    assert "after 3 min" in text
    assert "Mitigating" in text


def test_a_missing_reason_is_said_on_its_field(web, outage, alice):
    text = (
        web(alice).post(f"/incidents/{outage.key}/move/", {"to": "cancelled", "version": 1}).content.decode()
    )
    assert "Say why" in text
    with pytest.raises(ValidationError):
        transition_incident(outage, to="cancelled", by=alice, now=datetime.now(UTC))


def test_while_it_hurts_command_is_offered_to_all_until_somebody_has_it(web, outage, bob, ada, noon):
    address = f"/incidents/{outage.key}/"
    assert "Take command" not in page(web(bob), address)
    end_role(outage, role="commander", by=outage.declared_by, now=noon)
    assert page(web(bob), address).count("Take command") == 2  # beside the state, and in the phone's bar
    assert "Take command" not in page(web(ada), address)
    web(bob).post(f"{address}roles/commander/take/")
    assert "Take command" not in page(web(bob), address)
    assert stored(outage).commander == bob


def test_of_two_that_are_open_a_merge_is_offered_and_of_one_that_is_over_a_recurrence(
    web, outage, alice, checkout, noon
):
    twin = make_incident(title="Card payments time out", services=[checkout], by=alice)
    address = f"/action-items/similar/?incident={outage.key}"
    shown = page(web(alice), address)
    assert f"/incidents/{outage.key}/merge/" in shown
    assert f"It is {twin.key} again" not in shown
    Incident.objects.filter(pk=twin.pk).update(status="closed")
    shown = page(web(alice), address)
    assert f"It is {twin.key} again" in shown
    assert "/merge/" not in shown


def test_the_same_filter_many_times_is_asked_once(web, alice):
    with CaptureQueriesContext(connection) as queries:
        page(web(alice), LIST + "?" + "timed=detected&" * 900)
    assert max(len(query["sql"]) for query in queries) < 5_000
