"""Following a timeline without reloading the page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.incidents.models import TimelineEntry
from apps.incidents.operations import add_entry, edit_entry, transition_incident

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(outage):
    return f"/incidents/{outage.key}/timeline/"


def seen_by(text):
    return re.search(r'id="seen" name="seen" value="([\d.]+)"', text).group(1)


def opened(client, outage):
    return seen_by(client.get(f"/incidents/{outage.key}/").content.decode())


def test_nothing_new_is_204_at_the_price_of_one_query(web, bob, outage, address):
    client = web(bob)
    seen = opened(client, outage)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
    assert answer.status_code == 204
    assert len([one for one in queries if "incidents_incident" in one["sql"]]) == 1
    assert len(queries) == 3  # with the session and its person


def test_a_new_entry_comes_alone_and_goes_on_top(web, alice, bob, outage, address, noon):
    client = web(bob)
    seen = opened(client, outage)
    add_entry(outage, body="Traffic is moving", by=alice, now=noon)
    answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
    text = answer.content.decode()
    assert answer["HX-Reswap"] == "afterbegin"
    assert "Traffic is moving" in text
    assert "Declared as SEV2" not in text
    assert 'id="state"' not in text
    assert client.get(address + "since/", {"seen": seen_by(text)}, headers=HTMX).status_code == 204


def test_a_move_brings_the_new_state_along(web, alice, bob, outage, address, noon):
    client = web(bob)
    seen = opened(client, outage)
    transition_incident(outage, to="mitigated", by=alice, now=noon)
    text = client.get(address + "since/", {"seen": seen}, headers=HTMX).content.decode()
    assert 'id="state"' in text
    assert "Resolving" in text


def test_a_correction_brings_the_whole_list(web, alice, bob, outage, address, noon):
    entry = add_entry(outage, body="First", by=alice, now=noon)
    client = web(bob)
    seen = opened(client, outage)
    edit_entry(entry, body="Second", by=alice, now=noon)
    answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
    assert answer["HX-Reswap"] == "innerHTML"
    assert "Second" in answer.content.decode()
    assert "Declared as SEV2" in answer.content.decode()


def test_an_entry_stored_late_by_a_slow_colleague_is_not_lost(web, alice, bob, outage, address, noon):
    slow = add_entry(outage, body="Slow", by=alice, now=noon)
    quick = add_entry(outage, body="Quick", by=alice, now=noon)
    slow.delete()
    client = web(bob)
    seen = opened(client, outage)
    TimelineEntry.objects.bulk_create([slow])
    TimelineEntry.objects.filter(body="Slow").update(recorded_at=quick.recorded_at.replace(year=2020))
    answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
    assert "Slow" in answer.content.decode()
    assert answer["HX-Reswap"] == "innerHTML"


@pytest.mark.parametrize(
    "seen", ["", "x", "1.2.3", "-1.2.3.4", "9" * 40 + ".1.1.1", "1.1.99999999999999999.1"]
)
def test_nonsense_brings_the_whole_list(web, bob, outage, address, seen):
    answer = web(bob).get(address + "since/", {"seen": seen}, headers=HTMX)
    assert answer.status_code == 200
    assert "Declared as SEV2" in answer.content.decode()


def test_posting_without_reload_answers_what_is_new_and_an_empty_box(web, alice, bob, outage, address, noon):
    client = web(bob)
    seen = opened(client, outage)
    add_entry(outage, body="By alice meanwhile", by=alice, now=noon)
    answer = client.post(address, {"body": "By bob", "seen": seen, "once": "1"}, headers=HTMX)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "By bob" in text
    assert "By alice meanwhile" in text
    assert 'id="composer"' in text


def test_posting_twice_writes_once_and_an_empty_text_is_refused_in_place(web, bob, outage, address):
    client = web(bob)
    for _ in range(2):
        client.post(address, {"body": "Once", "once": "1"}, headers=HTMX)
    assert outage.timeline.filter(body="Once").count() == 1
    answer = client.post(address, {"body": " ", "once": "2"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="composer"' in answer.content.decode()


def test_posting_works_without_script(web, bob, outage, address):
    client = web(bob)
    assert client.post(address, {"body": "Plain", "once": "3"}).status_code == 302
    assert "<h1" in client.post(address, {"body": "", "once": "4"}).content.decode()
    assert outage.timeline.get(body="Plain").kind == "update"


def test_a_star_answers_with_itself(web, alice, outage, address, noon):
    entry = add_entry(outage, body="x", by=alice, now=noon)
    answer = web(alice).post(f"{address}{entry.uuid}/star/", {"star": "on"}, headers=HTMX)
    assert 'aria-pressed="true"' in answer.content.decode()
    assert web(alice).post(f"{address}{entry.uuid}/star/", {"star": "off"}).status_code == 302
    entry.refresh_from_db()
    assert not entry.is_starred
