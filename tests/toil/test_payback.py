"""R1-R4 and the verdicts of 3.3: what a plan would bring, and what it brought."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from apps.core.templatetags.times import half_up
from apps.toil.reductions.effect import Effect, Lack, Window, baseline, judge, lack, reduction, weeks_after
from apps.toil.reductions.payback import Plan, payback


@pytest.mark.parametrize(
    ("name", "week", "plan", "saved", "net_weekly", "weeks", "net_hours", "roi"),
    [
        ("R1", (150, 6), Plan(Fraction(9, 10), 2400, 12, 5, 4), 162, 150, "16.0", "80.0", "1.61"),
        ("R2", (10, 1), Plan(Fraction(1), 480, 15, 0, 4), 10, -5, None, "-12.0", "-0.60"),
        ("R3", (30, 2), Plan(Fraction(1, 2), 600, 5, 10, 2), 25, 20, "30.0", "6.7", "0.47"),
    ],
)
def test_what_a_plan_would_bring(name, week, plan, saved, net_weekly, weeks, net_hours, roi):
    found = payback(Fraction(week[0]), Fraction(week[1]), plan)
    assert (found.saved, found.net_weekly) == (saved, net_weekly)
    assert (None if found.weeks is None else str(half_up(found.weeks))) == weeks
    assert str(half_up(found.net / 60)) == net_hours
    assert str(half_up(found.roi, 2)) == roi


def test_R4_a_minute_saved_each_week_pays_for_four_hours_in_five_years():
    found = payback(Fraction(1), Fraction(0), Plan(Fraction(1), 0, lead_weeks=0, horizon_weeks=260))
    assert str(half_up((found.net + found.spent) / 60, 2)) == "4.33"
    assert payback(Fraction(10), Fraction(0), Plan(Fraction(1), 480, maintenance_minutes=15)).weeks is None


BEFORE = [150, 160, 140, 155, 145, 150, 300, 150]
AFTER = [20, 10, 30, 20]


def window(minutes, beside=0, coverage=Fraction(9, 10)):
    return Window([Fraction(n) for n in minutes], [Fraction(beside)] * len(minutes), coverage)


def test_the_example_is_verified_and_paid_back_in_twenty_weeks():
    before, after = window(BEFORE), window(AFTER)
    assert (before.usual, after.usual) == (150, 20)
    assert str(half_up(100 * reduction(before, after))) == "86.7"
    assert judge(before, after, Fraction(9, 10)) == Effect.VERIFIED
    assert str(half_up(Fraction(2400) / (before.usual - after.usual - 12))) == "20.3"


@pytest.mark.parametrize(
    ("before", "after", "expected", "earlier", "said"),
    [
        (window(BEFORE), window([42] * 4), Fraction(9, 10), None, Effect.VERIFIED),  # 72 % is 0.8 of 90 %
        (window(BEFORE), window([43] * 4), Fraction(9, 10), None, Effect.PARTIAL),
        (
            window(BEFORE),
            window([109] * 4),
            Fraction(9, 10),
            None,
            Effect.PARTIAL,
        ),  # 27.3 %, and 27 % is 0.3 of 90 %
        (window(BEFORE), window([110] * 4), Fraction(9, 10), None, Effect.NOT_REDUCED),
        (window(BEFORE), window([110] * 12), Fraction(9, 10), Effect.VERIFIED, Effect.REGRESSED),
        (window(BEFORE), window([110] * 12), Fraction(9, 10), Effect.PARTIAL, Effect.NOT_REDUCED),
        (window(BEFORE), window([20] * 3), Fraction(9, 10), None, Effect.INSUFFICIENT),
        (window(BEFORE[:3]), window(AFTER), Fraction(9, 10), None, Effect.INSUFFICIENT),
        (
            window(BEFORE),
            window(AFTER, coverage=Fraction(69, 100)),
            Fraction(9, 10),
            None,
            Effect.INSUFFICIENT,
        ),
        (window(BEFORE, coverage=None), window(AFTER), Fraction(9, 10), None, Effect.INSUFFICIENT),
        (
            window(BEFORE, coverage=Fraction(1)),
            window(AFTER, coverage=Fraction(84, 100)),
            Fraction(9, 10),
            None,
            Effect.INSUFFICIENT,
        ),
        (
            window(BEFORE, coverage=Fraction(1)),
            window(AFTER, coverage=Fraction(85, 100)),
            Fraction(9, 10),
            None,
            Effect.VERIFIED,
        ),
        (window(BEFORE, beside=10), window(AFTER, beside=42), Fraction(9, 10), None, Effect.VERIFIED),
        (
            window(BEFORE, beside=10),
            window(AFTER, beside=43),
            Fraction(9, 10),
            None,
            Effect.DISPLACED,
        ),  # 33 of 130
        (window([0] * 8), window([0] * 4), Fraction(9, 10), None, Effect.INSUFFICIENT),
    ],
)
def test_a_verdict_asks_for_enough_weeks_for_logs_and_looks_next_door(before, after, expected, earlier, said):
    assert judge(before, after, expected, earlier=earlier) == said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (window(BEFORE[:3]), window(AFTER), Lack.FEW_WEEKS),
        (window([0] * 8), window(AFTER), Lack.NOTHING_BEFORE),
        (window(BEFORE, coverage=None), window(AFTER), Lack.NO_CAPACITY),
        (window(BEFORE, coverage=Fraction(6, 10)), window(AFTER), Lack.UNCONFIRMED_BEFORE),
        (window(BEFORE), window(AFTER, coverage=Fraction(4, 10)), Lack.UNCONFIRMED_SINCE),
        (window(BEFORE, coverage=Fraction(1)), window(AFTER, coverage=Fraction(84, 100)), Lack.UNLIKE),
        (window(BEFORE), window(AFTER), None),
    ],
)
def test_what_is_missing_for_a_verdict_has_a_name(before, after, said):
    assert lack(before, after) == said
    assert (judge(before, after, Fraction(9, 10)) == Effect.INSUFFICIENT) == (said is not None)


def test_weeks_before_and_after_are_complete_and_leave_out_what_set_it_off():
    started = date(2026, 5, 6)  # a Wednesday
    mondays = baseline(started, promised_on=date(2026, 4, 22), first_logged=date(2025, 1, 1))
    assert len(mondays) == 8
    assert (mondays[0], mondays[-1]) == (date(2026, 3, 2), date(2026, 4, 27))
    assert date(2026, 4, 20) not in mondays
    assert baseline(started, started, date(2026, 4, 15)) == [
        date(2026, 4, 13) + timedelta(weeks=n) for n in range(3)
    ]
    assert baseline(started, started, None) == []
    done = date(2026, 5, 13)  # a Wednesday: the week from the 18th passes, the next one counts
    assert weeks_after(done, date(2026, 5, 31)) == []
    assert weeks_after(done, date(2026, 6, 1)) == [date(2026, 5, 25)]
    assert weeks_after(date(2026, 5, 11), date(2026, 6, 1)) == [date(2026, 5, 18), date(2026, 5, 25)]
    assert len(weeks_after(done, date(2027, 6, 1))) == 12
