"""What is due in somebody's own calendar: under an address that is shown once, as its person may see it now."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from apps.action_items.models import ActionItem, CalendarKey
from apps.action_items.operations import edit_action_item, open_calendar, redate, transition
from apps.audit.models import AuditEvent
from tests.factories import make_action_item, make_incident

pytestmark = pytest.mark.django_db
API = "/api/v1/action-item-calendars/"


def address(secret):
    return f"/action-items/calendar/{secret}/due.ics"


def events(client, secret):
    answer = client.get(address(secret))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


@pytest.fixture
def secret_of_bob(bob, now):
    return open_calendar(by=bob, now=now)[1]


def test_a_promise_is_an_all_day_entry_that_makes_nobody_look_busy(web, promised, secret_of_bob):
    (event,) = events(web(), secret_of_bob).values()
    assert str(event["uid"]) == f"action-item-{promised.number}@testserver"
    assert (event["dtstart"].dt, str(event["transp"])) == (date(2026, 12, 2), "TRANSPARENT")
    assert str(event["summary"]) == f"Due: {promised.key} {promised.title}"
    assert str(event["url"]).endswith(promised.get_absolute_url())
    assert event["sequence"] == 0
    assert event["dtstamp"].dt == event["last-modified"].dt == promised.updated_at.replace(microsecond=0)
    assert b"VTODO" not in web().get(address(secret_of_bob)).content


def test_a_new_date_moves_the_same_entry_and_says_so(web, bob, promised, secret_of_bob, now):
    (uid,) = events(web(), secret_of_bob)
    redate(promised, due_on=date(2026, 12, 16), reason="The vendor is late", by=bob, now=now)
    ActionItem.objects.update(updated_at=now + timedelta(hours=1))
    after = events(web(), secret_of_bob)[uid]
    assert (after["dtstart"].dt, after["sequence"]) == (date(2026, 12, 16), 1)
    assert after["last-modified"].dt == now + timedelta(hours=1)


def test_what_is_settled_or_somebody_elses_leaves_the_calendar(web, alice, bob, promised, secret_of_bob, now):
    other = make_action_item(owner=bob)
    assert len(events(web(), secret_of_bob)) == 2
    edit_action_item(promised, changes={"owner": alice}, by=bob, now=now)
    transition(other, to="done", by=bob, now=now)
    assert events(web(), secret_of_bob) == {}


def test_a_team_has_a_calendar_of_its_own(web, alice, bob, charlie, payments, promised, now):
    make_action_item(owner=bob)
    for person in (alice, charlie):
        found = events(web(), open_calendar(team=payments, by=person, now=now)[1])
        assert list(found) == [f"action-item-{promised.number}@testserver"]


def test_a_private_title_never_leaves_the_house_and_who_lost_sight_of_it_finds_nothing(
    web, alice, bob, payments, now
):
    incident = make_incident(by=bob)
    make_action_item(title="ZEBRA item", owner=bob, team=payments, incident=incident)
    own, of_team = (open_calendar(team=team, by=bob, now=now)[1] for team in (None, payments))
    assert "ZEBRA" in str(events(web(), own))
    type(incident).objects.filter(pk=incident.pk).update(is_private=True)
    answer = web().get(address(own))
    assert b"ZEBRA" not in answer.content
    assert b"(private)" in answer.content  # bob declared it
    type(incident).objects.filter(pk=incident.pk).update(declared_by=alice)
    for secret in (own, of_team):
        assert events(web(), secret) == {}


def test_nothing_new_is_answered_with_304_and_never_from_a_store(
    web, bob, promised, secret_of_bob, now, django_assert_max_num_queries
):
    client = web()
    first = client.get(address(secret_of_bob))
    assert first["Cache-Control"] == "private, no-cache"
    with django_assert_max_num_queries(2):
        again = client.get(address(secret_of_bob), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(address(secret_of_bob)).status_code == 200
    edit_action_item(promised, changes={"title": "Refuse it"}, by=bob, now=now)
    changed = client.get(address(secret_of_bob), headers={"If-None-Match": first["ETag"]})
    assert (changed.status_code, b"Refuse it" in changed.content) == (200, True)


def test_an_address_is_shown_once_stored_as_a_digest_and_ends_with_its_person_or_the_next_one(
    web, bob, now, secret_of_bob, caplog
):
    stored = CalendarKey.objects.get()
    assert secret_of_bob not in str(vars(stored))
    page = web(bob).get("/action-items/calendars/").content.decode()
    assert stored.prefix in page
    assert secret_of_bob not in page
    with caplog.at_level("INFO"):
        web().get(address(secret_of_bob))
    assert secret_of_bob not in caplog.text
    made = web(bob).post("/action-items/calendars/", {"team": ""}).content.decode()
    new = made.partition("/action-items/calendar/")[2].partition("/")[0]
    assert web().get(address(secret_of_bob)).status_code == 404
    assert web().get(address(new)).status_code == 200
    for wrong in ("x", new[:-1], new[:10] + "y" * 33, "y" * 5000, "%00", "ä"):
        assert web().get(address(wrong)).status_code in {400, 404}
    type(bob).objects.filter(pk=bob.pk).update(is_active=False)
    assert web().get(address(new)).status_code == 404
    verbs = AuditEvent.objects.filter(object_type="calendarkey").order_by("pk")
    assert [row.verb for row in verbs] == ["calendar.opened", "calendar.closed", "calendar.opened"]


def test_programs_open_and_close_calendars_of_their_own(api, web, bob, alice, payments):
    program = api(bob)
    made = program.post(API, {"team": "payments"}, format="json")
    shown = made.json()
    assert (made.status_code, shown["team"]) == (201, "payments")
    assert web().get(shown["address"].removeprefix("http://testserver")).status_code == 200
    where = f"{API}{shown['id']}/"
    assert [each["id"] for each in program.get(API).json()] == [shown["id"]]
    assert "address" not in program.get(where).json()
    assert api(alice).delete(where).status_code == 404
    assert program.delete(where).status_code == 204
    assert program.post(API, {"team": "nobody"}, format="json").status_code == 400


def test_the_page_closes_one(web, bob, charlie, secret_of_bob):
    key = CalendarKey.objects.get()
    close = f"/action-items/calendars/{key.uuid}/close/"
    assert web(charlie).post(close).status_code == 404
    assert "opens nothing any more" in web(bob).post(close, follow=True).content.decode()
    assert web().get(address(secret_of_bob)).status_code == 404
