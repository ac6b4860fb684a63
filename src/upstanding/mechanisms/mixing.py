"""What ties make of everybody's points at the close: `association`'s kernels for it."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import kernel
from upstanding.clockwork.numbers import POINT
from upstanding.mechanisms.association import MEAN, Tables
from upstanding.mechanisms.rows import ASSOCIATED, ASSOCIATION, Sheet, new_row
from upstanding.mechanisms.scoring import NO_SCORE
from upstanding.mechanisms.state import Setting, State

_MOST = (1 << 31) - 1


@kernel
def mix(
    week: int,
    scored_from: NDArray[np.uint16],
    state: State,
    before: NDArray[np.int64],
    total: NDArray[np.int64],
    pulled: NDArray[np.int32],
    bounds: NDArray[np.int64],
    tables: Tables,
) -> NDArray[np.uint8]:
    """Set x and term at the close of `week`; return 1 for whom the term changes, else 0, (n,).

    `before` and `total` (n,) are the weighted points without and with this week's, `bounds` (3,)
    those of the score.
    """
    rule, carried = tables.rule, tables.carried
    strength, step = whole(tables.strength), tables.step
    start, lowest, highest = bounds
    bottom, top = -((start - lowest) * POINT // 100), (highest - start) * POINT // 100
    x, term = state.x, state.term
    changed = np.zeros(x.shape[0], np.uint8)
    for i in range(x.shape[0]):
        if whole(scored_from[i]) > week + 1:
            continue
        value = total[i]
        if carried == 1 and x[i] != NO_SCORE:
            value = whole(x[i]) + total[i] - before[i]
        change = whole(pulled[i])
        if rule == MEAN:
            if pulled[i] != NO_SCORE:
                apart = max(min(whole(pulled[i]) - value, _MOST), -_MOST)
                value += (strength * apart + (1 << 31)) >> 32
            if carried == 1:
                value = max(min(value, top), bottom)
            change = ((value - total[i]) * 100 + (1 << 15)) >> 16
        x[i] = max(min(value, _MOST), -_MOST)
        # Within half a step of the last term nothing changes: no row for a hair's breadth.
        apart = 2 * (change - whole(term[i]))
        if -step <= apart < step:
            continue
        if step > 1:  # Nothing to round otherwise, and a division is what takes longest here.
            change = step * ((2 * change + step) // (2 * step))
        change = max(min(change, _MOST), -_MOST)
        if change == term[i]:
            continue
        term[i] = change
        changed[i] = 1
    return changed


@kernel
def tell(
    sheet: Sheet,
    now: Setting,
    changed: NDArray[np.uint8],
    term: NDArray[np.int32],
    category: int,
    clause: int,
) -> None:
    """Write a row for each term (n,) that changed."""
    first, week = now.first, now.week
    for i in range(changed.shape[0]):
        if changed[i] == 1:
            row = sheet.rows[new_row(sheet, first, first + i, week, ASSOCIATED, ASSOCIATION)]
            row.rule = clause
            row.category = category
            row.points = term[i]
