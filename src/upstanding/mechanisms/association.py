"""Association: standing that depends on whom one knows, and what it does to ties.

The essay: "who you befriend online" (E2); "if you are talking to someone untrustworthy you will
get a negative score" (E11); "because I'm friends with someone who is 'free spirited'" (E34).

*Equations.* Each week, against last week's board, a term is added to the total of a citizen's own
weighted points. Under the rule `mean-of-ties`, with K the strength and m the mean of last week's x
over her living ties that have a score,

    x = total + K * (m - total)

which is Friedkin and Johnsen's (1990) opinion dynamics, anchored in her own conduct. With
`anchor = "none"` (DeGroot 1974) last week's x plus this week's new points stands in place of the
total, is held within the score's range and carried forward. With no such tie x is the total, or
what stands in its place. Under
`low-tie-points` the term is K * points for each living tie whose score is below `low-below`; under
`bayes` (after Wei, Yildirim, Van den Bulte and Dellarocas 2016) each tie shifts the log odds of
good standing by -+log(agreement / (1 - agreement)), agreement being the chance that two friends are
of one kind, and the term is K * points-per-log-odds times the shift; x is the total then. The
term x - total, rounded to `step`, is an entry that replaces the last one, written when it changes.

A tie is a chance to turn: candidates come at the larger of the society's two rates. On one in
a week a living tie is cut at the rate cut-per-year * K * gap * (1 + fear) / 2, a dormant one
comes to life at wake-per-year * (1 - gap), gap being the difference of the two scores as a share
of the score's range (0 without a score), fear the larger of the two's perceived risk. What is cut
stays cut. Both ends compute the same.

*Company as an act.* An act of the society with `low-company` is contact with one slot of hers,
chosen at random: it takes place only if the slot's tie is living and its score is below
`low-below`. Without that key nobody is of low standing.

*Parameters.* Scheme: `association`. Society: `ties`, `act.*.low-company`. *Reads* the board of
last week: x, score, fear. *Writes* rows of kind association, x, term, ties.

*Addresses.* ties/turn at (the smaller, the larger, (week >> 4) << 20 | k), k = 0 the number of
candidates in these 16 weeks (word 0), k = 1, 2, ... a candidate: word 0 its week (below 16), 1 cut,
2 wake. The slot of a contact is word 2 of the act's conduct/candidate (below the slots of the
society). *Rounding.* m = floor((2 sum + n) / 2n) in 2**-16 point; x = total + ((K (m - total) +
2**31) >> 32), held within +-(2**31 - 1); the term in hundredths is floor(((x - total) * 100 +
2**15) / 2**16), then, with a step of s hundredths, s * floor((2 term + s) / 2s). The gap is in 64
levels, fear in 256, nearest lower. *Off* equals strength 0, anchored in her own conduct.
"""

from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, address, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import Names
from upstanding.clockwork.numbers import (
    CONTEXT,
    ONE,
    POINT,
    WEEKS_A_YEAR,
    poisson_steps,
    scaled,
    threshold,
)
from upstanding.documents.table import Number, Points, Share, Sourced, Table
from upstanding.mechanisms import conduct
from upstanding.mechanisms.conduct import Candidates
from upstanding.mechanisms.rows import ASSOCIATED, ASSOCIATION, Sheet, new_row
from upstanding.mechanisms.scoring import NO_SCORE, Score
from upstanding.mechanisms.ties import CELL, CUT, DORMANT, LIVING, Bonds, Ties

TURN = U64(address("ties/turn"))
CATEGORY = "social-connections"
PERIOD_BITS = 4
PERIOD = 1 << PERIOD_BITS
"""Weeks for which candidates for a turn are drawn at once."""
GAPS, FEARS = 65, 256
NONE, MEAN, COUNTED = range(3)
_LIVING_BITS = np.uint32(0x5555_5555)
_MOST = (1 << 31) - 1


