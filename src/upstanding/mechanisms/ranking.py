"""Ranking: the exact place of everybody's score among all, each week.

The essay: "Each citizen will then be given numbered ranking" (E10).

*Equations.* Only those who have a score are ranked. Rank 1 is the highest score, equal scores share
the smallest rank (competition ranking), percentile = floor(10000 * (ranked with a lower score) /
ranked). Scores have at most 2**20 steps of a hundredth, so that both come from a histogram. The
q-th decile is the lowest score that at least q tenths of the ranked do not exceed. Once a year
(at the close of every week w with (w + 1) mod 52 = 0) each percentile is compared with that of a
year before: a table of moves between fifths (fifth = 5 * percentile // 10000), and the sums from
which the rank-rank slope follows.

*Parameters.* Scheme: `score`. *Reads* scores. *Writes* the percentile of the last comparison.
*Addresses.* None. *Off*: nobody has a rank; nothing else depends on it.
"""

from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import entry
from upstanding.clockwork.names import NO_WORD
from upstanding.mechanisms.scoring import NO_SCORE

WHOLE = 10_000
"""Percentiles are in hundredths of a percent."""
FIFTHS = 5
DECILES = 9
SUMS = 6
"""People compared, sums of the earlier and later percentile, of their squares and product."""


@entry
def count(score: NDArray[np.int32], lowest: int, histogram: NDArray[np.int64]) -> None:
    """Add scores (n,) to a histogram by hundredth, its first place the lowest score."""
    for i in range(score.shape[0]):
        if score[i] != NO_SCORE:
            histogram[whole(score[i]) - lowest] += 1


@entry
def cumulate(histogram: NDArray[np.int64], below: NDArray[np.int64]) -> None:
    """Fill `below` (steps + 1,) with how many have a score under each step; the last is all."""
    total = whole(0)
    for step in range(histogram.shape[0]):
        below[step] = total
        total += histogram[step]
    below[histogram.shape[0]] = total


@entry
def rank(
    score: NDArray[np.int32],
    lowest: int,
    below: NDArray[np.int64],
    ranks: NDArray[np.uint32],
    percentiles: NDArray[np.uint16],
) -> None:
    """Fill rank, 0 for none, and percentile, NO_WORD for none, of scores (n,)."""
    ranked = below[below.shape[0] - 1]
    for i in range(score.shape[0]):
        ranks[i], percentiles[i] = 0, NO_WORD
        if score[i] != NO_SCORE:
            step = whole(score[i]) - lowest
            ranks[i] = 1 + ranked - below[step + 1]
            percentiles[i] = WHOLE * below[step] // ranked


@entry
def deciles(lowest: int, below: NDArray[np.int64], scores: NDArray[np.int64]) -> None:
    """Fill `scores` (9,) with the deciles in hundredths, 0 where nobody is ranked."""
    ranked = below[below.shape[0] - 1]
    step = whole(0)
    for tenth in range(DECILES):
        scores[tenth] = 0
        if ranked > 0:
            while 10 * below[step + 1] < (tenth + 1) * ranked:
                step += 1
            scores[tenth] = lowest + step


@entry
def compare(
    score: NDArray[np.int32],
    lowest: int,
    below: NDArray[np.int64],
    standing: NDArray[np.uint16],
    uncounted: NDArray[np.int64],
    moves: Annotated[NDArray[np.int64], 2],
    sums: NDArray[np.int64],
) -> None:
    """Compare percentiles with those of `standing` (n,), which they replace.

    `moves` (5, 5) counts people by their fifth before and after, `sums` (6,) is as SUMS says; the
    `uncounted`, in order, are in neither.
    """
    ranked = below[below.shape[0] - 1]
    passed = whole(0)
    for i in range(score.shape[0]):
        passes = passed < uncounted.shape[0] and uncounted[passed] == i
        passed += whole(passes)
        if score[i] == NO_SCORE:
            continue
        before = whole(standing[i])
        after = WHOLE * below[whole(score[i]) - lowest] // ranked
        standing[i] = after
        if before == NO_WORD or passes:
            continue
        moves[FIFTHS * before // WHOLE, FIFTHS * after // WHOLE] += 1
        sums[0] += 1
        sums[1] += before
        sums[2] += after
        sums[3] += before * before
        sums[4] += after * after
        sums[5] += before * after
