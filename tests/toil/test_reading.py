"""The quick line as bob means it: every row of its table from the typed words to what is stored, and its chips."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from apps.toil.lines.chips import chips_of
from apps.toil.lines.durations import Unreadable
from apps.toil.lines.reading import read_for
from apps.toil.models import ToilSource
from apps.toil.operations import log_entry
from apps.toil.recurring.usual import usual_time
from tests.factories import make_action_item, make_incident, make_service

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 12, 15, tzinfo=UTC)  # a Thursday, 16:00 in Berlin


@pytest.fixture
def bob(bob):
    bob.time_zone = "Europe/Berlin"
    bob.save()
    return bob


@pytest.fixture
def names(payments):
    """What the lines of the table name."""
    for slug in ("payments", "api", "db"):
        make_service(slug=slug, name=slug.upper(), owner_team=payments)
    ToilSource.objects.create(slug="quota", name="Quota tickets", team=payments, category="business_process")
    for row, key in ((make_incident(), "INC-12"), (make_action_item(), "ACT-7")):
        type(row).objects.filter(pk=row.pk).update(number=int(key[4:]), key=key)


def read(person, line, now=NOW):
    return read_for(person, line, zone=BERLIN, now=now)


def chips(person, line, now=NOW):
    return {chip.name: chip.words for chip in chips_of(read(person, line, now).said, BERLIN)}


TABLE = [
    ("25 restart ingest @payments", {"time": "25 min", "text": "restart ingest", "service": "payments"}),
    (
        "1:30 cert rotation ^yesterday",
        {"time": "1 h 30 min", "text": "cert rotation", "day": "Wed 11 Mar 2026"},
    ),
    (
        "1,5h quota tickets #quota x6",
        {"time": "1 h 30 min", "text": "quota tickets", "source": "Quota tickets", "occurrences": "6 times"},
    ),
    ("3x10m kick stuck job", {"time": "30 min", "text": "kick stuck job", "occurrences": "3 times"}),
    ("30m kick stuck job x3", {"time": "30 min", "text": "kick stuck job", "occurrences": "3 times"}),
    (
        "14:00-14:25 rollback @api +INC-12",
        {
            "time": "25 min",
            "text": "rollback",
            "day": "Thu 12 Mar 2026, 14:00 to 14:25",
            "service": "api",
            "incident": "INC-12",
        },
    ),
    (
        "23:30-00:15 page @db ^2026-03-08",
        {"time": "45 min", "text": "page", "day": "Sun 8 Mar 2026, 23:30 to 00:15", "service": "db"},
    ),
    ("2 check backups", {"time": "2 min", "text": "check backups"}),
    ("restart ingest", {"text": "restart ingest"}),
    (
        "10 ask +ACT-7 +https://tickets.example/4711?a=b !chat ~payments #interrupt ^mon",
        {
            "time": "10 min",
            "day": "Mon 9 Mar 2026",
            "text": "ask",
            "team": "Payments",
            "category": "Production interrupt",
            "trigger": "Chat or mail request",
            "item": "ACT-7",
            "link": "https://tickets.example/4711?a=b",
        },
    ),
    (
        '5 "25 @payments #quota last" x2 "x3"',
        {"time": "5 min", "text": "25 @payments #quota last x3", "occurrences": "2 times"},
    ),
    (
        "02:15a-02:45b db failover ^2025-10-26",
        {
            "time": "1 h 30 min",
            "text": "db failover",
            "day": "Sun 26 Oct 2025, 02:15 (first time) to 02:45 (second time)",
        },
    ),
    (
        "02:45a-02:15b db failover ^2025-10-26",
        {
            "time": "30 min",
            "text": "db failover",
            "day": "Sun 26 Oct 2025, 02:45 (first time) to 02:15 (second time)",
        },
    ),
]


@pytest.mark.usefixtures("names")
def test_every_row_of_the_table_is_read_as_it_stands(bob):
    assert [(line, chips(bob, line)) for line, _ in TABLE] == TABLE


@pytest.mark.usefixtures("names")
def test_the_night_row_is_stored_as_thirty_and_fifteen_minutes(bob, payments):
    said = read(bob, "23:30-00:15 page @db ^2026-03-08").said
    entry = log_entry(person=bob, team=payments, by=bob, now=NOW, **said)
    pieces = [(piece.local_date, piece.seconds // 60) for piece in entry.slices.all()]
    assert pieces == [(date(2026, 3, 8), 30), (date(2026, 3, 9), 15)]


@pytest.mark.usefixtures("names")
def test_a_word_that_only_looks_like_a_token_is_kept_and_told(bob):
    found = read(bob, "5m ask @nobody ~nowhere +INC-99 !unheard #quota #quota ^someday mail@example.com +")
    assert found.said["text"] == "ask @nobody ~nowhere +INC-99 !unheard #quota ^someday mail@example.com +"
    assert found.left == ["@nobody", "~nowhere", "+INC-99", "!unheard", "#quota", "^someday"]


@pytest.mark.usefixtures("names")
def test_a_line_that_cannot_be_meant_names_the_reason(bob):
    said = {}
    for line in REFUSED:
        with pytest.raises(Unreadable) as refusal:
            read(bob, line)
        said[line] = str(refusal.value)
    assert dict.fromkeys(REFUSED, True) == {line: REFUSED[line] in said[line] for line in REFUSED}, said


REFUSED = {
    "0 x": "more than zero",
    "25h x": "at most 24 hours",
    "-5 x": "more than zero",
    "10:00-09:00 x": "end comes before the start",
    "02:15-02:45 x ^2025-10-26": "came twice",
    "02:15b-02:45a x ^2025-10-26": "came before",
    "02:30-04:00 x ^2026-03-29": "does not exist",
    "5m x ^2026-02-30": "not a date",
    "14:00-25:00 x": "not a time",
    "25m moved the 14:00-15:00 slot": "says twice how long",
    "tidy up last": "nothing yet today",
    "tidy up last ^yesterday": "means today",
}


def test_last_reaches_from_the_end_of_the_entry_before_to_now(bob, payments, log):
    at = {hour: NOW.replace(hour=hour) for hour in range(8, 16)}
    log(bob, payments, started_at=at[12], ended_at=at[13])
    log(
        bob, payments, started_at=at[14], ended_at=at[15], status="needs_review"
    )  # nobody knows whether it was so
    found = chips(bob, "look for the lost file last")
    assert (found["time"], found["day"]) == ("2 h", "Thu 12 Mar 2026, 14:00 to 16:00")
    assert found["text"] == "look for the lost file"
    with pytest.raises(Unreadable, match="ended at 14:00, more than four hours ago"):
        read(bob, "look for it last", now=NOW.replace(hour=17, minute=1))
    assert chips(bob, "20 look at last")["text"] == "look at last"  # the time is said already
    assert chips(bob, "last backup is broken")["text"] == "last backup is broken"
    assert chips(bob, 'why did it "last"')["text"] == "why did it last"


def test_last_of_somebody_else_follows_their_entry_as_far_as_the_writer_may_read(
    bob, alice, payments, log, api, time_machine
):
    at = {hour: NOW.replace(hour=hour) for hour in range(12, 15)}
    log(alice, payments, started_at=at[13], ended_at=at[14])
    log(bob, payments, started_at=at[12], ended_at=at[13])
    time_machine.move_to(NOW, tick=False)
    sent = {"line": "look for the lost file last", "person": "bob", "team": "payments"}
    refused = api(alice).post("/api/v1/toil-entries/", sent)
    assert refused.status_code == 400
    assert refused.json()["errors"]["line"] == [
        "Bob logged nothing today that you may read and that this could follow. Say how long it took."
    ]
    type(payments).objects.update(leads_read_entries=True)
    reader = type(alice).objects.get(pk=alice.pk)  # who has not looked at her teams yet
    entry = api(reader).post("/api/v1/toil-entries/", sent).json()
    assert (entry["person"], entry["seconds"]) == ("bob", 7200)  # since bob's, not since alice's


def test_a_line_without_a_time_is_asked_for_it_with_the_usual_one(bob, alice, payments, log, names):
    source = ToilSource.objects.get()
    for minutes in (10, 30, 25, 21):
        log(alice, payments, minutes=minutes, day=date(2026, 3, 2), source=source, text="Raise a quota")
    for minutes in (5, 7):
        log(bob, payments, minutes=minutes, day=date(2026, 3, 2), text="Kick it")
    log(bob, payments, minutes=60, day=date(2026, 3, 2), text="Kick it", status="suggested")

    def usual(line):
        found = usual_time(bob, read(bob, line).said, now=NOW)
        return found and (found.seconds // 60, found.of)

    assert usual("raise #quota") == usual("quota TICKETS") == (23, "Quota tickets")
    assert usual("kick IT @api") == (6, "“kick IT”")
    assert usual("something new") is None
    assert usual("Raise a quota") is None  # what others wrote is theirs
