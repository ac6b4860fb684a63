"""Points that fade."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure

PEOPLE, WEEKS = 20_000, 104
HALF_LIFE = 26
UNIT = 1 / 65536
"""A point of state is 2**16 units."""
BOUND = 1.75 / (1 - 2 ** (-1 / HALF_LIFE)) * UNIT
SEEDS = (1, 2, 3)
FADING = Experiment(
    "points",
    PEOPLE,
    WEEKS,
    people=only({"jaywalking": (0.5, 2), "littering": (6, 8)}),
    rules={"rule.littering.points": 1.01},
    ledger="all",
)
CATEGORIES = {"security": "jaywalking", "compliance": "littering"}


class Faded(NamedTuple):
    """One category of a run: each citizen's points, and what her entries should come to."""

    points: np.ndarray
    sums: np.ndarray
    given: np.ndarray
    """Points entered, never faded."""
    first: np.ndarray
    """Week of her first entry; WEEKS if she has none."""
    last: np.ndarray
    """Week of her last; -1 if she has none."""


def _faded(outcome: Outcome) -> dict[str, Faded]:
    return {category: _one(outcome, category) for category in CATEGORIES}


def _one(outcome: Outcome, category: str) -> Faded:
    rows = outcome.rows("points").filter(pl.col("category") == category)
    subject, week = (rows[key].to_numpy().astype(np.int64) for key in ("subject", "week"))
    points = rows["points"].to_numpy() / 100
    faded = points * 2.0 ** (-(WEEKS - week) / HALF_LIFE)
    first, last = np.full(PEOPLE, WEEKS), np.full(PEOPLE, -1)
    np.minimum.at(first, subject, week)
    np.maximum.at(last, subject, week)
    return Faded(
        outcome.citizens[f"points.{category}"].to_numpy() * UNIT,
        np.bincount(subject, faded, PEOPLE),
        np.bincount(subject, points, PEOPLE),
        first,
        last,
    )


@cache
def _runs() -> list[dict[str, Faded]]:
    return FADING.each_seed(_faded, SEEDS)


@check("VALIDATION intro; CLOCKWORK 2 (decay)")
def points_of_every_citizen() -> Iterator[Figure]:
    """Hold every citizen's points to the sum of her entries x 2^(-age / half-life).

    Half-life 26 weeks, two categories, one of losses and one of gains, 20,000 people, 104 weeks,
    three seeds. An entry posted at the close of week w has met 104 - w decays after the last.
    Fixed point may be off by 1/2 unit of 2^-16 point a week from posting, by less than 1 from
    rounding toward 0 and by less than 1/4 from the factor's own rounding, of each week's error
    2^(-1/26) remains a week later: together less than 1.75 / (1 - 2^(-1/26)) = 66.5 units, .001014
    points. No tolerance beyond.
    """
    for category in CATEGORIES:
        off = [np.abs(run[category].points - run[category].sums).max() for run in _runs()]
        what = f"largest difference of any citizen's points, {category}"
        yield Figure(what, 0, float(max(off)), BOUND)


@check("VALIDATION intro; CLOCKWORK 2 (decay)")
def points_after_one_and_two_half_lives() -> Iterator[Figure]:
    """Hold points that were all entered in one week to a half after 26 weeks, a quarter after 52.

    Followed: whoever has all her entries in week 78, or in week 52, of 104. The figure is the
    share of her points farthest off; the bound of the check above over the smallest entry, 2.37
    points, is .00043. No tolerance beyond.
    """
    for age, expected in ((26, 0.5), (52, 0.25)):
        shares = []
        for run in _runs():
            faded = run["security"]
            once = (faded.first == WEEKS - age) & (faded.last == WEEKS - age)
            shares.append(faded.points[once] / faded.given[once])
        left = np.concatenate(shares)
        worst = float(left[np.abs(left - expected).argmax()])
        what = f"share of points left after {age} weeks, the worst of {len(left)} citizens"
        yield Figure(what, expected, worst, BOUND / 2.37)
