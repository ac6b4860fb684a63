"""Lending: what a lender's threshold does to the scores of two groups, as published."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from verification.check import check
from verification.experiment import SEEDS
from verification.figure import Figure, figure, mean

TABLES = Path(__file__).parent / "fico"
GROUPS = {
    "Black": (645.00, 0.1677, 8.257),
    "Non- Hispanic white": (613.75, 0.6634, 38.260),
}
"""Threshold, share selected and mean change of score."""
SCORES = np.arange(300, 851, 50)
BANDS = (2.1, 4.2, 5.4, 6.5, 7.9, 9.6, 12.0, 13.8, 17.0, 15.8, 5.7)
"""Percent of all in each band of 50 points from 300: what turns percent into scores."""
LOWEST, HIGHEST, GAIN, LOSS = 300, 850, 75, 150
BREAK_EVEN = 0.8
"""The chance of repayment at which a loan pays: a default costs four times what a repayment
brings."""
PEOPLE = 100_000
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Group:
    """One group's scores: how many are at each, and how many of those repay."""

    score: Floats
    share: Floats
    repays: Floats

    @property
    def threshold(self) -> float:
        """The lowest score at which a loan pays."""
        return float(self.score[self.repays >= BREAK_EVEN][0])

    def lent(self, draw: np.random.Generator, people: int) -> tuple[Floats, Floats, float]:
        """Lend to people at or above the threshold; return scores before, after, share selected."""
        at = draw.choice(self.score.size, people, p=self.share)
        before = self.score[at]
        selected = before >= self.threshold
        repaid = draw.random(people) < self.repays[at]
        step = np.where(selected, np.where(repaid, GAIN, -LOSS), 0)
        return before, np.clip(before + step, LOWEST, HIGHEST), float(selected.mean())


def _group(name: str) -> Group:
    held, failed = (
        pl.read_csv(TABLES / f"transrisk_{what}_by_race_ssa.csv").select("Score", name)
        for what in ("cdf", "performance")
    )
    percent = np.cumsum([0, *BANDS])
    score = np.interp(held["Score"].to_numpy(), percent, SCORES)
    share = np.diff(held[name].to_numpy(), prepend=0) / 100
    return Group(score, share / share.sum(), 1 - failed[name].to_numpy() / 100)


@check("VALIDATION 5: Liu, Dean, Rolf, Simchowitz and Hardt (ICML 2018, arXiv 1803.04383)")
def a_lenders_threshold() -> Iterator[Figure]:
    """Hold thresholds, shares selected and mean changes of score to those published.

    A loan repaid adds 75 points, a default takes 150, between 300 and 850; the lender takes whom
    it pays to take: from a chance of repayment of .8. 100,000 people of each group and thirty
    seeds. Margins: .005 points for the threshold (exact), .005 of the share, .6 points of change.
    """
    for name, (threshold, share, change) in GROUPS.items():
        group = _group(name)
        yield Figure(f"threshold, {name}", threshold, group.threshold, 0.005)
        runs = [group.lent(np.random.default_rng(seed), PEOPLE) for seed in SEEDS]
        yield figure(f"share selected, {name}", share, mean([one[2] for one in runs]), 0.005)
        changes = [float((after - before).mean()) for before, after, _ in runs]
        yield figure(f"mean change of score, {name}", change, mean(changes), 0.6)
