"""Weights that meet margins: the integer fit behind households and personal traits.

Kinds (of households, or cells of a table) have weights; each kind holds a known number of what is
counted, and the totals are given. As in iterative proportional updating (Ye, Konduri, Pendyala,
Sana and Waddell 2009, "A methodology to match distributions of both household and person
attributes"), one margin after the other is taken: with r = target / total,

    weight <- weight * (1 + (r - 1) * count / largest count of that margin).

Where counts are 0 and 1 this is iterative proportional fitting. What it ends in is, to first order,
the distribution nearest to the one that it starts from among all that meet the margins.

*Rounding.* Integers only, so every machine ends in the same weights: r in 2**-20, weights rounded
half up, on a scale where all of them together are about 2**36.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import entry

WHOLE = 1 << 36
"""What a share of 1 is on the scale of weights."""
UNIT = 1 << 20
"""What one of what is counted is on the scale of counts."""
ROUNDS = 5000
NEAR = 1 << 6
"""Of 2**20: a margin is met when it is off by no more than this part of itself, 6 in 100,000."""
TOLERANCE = 1 << 10
"""The largest miss that is put up with: one in 1,024 of a margin."""
_FEW = 1 << 12
"""Of WHOLE: a margin that is off by no more, 6 in 100 million of all, is met as well."""
_MOST = 1 << 22
"""The largest factor of one step, 4 in 2**-20."""


class Missed(NamedTuple):
    """A margin that cannot be met, as a problem of the society file."""

    key: str
    found: str
    allowed: str


def told(key: str, missed: int) -> Iterator[Missed]:
    """Yield the problem of a miss in 2**-20, where it is too large."""
    if missed > TOLERANCE:
        found = f"shares that miss each other by {Decimal(100 * missed) / UNIT:.2g} %"
        yield Missed(key, found, "shares that people of these ages can have at once")


def fitted(
    weights: NDArray[np.int64], counts: NDArray[np.int64], targets: Sequence[int]
) -> tuple[NDArray[np.int64], int]:
    """Return weights (kinds,) that meet the margins, and the largest relative miss in 2**-20.

    `weights` is where to start from, `counts` (kinds, margins) in UNIT, `targets` in WHOLE.
    """
    held = weights.astype(np.int64)
    missed = _fit(held, np.ascontiguousarray(counts), np.array(targets, np.int64), ROUNDS)
    return held, int(missed)


def raked(
    people: NDArray[np.int64],
    odds: NDArray[np.int64],
    margins: Sequence[tuple[NDArray[np.bool_], int]],
) -> tuple[NDArray[np.int64], int]:
    """Return how many of each cell have each level (cells, levels), and the largest miss.

    `people` (cells,) are kept; `odds` (cells, levels) are where to start from; each margin says
    which of cells and levels are counted, and how many they are, all in WHOLE.
    """
    cells, levels = odds.shape
    sums = np.maximum(odds.sum(axis=1, keepdims=True), 1)
    start = people[:, None] * odds // sums
    own = np.repeat(np.eye(cells, dtype=np.int64), levels, axis=0)
    counts = [own, *(mask.reshape(-1, 1).astype(np.int64) for mask, _ in margins)]
    targets = [*map(int, people), *(target for _, target in margins)]
    held, missed = fitted(start.ravel(), np.concatenate(counts, axis=1) * UNIT, targets)
    return held.reshape(cells, levels), missed


@entry
def _fit(
    weights: NDArray[np.int64],
    counts: Annotated[NDArray[np.int64], 2],
    targets: NDArray[np.int64],
    rounds: int,
) -> int:
    """Change weights in place; return the largest miss."""
    kinds, margins = counts.shape
    most = np.ones(margins, np.int64)
    for margin in range(margins):
        for kind in range(kinds):
            most[margin] = max(most[margin], counts[kind, margin])
    missed = whole(0)
    for _ in range(rounds):
        missed = whole(0)
        for margin in range(margins):
            total = whole(0)
            for kind in range(kinds):
                total += weights[kind] * counts[kind, margin]
            ratio = (
                targets[margin] if total >> 20 == 0 else (targets[margin] << 20) // (total >> 20)
            )
            ratio = min(ratio, _MOST)
            if abs((total >> 20) - targets[margin]) > _FEW:
                missed = max(missed, whole(abs(ratio - UNIT)))
            for kind in range(kinds):
                if counts[kind, margin] > 0:
                    step = UNIT + (ratio - UNIT) * counts[kind, margin] // most[margin]
                    weights[kind] = (weights[kind] * step + UNIT // 2) >> 20
        if missed <= NEAR:
            break
    return missed
