"""The quick line: every row of its table, and what must not be guessed."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.toil.lines.clock import Clock, moments, read_clock, read_times, spell_times
from apps.toil.lines.durations import Unreadable, read_duration, spell_duration
from apps.toil.lines.grammar import Known, category_named, named, read_line
from apps.toil.slices import elapsed_seconds

TODAY = date(2026, 3, 4)  # a Wednesday
KNOWN = Known(services={"payments", "api", "db"}, teams={"search"}, incidents={"INC-12"})
BERLIN = ZoneInfo("Europe/Berlin")


def read(line):
    return read_line(line, today=TODAY, known=KNOWN)


def length(line):
    found = read(line)
    ends = moments(found.day or TODAY, found.start, found.end, BERLIN)
    return elapsed_seconds(*ends) // 60


def test_a_bare_number_is_minutes():
    found = read("25 restart ingest @payments")
    assert (found.seconds, found.text, found.service, found.day) == (1500, "restart ingest", "payments", None)


def test_hours_and_minutes_yesterday():
    found = read("1:30 cert rotation ^yesterday")
    assert (found.seconds, found.text, found.day) == (5400, "cert rotation", date(2026, 3, 3))


def test_a_decimal_comma_and_a_count():
    found = read("1,5h quota tickets #quota x6")
    assert (found.seconds, found.occurrences) == (5400, 6)
    assert found.text == "quota tickets #quota"  # no such category: it stays, nothing is guessed


def test_a_count_times_a_duration():
    found = read("3x10m kick stuck job")
    assert (found.seconds, found.occurrences, found.text) == (1800, 3, "kick stuck job")


def test_a_count_after_the_text_leaves_the_total_alone():
    found = read("30m kick stuck job x3")
    assert (found.seconds, found.occurrences) == (1800, 3)


def test_an_interval_with_service_and_incident():
    found = read("14:00-14:25 rollback @api +INC-12")
    assert (found.start, found.end, found.service, found.incident) == (
        Clock(14, 0),
        Clock(14, 25),
        "api",
        "INC-12",
    )
    assert length("14:00-14:25 rollback @api +INC-12") == 25


def test_an_interval_over_midnight():
    found = read("23:30-00:15 page @db ^2026-03-08")
    assert (found.day, found.text) == (date(2026, 3, 8), "page")
    assert length("23:30-00:15 page @db ^2026-03-08") == 45


def test_two_is_two_minutes():
    assert read("2 check backups").seconds == 120


def test_without_a_time_only_the_time_is_missing():
    found = read("restart ingest")
    assert (found.seconds, found.start, found.text) == (None, None, "restart ingest")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("0 x", "more than zero"),
        ("25h x", "at most 24 hours"),
        ("-5 x", "more than zero"),
        ("4x7h x", "at most 24 hours"),
        ("25:00-26:00 x", "not a time"),
        ("5m x ^2026-02-30", "not a date"),
        ("23:00-24:00 x ^9999-12-31", "between 1970 and 2100"),
        ("00:30-01:00 x ^0001-01-01", "between 1970 and 2100"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_reason(line, reason):
    with pytest.raises(Unreadable, match=reason):
        read(line)


def test_an_end_before_the_start_means_overnight_only_up_to_eight_hours():
    with pytest.raises(Unreadable, match="end comes before the start"):
        length("10:00-09:00 x")
    assert length("22:00-06:00 x") == 480


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("25", 1500),
        ("25m", 1500),
        ("25 min", 1500),
        ("1h", 3600),
        ("1h30", 5400),
        ("1h30m", 5400),
        ("1 h 30 min", 5400),
        ("1.5h", 5400),
        ("0,25h", 900),
        ("90 minutes", 5400),
        ("24h", 86400),
    ],
)
def test_durations_are_read_as_people_write_them(text, seconds):
    assert read_duration(text) == (seconds, 1)


@pytest.mark.parametrize("text", ["", "h", "soon", "1:75", "x3", "3x", "10m20", "1e3", "٣"])
def test_what_is_no_duration_is_none(text):
    assert read_duration(text) is None


@pytest.mark.parametrize("seconds", [60, 1500, 3600, 5400, 86400, 20, 61, 3601])
def test_a_duration_is_spelled_as_it_is_read(seconds):
    assert read_duration(spell_duration(seconds)) == (seconds, 1)


def test_a_spaced_unit_belongs_to_the_time():
    found = read("25 min restart ingest")
    assert (found.seconds, found.text) == (1500, "restart ingest")
    assert read("2 hosts restarted").text == "hosts restarted"


def test_marked_parts_come_in_any_order():
    found = read("20m ~search #interrupt !page rerun export ^mon @api")
    assert (found.team, found.category, found.trigger) == ("search", "production_interrupt", "page")
    assert (found.text, found.day, found.service) == ("rerun export", date(2026, 3, 2), "api")


def test_what_is_not_known_stays_in_the_text():
    found = read("5m ask @nobody ~nowhere +INC-99 !unheard ^someday x0 mail@example.com")
    assert found.text == "ask @nobody ~nowhere +INC-99 !unheard ^someday x0 mail@example.com"


def test_quoted_words_are_never_read():
    assert read('5m "@payments #other" check').text == "@payments #other check"


def test_a_weekday_is_the_latest_such_day():
    assert read("5m x ^wed").day == TODAY
    assert read("5m x ^thu").day == date(2026, 2, 26)


def test_names_behind_a_mark_are_found_before_they_are_looked_up():
    assert named('5m @api ~search "@quoted" @ x@y', "@") == {"api"}


def test_a_category_is_found_by_any_word_of_its_name():
    assert category_named("migration") == "migration"
    assert category_named("production-interrupt") == category_named("INTERRUPT") == "production_interrupt"
    assert category_named("nonsense") == ""


def test_a_time_that_comes_twice_asks_which():
    start, end = read_times("02:15-02:45")
    with pytest.raises(Unreadable, match="came twice"):
        moments(date(2026, 10, 25), start, end, BERLIN)
    first, second = (moments(date(2026, 10, 25), *read_times(f"02:15a-02:45{turn}"), BERLIN) for turn in "ab")
    assert (elapsed_seconds(*first) // 60, elapsed_seconds(*second) // 60) == (30, 90)
    assert spell_times(*second, BERLIN) == "02:15a-02:45b"
    to_the_second = tuple(one + timedelta(seconds=37) for one in second)
    assert spell_times(*to_the_second, BERLIN) == "02:15:37a-02:45:37b"
    assert moments(date(2026, 10, 25), *read_times("02:15:37a-02:45:37b"), BERLIN) == to_the_second


def test_a_time_that_never_came_is_refused():
    with pytest.raises(Unreadable, match="does not exist"):
        moments(date(2026, 3, 29), read_clock("02:30"), read_clock("04:00"), BERLIN)


def test_a_day_may_end_at_twenty_four():
    ends = moments(TODAY, *read_times("00:00-24:00"), BERLIN)
    assert elapsed_seconds(*ends) == 86400
