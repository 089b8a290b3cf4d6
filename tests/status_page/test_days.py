"""Windows in, days out: pure, with the clock as an argument."""

from datetime import UTC, datetime, timedelta

from apps.status_page.days import Day, Span, last_days, level_now

NOON = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)


def at(day, hour, minute=0):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def days(*spans):
    return {day.day.day: day for day in last_days(spans, NOON, count=5)}


def test_ninety_days_end_today_and_are_calm_without_windows():
    found = last_days([], NOON)
    assert len(found) == 90
    assert found[-1] == Day(NOON.date())
    assert {day.level for day in found} == {"operational"}


def test_a_window_over_midnight_colours_both_days_each_with_its_own_share():
    found = days(Span(at(7, 23), at(8, 1, 30), "partial"))
    assert (found[7].affected, found[8].affected) == (timedelta(hours=1), timedelta(hours=1, minutes=30))
    assert (found[6].level, found[7].level, found[8].level) == ("operational", "partial", "partial")


def test_what_overlaps_counts_once_and_the_worst_gives_the_colour():
    found = days(
        Span(at(8, 1), at(8, 3), "degraded"),
        Span(at(8, 2), at(8, 4), "down"),
        Span(at(8, 9), at(8, 10), "partial"),
    )
    assert (found[8].level, found[8].affected) == ("down", timedelta(hours=4))


def test_what_still_runs_reaches_to_now_and_what_is_to_come_does_not_show():
    found = days(Span(at(9, 22), None, "down"), Span(at(11, 0), None, "down"))
    assert (found[9].affected, found[9].is_running) == (timedelta(hours=2), False)
    assert (found[10].affected, found[10].is_running) == (timedelta(hours=12), True)


def test_a_window_that_ends_at_midnight_leaves_the_next_day_alone():
    assert days(Span(at(8, 22), at(9, 0), "down"))[9].level == "operational"


def test_what_was_looked_at_and_worked_is_calm():
    assert days(Span(at(8, 1), at(8, 3), "operational"))[8] == Day(at(8, 0).date())


def test_the_level_now_is_the_worst_of_what_runs_now():
    spans = [
        Span(at(9, 0), at(10, 11), "down"),
        Span(at(10, 11), None, "degraded"),
        Span(at(10, 13), None, "down"),
    ]
    assert level_now(spans, NOON) == "degraded"
    assert level_now([], NOON) == "operational"
