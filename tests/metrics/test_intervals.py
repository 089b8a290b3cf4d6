"""The worked values of the design, our limits against SciPy's own, and the process that holds them."""

import os
import signal

import numpy as np
import pytest
from scipy import stats

from apps.metrics.intervals import exact
from apps.metrics.intervals.asking import Asking, Calculator, calculator


def rounded(limits, places):
    return tuple(round(end, places) for end in limits)


@pytest.mark.parametrize(("count", "limits"), [(3, (0.6, 8.8)), (10, (4.8, 18.4)), (20, (12.2, 30.9))])
def test_a_count_has_the_exact_poisson_interval(count, limits):
    assert rounded(exact.poisson(count), 1) == limits


@pytest.mark.parametrize(("part", "whole", "limits"), [(6, 10, (0.31, 0.83)), (30, 50, (0.46, 0.72))])
def test_a_share_has_the_wilson_interval(part, whole, limits):
    assert rounded(exact.wilson(part, whole), 2) == limits


def test_no_incident_still_has_an_upper_limit():
    assert rounded(exact.poisson(0), 2) == (0.0, 3.69)


def test_limits_agree_with_those_of_scipy_stats():
    for count in range(60):
        low, high = stats.chi2.ppf(0.025, 2 * count) / 2, stats.chi2.ppf(0.975, 2 * count + 2) / 2
        assert exact.poisson(count) == pytest.approx((low if count else 0.0, high))
    for part, whole in ((0, 5), (5, 5), (1, 7), (6, 10), (30, 50), (999, 1000)):
        found = stats.binomtest(part, whole).proportion_ci(method="wilson")
        assert exact.wilson(part, whole) == pytest.approx(found, abs=1e-12)
    for count, before in ((0, 4), (4, 0), (7, 12), (40, 12)):
        found = stats.binomtest(count, count + before).proportion_ci(method="exact")
        odds = [end / (1 - end) * 3 if end < 1 else None for end in found]
        assert exact.rate_ratio(count, 30, before, 90) == pytest.approx(tuple(odds))


@pytest.mark.parametrize("n", [6, 7, 30, 301])
def test_medians_of_resamples_are_spread_as_scipy_draws_them(n):
    values = np.random.default_rng(n).lognormal(4.25, 1.25, n)
    drawn = stats.bootstrap((values,), np.median, n_resamples=20_000, method="percentile", rng=1)
    known = drawn.bootstrap_distribution
    ours = exact.resampled_medians(values, np.random.default_rng(exact.SEED))
    far = max(
        abs(np.mean(ours <= at) - np.mean(known <= at))
        for at in np.quantile(known, (0.05, 0.25, 0.5, 0.75, 0.95))
    )
    assert far < 0.04  # 2,000 draws wander by 0.03 at most


def test_the_seed_is_fixed_so_that_a_reload_sees_the_same():
    values = [float(n * n) for n in range(30)]
    assert exact.median(values) == exact.median(values)


def test_five_values_have_no_interval_of_the_median_and_six_have():
    assert exact.median([1.0, 2, 3, 4, 5]) is None
    assert exact.median([1.0, 2, 3, 4, 5, 6]) is not None


def test_a_hundred_thousand_values_cost_no_more_than_ten():
    low, high = exact.median([float(n) for n in range(100_001)])
    assert 49_000 < low < 50_000 < high < 51_000


def test_the_same_rate_is_no_change_and_four_times_the_rate_is_one():
    low, high = exact.rate_ratio(10, 90, 10, 90)
    assert low < 1 < high
    assert exact.rate_ratio(40, 90, 10, 90)[0] > 1
    assert exact.rate_ratio(0, 90, 0, 90) is None
    assert exact.rate_ratio(3, 90, 0, 90)[1] is None


def test_all_questions_are_answered_in_one_line_in_their_order():
    asking = Asking()
    count, share, unsaid = asking.poisson(3), asking.wilson(6, 10), asking.median([1.0])
    asking.answer()
    assert (round(count.low, 1), round(share.high, 2), unsaid.is_known) == (0.6, 0.83, False)


def test_a_process_that_died_is_started_again():
    assert calculator.ask([("poisson", 3)])[0][0] == pytest.approx(0.6187, abs=1e-4)
    os.kill(calculator._process.pid, signal.SIGKILL)
    assert calculator.ask([("wilson", 6, 10)])[0][0] == pytest.approx(0.3127, abs=1e-4)


def test_a_process_at_rest_is_gone_and_the_next_question_wakes_another():
    own = Calculator()
    own.ask([("poisson", 1)])
    first = own._process
    own.rest()
    assert first.poll() is not None
    assert own.ask([("poisson", 0)])[0][0] == 0
    own.rest()