class Association(Sourced):
    """How standing depends on whom one knows."""

    rule: Literal["mean-of-ties", "low-tie-points", "bayes"]
    anchor: Literal["own", "none"] = "own"
    """What the mean of ties pulls away from: own conduct, or whatever she was pulled to before."""
    strength: Share
    """K: how much of the rule applies; 0 is none."""
    low_below: Points | None = None
    """The score below which somebody is of low standing; nobody is where not named."""
    points: Points | None = None
    """For each living tie of low standing, under low-tie-points."""
    agreement: Annotated[Number, Field(gt=0, lt=1)] | None = None
    """Chance that two friends are of one kind, under bayes."""
    points_per_log_odds: Annotated[Points, Field(ge=0)] | None = None
    """Points of a unit of log odds, under bayes."""
    step: Annotated[Points, Field(gt=0)] = Decimal("0.01")
    """The term is rounded to this."""


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    association: Association | None = None


class Tables(NamedTuple):
    """Association as integers; A acts."""

    rule: NDArray[np.int64]
    """(1,) NONE, MEAN of ties, or COUNTED ties."""
    carried: NDArray[np.uint8]
    """(1,) 1 with `anchor = "none"`."""
    strength: NDArray[np.uint64]
    """(1,) K in 2**-32."""
    per_tie: NDArray[np.int64]
    """(2,) hundredths for a counted tie: of low standing, of other standing."""
    low: NDArray[np.int64]
    """(1,) hundredths; scores below are of low standing."""
    step: NDArray[np.int64]
    """(1,) hundredths."""
    category: NDArray[np.int64]
    """(1,)"""
    contact: NDArray[np.uint8]
    """(A,) 1 for an act that is contact with a tie of low standing."""
    contacts: NDArray[np.uint8]
    """(1,) 1 if any act is."""
    width: NDArray[np.int64]
    """(1,) of the score's range in hundredths, at least 1."""
    steps: NDArray[np.uint64]
    """(S,) the number of candidates for a turn in a period is the number of steps reached."""
    cut: NDArray[np.uint64]
    """(65, 256) threshold by gap and fear."""
    wake: NDArray[np.uint64]
    """(65,) threshold by gap."""


class Board(NamedTuple):
    """What everybody may read of last week: a shard's citizens, then those abroad.

    n citizens, m abroad.
    """

    x: NDArray[np.int32]
    """(n + m,) in 2**-16 point, or NO_SCORE."""
    score: NDArray[np.int32]
    """(n + m,) hundredths, or NO_SCORE."""
    fear: NDArray[np.uint8]
    """(n + m,) perceived risk in 2**-8."""
    abroad: NDArray[np.uint32]
    """(m,) who those abroad are."""


def compile_tables(
    scheme: SchemeTables,
    score: Score | None,
    bonds: Bonds | None,
    acts: conduct.SocietyTables,
    names: Names,
    *,
    on: bool,
) -> Tables:
    """Compile association to integer tables; with `on` false its strength is 0."""
    told = scheme.association
    strength = told.strength if told and on else Decimal(0)
    rules = {"mean-of-ties": MEAN, "low-tie-points": COUNTED, "bayes": COUNTED}
    width = score.range[1] - score.range[0] if score else Decimal(0)
    low = told.low_below if told and on else None
    contact = np.array([acts.act[name].low_company for name in names.acts], np.uint8)
    cut, wake, most = _turns(bonds, strength)
    return Tables(
        rule=np.array([rules[told.rule] if told and score and bonds else NONE], np.int64),
        carried=np.array([told is not None and on and told.anchor == "none"], np.uint8),
        strength=np.array([scaled(strength, ONE)], np.uint64),
        per_tie=np.array(_per_tie(told, strength), np.int64),
        low=np.array([-_MOST if low is None else scaled(low, 100)], np.int64),
        step=np.array([scaled(told.step, 100) if told else 1], np.int64),
        category=np.array(
            [names.categories.index(CATEGORY) if CATEGORY in names.categories else 0], np.int64
        ),
        contact=contact,
        contacts=np.array([contact.any()], np.uint8),
        width=np.array([max(scaled(width, 100), 1)], np.int64),
        steps=np.array(poisson_steps(most * PERIOD / WEEKS_A_YEAR) if told else (), np.uint64),
        cut=cut,
        wake=wake,
    )


