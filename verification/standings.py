"""Ranks: against a full sort, and how they move."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.engine.series import COMPARED
from upstanding.mechanisms import ranking
from verification.check import check
from verification.experiment import SEEDS, Experiment, Outcome, only
from verification.figure import Figure, figure, mean

PEOPLE = 20_000
TIED = Experiment(
    "watched",
    PEOPLE,
    40,
    only({"red-light": (52, 52)}),
    {
        "sensor.witness.sees": ["red-light"],
        "sensor.witness.coverage.urban": 1,
        "sensor.witness.hit-rate": 1,
        "scored.min-age": 18,
        "scored.enrol.urban": [0, 100],
    },
)
"""Five points a red light: few scores, each of many people, and many people without one."""


class Off(NamedTuple):
    """How many differ from a full sort in one run, and of how many."""

    ranked: int
    scores: int
    ranks: int
    percentiles: int
    deciles: int
    unranked: int
    """Without a score, yet with a rank."""


def _off(outcome: Outcome) -> Off:
    people = outcome.citizens
    ranked = people.filter(people["score"].is_not_null())
    score = ranked["score"].to_numpy().astype(np.int64)
    ordered = np.sort(score)
    lower = np.searchsorted(ordered, score, side="left")
    higher = len(score) - np.searchsorted(ordered, score, side="right")
    tenths = [ordered[-(-len(score) * tenth // 10) - 1] for tenth in range(1, 10)]
    deciles = outcome.measures.filter(measure="score-decile", week=39).sort("cell")["value"]
    return Off(
        len(score),
        len(np.unique(score)),
        int((ranked["rank"].to_numpy() != 1 + higher).sum()),
        int((ranked["percentile"].to_numpy() != 10_000 * lower // len(score)).sum()),
        int((deciles.to_numpy() != tenths).sum()),
        people.filter(people["score"].is_null() & people["rank"].is_not_null()).height,
    )


@check("VALIDATION 3 (rank against a full sort)")
def ranks_of_everybody() -> Iterator[Figure]:
    """Hold rank, percentile and deciles of whole runs to a full sort of their scores.

    Rank is 1 + how many have a higher score (competition ranking), percentile floor(10,000 x how
    many have a lower one / ranked), the q-th decile place ceil(q ranked / 10) of the sort. Of
    20,000 people, those of districts enrolled by week 40 of 100 are ranked, on scores five
    points apart. Ten seeds. Margin 0.
    """
    runs = TIED.each_seed(_off, SEEDS[:10])
    ranked, scores = sum(run.ranked for run in runs), max(run.scores for run in runs)
    what = f"of {ranked} citizens, on at most {scores} scores a run"
    yield Figure(f"other ranks than by sorting, {what}", 0, sum(run.ranks for run in runs), 0)
    percentiles = sum(run.percentiles for run in runs)
    yield Figure(f"other percentiles, {what}", 0, percentiles, 0)
    yield Figure(f"other deciles, of {9 * len(runs)}", 0, sum(run.deciles for run in runs), 0)
    without = len(runs) * PEOPLE - ranked
    what = f"ranks of {without} citizens without a score"
    yield Figure(what, 0, sum(run.unranked for run in runs), 0)


STEPS = 10_000
NINES = 1_000
"""Groups of nine a seed."""


def _order(seed: int) -> NDArray[np.float64]:
    """Return the mean of each of nine uniform scores in order, as a share of the range."""
    scores = np.random.default_rng(seed).integers(0, STEPS, (NINES, 9)).astype(np.int32)
    total, found = np.zeros(9), np.empty(9, np.int64)
    histogram, below = np.empty(STEPS, np.int64), np.empty(STEPS + 1, np.int64)
    for score in scores:
        histogram[:] = 0
        ranking.count(score, 0, histogram)
        ranking.cumulate(histogram, below)
        ranking.deciles(0, below, found)
        total += found
    return (total / NINES + 0.5) / STEPS


@check("VALIDATION 3 (uniform ranks: E[U_(k)] = k / (n + 1))")
def nine_scores_in_order() -> Iterator[Figure]:
    """Hold the k-th of nine uniform scores, which is their k-th decile, to k / 10 on average.

    1,000 groups a seed, through the kernels that count and cumulate. Margin .003.
    """
    runs = [_order(seed) for seed in SEEDS]
    for k in (1, 5, 9):
        yield figure(f"mean of place {k}", k / 10, mean([run[k - 1] for run in runs]), 0.003)


class Moves(NamedTuple):
    """A year's comparison of ranks."""

    slope: float
    stayed: float
    """Share of the top fifth who are in it a year later."""
    shorrocks: float


