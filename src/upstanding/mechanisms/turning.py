"""How ties turn: are cut, or come to life. The kernels of `association` that decide it."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import U64, Word, when, whole
from upstanding.clockwork.kernel import entry, inlined, kernel
from upstanding.mechanisms.association import (
    FEARS,
    GAPS,
    PERIOD,
    PERIOD_BITS,
    TURN,
    Board,
    Tables,
    citizen_at,
)
from upstanding.mechanisms.scoring import NO_SCORE
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.ties import CUT, DORMANT, LIVING, Ties, place_of


class Turns(NamedTuple):
    """Candidates for a turn of a block's ties in a period, by week; T of them."""

    codes: NDArray[np.uint32]
    """(T,) the citizen, counted from the block's first, << 12 | slot << 8 | k - 1."""
    begins: NDArray[np.int64]
    """(17,) where those of each week begin."""


@entry
def foresee(
    now: Setting, bits: NDArray[np.uint32], ties: Ties, board: Board, tables: Tables
) -> Turns:
    """Return the candidates for a turn in the week's period that may come to anything.

    `bits` (n,) are the ties of the block's citizens. Many candidates would need a larger gap or
    fear than there is under the scheme; they are left out.
    """
    first, week, key = now.first, now.week, now.key
    citizens = bits.shape[0]
    near, far = ties.near, ties.far
    most_cut, most_wake = tables.cut[GAPS - 1, FEARS - 1], tables.wake[0]
    other, drawn = np.empty(citizens, np.int64), np.empty(citizens, np.uint64)
    room, count = citizens + 64, 0
    code, when_ = np.empty(room, np.uint32), np.empty(room, np.uint8)
    slots = near.shape[0] + far.shape[0] if tables.steps.shape[0] > 0 else 0
    for slot in range(slots):
        for i in range(citizens):
            other[i] = citizen_at(board, place_of(first + i - board.first, slot, near, far))
        _draw_counts(first, other, week >> PERIOD_BITS, key, drawn)
        for i in range(citizens):
            if drawn[i] < tables.steps[0]:
                continue
            if (bits[i] >> np.uint32(2 * slot)) & np.uint32(3) == CUT:
                continue
            for k in range(tables.steps.shape[0]):
                if drawn[i] < tables.steps[k]:
                    break
                w0, w1, w2, _ = _drawn(first + i, other[i], week, k + 1, key)
                if w1 >= most_cut and w2 >= most_wake:
                    continue
                if count == room:
                    room *= 2
                    code, when_ = _longer(code, room), _longer(when_, room)
                code[count] = i << 12 | slot << 8 | k
                when_[count] = dice.below(w0, U64(PERIOD))
                count += 1
    return _by_week(code[:count], when_[:count])


@kernel
def _draw_counts(
    first: int,
    other: NDArray[np.int64],
    period: int,
    key: tuple[Word, Word],
    drawn: NDArray[np.uint64],
) -> None:
    """Draw the numbers of candidates of the pairs of citizens from `first` on with `other` (n,)."""
    k0, k1 = key
    at = when(period, 0)
    for i in range(other.shape[0]):
        low, high = min(first + i, other[i]), max(first + i, other[i])
        w0, _, _, _ = dice.philox(U64(low), U64(high), at, TURN, k0, k1)
        drawn[i] = w0


@kernel
def _longer(codes: NDArray[Any], room: int) -> NDArray[Any]:
    longer = np.empty(room, codes.dtype)
    copy_to(longer, codes)
    return longer


@kernel
def _by_week(codes: NDArray[np.uint32], weeks: NDArray[np.uint8]) -> Turns:
    """Return candidates in order of their week, otherwise as they are."""
    begins = np.zeros(PERIOD + 1, np.int64)
    for at in range(weeks.shape[0]):
        begins[weeks[at] + 1] += 1
    for week in range(PERIOD):
        begins[week + 1] += begins[week]
    ordered = np.empty(codes.shape[0], np.uint32)
    place = begins.copy()
    for at in range(codes.shape[0]):
        ordered[place[weeks[at]]] = codes[at]
        place[weeks[at]] += 1
    return Turns(ordered, begins)


@inlined
def _drawn(
    one: int, other: int, week: int, index: int, key: tuple[Word, Word]
) -> tuple[Word, Word, Word, Word]:
    low, high = min(one, other), max(one, other)
    period = whole(week) >> PERIOD_BITS
    return dice.philox(U64(low), U64(high), when(period, index), TURN, key[0], key[1])


@kernel
def turn(
    now: Setting,
    bits: NDArray[np.uint32],
    turns: Turns,
    ties: Ties,
    board: Board,
    uncounted: NDArray[np.int64],
    tables: Tables,
    tally: NDArray[np.int64],
) -> None:
    """Cut and wake this week's ties, each at most once.

    `bits` (n,) are the citizens' ties, and are set right. `tally` (2,) counts pairs made and cut,
    by the smaller end, but for those of the `uncounted`.
    """
    first, week, key = now.first, now.week, now.key
    near, far, score, fear = ties.near, ties.far, board.score, board.fear
    part = whole(week) & (PERIOD - 1)
    turned = whole(-1)
    for at in range(turns.begins[part], turns.begins[part + 1]):
        code = whole(turns.codes[at])
        i, slot, k = code >> 12, (code >> 8) & 15, code & 255
        held = whole((bits[i] >> np.uint32(2 * slot)) & np.uint32(3))
        if held == CUT or code >> 8 == turned:
            continue
        here = first + i - board.first
        there = place_of(here, slot, near, far)
        other = citizen_at(board, there)
        _, w1, w2, _ = _drawn(first + i, other, week, k + 1, key)
        gap = whole(0)
        if score[here] != NO_SCORE and score[there] != NO_SCORE:
            apart = abs(whole(score[here]) - whole(score[there]))
            gap = apart * (GAPS - 1) // tables.width
        becomes = held
        if held == LIVING and w1 < tables.cut[gap, max(fear[here], fear[there])]:
            becomes = whole(CUT)
        elif held == DORMANT and w2 < tables.wake[gap]:
            becomes = whole(LIVING)
        if becomes != held:
            turned = code >> 8
            bits[i] ^= np.uint32(held ^ becomes) << np.uint32(2 * slot)
            if first + i < other:
                one = 1 - max(is_among(uncounted, first + i), is_among(uncounted, other))
                tally[whole(becomes == CUT)] += one


@inlined
def is_among(few: NDArray[np.int64], citizen: int) -> int:
    """Return 1 if a citizen is one of few, 0 if not."""
    found = whole(0)
    for at in range(few.shape[0]):
        found |= whole(few[at] == citizen)
    return found
