"""Limits of 95 % intervals, from SciPy. Only the process beside the web server imports this: SciPy alone would
double what a web process holds."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, gammaincinv, ndtri

Limits = tuple[float | None, float | None] | None

LEVEL = 0.95
TAILS = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
RESAMPLES = 2000
SEED = 20_161_101  # any number: fixed, so that a reload and a test see the same interval
FEWEST = 6  # of fewer values not even their whole range holds the median with 95 %: 1 - 2 * 0.5 ** n
SHORTEST = 60.0  # seconds: a ratio of medians takes what is shorter as one minute


def poisson(count: int) -> Limits:
    """Exact limits of the expected number behind a count (Garwood 1936)."""
    low = float(gammaincinv(count, TAILS[0])) if count else 0.0
    return low, float(gammaincinv(count + 1, TAILS[1]))


def rate_ratio(count: int, days: float, before: int, days_before: float) -> Limits:
    """Exact limits of the rate now over the rate before: given their sum, a count is binomial (Przyborowski and
    Wilenski 1940). No upper limit when nothing happened before; none at all without any incident or any time."""
    both = count + before
    if not both or not days or not days_before:
        return None
    low = betaincinv(count, before + 1, TAILS[0]) if count else 0.0
    high = betaincinv(count + 1, before, TAILS[1]) if before else 1.0
    scale = days_before / days
    return float(low / (1 - low) * scale), float(high / (1 - high) * scale) if high < 1 else None


def wilson(part: int, whole: int) -> Limits:
    """Score limits of a share, as fractions (Wilson 1927)."""
    if not whole:
        return None
    z, share = float(ndtri(TAILS[1])), part / whole
    middle = share + z * z / (2 * whole)
    reach = z * sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def difference(part: int, whole: int, part_before: int, whole_before: int) -> Limits:
    """Limits of a share now less the share before, as fractions (Newcombe 1998, from both Wilson intervals)."""
    now, then = wilson(part, whole), wilson(part_before, whole_before)
    if now is None or then is None:
        return None
    (low, high), (low_before, high_before) = now, then
    share, before = part / whole, part_before / whole_before
    down = sqrt((share - low) ** 2 + (high_before - before) ** 2)  # type: ignore[operator]
    up = sqrt((high - share) ** 2 + (before - low_before) ** 2)  # type: ignore[operator]
    return share - before - down, share - before + up


def median(values: Sequence[float]) -> Limits:
    """Percentile bootstrap of the median."""
    if len(values) < FEWEST:
        return None
    return _between(resampled_medians(values, np.random.default_rng(SEED)))


def median_ratio(values: Sequence[float], before: Sequence[float]) -> Limits:
    """Percentile bootstrap of the median now over the median before, both resampled on their own."""
    if min(len(values), len(before)) < FEWEST:
        return None
    random = np.random.default_rng(SEED)
    now, then = resampled_medians(values, random), resampled_medians(before, random)
    return _between(np.maximum(now, SHORTEST) / np.maximum(then, SHORTEST))


def resampled_medians(values: Sequence[float], random: np.random.Generator) -> NDArray[np.float64]:
    """The medians of 2,000 resamples, without drawing them in full.

    A resample of n draws is n uniform numbers read as places in the sorted values, and its median is read at the
    middle ones of these: order statistics, which are beta distributed. So 100,000 values cost no more than ten.
    """
    ordered, n = np.sort(np.asarray(values, dtype=np.float64)), len(values)
    middle = (n + 1) // 2
    lower = random.beta(middle, n + 1 - middle, RESAMPLES)
    if n % 2:
        return ordered[(lower * n).astype(np.int64)]
    upper = lower + (1 - lower) * random.beta(1, n - middle, RESAMPLES)
    places = (np.minimum((place * n).astype(np.int64), n - 1) for place in (lower, upper))
    first, second = (ordered[place] for place in places)
    return (first + second) / 2


def _between(found: NDArray[np.float64]) -> Limits:
    low, high = np.quantile(found, TAILS)
    return float(low), float(high)


METHODS = {
    "poisson": poisson,
    "rate_ratio": rate_ratio,
    "wilson": wilson,
    "difference": difference,
    "median": median,
    "median_ratio": median_ratio,
}
