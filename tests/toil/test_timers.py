"""The timer: one a person, on the server's clock; what ran too long is held and never invented."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from apps.accounts.models import Absence, WorkSchedule
from apps.audit.models import AuditEvent
from apps.core.errors import Conflict
from apps.toil.models import Timer, ToilEntry, ToilSource
from apps.toil.operations import (
    confirm_entry,
    delete_entry,
    discard_timer,
    dismiss_entry,
    edit_entry,
    start_timer,
    stop_timer,
)
from apps.toil.timers.overrun import offered_seconds, reviewed_from
from tests.factories import make_user
from tests.toil.conftest import LATER, W10

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
HALF_PAST_FIVE = MONDAY.replace(hour=17, minute=30)
TUESDAY_AT_NINE = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture
def start(payments):
    def do(person, text="Restart ingest", *, now=MONDAY, **fields):
        return start_timer(person=person, team=payments, text=text, by=person, now=now, **fields)

    return do


def test_a20_a_timer_found_running_the_next_morning_is_held_and_counts_nothing(bob, payments, start, week):
    start(bob, now=HALF_PAST_FIVE)
    entry = stop_timer(person=bob, by=bob, now=TUESDAY_AT_NINE)
    assert (entry.status, entry.seconds // 60) == ("needs_review", 930)
    days = [(piece.local_date, piece.seconds // 60) for piece in entry.slices.all()]
    assert days == [(date(2026, 3, 2), 390), (date(2026, 3, 3), 540)]
    assert week(payments).toil_seconds == 0
    assert offered_seconds(entry) == 30 * 60
    confirm_entry(entry, changes={"seconds": offered_seconds(entry)}, by=bob, now=LATER)
    assert week(payments).toil_seconds == 30 * 60
    confirmed = ToilEntry.objects.get()
    assert (confirmed.started_at, confirmed.ended_at) == (HALF_PAST_FIVE, MONDAY.replace(hour=18))


def test_a20_custom_or_discarded(bob, payments, start, week):
    entries = []
    for _ in "two":
        start(bob, now=HALF_PAST_FIVE)
        entries.append(stop_timer(person=bob, by=bob, now=TUESDAY_AT_NINE))
    confirm_entry(entries[0], changes={"seconds": 45 * 60}, by=bob, now=LATER)
    dismiss_entry(entries[1], by=bob)
    assert week(payments).toil_seconds == 45 * 60


def test_when_a_review_is_due(bob, payments):
    def due(started, person=bob):
        return reviewed_from(person, started, UTC) - started

    assert due(MONDAY) == timedelta(hours=4)
    assert due(HALF_PAST_FIVE) == timedelta(hours=1)  # the end of the day and half an hour
    assert due(MONDAY.replace(hour=22)) == timedelta(hours=4)  # after hours
    assert due(MONDAY - timedelta(days=1)) == timedelta(hours=4)  # a Sunday
    assert due(HALF_PAST_FIVE, make_user(schedule=False)) == timedelta(hours=4)
    Absence.objects.create(user=bob, first_on=W10, last_on=W10)
    assert due(HALF_PAST_FIVE) == timedelta(hours=4)


def test_the_end_of_the_day_is_that_of_the_person(payments):
    kiri = make_user(team=payments, time_zone="Pacific/Auckland")
    started = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)  # 17:30 there
    assert reviewed_from(kiri, started, kiri.zone) - started == timedelta(hours=1)
    WorkSchedule.objects.update(window_end="16:00")
    assert reviewed_from(kiri, started, kiri.zone) - started == timedelta(hours=4)


def test_what_is_stopped_in_time_counts_with_everything_said(bob, payments, checkout, start, week):
    source = ToilSource.objects.create(
        slug="ingest", name="Ingest", team=payments, category="migration", service=checkout, trigger="page"
    )
    start(bob, source=source, link="https://tickets.example/1", occurrences=2)
    entry = stop_timer(person=bob, by=bob, now=MONDAY + timedelta(minutes=25, microseconds=5))
    assert (entry.status, entry.seconds, entry.started_at) == ("confirmed", 1500, MONDAY)
    assert (entry.category, entry.trigger, entry.service, entry.source) == (
        "migration",
        "page",
        checkout,
        source,
    )
    assert (entry.link, entry.occurrences) == ("https://tickets.example/1", 2)
    assert week(payments).toil_seconds == 1500
    (event,) = AuditEvent.objects.filter(verb__startswith="toil")
    assert (event.verb, event.changes["seconds"]) == ("toil_entry.logged", [None, 1500])


def test_what_runs_or_waits_stands_in_no_trail_before_it_counts(bob, start):
    start(bob, "Rotate the signing keys")
    discard_timer(person=bob, by=bob)
    start(bob, "Rotate the signing keys")
    held = stop_timer(person=bob, by=bob, now=MONDAY + timedelta(hours=9))
    edit_entry(held, changes={"text": "Rotate the other keys"}, by=bob, now=LATER)
    start(bob, "Look for the leak")
    gone = stop_timer(person=bob, by=bob, now=MONDAY + timedelta(hours=9))
    delete_entry(gone, by=bob)
    assert not AuditEvent.objects.filter(verb__startswith="toil").exists()
    held.refresh_from_db()
    confirm_entry(held, changes={"seconds": 1800}, by=bob, now=LATER)
    (event,) = AuditEvent.objects.filter(verb__startswith="toil")
    told = event.changes["text"], event.changes["seconds"]
    assert (event.verb, told) == ("toil_entry.confirmed", ([None, "Rotate the other keys"], [None, 1800]))


def test_a_second_tab_stops_the_timer_that_it_shows_or_none(web, api, bob, start):
    """bob's old tab shows the first timer; in a new one he has started another since."""
    (first, _), (second, _) = start(bob), start(bob, "Rotate certs", now=MONDAY + timedelta(minutes=10))
    page, program = web(bob), api(bob)
    with time_machine.travel(MONDAY + timedelta(minutes=30), tick=False):
        for button in ("stop", "discard"):
            said = page.post(
                f"/toil/timer/{button}/", {"timer": str(first.uuid)}, follow=True
            ).content.decode()
            assert "Another timer runs by now: “Rotate certs”. It was left alone." in said
            broken = page.post(f"/toil/timer/{button}/", {"timer": "x"}, follow=True).content.decode()
            assert "names no timer" in broken
        refused = program.post("/api/v1/timer/stop/", {"timer": str(first.uuid)})
        assert (refused.status_code, "Rotate certs" in refused.json()["detail"]) == (409, True)
        assert program.delete(f"/api/v1/timer/?timer={first.uuid}").status_code == 409
        assert program.post("/api/v1/timer/stop/", {"timer": "x"}).status_code == 400
        assert program.delete("/api/v1/timer/?timer=x").status_code == 400
        assert Timer.objects.get() == second
        assert page.get("/toil/").content.decode().count(f'name="timer" value="{second.uuid}"') == 2
        named = {"timer": program.get("/api/v1/timer/").json()["timer"]["id"]}
        assert program.post("/api/v1/timer/stop/", named).json()["seconds"] == 1200
        assert "No timer is running" in page.post("/toil/timer/stop/", named, follow=True).content.decode()
    gone = program.delete(f"/api/v1/timer/?timer={second.uuid}")  # a click that came late
    again = page.post("/toil/timer/discard/", {"timer": str(second.uuid)}, follow=True)
    (said,) = again.context["messages"]
    assert (gone.status_code, said.level_tag, said.message) == (204, "info", "No timer is running.")


