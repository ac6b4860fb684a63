"""Everybody's place in the ranking, week by week: one histogram over all."""

from concurrent.futures import Executor

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.names import NO_WORD
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.tables import Tables
from upstanding.mechanisms import ranking
from upstanding.mechanisms.state import State

RUNS = 4
"""Runs of blocks that are counted at once at most, each with a histogram of its own."""
BLOCKS_A_RUN = 16
"""Fewer are counted sooner than histograms are added."""


class Places:
    """The ranking of the last close."""

    def __init__(self, tables: Tables, uncounted: list[NDArray[np.int64]]) -> None:
        """Make room for the scores that the scheme may give; none where nobody is ranked.

        `uncounted` are the places in each block of those who are ranked, but in no figure.
        """
        self.uncounted = uncounted
        self.on = bool(tables.ranks)
        _, lowest, highest = tables.scoring.bounds
        self.lowest = int(lowest)
        steps = int(highest - lowest) + 1 if self.on else 0
        self._histograms = np.zeros((RUNS if self.on else 0, steps), np.int64)
        self.below = np.zeros(steps + 1, np.int64)
        """(steps + 1,) how many have a score under each; the last is all."""
        self.deciles = np.zeros(ranking.DECILES, np.int64)
        self.moves = np.zeros((ranking.FIFTHS, ranking.FIFTHS), np.int64)
        self.sums = np.zeros(ranking.SUMS, np.int64)

    def rank(self, week: int, states: list[State], pool: Executor) -> None:
        """Rank everybody at the close of a week; once a year, compare with the year before."""
        self.moves[:], self.sums[:] = 0, 0
        if not self.on:
            return
        self.count(states, pool)
        ranking.deciles(self.lowest, self._counted(states), self.deciles)
        if (week + 1) % WEEKS_A_YEAR == 0:
            for state, uncounted in zip(states, self.uncounted, strict=True):
                ranking.compare(
                    state.score,
                    self.lowest,
                    self.below,
                    state.standing,
                    uncounted,
                    self.moves,
                    self.sums,
                )

    def _counted(self, states: list[State]) -> NDArray[np.int64]:
        """Return how many of those in the figures have a score under each; the last is all."""
        if not any(uncounted.size for uncounted in self.uncounted):
            return self.below
        histogram = np.zeros(self.below.shape[0] - 1, np.int64)
        for state, uncounted in zip(states, self.uncounted, strict=True):
            ranking.count(state.score[uncounted], self.lowest, histogram)
        below = np.empty_like(self.below)
        ranking.cumulate(histogram, below)
        return self.below - below

    def count(self, states: list[State], pool: Executor) -> None:
        """Count how many have a score under each."""
        if not self.on:
            return

        runs = min(RUNS, -(-len(states) // BLOCKS_A_RUN))

        def fill(run: int) -> None:
            histogram = self._histograms[run]
            histogram[:] = 0
            for state in states[run::runs]:
                ranking.count(state.score, self.lowest, histogram)

        for _ in pool.map(fill, range(runs)):
            pass
        histogram = self._histograms[:runs].sum(axis=0) if runs > 1 else self._histograms[0]
        ranking.cumulate(histogram, self.below)

    def of(self, score: NDArray[np.int32]) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """Return rank, 0 for none, and percentile of scores (n,), as of the last count."""
        ranks = np.zeros(score.shape[0], np.uint32)
        percentiles = np.full(score.shape[0], NO_WORD, np.uint16)
        if self.on:
            ranking.rank(score, self.lowest, self.below, ranks, percentiles)
        return ranks, percentiles
