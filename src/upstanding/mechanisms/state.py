"""What a block holds between weeks, and between the two halves of one: what kernels work on."""

from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import Word
from upstanding.clockwork.struct import Struct
from upstanding.mechanisms.rows import (
    CASE,
    DENIAL,
    DUTY,
    PERFORMED,
    RECORD,
    STAY,
    STRIKE,
    WAIT,
    Array,
)
from upstanding.mechanisms.strata import People


class Setting(Struct):
    """Which week a kernel simulates, and of whom."""

    first: int
    """The block's first citizen."""
    week: int
    district_size: int
    key: tuple[Word, Word]


class State(Struct):
    """A block's hot state: 37 bytes a citizen, 4 for each category of points.

    With a platform 3 more, with a pool 4.
    """

    own: Annotated[NDArray[np.int32], 2]
    """(C, n) points by category in 2**-16 point."""
    score: NDArray[np.int32]
    """(n,) hundredths, or NO_SCORE. Others may read a week later: it, x, fear, penalised."""
    x: NDArray[np.int32]
    """(n,) in 2**-16 point, what ties pull with; NO_SCORE without score or association."""
    fear: NDArray[np.uint8]
    """(n,) perceived risk in 2**-8."""
    penalised: NDArray[np.uint8]
    """(n,) bits: the lowest for who was penalised at the last close, if anybody learns by that; one
    for each channel by which she was shown then; the highest for who is held for a critic."""
    risk: NDArray[np.uint16]
    """(n,) perceived risk in 2**-16."""
    known: NDArray[np.uint32]
    """(n,) a bit for each sensor and list that not everybody knows; the highest is always set."""
    swayed: NDArray[np.uint8]
    """(n,) praise uttered so far, at most 255, if that moves conviction."""
    term: NDArray[np.int32]
    """(n,) hundredths that ties add to the score."""
    ties: NDArray[np.uint32]
    """(n,) two bits a slot: dormant, living, cut."""
    standing: NDArray[np.uint16]
    """(n,) percentile at the last yearly comparison, or NO_WORD."""
    tier: NDArray[np.uint8]
    """(n,)"""
    listed: NDArray[np.uint32]
    """(n,) a bit for each list."""
    closed: NDArray[np.uint32]
    """(n,) a bit for each service, closed by what is her own or her kin's."""
    refusals: NDArray[np.uint8]
    """(n,) met so far, at most 255."""
    account: NDArray[np.uint16]
    """(n,) with the company, hundredths above its lowest score, or NO_WORD; (0,) without one."""
    told: NDArray[np.uint8]
    """(n,) what was told of it last: 1 if hidden, and its band << 1, or NO_BYTE; (0,) likewise."""
    dossier: NDArray[np.uint32]
    """(n,) five counts and three bits (`pooling`); (0,) without a pool. It never leaves here."""


class Sparse(Struct):
    """A block's sparse tables."""

    records: Annotated[Array, RECORD]
    """Records that are still to be posted."""
    duties: Annotated[Array, DUTY]
    stays: Annotated[Array, STAY]
    waits: Annotated[Array, WAIT]
    strikes: Annotated[Array, STRIKE]
    repairs: Annotated[Array, STRIKE]
    """Good entries of those on a list that they help off."""
    used: Annotated[Array, STRIKE]
    """Strikes that led to a wait or a stay, while it lasts."""
    cases: Annotated[Array, CASE]


class Columns(Struct):
    """All that is known of a block's citizens."""

    people: People
    scored_from: NDArray[np.uint16]
    """(n,) the first week in which each has a score."""
    state: State
    sparse: Sparse


class Pending(NamedTuple):
    """The tables about lists as far as a close has come with them, from stage to stage."""

    won: Array
    """Cases that are decided for their subjects at this close."""
    cases: Array
    """Cases that are still open."""
    waits: Array
    strikes: Array
    repairs: Array
    used: Array


class Lived(Struct):
    """What a block's week leaves for the close."""

    sums: Annotated[NDArray[np.int32], 2]
    """(C, n) hundredths of points that no row is written for; (0, n) if all rows are."""
    noted: NDArray[np.uint32]
    """(n,) marks of penalties that no row is written for; (0,) if there are none."""
    company: NDArray[np.int32]
    """(n,) hundredths that the company's records come to; (0,) without a platform."""
    inside: Annotated[Array, RECORD]
    """Records that name citizens of the block."""
    mail: Annotated[Array, RECORD]
    """Records that name others."""
    guards: NDArray[np.int64]
    """Places of those who shield their household's records at this close."""
    critics: NDArray[np.int64]
    """Places of those who may be held for a critic until the next."""
    duties: Annotated[Array, DUTY]
    performed: Annotated[Array, PERFORMED]
    denials: Annotated[Array, DENIAL]
    pulled: NDArray[np.int32]
    """(n,) what her ties make of last week's board; (0,) without association."""
    troubled: NDArray[np.uint16]
    """(n,) share of living ties penalised at the last close; (0,) where nobody learns by that."""
    seen: NDArray[np.uint8]
    """(n,) 1 for who saw a tie shown at the last close; (0,) where nobody learns by that."""
    friends: NDArray[np.int32]
    """(n,) hundredths that ties add to the level of an account; (0,) where no score is told."""


class Unwritten(NamedTuple):
    """What a week comes to of which no row is written; all of it waits for the close.

    Kernels make it, as they can make no struct.
    """

    sums: NDArray[np.int32]
    """(C, n) hundredths of points; (0, n) if all rows are written."""
    noted: NDArray[np.uint32]
    """(n,) marks of penalties; (0,) if rows tell of them, or nobody learns by them."""
    company: NDArray[np.int32]
    """(n,) hundredths that the company's records come to; (0,) without a platform."""