def test_starting_a_second_stops_the_first(bob, start):
    start(bob)
    timer, stopped = start(bob, "Rotate certs", now=MONDAY + timedelta(minutes=10))
    assert (stopped.text, stopped.seconds) == ("Restart ingest", 600)
    assert Timer.objects.get() == timer
    _, none = start(bob, "Something else", now=MONDAY + timedelta(minutes=10))  # not a second later
    assert none is None
    assert (Timer.objects.get().text, ToilEntry.objects.count()) == ("Something else", 1)


def test_one_a_person_whatever_the_program_does(bob, payments, start):
    start(bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        Timer.objects.create(person=bob, team=payments, text="x", tz="UTC", started_at=MONDAY)


def test_without_one_there_is_nothing_to_stop_or_throw_away(bob, alice, start):
    with pytest.raises(Conflict, match="No timer is running"):
        stop_timer(person=bob, by=bob, now=MONDAY)
    assert not discard_timer(person=bob, by=bob)
    start(bob)
    with pytest.raises(Conflict, match="this very moment"):
        stop_timer(person=bob, by=bob, now=MONDAY)
    with pytest.raises(PermissionDenied):
        stop_timer(person=bob, by=alice, now=LATER)
    with pytest.raises(ValidationError):
        start(bob, "x" * 301)
    assert list(Timer.objects.visible_to(alice)) == []
    discard_timer(person=bob, by=bob)
    assert not Timer.objects.exists()
    assert not ToilEntry.objects.exists()


def test_after_a_holiday_a_day_is_held_and_no_more(bob, start):
    start(bob)
    entry = stop_timer(person=bob, by=bob, now=MONDAY + timedelta(days=20))
    assert (entry.status, entry.seconds) == ("needs_review", 86_400)


def test_clocks_that_change_meanwhile_do_not_change_what_ran(payments):
    dora = make_user(team=payments, time_zone="Europe/Berlin")
    began = datetime(2026, 3, 28, 23, tzinfo=ZoneInfo("Europe/Berlin"))
    start_timer(person=dora, team=payments, text="Failover", by=dora, now=began)
    entry = stop_timer(person=dora, by=dora, now=datetime(2026, 3, 29, 4, tzinfo=ZoneInfo("Europe/Berlin")))
    assert (entry.seconds, [piece.seconds for piece in entry.slices.all()]) == (240 * 60, [3600, 3 * 3600])


def test_the_bar_of_a_running_timer_is_on_every_page_about_toil_and_on_no_other(web, bob, payments, start):
    start(bob, "Restart ingest", now=datetime.now(UTC))
    of_team = [f"teams/payments/{page}" for page in ("", "quality/", "budget/", "survey/")]
    others = ["", "new/", "week/", "teams/", "pareto/", "ledger/", "reductions/", "sources/", "drivers/"]
    for page in (*of_team, *others, "imports/", "recurring/", "checkins/", "services/", "survey/"):
        assert web(bob).get(f"/toil/{page}").content.decode().count("Running timer") == 1, page
    assert "Running timer" not in web(bob).get("/incidents/").content.decode()


def test_a_program_starts_asks_and_stops_with_keys_against_doing_it_twice(api, bob, payments, checkout):
    url, key = "/api/v1/timer/", {"Idempotency-Key": "k1"}
    client = api(bob)
    with time_machine.travel(MONDAY, tick=False) as clock:
        assert client.get(url).json() == {"timer": None}
        assert client.post(f"{url}stop/").status_code == 409
        for line, words in (
            ("25 restart", "Leave the time"),
            ("@checkout", "few words"),
            ("x ^mon", "the day"),
        ):
            assert words in client.post(url, {"line": line}).json()["errors"]["line"][0]
        first = client.post(url, {"line": "restart ingest @checkout"}, headers=key)
        clock.shift(timedelta(minutes=10))
        again = client.post(url, {"line": "restart ingest @checkout"}, headers=key)
        assert (first.status_code, again.json()) == (201, first.json())
        timer = client.get(url).json()["timer"]
        assert (timer["seconds"], timer["service"], timer["needs_review"]) == (600, "checkout", False)
        second = client.post(url, {"line": "rotate certs"}).json()
        assert (second["stopped"]["seconds"], second["timer"]["text"]) == (600, "rotate certs")
        clock.shift(timedelta(hours=5))
        assert client.get(url).json()["timer"]["needs_review"] is True
        stopped = [client.post(f"{url}stop/", headers={"Idempotency-Key": "k2"}).json() for _ in "12"]
        assert stopped[0] == stopped[1]
        assert stopped[0]["status"] == "needs_review"
        client.post(url, {"line": "tidy up"})
        assert client.delete(url).status_code == 204
        assert client.delete(url).status_code == 204  # a request that came twice


def test_a_line_is_read_and_not_saved_and_repeats_are_offered(api, bob, payments, checkout, log):
    client = api(bob)
    with time_machine.travel(MONDAY, tick=False):
        for minutes, text in ((10, "Kick"), (20, "kick"), (27, "Kick"), (5, "Once"), (60, "Odd")):
            log(bob, payments, minutes=minutes, text=text, day=date(2026, 2, 27))
        log(bob, payments, minutes=9, text="Long ago", day=date(2026, 1, 27))
        found = client.get("/api/v1/toil/line/", {"line": "kick @checkout @nobody"}).json()
        assert found["parts"] == [
            {"name": "text", "words": "kick @nobody"},
            {"name": "service", "words": "checkout"},
        ]
        assert (found["left"], found["missing"], found["usual"]) == (["@nobody"], ["time"], None)
        assert client.get("/api/v1/toil/line/", {"line": "kick"}).json()["usual"]["duration"] == "20m"
        for wrong in ({"line": "25h x"}, {"line": " "}, {}, {"line": "x" * 401}, {"line": "5 x", "y": "1"}):
            assert client.get("/api/v1/toil/line/", wrong).status_code == 400
        repeats = client.get("/api/v1/toil/repeats/").json()
        assert [(row["name"], row["duration"], row["times"]) for row in repeats] == [
            ("Kick", "20m", 3),
            ("Odd", "1h", 1),
            ("Once", "5m", 1),
        ]
        url = f"/api/v1/toil-entries/{repeats[0]['entry']}/repeat/"
        logged = [
            client.post(url, {"duration": "20m"}, headers={"Idempotency-Key": "r"}).json() for _ in "12"
        ]
        assert logged[0] == logged[1]
        assert (logged[0]["text"], logged[0]["seconds"], logged[0]["local_date"]) == (
            "Kick",
            1200,
            "2026-03-02",
        )
        assert client.post(url, {"duration": "0"}).status_code == 400
