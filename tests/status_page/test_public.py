"""What strangers read: public words only, signed out, kept for seconds, and nothing that became private."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.incidents.models import IncidentKind
from apps.incidents.operations import (
    add_entry,
    declare_incident,
    edit_incident,
    edit_update,
    post_update,
    transition_incident,
)
from apps.status_page.operations import add_page, edit_page, set_public_title
from apps.status_page.rendering import FRESH
from tests.factories import make_service

PATHS = ["/status/", "/status/feed/", "/status/history/"]
CARDS = ["/status/card-payments/", "/status/card-payments/feed/", "/status/card-payments/history/"]
INSIDE = re.compile(r"ZEBRA|quagga|INC-|checkout|Alice|Payments team|alice", re.IGNORECASE)
ATOM = "{http://www.w3.org/2005/Atom}"


def read(web, path="/status/", **headers):
    return web().get(path, headers=headers)


def text(web, path="/status/"):
    answer = read(web, path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.parametrize("path", [*PATHS, *CARDS])
def test_a_page_that_is_off_answers_like_an_address_that_never_was(web, root, home, cards, path):
    for page in (home, cards):
        edit_page(page, changes={"is_on": False}, by=root)
    nowhere = re.compile(r"[0-9a-f]{32}|/status/[^\"' <]*")
    answers = [web().get(where) for where in (path, "/status/never-was/", "/statuses/")]
    assert {answer.status_code for answer in answers} == {404}
    assert (
        len({nowhere.sub("", answer.content.decode()).replace("/statuses/", "") for answer in answers}) == 1
    )


def test_nothing_shows_until_something_is_said_in_public(web, home, cards, outage, tell):
    tell("Only for colleagues", is_public=False, state="")
    for path in [*PATHS, *CARDS]:
        assert "Disruption" not in text(web, path)
    page = text(web)
    assert "All services work" in page
    assert "No disruption in 90 days" in page


def test_a_public_update_shows_with_its_words_and_nothing_from_inside(
    web, home, cards, outage, tell, alice, now
):
    add_entry(outage, body="quagga in the log", by=alice, now=now)
    tell("Some card payments fail.", actions="We are failing over.", needs="Somebody who knows ZEBRA-7")
    page = text(web)
    for words in (
        "Some card payments fail.",
        "We are failing over.",
        "Disruption of Card payments",
        "Partly down",
    ):
        assert words in page
    assert "1 of the last 90 days had a disruption" in page
    for path in [*PATHS, *CARDS]:
        assert not INSIDE.search(text(web, path)), path


def test_a_service_without_an_open_page_is_neither_listed_nor_named(web, root, home, cards, tell):
    tell()
    edit_page(cards, changes={"is_on": False}, by=root)
    page = text(web)
    assert "Some card payments fail." in page
    assert "Card payments" not in page
    assert "<h3" in page


def test_a_public_title_stands_instead_of_the_names(web, home, cards, outage, tell, alice):
    tell()
    set_public_title(outage, title="Card payments declined", by=alice)
    page = text(web)
    assert "Card payments declined" in page
    assert "Disruption of" not in page


def test_what_is_resolved_goes_down_and_its_days_stay(web, home, cards, outage, tell, alice, now, noon):
    tell()
    later = now + timedelta(minutes=30)
    noon.move_to(later)
    transition_incident(outage, to="resolved", by=alice, now=later)
    post_update(
        outage, conditions="All works again.", is_public=True, public_state="resolved", by=alice, now=later
    )
    page = text(web)
    assert "All services work" in page
    assert page.index("Past 90 days") < page.index("All works again.")
    assert "partial outage, 1 h 30 min" in page


def gone(web):
    return all("Some card payments fail." not in text(web, path) for path in [*PATHS, *CARDS])


def test_made_private_it_is_gone_within_seconds_with_all_its_past(
    web, home, cards, outage, tell, alice, now, noon
):
    tell()
    assert not gone(web)
    edit_incident(outage, changes={"is_private": True}, by=alice, now=now)
    noon.shift(FRESH + 1)
    assert gone(web)
    assert "No disruption in 90 days" in text(web)
    edit_incident(outage, changes={"is_private": False}, by=alice, now=now)
    noon.shift(FRESH + 1)
    assert not gone(web)


def test_a_new_update_shows_within_seconds(web, home, cards, tell, noon):
    tell()
    assert "We know why" not in text(web)
    tell("We know why.", state="identified")
    noon.shift(FRESH + 1)
    assert "We know why." in text(web)


def test_taken_back_inside_it_is_gone(web, home, cards, tell, alice, now, noon):
    entry = tell()
    text(web)
    edit_update(entry, changes={"is_public": False}, by=alice, now=now)
    noon.shift(FRESH + 1)
    assert gone(web)


@pytest.mark.parametrize("kind", [kind for kind in IncidentKind.values if kind != "real"])
def test_drills_tests_and_what_was_entered_afterwards_never_show(
    web, home, cards, outage, tell, alice, now, kind
):
    tell()
    edit_incident(outage, changes={"kind": kind}, by=alice, now=now)
    assert gone(web)


def test_the_page_of_a_service_shows_its_own_only(web, home, cards, outage, tell, alice, root, checkout, now):
    tell()
    other = declare_incident(title="Search is slow", severity=3, by=alice, now=now)
    tell("Search answers slowly.", of=other)
    assert "Search answers slowly." in text(web)
    for path in CARDS:
        assert "Search answers slowly." not in text(web, path)
        assert "Some card payments fail." in text(web, path)


def test_the_feed_is_atom_with_ids_that_stay(web, home, cards, tell, alice, now, noon):
    first = tell(at=now - timedelta(minutes=20))
    second = tell("We know why.", state="identified")
    feed = ET.fromstring(text(web, "/status/feed/"))
    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids == [f"urn:uuid:{second.uuid}", f"urn:uuid:{first.uuid}"]
    assert entries[0].findtext(f"{ATOM}title") == "Identified: Disruption of Card payments"
    assert entries[0].find(f"{ATOM}link").get("href").endswith(f"/status/#u{second.uuid}")
    later = now + timedelta(minutes=5)
    noon.move_to(later)
    edit_update(second, changes={"conditions": "A lease was lost."}, by=alice, now=later)
    again = ET.fromstring(text(web, "/status/feed/")).findall(f"{ATOM}entry")
    assert [entry.findtext(f"{ATOM}id") for entry in again] == ids
    assert again[0].findtext(f"{ATOM}updated").startswith(f"{later:%Y-%m-%dT%H:%M}")
    assert read(web, "/status/feed/")["Content-Type"].startswith("application/atom+xml")


def test_what_xml_cannot_hold_is_left_out_of_the_feed(web, home, cards, tell, noon):
    tell("\x1b[31mCards\x0b are slow\uffff.")
    entry = ET.fromstring(text(web, "/status/feed/")).find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}summary") == "[31mCards are slow."


def test_an_empty_feed_does_not_change_with_the_clock(web, home, noon):
    before = text(web, "/status/feed/")
    noon.shift(3600)
    assert text(web, "/status/feed/") == before


@pytest.mark.parametrize("path", [*PATHS, *CARDS])
def test_it_is_kept_for_seconds_and_the_same_again_costs_304(web, home, cards, tell, noon, path):
    tell()
    answer = read(web, path)
    assert answer["Cache-Control"] == f"public, max-age={FRESH}"
    assert "Vary" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    noon.shift(FRESH + 1)
    assert read(web, path, **{"If-None-Match": answer["ETag"]}).status_code == 304
    assert read(web, path, **{"If-Modified-Since": answer["Last-Modified"]}).status_code == 304
    assert web().head(path).status_code == 200
    assert web().post(path).status_code == 405


def test_what_lost_something_is_newer_not_older(web, home, cards, outage, tell, alice, now, noon):
    tell()
    answer = read(web)
    edit_incident(outage, changes={"is_private": True}, by=alice, now=now)
    noon.shift(FRESH + 1)
    assert read(web, **{"If-Modified-Since": answer["Last-Modified"]}).status_code == 200
    assert read(web, **{"If-None-Match": answer["ETag"]}).status_code == 200


def test_who_is_signed_in_reads_the_same_and_is_not_asked_for(web, home, cards, tell, root):
    tell()
    anonymous = read(web)
    signed_in = web(root).get("/status/")
    assert (signed_in.content, sorted(signed_in.headers)) == (anonymous.content, sorted(anonymous.headers))


def test_a_crowd_costs_the_database_one_reading(web, home, cards, tell, alice, checkout, now, noon):
    """The database cache asks its own table; nothing else is asked."""
    tell()
    first = asked(web)
    for n in range(5):
        other = declare_incident(title=f"Outage {n}", severity=3, services=[checkout], by=alice, now=now)
        tell(f"Part {n} fails.", of=other)
    assert asked(web) == []
    noon.shift(FRESH + 1)
    assert len(asked(web)) == len(first) <= 10


def asked(web):
    """The statements of one reading, those of the cache put aside."""
    with CaptureQueriesContext(connection) as queries:
        text(web)
    return [q["sql"] for q in queries if not re.search("cache_entry|SAVEPOINT", q["sql"])]


def test_history_goes_back_page_by_page(web, home, alice, tell, now):
    for n in range(22):
        other = declare_incident(title=f"Outage {n}", severity=3, by=alice, now=now - timedelta(days=200))
        at = now - timedelta(days=150, minutes=n)
        tell(f"Part {n} fails.", of=other, state="resolved", at=at)
    assert "All disruptions" in text(web)
    first, second = text(web, "/status/history/"), text(web, "/status/history/?page=2")
    assert ("Part 19 fails." in first, "Part 20 fails." in first, "Part 20 fails." in second) == (
        True,
        False,
        True,
    )
    for page in ("0", "3", "-1", "x", "999", "1" * 400, "²"):
        assert read(web, f"/status/history/?page={page}").status_code == 404


def test_words_from_outside_stay_words(web, home, root, cards, tell):
    tell("<script>alert(1)</script> & co")
    edit_page(cards, changes={"name": "<b>Cards</b>"}, by=root)
    page, feed = text(web), text(web, "/status/feed/")
    assert "<script>alert" not in page
    assert "<b>Cards" not in page
    ET.fromstring(feed)


def test_a_page_of_a_retired_name_is_not_found_under_its_inner_one(web, home, cards):
    for slug in ("checkout", "organisation", "feed2"):
        assert read(web, f"/status/{slug}/").status_code == 404


def test_two_pages_hold_their_own_bars(web, home, cards, tell, root, payments):
    add_page(
        service=make_service(slug="search", owner_team=payments),
        slug="find",
        name="Search",
        is_on=True,
        by=root,
    )
    tell()
    page = text(web)
    assert "Card payments: 1 of the last 90 days had a disruption" in page
    assert "Search: No disruption in 90 days" in page
