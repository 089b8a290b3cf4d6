"""Following a timeline without reloading the page."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.incidents.models import TimelineEntry
from apps.incidents.operations import (
    acknowledge_incident,
    add_entry,
    assign_role,
    declaring,
    edit_entry,
    edit_incident,
    end_role,
    hand_over,
    post_update,
    set_milestone,
    transition_incident,
)
from tests.factories import make_incident

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(outage):
    return f"/incidents/{outage.key}/timeline/"


def seen_by(text):
    return re.search(r'id="seen" name="seen" value="([\d.]+)"', text).group(1)


def opened(client, outage):
    return seen_by(client.get(f"/incidents/{outage.key}/").content.decode())


def test_nothing_new_is_204_at_the_price_of_one_look_up(web, bob, outage, address):
    client = web(bob)
    seen = opened(client, outage)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
    assert answer.status_code == 204
    assert len([one for one in queries if "incidents_incident" in one["sql"]]) == 1
    assert "timeline" not in "".join(one["sql"] for one in queries)
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


def test_an_entry_that_belongs_further_down_brings_the_whole_list(web, alice, bob, outage, address, noon):
    add_entry(outage, body="First", by=alice, now=noon)
    client = web(bob)
    seen = opened(client, outage)
    add_entry(outage, body="Remembered later", at=noon - timedelta(minutes=5), by=alice, now=noon)
    answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
    text = answer.content.decode()
    assert answer["HX-Reswap"] == "innerHTML"
    assert text.index("First") < text.index("Remembered later")


def test_an_entry_that_went_elsewhere_brings_the_whole_list(web, alice, bob, outage, address, noon):
    entry = add_entry(outage, body="Belongs to another", by=alice, now=noon)
    client = web(bob)
    seen = opened(client, outage)
    TimelineEntry.objects.filter(pk=entry.pk).update(incident=make_incident(by=alice))
    add_entry(outage, body="Stays", by=alice, now=noon)
    add_entry(outage, body="Stays too", by=alice, now=noon)
    answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
    assert answer["HX-Reswap"] == "innerHTML"
    assert "Belongs to another" not in answer.content.decode()


def test_whatever_writes_into_the_timeline_is_news_once(web, alice, bob, outage, address, noon):
    client = web(bob)
    seen = opened(client, outage)
    steps = [
        lambda: add_entry(outage, body="x", by=alice, now=noon),
        lambda: post_update(outage, conditions="One in ten fails", by=alice, now=noon),
        lambda: assign_role(outage, role="scribe", person=bob, by=alice, now=noon),
        lambda: hand_over(outage, role="scribe", to=alice, by=alice, now=noon),
        lambda: end_role(outage, role="scribe", by=alice, now=noon),
        lambda: edit_incident(outage, changes={"severity": 1}, by=alice, now=noon),
        lambda: edit_incident(outage, changes={"title": "Cards fail"}, by=alice, now=noon),
        lambda: acknowledge_incident(outage, by=alice, now=noon),
        lambda: set_milestone(outage, kind="detected", at=noon, by=alice, now=noon),
        lambda: transition_incident(outage, to="identified", by=alice, now=noon),
    ]
    for step in steps:
        step()
        answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
        assert answer.status_code == 200
        seen = seen_by(answer.content.decode())
        assert client.get(address + "since/", {"seen": seen}, headers=HTMX).status_code == 204


def test_two_pages_that_follow_end_with_the_same_list(web, alice, bob, outage, address, noon):
    """One that saw every step, and one that is opened now."""
    client = web(bob)
    seen, lines = opened(client, outage), lines_of(client.get(f"/incidents/{outage.key}/"))
    for number in range(6):
        entry = add_entry(outage, body=f"Step {number}", by=alice, now=noon)
        if number % 3 == 2:
            edit_entry(entry, body=f"Corrected {number}", by=alice, now=noon)
        if number % 2:
            answer = client.get(address + "since/", {"seen": seen}, headers=HTMX)
            new = lines_of(answer)
            lines = new if answer["HX-Reswap"] == "innerHTML" else new + lines
            seen = seen_by(answer.content.decode())
    assert lines == lines_of(client.get(f"/incidents/{outage.key}/"))


def lines_of(answer):
    return re.findall(r'<li class="tl[^"]*" id="e([0-9a-f-]+)"', answer.content.decode())


def test_an_incident_that_is_over_is_no_longer_followed(web, alice, bob, outage, address, noon):
    client = web(bob)
    page = client.get(f"/incidents/{outage.key}/").content.decode()
    assert 'id="follow" hidden data-follow' in page
    transition_incident(outage, to="resolved", by=alice, now=noon)
    text = client.get(address + "since/", {"seen": seen_by(page)}, headers=HTMX).content.decode()
    assert 'id="follow" hidden hx-swap-oob' in text
    assert "data-follow" not in client.get(f"/incidents/{outage.key}/").content.decode()


def test_an_open_page_of_an_incident_that_is_merged_is_told_where_it_goes_on(
    web, alice, bob, outage, address, noon
):
    other = make_incident(title="Refunds <wait>", by=alice)
    client = web(bob)
    before = client.get(outage.get_absolute_url()).content.decode()
    assert "was merged" not in before
    transition_incident(outage, to="merged", into=other, by=alice, now=noon)
    news = client.get(address + "since/", {"seen": seen_by(before)}, headers=HTMX).content.decode()
    assert f'href="{other.get_absolute_url()}">{other.key} Refunds &lt;wait&gt;</a>' in news
    assert re.search(r'id="led-on"[^>]*hx-swap-oob', news)


def test_who_lost_sight_of_it_gets_nothing_more(web, alice, root, bob, outage, address, noon):
    client = web(bob)
    seen = opened(client, outage)
    edit_incident(outage, changes={"is_private": True}, by=alice, now=noon)
    assert client.get(address + "since/", {"seen": seen}, headers=HTMX).status_code == 404


def test_every_line_that_is_written_has_a_beat():
    """Nobody who follows would ever see one without. What is imported was never followed."""
    folder = Path(declaring.__file__).parent
    calls = [
        (path.name, {word.arg for word in node.keywords})
        for path in folder.glob("*.py")
        if path.name != "backfilling.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "TimelineEntry"
    ]
    assert calls
    assert [name for name, words in calls if "beat" not in words] == []


@pytest.mark.parametrize(
    "seen", ["", "x", "1.2", "1.2.3.4", "-1.2.3", "9" * 40 + ".1.1", "1.²", "1.1.1e1", "1.999999999.1"]
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
    for seen in ("", opened(client, outage)):  # what is new came in between, the answer did not
        client.post(address, {"body": "Once", "once": "1", "seen": seen}, headers=HTMX)
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
