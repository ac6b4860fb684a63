"""Ranks, percentiles and deciles of scores, by sorting."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from replay.reading import YEAR, Run
from replay.standing import Standing

WHOLE = 10_000
FIFTHS = 5
SUMS = ("people", "earlier", "later", "earlier-squared", "later-squared", "product")
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]


def ranks(run: Run, standing: Standing, at: int) -> tuple[Whole, Whole]:
    """Return rank and percentile of everybody, 0 and -1 for those who are not ranked.

    `at` is the row of `standing`.
    """
    score, ranked = standing.score[at], _ranked(run, standing, at)
    if not ranked.size:
        return np.zeros_like(score), np.full_like(score, -1)
    has = standing.has[at]
    rank = 1 + ranked.size - np.searchsorted(ranked, score, side="right")
    percentile = WHOLE * np.searchsorted(ranked, score, side="left") // ranked.size
    return np.where(has, rank, 0), np.where(has, percentile, -1)


def deciles(run: Run, standing: Standing) -> Whole:
    """Return the nine deciles at each close (weeks, 9), 0 where nobody is ranked."""
    found = np.zeros((run.weeks, 9), np.int64)
    for week in range(run.weeks):
        ranked = _ranked(run, standing, week + 1, among=run.counted)
        if ranked.size:
            found[week] = ranked[[-(-tenth * ranked.size // 10) - 1 for tenth in range(1, 10)]]
    return found


def _ranked(run: Run, standing: Standing, at: int, among: Flags | bool = True) -> Whole:
    """Return the scores of those who are ranked, in order; of some people alone."""
    if "ranking" in run.rules.off:
        return np.empty(0, np.int64)
    return np.sort(standing.score[at][standing.has[at] & among])


def comparisons(run: Run, standing: Standing) -> Iterator[tuple[int, Whole, Whole]]:
    """Yield what each yearly comparison finds.

    That is its week, moves between fifths (5, 5), and the sums that SUMS names.
    """
    before = np.full(run.people, -1, np.int64)
    for week in range(YEAR - 1, run.weeks, YEAR):
        _, after = ranks(run, standing, week + 1)
        both = (before >= 0) & (after >= 0) & run.counted
        one, other = before[both], after[both]
        moves = np.zeros((FIFTHS, FIFTHS), np.int64)
        np.add.at(moves, (FIFTHS * one // WHOLE, FIFTHS * other // WHOLE), 1)
        products = (np.ones_like(one), one, other, one * one, other * other, one * other)
        yield week, moves, np.array([product.sum() for product in products])
        before = after
