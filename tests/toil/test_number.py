"""Floor, reported, ceiling, coverage and what they say about a cap: A14, A14b, and what holds for any numbers."""

import re
from decimal import Decimal
from fractions import Fraction

import pytest
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.models import Team
from apps.toil.figures import judged, sum_days
from apps.toil.models import TeamWeek
from apps.toil.number import Number, Verdict, add_up
from apps.toil.periods import Period, month_name, quarter_name, week_of
from apps.toil.rollup import DayTotals
from tests.toil.conftest import W10, days

CAP = Decimal(50)


def hours(logged, capacity, confirmed, of, still):
    return Number(
        *(int(logged * 3600), Decimal(capacity) * 60, int(confirmed * 3600)),
        Decimal(of) * 60,
        int(still * 3600),
    )


def shown(number):
    shares = (number.floor, number.reported, number.ceiling)
    return [share.shown() for share in shares]


A14 = hours(50, 160, 50, 120, 40)


def test_a14_three_of_four_confirmed_fifty_hours():
    assert shown(A14) == ["31.3%", "41.7%", "56.3%"]
    assert (A14.coverage, A14.verdict(CAP)) == (75, Verdict.POSSIBLE)


def read(number, work="toil"):
    """What the page says below the four figures."""
    html = render_to_string("toil/_numbers.html", {"number": number, "cap": CAP, "work": work, "guest": 0})
    return [strip_tags(words).split("</dd>")[0] for words in re.findall(r"<dd>(.*?)</dd>", html)[1::2]]


def test_each_of_the_figures_is_explained_in_a_sentence_with_its_own_hours():
    assert read(A14) == [
        "50 h of toil is logged, of 160 h of working time. What nobody logged comes on top.",
        "Those who confirmed logged 50 h in their 120 h.",
        "50 h of those who confirmed, and 40 h if all that nobody confirmed was toil: 90 h of 160 h.",
        "For 120 h of the 160 h people said that nothing is missing.",
    ]
    silent = read(hours(60, 160, 10, 120, 50))[1]
    assert silent.endswith("which is 8.3% and less than of all. So “at least” stands here.")
    assert read(hours(60, 160, 0, 0, 160))[1] == "Nobody confirmed a week of this time."
    beyond = read(hours(60, 160, 50, 120, 42))[2]
    assert (
        "and 42 h if all that nobody confirmed was toil (40 h of working time, and what is logged" in beyond
    )
    whole = read(hours(30, 160, 30, 160, 0), "operational work")
    assert whole[0] == "30 h of operational work is logged, of 160 h of working time."
    assert "about the same share" in read(hours(60, 160, 45, 120.1, 39.9))[1]
    assert [words.split(",")[0] for words in whole[1:3]] == ["Everybody confirmed"] * 2


def test_silent_people_who_logged_much_put_the_floor_above_what_is_reported():
    number = hours(60, 160, 10, 120, 50)
    assert number.reported == number.floor
    assert shown(number)[:2] == ["37.5%", "37.5%"]


@pytest.mark.parametrize(
    ("number", "verdict"),
    [
        (hours(0, 0, 0, 0, 0), Verdict.NO_CAPACITY),
        (hours(2, 0, 0, 0, 2), Verdict.NO_CAPACITY),
        (hours(30, 160, 30, 160, 0), Verdict.WITHIN),
        (hours(30, 160, 30, 120, 40), Verdict.WITHIN),  # 70 of 160 at most
        (hours(70, 160, 70, 112, 48), Verdict.LIKELY),  # 62.5% reported by exactly 70%
        (hours(70, 160, 70, 111, 49), Verdict.POSSIBLE),  # by less than 70%
        (hours(81, 160, 0, 0, 160), Verdict.BREACH),  # whatever the coverage
        (hours(80, 160, 80, 160, 0), Verdict.WITHIN),  # the cap itself is kept
        (hours(0, 160, 0, 0, 160), Verdict.POSSIBLE),  # silence says nothing
    ],
)
def test_what_can_be_said_about_the_cap(number, verdict):
    assert number.verdict(CAP) == verdict


def test_a_cap_on_all_operational_work_judges_both_together():
    day = DayTotals(3600, 48000, ops=7200, confirmed_toil=3600, confirmed_ops=7200, open_ops=0)
    assert judged(Team(), day).seconds == 3600
    ops = judged(Team(cap_applies_to="ops"), day)
    assert (ops.seconds, ops.confirmed_seconds) == (10_800, 10_800)


def test_a26_four_weeks_are_judged_as_one_sum_and_not_as_a_mean():
    def weeks(*pairs):
        return add_up(hours(Fraction(pct, 100) * of, of, 0, 0, of) for pct, of in pairs).floor

    equal = weeks((52, 40), (48, 40), (55, 40), (51, 40))
    assert (equal.shown(), equal.is_over(CAP)) == ("51.5%", True)
    spike = weeks((70, 40), (30, 40), (30, 40), (30, 40))
    assert (spike.shown(), spike.is_over(CAP)) == ("40.0%", False)
    assert weeks((52, 40), (48, 160)).shown() == "48.8%"


seconds = st.integers(0, 10**6)
minutes = st.integers(0, 10**5).map(lambda n: Decimal(n) / 100)


@st.composite
def person_days(draw):
    """Days of confirmed and of silent people, as they are added up."""
    confirmed, silent = draw(st.tuples(seconds, minutes)), draw(st.tuples(seconds, minutes))
    return Number(
        confirmed[0] + silent[0],
        confirmed[1] + silent[1],
        confirmed[0],
        confirmed[1],
        max(silent[0], int(silent[1] * 60)),
    )


steady = settings(derandomize=True, max_examples=100, deadline=None)


@steady
@given(st.lists(person_days(), max_size=6), st.randoms(use_true_random=False))
def test_the_ceiling_is_never_below_the_floor_and_the_order_of_sums_does_not_matter(parts, random):
    whole = add_up(parts)
    random.shuffle(parts)
    assert add_up(parts) == whole
    figures = [whole.floor.exact, whole.ceiling.exact, whole.coverage]
    assert [figure is None for figure in figures] == [whole.capacity_minutes == 0] * 3
    if whole.capacity_minutes:
        assert figures[0] <= figures[1]
        assert 0 <= whole.coverage <= 100
    if whole.reported.exact is not None:
        assert whole.floor.exact <= whole.reported.exact
    if whole.coverage == 100:
        assert whole.floor.exact == whole.ceiling.exact == whole.reported.exact


@steady
@given(st.lists(st.lists(st.integers(0, 86_400), min_size=10, max_size=10), min_size=35, max_size=35))
def test_days_sum_to_weeks_months_and_quarters(packed):
    weeks = [
        TeamWeek(monday=day, days=packed[7 * place : 7 * place + 7])
        for place, day in enumerate(days(35)[::7])
    ]
    whole = sum_days(weeks, Period(W10, days(36)[-1])).packed()
    assert whole == [sum(column) for column in zip(*packed, strict=True)]
    by_week = [sum_days(weeks, week_of(week.monday)).packed() for week in weeks]
    assert [sum(column) for column in zip(*by_week, strict=True)] == whole
    for name in (month_name, quarter_name):
        spans = {}
        for day in days(35):
            spans.setdefault(name(day), []).append(day)
        parts = [sum_days(weeks, Period(span[0], days(2, span[-1])[1])).packed() for span in spans.values()]
        assert [sum(column) for column in zip(*parts, strict=True)] == whole


def test_coverage_is_exact():
    assert hours(0, 3, 0, 1, 0).coverage == Fraction(100, 3)
