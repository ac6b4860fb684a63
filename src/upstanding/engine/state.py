"""What a block holds between weeks, and between the two halves of one."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.mechanisms.rows import Array


class State(NamedTuple):
    """A block's hot state: 37 bytes a citizen, and 4 for each category of points."""

    own: NDArray[np.int32]
    """(C, n) points by category in 2**-16 point."""
    score: NDArray[np.int32]
    """(n,) hundredths, or NO_SCORE. Others may read a week later: it, x, fear, penalised."""
    x: NDArray[np.int32]
    """(n,) in 2**-16 point, what ties pull with; NO_SCORE without score or association."""
    fear: NDArray[np.uint8]
    """(n,) perceived risk in 2**-8."""
    penalised: NDArray[np.uint8]
    """(n,) bits: 1 for who was penalised at the last close, if anybody learns by that; 128 for who
    may be held for a critic."""
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


class Sparse(NamedTuple):
    """A block's sparse tables."""

    records: Array
    """Records that are still to be posted."""
    duties: Array
    stays: Array
    waits: Array
    strikes: Array
    repairs: Array
    """Good entries of those on a list that they help off."""
    used: Array
    """Strikes that led to a wait or a stay, while it lasts."""
    cases: Array


class Lived(NamedTuple):
    """What a block's week leaves for the close."""

    sums: NDArray[np.int32]
    """(C, n) hundredths of points that no row is written for; (0, n) if all rows are."""
    pulled: NDArray[np.int32]
    """(n,) what her ties make of last week's board; (0,) without association."""
    troubled: NDArray[np.uint16]
    """(n,) share of living ties penalised at the last close; (0,) where nobody learns by that."""
    noted: NDArray[np.uint32]
    """(n,) marks of penalties that no row is written for; (0,) if there are none."""
    inside: Array
    """Records that name citizens of the block."""
    mail: Array
    """Records that name others."""
    duties: Array
    performed: Array
    denials: Array
    guards: Array
    """Places of those who shield their household's records at this close."""
    critics: Array
    """Places of those who may be held for a critic until the next."""
