"""Allocation: sensors that look where they found something, and see more there."""

from collections.abc import Iterator
from math import log

import numpy as np
import polars as pl
from numpy.typing import NDArray

from verification.check import check
from verification.experiment import SEEDS, Experiment, Outcome, only
from verification.figure import Figure, figure, mean

DISTRICTS, SIZE, PERIOD, COVERAGE, RATIO = 20, 512, 4, 0.1, 1.5
FEW = SEEDS[:12]
DAILY = {
    **only({"jaywalking": (364, 364)}),
    "act.jaywalking.count": "daily",
    "composition.urban": 0.5,
    "numbering.cells-per-district": 1,
}
"""Everybody crosses every day, in 20 districts of 512 people, half of them urban."""
UNLIKE = {**DAILY, "act.jaywalking.by.place.rural": 1 / RATIO}
ALLOCATION, FLOOR = "sensor.patrol.allocation", "sensor.patrol.floor"


def _finds(outcome: Outcome) -> NDArray[np.int64]:
    """Return the finds of each period and district."""
    lives = outcome.citizens.select("citizen", "district")
    rows = outcome.rows("points").join(lives, left_on="subject", right_on="citizen")
    periods = int(outcome.measures["week"].max()) // PERIOD + 1  # type: ignore[operator]
    found = np.zeros((periods, DISTRICTS), np.int64)
    np.add.at(found, (rows["week"].to_numpy() // PERIOD, rows["district"].to_numpy()), 1)
    return found


def _odds(outcome: Outcome) -> NDArray[np.float64]:
    """Return the logarithm of the odds of coverage, finds by acts, of urban districts by period."""
    homes = outcome.citizens.group_by("district").agg(pl.col("place").first()).sort("district")
    urban = (homes["place"].cast(pl.String) == "urban").to_numpy()
    finds = _finds(outcome)
    acts = [outcome.series("acts", place) for place in ("urban", "rural")]
    done = [each.reshape(-1, PERIOD).sum(axis=1) for each in acts]
    share = finds[:, urban].sum(axis=1) / done[0], finds[:, ~urban].sum(axis=1) / done[1]
    return np.log(share[0] / share[1])


def _under(rule: str, people: dict[str, object], periods: int) -> Experiment:
    rules = {ALLOCATION: rule}
    return Experiment("patrol", DISTRICTS * SIZE, periods * PERIOD, people, rules, ledger="all")


@check("MODEL 2.2 (the feedback loop; Lum and Isaac 2016, Ensign et al. 2018)")
def watching_where_something_was_found() -> Iterator[Figure]:
    """Hold the log odds of coverage after n allocations to n ln r under "finds", ln r "corrected".

    Ten districts, each of whose people cross every day, and ten where they do on two days of three:
    r = 1.5, ln r = .405465. At first all are covered alike, .1. After six periods the odds are
    11.4 to one under "finds", though the rates differ by a half. Twelve seeds; margins .03.
    """
    for rule, power in (("finds", (0, 1, 3, 6)), ("corrected", (0, 1, 1, 1))):
        runs = _under(rule, UNLIKE, 7).each_seed(_odds, FEW)
        for after, times in zip((0, 1, 3, 6), power, strict=True):
            found = mean([float(run[after]) for run in runs])
            what = f"log odds of coverage after {after} allocations by {rule}"
            yield figure(what, times * log(RATIO), found, 0.03)


@check("MODEL 2.2 (the feedback loop; floor)")
def a_floor_ends_the_runaway() -> Iterator[Figure]:
    """Hold the log odds of coverage to their fixed point with a floor of half, rates r = 1.5.

    In units of the first coverage c_u + c_r = 2 and c' = .5 + r c / (r c_u + c_r), which rests at
    c_u = 1.186141, c_r = .813859: ln odds .376673. After twelve allocations. Twelve seeds; .03.
    """
    rules = {ALLOCATION: "finds", FLOOR: 0.5}
    run = Experiment("patrol", DISTRICTS * SIZE, 13 * PERIOD, UNLIKE, rules, ledger="all")
    urban = 1.0
    for _ in range(12):
        urban = 0.5 + RATIO * urban / (RATIO * urban + 2 - urban)
    found = mean([float(odds[12]) for odds in run.each_seed(_odds, FEW)])
    yield figure("log odds of coverage with a floor", log(urban / (2 - urban)), found, 0.03)


def _scatter(outcome: Outcome) -> float:
    """Return the variance of finds between districts, in units of one period's luck."""
    last = _finds(outcome)[-1]
    acts = SIZE * 7 * PERIOD
    luck = (1 - COVERAGE) / (COVERAGE * acts)
    return float(last.var(ddof=1) / last.mean() ** 2 / luck)


@check("MODEL 2.2 (the feedback loop; Ensign et al. 2018)")
def luck_that_adds_up() -> Iterator[Figure]:
    """Hold the variance of finds between equal districts, over that of one period's luck, to n + 1.

    Everybody crosses every day everywhere; a district's finds in four weeks are binomial, 14,336
    acts at .1. After n = 8 allocations by finds the luck of nine periods has added up: 9; corrected
    finds remember one period: 2. Margins 1.8 and .4.
    """
    for rule, expected, margin in (("finds", 9, 1.8), ("corrected", 2, 0.4)):
        runs = _under(rule, DAILY, 9).each_seed(_scatter)
        what = f"variance between districts after 8 allocations by {rule}"
        yield figure(what, expected, mean(runs), margin)
