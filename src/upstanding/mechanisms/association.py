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
what stands in its place.

Under `low-tie-points` the term is K * points for each living tie whose score is below `low-below`;
under `bayes` (after Wei, Yildirim, Van den Bulte and Dellarocas 2016) each tie shifts the log odds
of good standing by -+log(agreement / (1 - agreement)), agreement being the chance that two friends
are of one kind, and the term is K * points-per-log-odds times the shift; x is the total then.

The term, x - total where there is a mean, is rounded to `step` and an entry that replaces the last
one, written when it changes.

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
levels, fear in 256, nearest lower. *Off* equals strength 0, anchored in her own conduct, with
nobody of low standing. The kernels that turn ties are in `turning`.
"""

from decimal import Decimal
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, address, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import Names
from upstanding.clockwork.numbers import (
    CONTEXT,
    ONE,
    WEEKS_A_YEAR,
    poisson_steps,
    scaled,
    tabulated,
)
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Number, Points, Share, Sourced, Table
from upstanding.mechanisms import conduct
from upstanding.mechanisms.conduct import Candidates
from upstanding.mechanisms.scoring import NO_SCORE, Score
from upstanding.mechanisms.strata import CELL, is_counted
from upstanding.mechanisms.ties import LIVING, Bonds, Ties, place_of

TURN = U64(address("ties/turn"))
CATEGORY = "social-connections"
PERIOD_BITS = 4
PERIOD = 1 << PERIOD_BITS
"""Weeks for which candidates for a turn are drawn at once."""
GAPS, FEARS = 65, 256
NONE, MEAN, COUNTED = range(3)
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


class Tables(Struct):
    """Association as integers; A acts."""

    rule: int
    """NONE, MEAN of ties, or COUNTED ties."""
    carried: int
    """1 with `anchor = "none"`."""
    strength: np.uint64
    """K in 2**-32."""
    per_tie: NDArray[np.int64]
    """(2,) hundredths for a counted tie: of low standing, of other standing."""
    low: int
    """hundredths; scores below are of low standing."""
    step: int
    """hundredths."""
    category: int
    contact: NDArray[np.uint8]
    """(A,) 1 for an act that is contact with a tie of low standing."""
    contacts: int
    """1 if any act is."""
    width: int
    """of the score's range in hundredths, at least 1."""
    steps: NDArray[np.uint64]
    """(S,) the number of candidates for a turn in a period is the number of steps reached."""
    cut: Annotated[NDArray[np.uint64], 2]
    """(65, 256) threshold by gap and fear."""
    wake: NDArray[np.uint64]
    """(65,) threshold by gap."""


class Board(Struct):
    """What everybody may read of last week: a shard's citizens, then those abroad.

    n citizens, m abroad.
    """

    first: int
    """The shard's first citizen."""
    citizens: int
    """n."""
    x: NDArray[np.int32]
    """(n + m,) in 2**-16 point, or NO_SCORE."""
    score: NDArray[np.int32]
    """(n + m,) hundredths, or NO_SCORE."""
    fear: NDArray[np.uint8]
    """(n + m,) perceived risk in 2**-8."""
    penalised: NDArray[np.uint8]
    """(n + m,) bits: penalised at the last close, shown by each channel, held for a critic."""
    account: NDArray[np.uint16]
    """(n + m,) with the company in hundredths, or NO_WORD; (0,) without a platform."""
    abroad: NDArray[np.uint32]
    """(m,) who those abroad are."""


@inlined
def citizen_at(board: Board, place: int) -> int:
    """Return who is at a place of the board: a citizen of the shard, or one of those abroad."""
    here = place < board.citizens
    return board.first + place if here else whole(board.abroad[place - board.citizens])


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
        rule=rules[told.rule] if told and score and bonds else NONE,
        carried=int(told is not None and on and told.anchor == "none"),
        strength=np.uint64(scaled(strength, ONE)),
        per_tie=np.array(_per_tie(told, strength), np.int64),
        low=-_MOST if low is None else scaled(low, 100),
        step=scaled(told.step, 100) if told else 1,
        category=names.categories.index(CATEGORY) if CATEGORY in names.categories else 0,
        contact=contact,
        contacts=int(contact.any()),
        width=max(scaled(width, 100), 1),
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
    shares = [Decimal(gap) / (GAPS - 1) for gap in range(GAPS)]
    fears = [Decimal(fear) / FEARS for fear in range(FEARS)]
    wake = tabulated(_woken, bonds.wake_per_year, shares, most)
    if strength:
        cut = tabulated(_cut, CONTEXT.multiply(bonds.cut_per_year, strength), shares, fears, most)
    return cut, wake, most


