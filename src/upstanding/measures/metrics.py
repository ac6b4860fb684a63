"""Metrics: numbers in, numbers out; nothing here knows of runs.

What SciPy does well comes from it. `verification/metrics.py` holds each to VALIDATION 4.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from upstanding.errors import InputError, Problem

SURE = 0.95
"""The confidence of every interval."""
FIFTHS = 5
Floats = NDArray[np.float64]


class Interval(NamedTuple):
    """A lower and an upper bound."""

    low: float
    high: float


@dataclass(frozen=True)
class Confusion:
    """Whom a classification names, against what is so."""

    tn: int
    fp: int
    fn: int
    tp: int

    @property
    def fpr(self) -> float:
        """Share of those of whom it is not so that are named."""
        return self.fp / (self.fp + self.tn)

    @property
    def fnr(self) -> float:
        """Share of those of whom it is so that are not named."""
        return self.fn / (self.fn + self.tp)

    @property
    def ppv(self) -> float:
        """Share of the named of whom it is so: precision."""
        return self.tp / (self.tp + self.fp)

    @property
    def prevalence(self) -> float:
        """Share of all of whom it is so."""
        return (self.tp + self.fn) / (self.tn + self.fp + self.fn + self.tp)


def fpr_implied(prevalence: float, ppv: float, fnr: float) -> float:
    """Return the false positive rate that the other three imply (Chouldechova 2017, eq. 2.6).

    FPR = p / (1 - p) x (1 - PPV) / PPV x (1 - FNR): groups of unlike prevalence with one precision
    cannot have the same error rates.
    """
    return prevalence / (1 - prevalence) * (1 - ppv) / ppv * (1 - fnr)


def share_interval(count: int, n: int) -> Interval:
    """Return Wilson's interval (1927) for a share of n > 0, by SciPy."""
    found = stats.binomtest(count, n).proportion_ci(SURE, method="wilson")
    return Interval(float(found.low), float(found.high))


def rate_interval(count: int, exposure: float) -> Interval:
    """Return Garwood's exact interval (1936) for a Poisson rate: events over an exposure > 0."""
    tail = (1 - SURE) / 2
    low = stats.gamma.ppf(tail, count) if count else 0.0
    return Interval(float(low) / exposure, float(stats.gamma.ppf(1 - tail, count + 1)) / exposure)


def mean_interval(mean: float, deviation: float, n: int) -> Interval:
    """Return Student's interval for a mean of n > 1, from the sample's standard deviation."""
    half = float(stats.t.ppf((1 + SURE) / 2, n - 1)) * deviation / n**0.5
    return Interval(mean - half, mean + half)


def ratio_interval(count: int, n: int, other: int, of: int) -> Interval | None:
    """Return the interval of the ratio of two shares, by SciPy; None where none is found.

    Katz, Baptista, Azen and Pike (1978), on the logarithm: it needs both counts above 0.
    """
    if not count or not other:
        return None
    found = stats.contingency.relative_risk(count, n, other, of).confidence_interval(SURE)
    return Interval(float(found.low), float(found.high))


def gini(values: ArrayLike) -> float:
    """Return the Gini index of values of at least 0; 0 where everybody has nothing.

    Half the mean absolute difference over the mean.

    Raises:
        InputError: if a value is below 0 or there is none. Of a signed quantity, such as points,
            use `quantile_gap` or `wasserstein`.

    """
    ordered = np.sort(np.asarray(values, np.float64))
    if not ordered.size or ordered[0] < 0:
        found = f"a value of {ordered[0]:g}" if ordered.size else "no values"
        allowed = "values of at least 0; of signed ones take a quantile gap or Wasserstein-1"
        raise InputError([Problem("measures", None, "gini", found, allowed)])
    total = float(ordered.sum())
    if total == 0:
        return 0.0
    n = ordered.size
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def lorenz(values: ArrayLike) -> tuple[Floats, Floats]:
    """Return shares of people, those with least first, and shares of the sum that they hold.

    Both (n + 1,) from 0 to 1; the second is 0 throughout where everybody has nothing.
    """
    ordered = np.sort(np.asarray(values, np.float64))
    held = np.concatenate([[0.0], ordered.cumsum()])
    return np.linspace(0, 1, held.size), held / held[-1] if held[-1] else held


def quantile_gap(values: ArrayLike, low: float = 0.1, high: float = 0.9) -> float:
    """Return how far the upper quantile is from the lower one."""
    least, most = np.quantile(np.asarray(values, np.float64), [low, high])
    return float(most - least)


def wasserstein(values: ArrayLike, others: ArrayLike) -> float:
    """Return the Wasserstein-1 distance of two distributions on a line, by SciPy."""
    return float(stats.wasserstein_distance(*(np.asarray(v, np.float64) for v in (values, others))))


@dataclass(frozen=True)
class Mobility:
    """How far places in a ranking change."""

    slope: float
    """Of the later rank on the earlier one: 1 where nobody moves, 0 where the past is forgotten."""
    top_stay: float
    """Share of the top fifth that stay in it."""
    shorrocks: float
    """(5 - trace) / 4 of the transition matrix between fifths (Shorrocks 1978): 0 is none."""
    n: int
    """People."""