def _per_tie(told: Association | None, strength: Decimal) -> list[int]:
    """Return the hundredths that a tie of low and of other standing adds, where ties count."""
    if told is None or told.rule == "mean-of-ties":
        return [0, 0]
    if told.rule == "low-tie-points":
        return [scaled(CONTEXT.multiply(strength, told.points or Decimal(0)), 100), 0]
    odds = CONTEXT.divide(told.agreement or Decimal("0.5"), 1 - (told.agreement or Decimal("0.5")))
    shift = CONTEXT.multiply(odds.ln(CONTEXT), told.points_per_log_odds or Decimal(0))
    each = scaled(CONTEXT.multiply(strength, shift), 100)
    return [-each, each]


def _turns(
    bonds: Bonds | None, strength: Decimal
) -> tuple[NDArray[np.uint64], NDArray[np.uint64], Decimal]:
    """Return the thresholds of cutting and waking, and the rate at which candidates come."""
    cut, wake = np.zeros((GAPS, FEARS), np.uint64), np.zeros(GAPS, np.uint64)
    most = max(bonds.cut_per_year, bonds.wake_per_year) if bonds else Decimal(0)
    if bonds is None or most == 0:
        return cut, wake, most
    for gap in range(GAPS):
        share = Decimal(gap) / (GAPS - 1)
        wake[gap] = threshold(CONTEXT.divide(bonds.wake_per_year * (1 - share), most))
        for fear in range(FEARS):
            rate = bonds.cut_per_year * strength * share * (1 + Decimal(fear) / FEARS) / 2
            cut[gap, fear] = threshold(CONTEXT.divide(rate, most))
    return cut, wake, most


@kernel
def pull(
    first: int,
    ties: Ties,
    bits: NDArray[np.uint32],
    board_first: int,
    x: NDArray[np.int32],
    score: NDArray[np.int32],
    tables: Tables,
    pulled: NDArray[np.int32],
) -> None:
    """Fill `pulled` (n,) with what last week's board makes of each citizen's living ties.

    Under MEAN it is the mean of their x, or NO_SCORE without any; if ties are COUNTED, the term in
    hundredths. `board_first` is the citizen at the board's first place.
    """
    if tables.rule[0] == MEAN:
        _mean(first - board_first, ties.near, ties.far, bits, x, pulled)
    else:
        of_low, of_other = tables.per_tie
        low, place = tables.low[0], first - board_first
        _counted(place, ties.near, ties.far, bits, score, low, of_low, of_other, pulled)


@kernel
def _mean(
    place: int,
    near: NDArray[np.uint16],
    far: NDArray[np.uint32],
    bits: NDArray[np.uint32],
    x: NDArray[np.int32],
    pulled: NDArray[np.int32],
) -> None:
    nears, fars = near.shape[1], far.shape[1]
    for i in range(pulled.shape[0]):
        living = bits[i] & ~(bits[i] >> np.uint32(1)) & _LIVING_BITS
        cell = (place + i) // CELL * CELL
        total, count = whole(0), whole(0)
        for slot in range(nears):
            value = x[cell + whole(near[i, slot])]
            held = whole((living >> np.uint32(2 * slot)) & np.uint32(1))
            held &= whole(value != NO_SCORE)
            total += held * whole(value)
            count += held
        for slot in range(fars):
            value = x[far[i, slot]]
            held = whole((living >> np.uint32(2 * (nears + slot))) & np.uint32(1))
            held &= whole(value != NO_SCORE)
            total += held * whole(value)
            count += held
        pulled[i] = (2 * total + count) // (2 * count) if count > 0 else whole(NO_SCORE)