def _woken(rate: Any, share: Any, most: Any) -> Any:
    return rate * (1 - share) / most


def _cut(rate: Any, share: Any, fear: Any, most: Any) -> Any:
    return rate * share * (1 + fear) / 2 / most


@kernel
def pull(
    first: int,
    bits: NDArray[np.uint32],
    ties: Ties,
    board: Board,
    tables: Tables,
    pulled: NDArray[np.int32],
) -> None:
    """Fill `pulled` (n,) with what last week's board makes of each citizen's living ties.

    Under MEAN it is the mean of their x, or NO_SCORE without any; if ties are COUNTED, the term in
    hundredths. `bits` (n,) are the ties of the block's citizens, from `first` on.
    """
    place = first - board.first
    nears, slots = ties.near.shape[0], ties.near.shape[0] + ties.far.shape[0]
    value = np.empty(CELL, np.int32)
    total, count = np.empty(CELL, np.int64), np.empty(CELL, np.int64)
    mean = tables.rule == MEAN
    column = board.x if mean else board.score
    for begin in range(0, pulled.shape[0], CELL):
        size = min(CELL, pulled.shape[0] - begin)
        here, state = place + begin, bits[begin : begin + size]
        for i in range(size):
            total[i] = count[i] = 0
        for slot in range(slots):
            if slot < nears:
                _read(ties.near[slot][here : here + size], column[here : here + CELL], value)
            else:
                _read(ties.far[slot - nears][here : here + size], column, value)
            if mean:
                _add(2 * slot, state, value, total, count)
            else:
                _add_counted(2 * slot, state, value, tables.low, tables.per_tie, total)
        for i in range(size):
            if not mean:
                pulled[begin + i] = total[i]
            elif count[i] > 0:
                pulled[begin + i] = (2 * total[i] + count[i]) // (2 * count[i])
            else:
                pulled[begin + i] = NO_SCORE


@kernel
def _read(whom: NDArray[Any], column: NDArray[np.int32], value: NDArray[np.int32]) -> None:
    """Read a column of the board at the places of a slot's ties."""
    for i in range(whom.shape[0]):
        value[i] = column[whom[i]]


@kernel
def _add(
    shift: int,
    bits: NDArray[np.uint32],
    value: NDArray[np.int32],
    total: NDArray[np.int64],
    count: NDArray[np.int64],
) -> None:
    """Add the values of the living ties of a slot that have a score."""
    for i in range(bits.shape[0]):
        held = whole(((bits[i] >> np.uint32(shift)) & np.uint32(3)) == np.uint32(LIVING))
        held &= whole(value[i] != NO_SCORE)
        total[i] += held * whole(value[i])
        count[i] += held


@kernel
def _add_counted(
    shift: int,
    bits: NDArray[np.uint32],
    score: NDArray[np.int32],
    low: int,
    per_tie: NDArray[np.int64],
    total: NDArray[np.int64],
) -> None:
    """Add the hundredths of the living ties of a slot that have a score."""
    for i in range(bits.shape[0]):
        living = (bits[i] >> np.uint32(shift)) & np.uint32(3) == LIVING
        if living and score[i] != NO_SCORE:
            total[i] += per_tie[0] if score[i] < low else per_tie[1]


@kernel
def keep_company(
    first: int,
    status: NDArray[np.uint32],
    bits: NDArray[np.uint32],
    done: Candidates,
    ties: Ties,
    board: Board,
    tables: Tables,
    tally: NDArray[np.int64],
) -> Candidates:
    """Return acts carried out without contacts that are not with a living tie of low standing.

    The others move up in place, and `tally` (A,) of acts carried out is set right.
    """
    if tables.contacts == 0:
        return done
    near, far, score, here = ties.near, ties.far, board.score, first - board.first
    slots = near.shape[0] + far.shape[0]
    citizen, acts, nth, day, choice = done.citizen, done.act, done.nth, done.day, done.choice
    hidden, contact = done.hidden, tables.contact
    kept = 0
    for at in range(acts.shape[0]):
        act, i = acts[at], whole(citizen[at])
        if contact[act] == 1:
            low = whole(0)
            if slots > 0:
                slot = whole(dice.below(U64(choice[at]), U64(slots)))
                place = place_of(here + i, slot, near, far)
                living = (bits[i] >> np.uint32(2 * slot)) & np.uint32(3) == LIVING
                low = whole(living and NO_SCORE < score[place] < tables.low)
            if low == 0:
                tally[act] -= is_counted(status[i])
                continue
        citizen[kept] = i
        acts[kept] = act
        nth[kept] = nth[at]
        day[kept] = day[at]
        hidden[kept] = hidden[at]
        kept += 1
    return conduct.cut(done, kept)
