"""Acts as they come: Poisson, and independent of one another."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio

PEOPLE, WEEKS = 10_000, 26
ACTS = ("jaywalking", "littering")
WEEKLY = Experiment(
    "points",
    PEOPLE,
    WEEKS,
    people=only({"jaywalking": (52, 52), "littering": (52, 104)}),
    ledger="all",
)
"""One crossing a week, all that come; one piece of litter, half of the two that come."""
SHARES = (0.3678794, 0.3678794, 0.1839397, 0.0803014)
"""Of citizen-weeks with 0, 1, 2, and 3 or more, at mean 1."""
NEIGHBOURS = {
    "the next citizen": (1, 0),
    "the fourth next citizen": (4, 0),
    "the citizen of the next cell": (512, 0),
    "the next week": (0, 1),
    "the next citizen a week later": (1, 1),
}


class Counts(NamedTuple):
    """What one run's counts of acts by citizen and week come to."""

    means: dict[str, float]
    variances: dict[str, float]
    shares: dict[str, NDArray[np.float64]]
    squares: dict[str, float]
    """Chi-square against the Poisson shares, of three degrees of freedom."""
    links: dict[str, float]
    """Correlation of the crossings with those of a neighbour in number or time."""
    acts: float
    """Correlation of the two acts in one citizen-week."""
    candidates: dict[str, int]


def _counts(outcome: Outcome) -> Counts:
    counts = {act: _by_citizen_and_week(outcome, act) for act in ACTS}
    shares = {act: _shares(counts[act]) for act in ACTS}
    walks, litter = (counts[act] for act in ACTS)
    return Counts(
        {act: counts[act].mean() for act in ACTS},
        {act: counts[act].var() for act in ACTS},
        shares,
        {act: _chi_square(shares[act]) for act in ACTS},
        {
            what: _correlation(
                walks[citizens:, weeks:], walks[: PEOPLE - citizens, : WEEKS - weeks]
            )
            for what, (citizens, weeks) in NEIGHBOURS.items()
        },
        _correlation(walks, litter),
        {act: outcome.total("candidates", act) for act in ACTS},
    )


def _by_citizen_and_week(outcome: Outcome, act: str) -> NDArray[np.int64]:
    """Return how many of an act the ledger holds of each citizen (rows) and week (columns)."""
    rows = outcome.rows("points").filter(pl.col("act") == act)
    at = rows["subject"].to_numpy().astype(np.int64) * WEEKS + rows["week"].to_numpy()
    return np.bincount(at, minlength=PEOPLE * WEEKS).reshape(PEOPLE, WEEKS)


def _shares(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.bincount(np.minimum(counts, 3).ravel(), minlength=4) / counts.size


def _chi_square(shares: NDArray[np.float64]) -> float:
    expected = np.array(SHARES)
    return float(PEOPLE * WEEKS * ((shares - expected) ** 2 / expected).sum())


def _correlation(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@cache
def _weekly() -> list[Counts]:
    return WEEKLY.each_seed(_counts)


@check("VALIDATION intro; CLOCKWORK 1 and 3 (Poisson counts)")
def mean_and_variance() -> Iterator[Figure]:
    """Hold the number of acts a citizen and week to a Poisson number's mean and variance.

    52 acts a year are one a week: mean 1, variance 1, over 10,000 citizens and 26 weeks, counted
    from the ledger, where each act is one entry. Of one act all candidates are carried out, of the
    other half of two a week. Margins .002 for the mean, .003 for the variance.
    """
    for act in ACTS:
        means = mean([run.means[act] for run in _weekly()])
        yield figure(f"{act}, mean a citizen-week", 1, means, 0.002)
        variances = mean([run.variances[act] for run in _weekly()])
        yield figure(f"{act}, variance", 1, variances, 0.003)


@check("VALIDATION intro; CLOCKWORK 1 and 3 (Poisson counts)")
def candidates_and_what_is_left_of_them() -> Iterator[Figure]:
    """Hold candidates to the cap, and acts to the habit.

    The cap of littering is 104 a year, 2 a citizen-week; its habit 52, so that half of the
    candidates are carried out. Margins .003 and .001.
    """
    candidates = [run.candidates["littering"] for run in _weekly()]
    weekly = mean([count / (PEOPLE * WEEKS) for count in candidates])
    yield figure("littering, candidates a citizen-week", 2, weekly, 0.003)
    acts = [run.means["littering"] * PEOPLE * WEEKS for run in _weekly()]
    yield figure("littering, share carried out", 0.5, ratio(acts, candidates), 0.001)


@check("VALIDATION intro; CLOCKWORK 1 and 3 (Poisson counts)")
def the_whole_distribution() -> Iterator[Figure]:
    """Hold the shares of citizen-weeks with 0, 1, 2, 3 or more acts to exp(-1) / k!.

    .367879, .367879, .183940, and .080301 for the rest; margin .001 each. Chi-square over 260,000
    citizen-weeks of each seed has mean 3 if the counts are Poisson; margin 1 on its mean.
    """
    for act in ACTS:
        for count, share in enumerate(SHARES):
            found = mean([run.shares[act][count] for run in _weekly()])
            what = f"{count}" if count < 3 else "3 or more"
            yield figure(f"{act}, share of citizen-weeks with {what}", share, found, 0.001)
        squares = mean([run.squares[act] for run in _weekly()])
        yield figure(f"{act}, chi-square of three degrees of freedom", 3, squares, 1)


@check("VALIDATION intro; CLOCKWORK 3 (addressed draws)")
def nobody_s_acts_tell_of_another_s() -> Iterator[Figure]:
    """Hold the correlations of neighbours, weeks and acts to 0.

    Between the numbers of crossings of citizen i in week w and of her neighbours in number and
    time, some of whom share a block of draws with her, and between her two acts. Margin .0015.
    """
    for what in NEIGHBOURS:
        found = mean([run.links[what] for run in _weekly()])
        yield figure(f"correlation of crossings with {what}", 0, found, 0.0015)
    found = mean([run.acts for run in _weekly()])
    yield figure("correlation of crossings with litter, same citizen and week", 0, found, 0.0015)