@kernel
def _counted(
    place: int,
    near: NDArray[np.uint16],
    far: NDArray[np.uint32],
    bits: NDArray[np.uint32],
    score: NDArray[np.int32],
    low: int,
    of_low: int,
    of_other: int,
    pulled: NDArray[np.int32],
) -> None:
    nears, fars = near.shape[1], far.shape[1]
    for i in range(pulled.shape[0]):
        living = bits[i] & ~(bits[i] >> np.uint32(1)) & _LIVING_BITS
        cell = (place + i) // CELL * CELL
        term = whole(0)
        for slot in range(nears + fars):
            at = cell + whole(near[i, slot]) if slot < nears else whole(far[i, slot - nears])
            held = whole((living >> np.uint32(2 * slot)) & np.uint32(1))
            held &= whole(score[at] != NO_SCORE)
            term += held * (of_low if score[at] < low else of_other)
        pulled[i] = term


@kernel
def foresee(
    first: int,
    week: int,
    key: tuple[Word, Word],
    ties: Ties,
    bits: NDArray[np.uint32],
    board_first: int,
    board: Board,
    tables: Tables,
    turning: NDArray[np.uint16],
) -> None:
    """Fill `turning` (n,) with a bit for each slot that may turn in the period of `week`."""
    near, far, abroad = ties.near, ties.far, board.abroad
    own = board.score.shape[0] - abroad.shape[0]
    for i in range(turning.shape[0]):
        may = whole(0)
        if tables.steps.shape[0] > 0:
            for slot in range(near.shape[1] + far.shape[1]):
                if (bits[i] >> np.uint32(2 * slot)) & np.uint32(3) == CUT:
                    continue
                at = place_of(first + i - board_first, i, slot, near, far)
                other = board_first + at if at < own else whole(abroad[at - own])
                w0, _, _, _ = _drawn(first + i, other, week, 0, key)
                may |= whole(w0 >= tables.steps[0]) << slot
        turning[i] = may


@inlined
def place_of(
    place: int, i: int, slot: int, near: NDArray[np.uint16], far: NDArray[np.uint32]
) -> int:
    """Return where on the board a tie of the citizen is whose own place is `place`."""
    if slot < near.shape[1]:
        return place // CELL * CELL + whole(near[i, slot])
    return whole(far[i, slot - near.shape[1]])


@inlined
def _drawn(
    one: int, other: int, week: int, index: int, key: tuple[Word, Word]
) -> tuple[Word, Word, Word, Word]:
    low, high = min(one, other), max(one, other)
    period = whole(week) >> PERIOD_BITS
    return dice.philox(U64(low), U64(high), when(period, index), TURN, key[0], key[1])


@kernel
def turn(
    first: int,
    week: int,
    key: tuple[Word, Word],
    ties: Ties,
    bits: NDArray[np.uint32],
    board_first: int,
    board: Board,
    tables: Tables,
    turning: NDArray[np.uint16],
    tally: NDArray[np.int64],
) -> None:
    """Cut and wake this week's ties; `tally` (2,) counts pairs made and cut, by the smaller end."""
    near, far, score, fear = ties.near, ties.far, board.score, board.fear
    own = score.shape[0] - board.abroad.shape[0]
    for i in range(turning.shape[0]):
        if turning[i] == 0:
            continue
        place = first + i - board_first
        for slot in range(near.shape[1] + far.shape[1]):
            if (turning[i] >> np.uint16(slot)) & np.uint16(1) == 0:
                continue
            at = place_of(place, i, slot, near, far)
            other = board_first + at if at < own else whole(board.abroad[at - own])
            gap = whole(0)
            if score[place] != NO_SCORE and score[at] != NO_SCORE:
                apart = abs(whole(score[place]) - whole(score[at]))
                gap = apart * (GAPS - 1) // tables.width[0]
            cut, wake = tables.cut[gap, max(fear[place], fear[at])], tables.wake[gap]
            held = whole((bits[i] >> np.uint32(2 * slot)) & np.uint32(3))
            becomes = _turned(held, first + i, other, week, key, tables.steps, cut, wake)
            if becomes != held:
                bits[i] ^= np.uint32(held ^ becomes) << np.uint32(2 * slot)
                if first + i < other:
                    tally[whole(becomes == CUT)] += 1


