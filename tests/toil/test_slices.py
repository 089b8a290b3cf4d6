"""Spans as seconds of local days: the worked examples A7 to A9, A18, A22 and A23."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.toil.operations.drafts import settle_time
from apps.toil.periods import (
    Period,
    last_weeks,
    month_name,
    quarter_name,
    quarter_of,
    quarters_until,
    week_name,
)
from apps.toil.slices import BY_ENTRY, Span, attribute, days_of, elapsed_seconds, reading, seconds_outside

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


def at(text, zone=BERLIN, fold=0):
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


def split(start, end, zone):
    return {day: seconds for day, seconds, _ in days_of(start, end, zone)}


def minutes(start, end, zone=BERLIN):
    return {day: seconds // 60 for day, seconds in split(start, end, zone).items()}


def test_a7_an_entry_over_midnight_is_split_between_two_weeks():
    found = minutes(at("2026-03-08T22:30"), at("2026-03-09T01:30"))
    assert found == {date(2026, 3, 8): 90, date(2026, 3, 9): 90}
    assert [week_name(day) for day in found] == ["2026-W10", "2026-W11"]


def test_a8_the_spring_night_is_an_hour_shorter_than_the_clock_says():
    found = minutes(at("2026-03-28T23:00"), at("2026-03-29T04:00"))
    assert found == {date(2026, 3, 28): 60, date(2026, 3, 29): 180}


def test_a9_the_autumn_night_is_an_hour_longer_than_the_clock_says():
    assert minutes(at("2026-10-25T00:30"), at("2026-10-25T04:00")) == {date(2026, 10, 25): 270}


def test_a9b_the_hour_that_comes_twice_counts_twice():
    first_to_second = elapsed_seconds(at("2026-10-25T02:15"), at("2026-10-25T02:45", fold=1))
    both_first = elapsed_seconds(at("2026-10-25T02:15"), at("2026-10-25T02:45"))
    assert (first_to_second // 60, both_first // 60) == (90, 30)


def test_a9c_new_york_has_its_own_nights():
    spring = minutes(at("2026-03-08T00:00", NEW_YORK), at("2026-03-08T06:00", NEW_YORK), NEW_YORK)
    autumn = minutes(at("2026-11-01T00:00", NEW_YORK), at("2026-11-01T06:00", NEW_YORK), NEW_YORK)
    assert (list(spring.values()), list(autumn.values())) == ([300], [420])


def test_a18_seconds_claimed_twice_are_split_equally():
    a = Span("A", at("2026-03-03T10:00"), at("2026-03-03T11:00"), BERLIN)
    b = Span("B", at("2026-03-03T10:30"), at("2026-03-03T12:00"), BERLIN)
    found = {key: seconds // 60 for (key, _), seconds in attribute([a, b]).items()}
    assert found == {"A": 45, "B": 75}


def test_a18_three_identical_hours_are_twenty_minutes_each():
    same = [Span(key, at("2026-03-03T10:00"), at("2026-03-03T11:00"), BERLIN) for key in "ABC"]
    assert set(attribute(same).values()) == {1200}


def test_a22_the_local_date_decides_the_week():
    start = at("2026-03-08T23:00", LOS_ANGELES)
    assert start.astimezone(UTC) == datetime(2026, 3, 9, 6, tzinfo=UTC)
    found = split(start, start.astimezone(UTC).replace(minute=45), LOS_ANGELES)
    assert {week_name(day): seconds for day, seconds in found.items()} == {"2026-W10": 45 * 60}


def test_a23_new_years_day_belongs_to_the_old_year_by_week_only():
    day = date(2027, 1, 1)
    assert (week_name(day), month_name(day), quarter_name(day)) == ("2026-W53", "2027-01", "2027-Q1")


def test_a_day_that_a_zone_skipped_has_no_piece():
    apia = ZoneInfo("Pacific/Apia")
    found = split(at("2011-12-29T23:00", apia), at("2011-12-31T01:00", apia), apia)
    assert found == {date(2011, 12, 29): 3600, date(2011, 12, 31): 3600}


def test_a_zone_that_skips_midnight_begins_its_day_at_one():
    cairo = ZoneInfo("Africa/Cairo")
    found = split(at("2026-04-23T23:00", cairo), at("2026-04-24T02:00", cairo), cairo)
    assert found == {date(2026, 4, 23): 3600, date(2026, 4, 24): 3600}


def test_what_lies_in_the_working_window_is_told_from_the_rest():
    ends, window = (at("2026-03-03T17:00"), at("2026-03-03T20:00")), (time(9), time(18))
    found = [
        seconds_outside(counts, 3 * 3600, date(2026, 3, 3), ends, window, BERLIN) for counts in (10800, 5, 1)
    ]
    assert found == [7200, 3, 1]


def test_a_window_that_opens_while_the_clocks_change_opens_at_one_moment():
    readings = [reading(date(2026, *day), time(2, 30), BERLIN) for day in ((3, 29), (10, 25))]
    assert readings == [datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)]


def test_a_piece_knows_the_second_of_its_day_unless_the_clocks_change_about_it():
    plain = list(days_of(at("2026-03-08T22:30"), at("2026-03-09T01:30"), BERLIN))
    changing = list(days_of(at("2026-03-27T22:30"), at("2026-03-28T01:30"), BERLIN))
    assert [begins for _, _, begins in plain] == [22 * 3600 + 1800, 0]
    assert [begins for _, _, begins in changing] == [22 * 3600 + 1800, BY_ENTRY]


def test_quarters_follow_each_other_without_gap():
    found = quarters_until(date(2026, 5, 20), 4)
    assert [quarter_name(part.start) for part in found] == ["2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2"]
    assert all(before.end == after.start for before, after in pairwise(found))


def test_a_period_of_weeks_ends_with_the_week_of_its_day():
    assert last_weeks(date(2026, 3, 4), 2) == Period(date(2026, 2, 23), date(2026, 3, 9))
    assert quarter_of(date(2026, 12, 31)).mondays[0] == date(2026, 9, 28)


moments = st.integers(min_value=0, max_value=364 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from([BERLIN, NEW_YORK, ZoneInfo("Asia/Kolkata"), ZoneInfo("Pacific/Auckland")])
lengths = st.integers(min_value=1, max_value=24 * 3600)
steady = settings(derandomize=True, max_examples=60, deadline=None)


def span(key, start, seconds, zone):
    return Span(key, start, start + timedelta(seconds=seconds), zone)


@steady
@given(moments, lengths, zones)
def test_the_days_of_a_span_add_up_to_its_length(start, seconds, zone):
    assert sum(split(start, span(0, start, seconds, zone).end, zone).values()) == seconds


@steady
@given(
    st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1), date(2006, 10, 29)]),
    st.integers(-2 * 86_400, 2 * 86_400),
    lengths,
    st.sampled_from([BERLIN, ZoneInfo("America/St_Johns"), ZoneInfo("Pacific/Auckland")]),
    st.tuples(st.times(), st.times()),
)
def test_the_second_of_the_day_says_of_a_working_window_what_the_interval_says(
    day, from_noon, length, zone, window
):
    """Also where the clocks fall back over midnight, as they did in Newfoundland."""
    start = datetime.combine(day, time(12), UTC) + timedelta(seconds=from_noon)
    end = start + timedelta(seconds=length)
    opens, closes = sorted(at.replace(microsecond=0) for at in window)
    for local, seconds, begins in days_of(start, end, zone):
        whole = seconds_outside(seconds, seconds, local, (start, end), (opens, closes), zone)
        first, last = (at.hour * 3600 + at.minute * 60 + at.second for at in (opens, closes))
        inside = max(0, min(begins + seconds, last) - max(begins, first))
        assert begins == BY_ENTRY or whole == seconds - inside


times = st.one_of(st.none(), st.integers(-400_000, 400_000))


@steady
@given(times, times, times, st.one_of(st.none(), st.integers(-400, 400)), zones)
def test_no_entry_is_longer_than_a_day_empty_or_from_the_future(seconds, start, end, days, zone):
    """Whatever is given is refused, or is none of these."""
    now = datetime(2026, 3, 29, 12, tzinfo=UTC)
    given_times = {
        "seconds": seconds,
        "local_date": None if days is None else now.date() + timedelta(days=days),
        "started_at": None if start is None else now + timedelta(seconds=start),
        "ended_at": None if end is None else now + timedelta(seconds=end),
    }
    try:
        found = settle_time(given_times, str(zone), now)
    except ValidationError:
        return
    assert 0 < found["seconds"] <= 86_400
    assert found["local_date"] <= now.astimezone(zone).date()
    if found["ended_at"]:
        assert found["ended_at"] <= now
        assert elapsed_seconds(found["started_at"], found["ended_at"]) == found["seconds"]


@steady
@given(st.lists(st.tuples(st.integers(0, 40_000), lengths), min_size=1, max_size=6), zones, st.randoms())
def test_shares_add_up_to_the_union_in_whatever_order_the_spans_come(given_spans, zone, random):
    base = datetime(2026, 3, 28, 12, tzinfo=UTC)
    spans = [
        span(key, base + timedelta(seconds=offset), seconds, zone)
        for key, (offset, seconds) in enumerate(given_spans)
    ]
    shares = attribute(spans)
    covered = set()
    for one in spans:
        covered |= set(range(int(one.start.timestamp()), int(one.end.timestamp())))
    assert sum(shares.values()) == len(covered)
    shuffled = spans[:]
    random.shuffle(shuffled)
    assert attribute(shuffled) == shares
