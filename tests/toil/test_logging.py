"""Logging in seconds, as the pages do it: chips, undo, the line over any page, the timer on every page."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.toil.models import Timer, ToilEntry, ToilSource
from apps.toil.operations import start_timer
from tests.factories import make_membership, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 12, 15, tzinfo=UTC)
OVERVIEW, QUICK = "/toil/", "/toil/quick/"
HX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def text_of(answer):
    return answer.content.decode()


def forms(page, action):
    """{hidden name: value} of each form that leads there."""
    found = re.findall(rf'<form [^>]*action="({action})"[^>]*>(.*?)</form>', page, re.DOTALL)
    hidden = r'<input type="hidden" name="(\w+)" value="([^"]*)">'
    return [{"action": where, **dict(re.findall(hidden, inside))} for where, inside in found]


def test_one_tap_on_a_chip_logs_once_and_one_more_takes_it_back_for_half_a_minute(
    web, bob, payments, checkout, log, clock
):
    source = ToilSource.objects.create(slug="quota", name="Quota tickets", team=payments)
    for minutes in (10, 20, 30):
        log(bob, payments, minutes=minutes, text="x", source=source, day=date(2026, 3, 9), service=checkout)
    client = web(bob)
    for place, back in ((OVERVIEW, OVERVIEW), (reverse("toil:team", args=["payments"]),) * 2):
        (chip,) = forms(text_of(client.get(place)), "/toil/entries/[^/]+/repeat/")
        assert (chip["duration"], chip["once"] != "") == ("20m", True)
        went = client.post(chip.pop("action"), chip).url
        assert went.startswith(f"{back}?done=")
        entry = ToilEntry.objects.latest("pk")
        assert (entry.seconds, entry.source, entry.service, entry.local_date) == (
            1200,
            source,
            checkout,
            date(2026, 3, 12),
        )
        (undo,) = forms(text_of(client.get(went)), "/toil/entries/[^/]+/delete/")
        client.post(undo.pop("action"), undo)
        assert not ToilEntry.objects.filter(pk=entry.pk).exists()


def test_a_chip_tapped_twice_logs_once_and_undo_is_offered_for_thirty_seconds(web, bob, payments, log, clock):
    log(bob, payments, minutes=10, day=date(2026, 3, 9))
    client = web(bob)
    (chip,) = forms(text_of(client.get(OVERVIEW)), "/toil/entries/[^/]+/repeat/")
    where = chip.pop("action")
    went = {client.post(where, chip).url for _ in "twice"}
    assert len(went) == 1
    assert ToilEntry.objects.count() == 2
    page = went.pop()
    for seconds, offers in ((29, 1), (2, 0)):
        clock.shift(timedelta(seconds=seconds))
        assert len(forms(text_of(client.get(page)), "/toil/entries/[^/]+/delete/")) == offers
    for wrong in ("0", "soon", ""):
        client.post(where, {"duration": wrong})
    assert ToilEntry.objects.count() == 2
    client.post(where, {"duration": "3x10m"})
    assert (ToilEntry.objects.latest("pk").seconds, ToilEntry.objects.latest("pk").occurrences) == (1800, 3)
    for duration, count in (("1440x1m", 3), ("25m", 4), ("25m", 4)):  # what was refused did not take the key
        client.post(where, {"duration": duration, "once": "again"})
        assert ToilEntry.objects.count() == count, duration
    for nonsense in ("x", "-1", str(ToilEntry.objects.first().uuid)):
        assert client.get(OVERVIEW, {"done": nonsense}).status_code == 200


def test_a_line_without_a_time_asks_for_the_time_alone(web, bob, payments, log):
    log(bob, payments, minutes=23, text="Restart ingest", day=date(2026, 3, 9))
    client, sent = web(bob), {"line": "restart ingest", "once": "o1"}
    for url, headers, status in (("/toil/new/", {}, 200), (QUICK, HX, 422)):
        asked = client.post(url, sent, headers=headers)
        assert asked.status_code == status
        page = text_of(asked)
        assert "How long did it take? Usually 23 min" in page
        assert re.search(
            r'<input[^>]* name="duration"[^>]* value="23m"|value="23m"[^>]* name="duration"', page
        )
        assert "restart ingest</textarea>" in page
    assert ToilEntry.objects.count() == 1
    client.post(QUICK, sent | {"duration": "23m"}, headers=HX)
    assert ToilEntry.objects.latest("pk").seconds == 23 * 60


def test_the_line_over_any_page_says_what_it_logged_and_is_empty_again(web, bob, payments, search, checkout):
    client = web(bob)
    assert 'id="quick"' in text_of(client.get("/services/"))
    done = client.post(QUICK, {"line": "25 restart @checkout", "once": "o1"}, headers=HX)
    assert done.status_code == 200
    assert "Logged 25 min for Payments." in done.headers["HX-Trigger"]
    assert "restart @checkout" not in text_of(done)
    again = client.post(QUICK, {"line": "25 restart @checkout", "once": "o1"}, headers=HX)
    assert "logged already" in again.headers["HX-Trigger"]
    assert ToilEntry.objects.count() == 1
    for line, words in (
        ("25h x", "at most 24 hours"),
        ("25", "few words"),
        ("", "required"),
        ("5 x ^2027-01-01", "future"),
    ):
        refused = client.post(QUICK, {"line": line}, headers=HX)
        assert (refused.status_code, words in text_of(refused)) == (422, True), line
    guest = web(make_user())
    assert "which team it was: ~team" in text_of(guest.post(QUICK, {"line": "5 tidy"}, headers=HX))
    assert guest.post(QUICK, {"line": "5 tidy ~search"}, headers=HX).status_code == 200
    make_membership(bob, search)
    asked = client.post(QUICK, {"line": "5 tidy"}, headers=HX)
    assert "~payments or ~search" in text_of(asked)
    client.post(QUICK, {"line": "5 tidy ~search"}, headers=HX)
    assert ToilEntry.objects.latest("pk").team == search


def test_auditors_have_no_line_and_no_timer(web, ada):
    client = web(ada)
    assert 'id="quick"' not in text_of(client.get(OVERVIEW))
    for url in (QUICK, "/toil/timer/start/", "/toil/timer/stop/", "/toil/timer/discard/"):
        assert client.post(url, {"line": "5 x"}).status_code == 403


def test_a_timer_is_started_seen_on_every_page_about_toil_and_stopped(
    web, bob, alice, payments, checkout, clock
):
    client = web(bob)
    refused = text_of(client.post("/toil/timer/start/", {"line": "25 restart", "team": "payments"}))
    assert "Leave the time and the day away" in refused
    assert 'action="/toil/new/"' in refused
    sent = {"line": "restart ingest @checkout", "team": "payments", "back": "team", "once": "t1"}
    for _ in "twice":
        assert client.post("/toil/timer/start/", sent).url == "/toil/teams/payments/"
    clock.shift(timedelta(minutes=25))
    pages = [
        OVERVIEW,
        "/toil/teams/payments/",
        "/toil/teams/",
        "/toil/sources/",
        "/toil/new/",
        "/toil/reductions/",
    ]
    assert [
        page for page in pages if "restart ingest</b> for Payments" not in text_of(client.get(page))
    ] == []
    assert "restart ingest</b>" not in text_of(web(alice).get(OVERVIEW))
    to = client.post("/toil/timer/stop/").url
    entry = ToilEntry.objects.get()
    assert (entry.seconds, entry.service, to) == (1500, checkout, f"/toil/?done={entry.uuid}")
    assert "No timer is running" in text_of(client.post("/toil/timer/stop/", follow=True))
    client.post("/toil/timer/start/", {"text": "Tidy up", "category": "migration", "team": "payments"})
    assert Timer.objects.get().category == "migration"
    client.post("/toil/timer/discard/")
    assert not Timer.objects.exists()


def test_a_timer_that_ran_too_long_leads_to_its_review(web, bob, payments, week):
    start_timer(person=bob, team=payments, text="Forgotten", by=bob, now=NOW - timedelta(hours=22))
    client = web(bob)
    assert "longer than your working day allows" in text_of(client.get(OVERVIEW))
    page = text_of(client.post("/toil/timer/stop/", follow=True))
    entry = ToilEntry.objects.get()
    assert "Was it so?" in page
    assert [one.get("duration") for one in forms(page, f"/toil/entries/{entry.uuid}/confirm/")] == [
        "1h",
        None,
        None,
    ]
    overview = text_of(client.get(OVERVIEW))
    assert "Only you see this" in overview or "only you see this" in overview
    refused = client.post(
        f"/toil/entries/{entry.uuid}/confirm/", {"duration": "0", "version": "1"}, follow=True
    )
    assert "more than zero" in text_of(refused)
    stale = client.post(
        f"/toil/entries/{entry.uuid}/confirm/", {"duration": "1h", "version": "7"}, follow=True
    )
    assert "changed since you opened it" in text_of(stale)
    client.post(f"/toil/entries/{entry.uuid}/confirm/", {"duration": "1h", "version": "1"})
    entry.refresh_from_db()
    assert (entry.status, entry.seconds) == ("confirmed", 3600)
    assert "counts already" in text_of(client.post(f"/toil/entries/{entry.uuid}/dismiss/", follow=True))