@kernel
def _turned(
    held: int,
    one: int,
    other: int,
    week: int,
    key: tuple[Word, Word],
    steps: NDArray[np.uint64],
    cut: Word,
    wake: Word,
) -> int:
    """Return what becomes of a tie this week."""
    drawn, _, _, _ = _drawn(one, other, week, 0, key)
    for k in range(steps.shape[0]):
        if drawn < steps[k]:
            break
        w0, w1, w2, _ = _drawn(one, other, week, k + 1, key)
        if whole(dice.below(w0, U64(PERIOD))) != whole(week) & (PERIOD - 1):
            continue
        if held == LIVING and w1 < cut:
            return CUT
        if held == DORMANT and w2 < wake:
            return LIVING
    return held


@kernel
def keep_company(
    first: int,
    ties: Ties,
    bits: NDArray[np.uint32],
    board_first: int,
    score: NDArray[np.int32],
    tables: Tables,
    done: Candidates,
    tally: NDArray[np.int64],
) -> Candidates:
    """Return acts carried out without contacts that are not with a living tie of low standing.

    The others move up in place, and `tally` (A,) of acts carried out is set right.
    """
    near, far = ties.near, ties.far
    slots = near.shape[1] + far.shape[1]
    kept = 0
    for at in range(done.act.shape[0]):
        act, i = done.act[at], whole(done.citizen[at])
        if tables.contact[act] == 1:
            low = whole(0)
            if slots > 0:
                slot = whole(dice.below(U64(done.choice[at]), U64(slots)))
                place = place_of(first + i - board_first, i, slot, near, far)
                living = (bits[i] >> np.uint32(2 * slot)) & np.uint32(3) == LIVING
                low = whole(living and NO_SCORE < score[place] < tables.low[0])
            if low == 0:
                tally[act] -= 1
                continue
        done.citizen[kept] = done.citizen[at]
        done.act[kept] = act
        done.nth[kept] = done.nth[at]
        done.day[kept] = done.day[at]
        kept += 1
    return conduct.cut(done, kept)


@kernel
def mix(
    sheet: Sheet,
    first: int,
    week: int,
    written: int,
    scored_from: NDArray[np.uint16],
    bounds: NDArray[np.int64],
    before: NDArray[np.int64],
    total: NDArray[np.int64],
    pulled: NDArray[np.int32],
    clause: int,
    tables: Tables,
    x: NDArray[np.int32],
    term: NDArray[np.int32],
    tally: NDArray[np.int64],
) -> None:
    """Set x and term at the close of `week`; write a row where the term changes.

    `before` and `total` (n,) are the weighted points without and with this week's, `bounds` (3,)
    those of the score. With `written` 0 the rows are only counted, in `tally` by kind.
    """
    rule, carried = tables.rule[0], tables.carried[0]
    strength, step = whole(tables.strength[0]), tables.step[0]
    start, lowest, highest = bounds
    bottom, top = -((start - lowest) * POINT // 100), (highest - start) * POINT // 100
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
        change = step * ((2 * change + step) // (2 * step))
        change = max(min(change, _MOST), -_MOST)
        if change == term[i]:
            continue
        term[i] = change
        if written == 0:
            tally[ASSOCIATED] += 1
        else:
            row = sheet.rows[new_row(sheet, first, first + i, week, ASSOCIATED, ASSOCIATION)]
            row.rule = clause
            row.category = tables.category[0]
            row.points = change
