"""Levels with hysteresis (A26) and the hours of a quarter: compared exactly, whatever is shown."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.toil.budgets.levels import CALM_WEEKS, Level, walk
from apps.toil.budgets.quarter import QuarterBudget
from apps.toil.number import Number
from apps.toil.percent import Share
from apps.toil.periods import Period
from tests.toil.conftest import W10

CAP = Decimal(50)


def week(pct, hours=40, *, confirmed=0, reported=None):
    """A week of `hours` with so much logged, in percent; `confirmed` of it belongs to those who confirmed."""
    seconds, capacity = Fraction(pct) * hours * 36, Decimal(hours * 60)
    said = capacity * confirmed / 100
    theirs = Fraction(pct if reported is None else reported) * Fraction(said) * 60 / 100
    return Number(int(seconds), capacity, int(theirs), said, int((capacity - said) * 60))


def after(*numbers, cap=CAP):
    """The standings after each of the weeks: numbers, or percent of 40 hours."""
    weeks = [number if isinstance(number, Number) else week(number) for number in numbers]
    return walk([(W10 + timedelta(weeks=n), number) for n, number in enumerate(weeks)], cap)


def levels(*numbers):
    return [standing.level.value for standing in after(*numbers)]


def test_a26_four_weeks_together_warn_and_one_spike_does_not():
    last = after(52, 48, 55, 51)[-1]
    assert (last.short.floor.shown(), last.level) == ("51.5%", Level.WARN)
    spike = after(70, 30, 30, 30)
    assert (spike[-1].short.floor.shown(), spike[-1].level) == ("40.0%", Level.WITHIN)
    assert (spike[0].week.floor.is_over(CAP), spike[0].level) == (True, Level.WITHIN)
    assert after(week(52, 40), week(48, 160), 0, 0)[1].week.floor.shown() == "48.0%"
    two = [week(52, 40), week(48, 160)]
    assert (two[0] + two[1]).floor.shown() == "48.8%"


def test_a16_the_cap_is_compared_exactly_over_windows_too():
    over, under = Number(4 * 1201 * 60, Decimal(9600)), Number(4 * 1199 * 60, Decimal(9600))
    still = Number(0, Decimal(0))
    assert after(over, still, still, still)[-1].level == Level.WARN
    assert after(under, still, still, still)[-1].level == Level.WITHIN
    assert levels(50, 50, 50, 50)[-1] == "within"  # the cap itself is kept


def test_three_weeks_are_no_four_and_weeks_before_the_first_person_say_nothing():
    assert levels(90, 90, 90)[-1] == "within"
    nobody = Number(3600, Decimal(0))
    assert levels(nobody, nobody, 90, 90, 90)[-1] == "within"
    assert len(after(nobody, nobody, 90)) == 1


def test_thirteen_weeks_over_the_cap_are_a_breach():
    found = levels(*[51] * 13)
    assert (found[3], found[11], found[12]) == ("warn", "warn", "breach")


def test_a_level_is_left_after_four_calm_weeks_and_not_before():
    found = after(60, 60, 60, 60, *[44] * 9)
    assert [standing.level.value for standing in found[3:]] == ["warn"] * 7 + ["within"] * 3
    assert [standing.calm for standing in found[6:11]] == [0, 1, 2, 3, CALM_WEEKS]


def test_five_points_below_means_more_than_five():
    assert levels(60, 60, 60, 60, *[45] * 20)[-1] == "warn"
    assert levels(60, 60, 60, 60, *[Fraction(4499, 100)] * 20)[-1] == "within"


def test_one_week_that_is_not_calm_begins_the_count_again():
    rising = [60, 60, 60, 60, 40, 40, 40, 40, 40, 40, 62]  # four together: 45.5
    found = after(*rising)
    assert (found[-2].calm, found[-1].calm, found[-1].level) == (3, 0, Level.WARN)


def test_a_breach_that_was_left_is_not_raised_again_by_the_weeks_that_made_it():
    found = after(*[70] * 13, *[40] * 12)
    names = [standing.level.value for standing in found]
    assert (names[12], names[-1]) == ("breach", "within")
    left = names.index("within", 12)
    assert found[left].long.floor.is_over(CAP)  # and yet
    assert set(names[left:]) == {"within"}
    again = after(*[70] * 13, *[40] * 8, 90, 90, 90)[-1]
    assert again.level == Level.BREACH  # four together are over the cap again


def test_what_is_reported_by_enough_people_warns_with_probably():
    likely = week(40, confirmed=70, reported=56)
    assert levels(*[likely] * 4)[-1] == "likely_warn"
    assert levels(*[likely] * 13)[-1] == "likely_breach"
    assert levels(*[week(40, confirmed=69, reported=57)] * 13)[-1] == "within"
    assert levels(*[likely] * 4, *[week(30, confirmed=70, reported=40)] * 7)[-1] == "within"
    assert levels(*[likely] * 4, *[week(33, confirmed=70, reported=46)] * 20)[-1] == "likely_warn"


def test_a14_what_is_only_possible_warns_nobody():
    silent = Number(50 * 3600, Decimal(9600), 50 * 3600, Decimal(7200), 40 * 3600)
    assert set(levels(*[silent] * 20)) == {"within"}


def test_weeks_in_which_nobody_is_there_change_nothing():
    away = Number(0, Decimal(0))
    assert levels(60, 60, 60, 60, *[away] * 20)[-1] == "warn"


def test_thin_coverage_is_told_after_two_weeks_and_a_week_without_people_does_not_count():
    def thin(*shares):
        return [standing.is_thin for standing in after(*(week(10, confirmed=share) for share in shares))]

    assert thin(59, 59, 60, 59) == [False, True, False, False]
    low, away = week(10, confirmed=59), Number(0, Decimal(0))
    assert [standing.is_thin for standing in after(low, away, low)] == [False, False, True]


percents = st.lists(st.integers(0, 100), min_size=1, max_size=40)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(percents, st.integers(1, 40))
def test_a_level_follows_from_the_weeks_before_it_and_never_flaps(shares, cut):
    found = after(*shares)
    assert after(*shares[:cut]) == found[:cut]
    for before, now in pairwise(found):
        if now.level.rank < before.level.rank:
            assert now.calm >= CALM_WEEKS
            assert not now.short.floor.is_over(CAP)


Q1 = Period(date(2026, 1, 1), date(2026, 4, 2))  # of thirteen weeks


def quarter(used, *, days=35, hours=2400):
    return QuarterBudget(Q1, Q1.start + timedelta(days=days), CAP, Decimal(hours * 60), int(used * 3600))


def test_the_hours_of_a_quarter_and_when_they_are_gone():
    found = quarter(700)
    assert (found.seconds / 3600, Share(700, Decimal(20)).exact) == (1200, Fraction(175, 3))
    assert (found.used_pct, found.weeks_over, found.weeks) == (Fraction(175, 3), 5, 13)
    assert (round(float(found.gone_after), 1), found.gone_in_week) == (8.6, 9)


@pytest.mark.parametrize(
    ("used", "more", "week", "is_gone"),
    [
        (461, {}, None, False),  # after 13.01 weeks
        (462, {}, 13, False),
        (700, {"days": 13}, None, False),  # too early to say
        (1201, {}, 5, True),
        (0, {}, None, False),
        (5, {"hours": 0}, None, True),
    ],
)
def test_what_is_said_about_the_end_of_the_hours(used, more, week, is_gone):
    found = quarter(used, **more)
    assert (found.gone_in_week, found.is_gone) == (week, is_gone)