def mobility(moves: ArrayLike, slope: float) -> Mobility | None:
    """Return mobility from counts (5, 5) by fifth before and after, 1 the lowest, and the slope.

    None where a fifth was empty before.
    """
    counts = np.asarray(moves, np.float64)
    sizes = counts.sum(axis=1)
    if not sizes.all():
        return None
    stay = counts.diagonal() / sizes
    return Mobility(
        slope, float(stay[-1]), float((FIFTHS - stay.sum()) / (FIFTHS - 1)), int(counts.sum())
    )


def mobility_of(earlier: ArrayLike, later: ArrayLike) -> Mobility | None:
    """Return the mobility between two scores of the same people, equal ones sharing a rank."""
    before, after = (stats.rankdata(np.asarray(scores, np.float64)) for scores in (earlier, later))
    moves = np.zeros((FIFTHS, FIFTHS), np.int64)
    np.add.at(moves, (_fifths(before), _fifths(after)), 1)
    return mobility(moves, float(stats.linregress(before, after).slope))


def _fifths(ranks: Floats) -> NDArray[np.int64]:
    """Return the fifth, from 0, that each of some ranks from 1 is in."""
    return np.minimum(((ranks - 0.5) * FIFTHS / ranks.size).astype(np.int64), FIFTHS - 1)


def unique_share(cells: int, people: int) -> float:
    """Return the share of people alone in their cell, were they uniform: (1 - 1/B)^(N - 1)."""
    return float((1 - 1 / cells) ** (people - 1))


@dataclass(frozen=True)
class Survival:
    """How long something lasts, as far as it was watched (Kaplan and Meier 1958)."""

    times: Floats
    """(k,) in weeks, rising, from 0."""
    share: Floats
    """(k,) share that lasts longer than each."""
    low: Floats
    high: Floats
    """(k,) bounds, on the log-log scale."""
    n: int
    ended: int

    def at(self, weeks: float) -> float:
        """Return the share that lasts longer than so many weeks."""
        return float(self.share[np.searchsorted(self.times, weeks, side="right") - 1])

    @property
    def median(self) -> float | None:
        """The first time by which half have ended; None where fewer have."""
        past = np.flatnonzero(self.share <= 0.5)
        return float(self.times[past[0]]) if past.size else None


def survival(weeks: ArrayLike, ended: ArrayLike) -> Survival | None:
    """Return how long something lasts, from watched lengths and whether each came to an end.

    By SciPy, with what had not ended as censored on the right; None where there is nothing.
    """
    length, over = np.asarray(weeks, np.float64), np.asarray(ended, np.bool_)
    if not length.size:
        return None
    watched = stats.CensoredData(uncensored=length[over], right=length[~over])
    if not over.any():
        lasts, ones = np.array([0.0, float(length.max())]), np.ones(2)
        return Survival(lasts, ones, ones, ones, length.size, 0)
    found: Any = stats.ecdf(watched).sf
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The confidence interval is undefined", RuntimeWarning)
        bounds = found.confidence_interval(SURE, method="log-log")
    share = found.probabilities

    def bounded(values: Floats) -> Floats:
        """Return bounds with the share itself where none is defined: at 0 and at 1."""
        return np.concatenate([[1.0], np.where(np.isfinite(values), values, share)])

    return Survival(
        np.concatenate([[0.0], found.quantiles]),
        np.concatenate([[1.0], share]),
        bounded(bounds.low.probabilities),
        bounded(bounds.high.probabilities),
        int(length.size),
        int(over.sum()),
    )


class Sensitivity(NamedTuple):
    """Sobol's indices of one input: its share of the variance alone, and in all."""

    first: float
    total: float


def sobol(
    function: Callable[[Floats], Floats],
    ranges: Mapping[str, tuple[float, float]],
    n: int = 8192,
    seed: int = 1,
) -> dict[str, Sensitivity]:
    """Return how much of an output's variance each input carries, by SciPy.

    Args:
        function: From inputs (d, any) to the output (any,).
        ranges: Lowest and highest value of each of the d inputs, uniform between.
        n: A power of 2; the function is called for n (d + 2) inputs.
        seed: Of the scrambled sequence of points.

    """
    dists: list[Any] = [stats.uniform(low, high - low) for low, high in ranges.values()]
    found = stats.sobol_indices(
        func=lambda inputs: np.atleast_2d(function(inputs)), n=n, dists=dists, rng=seed
    )
    first, total = found.first_order.ravel(), found.total_order.ravel()
    return {
        name: Sensitivity(float(one), float(all_))
        for name, one, all_ in zip(ranges, first, total, strict=True)
    }


def ratio_of_sums(parts: ArrayLike, wholes: ArrayLike) -> tuple[float, Interval]:
    """Return the sum of `parts` over that of `wholes` > 0, one of each a person, and its interval.

    Linearised (Cochran 1977, section 6.3): people are what it varies over.
    """
    part, whole = np.asarray(parts, np.float64), np.asarray(wholes, np.float64)
    value = float(part.sum() / whole.sum())
    n = part.size
    if n < 2:
        return value, Interval(float("nan"), float("nan"))
    off = (part - value * whole) / whole.mean()
    bounds = mean_interval(value, float(off.std(ddof=1)), n)
    return value, bounds
