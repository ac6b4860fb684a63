"""A company's score: who shows it, and what becomes of it under constant conduct."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl

from upstanding.society import Society
from verification.check import check
from verification.experiment import Experiment, Outcome, only_in
from verification.figure import Figure, figure, ratio

PEOPLE, WEEKS, MONTH = 20_000, 52, 4
MONTHS = WEEKS // MONTH
LEVELS = np.array([10, 30, 50, 70, 90])
STEP, LOWEST = 96, 350 + 0.8 * 600 * 0.1 + 0.2 * 600 * 0.5
"""Points between the scores of one income fifth and the next, and that of the lowest."""
ALIKE = [1, 1, 1, 1, 1]
FIFTHS = {
    "composition.urban": 1,
    "income.odds.urban": ALIKE,
    **{f"income.odds.schooling.{level}": ALIKE for level in ("none", "primary", "university")},
    **{f"income.odds.occupation.{job}": ALIKE for job in ("official", "business-owner")},
}
"""Of the society `china`, so that income depends on nothing: members too are in fifths."""


class Shown(NamedTuple):
    """What one run found."""

    scores: np.ndarray
    """Of members at the end, hundredths."""
    shows: np.ndarray
    hidden: np.ndarray
    """By week."""
    fifth: np.ndarray
    members: int


def _shown(outcome: Outcome) -> Shown:
    members = outcome.citizens.filter(pl.col("company_score").is_not_null())
    return Shown(
        members["company_score"].to_numpy().astype(np.int64),
        members["company_score_shown"].to_numpy(),
        outcome.series("company-score-hidden", "everybody"),
        members["income"].to_numpy(),
        members.height,
    )


@cache
def _runs(gain: int, rate: float) -> list[Shown]:
    people = FIFTHS | only_in("china", {"gaming-all-day": (rate, rate)})
    by = Society.load("china").file.act["gaming-all-day"].by
    people |= {
        f"act.gaming-all-day.by.{split}.{stratum}": 1
        for split, factors in (("age", by.age), ("sex", by.sex))
        for stratum in factors
    }
    rules = {"platform.hiding-gains": gain}
    return Experiment("company", PEOPLE, WEEKS, people, rules, society="china").each_seed(_shown)


def unravelled(scores: np.ndarray, gain: int) -> list[int]:
    """Return how many hide their scores, month by month: all at first, then by what is assumed."""
    hides, found = np.ones(scores.shape[0], bool), []
    for _ in range(MONTHS):
        silent = scores[hides]
        assumed = int(np.floor(silent.mean() + 0.5)) if silent.size else 0
        hides = scores < assumed + gain
        found.append(int(hides.sum()))
    return found


@check("MODEL 11 (platform); Grossman 1981, Milgrom 1981: s' = (l + s) / 2 + g, limit l + 2 g")
def scores_that_are_hidden() -> Iterator[Figure]:
    """Hold the share of members who hide their score to that of the scores below l + 2 g.

    20,000 people of `china`, whose members' scores are even over five levels, 96 points apart, from
    l; a gain g of 30, 72 and 140 points leaves those of l + 60, l + 144 and l + 280: one, two and
    three levels of five, .2, .4, .6. Margin .01. Month by month, how many hide is what the map
    s' = mean of the hidden + g makes of the very scores of each run: exactly, margin 0. A gain of 0
    leaves nobody silent: the lowest level, which is its own mean, is shown as well.
    """
    for gain, levels in ((0, 0), (30, 1), (72, 2), (140, 3)):
        runs = _runs(gain, 0)
        hidden = [int((~run.shows).sum()) for run in runs]
        found = ratio(hidden, [run.members for run in runs])
        yield figure(f"share hidden at a gain of {gain}", levels / 5, found, 0.01)
        astray = sum(
            abs(run.hidden[MONTH - 1 :: MONTH] - unravelled(run.scores, 100 * gain)).sum()
            for run in runs
        )
        yield Figure(f"members astray in any month at a gain of {gain}", 0, float(astray), 0)
    between = [np.ptp(run.hidden[: MONTH - 1]) for run in _runs(72, 0)]
    yield Figure("members who turn before the first score is told", 0, float(max(between)), 0)


@check("MODEL 11 (platform): R sum w v; 4 r p D (1 - D^m) / (1 - D)")
def scores_of_constant_conduct() -> Iterator[Figure]:
    """Hold a score without records to the sum of its levels, and one with them to a finite sum.

    Weights .8 and .2 of 600 points: 350 + 60 + 4.8 v for income's level v, of every member. Margin
    .005, half a hundredth. With 8 days of games a year, seen with chance .5, each -2 % of behaviour
    or p = -2.4 points, and a half-life of 8 weeks (D = 2^-.5), after m = 13 months the mean stands
    off by 4 r p D (1 - D^m) / (1 - D), r = 4 / 52 a week: -1.76305 points, the last month's records
    among them. Margin .03.
    """
    still = _runs(72, 0)
    off = [np.abs(run.scores / 100 - (410 + 4.8 * LEVELS[run.fifth - 1])).max() for run in still]
    yield Figure("largest difference of any member's score", 0, float(max(off)), 0.005)
    decay = 2 ** (-MONTH / 8)
    expected = -2.4 * MONTH * 4 / 52 * decay * (1 - decay**MONTHS) / (1 - decay)
    moved = [
        float((run.scores / 100 - (410 + 4.8 * LEVELS[run.fifth - 1])).sum())
        for run in _runs(72, 8)
    ]
    found = ratio(moved, [run.members for run in still])
    yield figure("mean points that games cost at the end", expected, found, 0.03)