def _moves(moves: NDArray[np.int64], sums: Sequence[int]) -> Moves:
    people, earlier, later, squares, _, product = (int(part) for part in sums)
    slope = (people * product - earlier * later) / (people * squares - earlier**2)
    stays = np.diagonal(moves) / moves.sum(axis=1)
    return Moves(slope, float(stays[4]), float((5 - stays.sum()) / 4))


def _normal(seed: int) -> Moves:
    """Return the moves between two years of scores with correlation .8, through the kernels."""
    one, noise = np.random.default_rng(seed).standard_normal((2, 200_000))
    standing = np.full(len(one), 0xFFFF, np.uint16)
    for year in (one, 0.8 * one + 0.6 * noise):
        score = np.clip(500_000 + 80_000 * year, 0, 1_000_000).astype(np.int32)
        histogram, below = np.zeros(1_000_001, np.int64), np.empty(1_000_002, np.int64)
        moves, sums = np.zeros((5, 5), np.int64), np.zeros(ranking.SUMS, np.int64)
        ranking.count(score, 0, histogram)
        ranking.cumulate(histogram, below)
        ranking.compare(score, 0, below, standing, np.empty(0, np.int64), moves, sums)
    return _moves(moves, list(sums))


def _told(runs: Sequence[Moves], margin: float) -> Iterator[Figure]:
    yield figure("rank-rank slope", 0.785939, mean([run.slope for run in runs]), margin)
    stayed = mean([run.stayed for run in runs])
    yield figure("top fifth that stays", 0.645170, stayed, margin)
    shorrocks = mean([run.shorrocks for run in runs])
    yield figure("Shorrocks' index of the fifths", 0.666654, shorrocks, margin)


@check("VALIDATION 4 (mobility)")
def moves_of_normal_scores() -> Iterator[Figure]:
    """Hold the moves between two rankings of bivariate-normal scores, correlation .8.

    The slope of rank on rank is 6 / pi asin(.4) = .785939, the share of the top fifth that stays
    .645170, Shorrocks' index (5 - trace) / 4 of the table of fifths .666654. 200,000 people a seed,
    scores of a million hundredths, through the kernels that count, cumulate and compare. Margin
    .001.
    """
    yield from _told([_normal(seed) for seed in SEEDS], 0.001)


YEARS = Experiment(
    "points",
    PEOPLE,
    156,
    only({"jaywalking": (52, 52), "littering": (52, 52)}),
    {
        "rule.jaywalking.points": -1.37,
        "rule.littering.points": 1.37,
        "score.half-life-weeks": 912.0,
    },
)


def _third_year(outcome: Outcome) -> Moves:
    last = outcome.measures.filter(week=155)
    fifths = [last.filter(measure="rank-moves", split=f"from-fifth-{n}") for n in range(1, 6)]
    cells = last.filter(measure="rank-comparison")
    return _moves(
        np.array([fifth.sort("cell")["value"].to_numpy() for fifth in fifths]),
        [cells.filter(cell=name)["value"].item() for name in COMPARED],
    )


@check("VALIDATION 4 (mobility)")
def moves_between_two_years() -> Iterator[Figure]:
    """Hold the moves from the second year to the third of a whole run to the same numbers.

    Two acts, of each one a week, give and take 1.37 points, which adds up to scores that are nearly
    normal: s_t has variance (1 - D^2t) up to a factor, so that from week 104 to 156 the correlation
    is that of q = D^104: sqrt(q (1 + q) / (1 + q + q^2)) = .8 at q = .924001, a half-life of 912
    weeks. 20,000 people, from the measures; 15 seeds. Margin .005.
    """
    yield from _told(YEARS.each_seed(_third_year, SEEDS[:15]), 0.005)
