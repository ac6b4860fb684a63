"""Where people's draws are addressed, and what a draw chooses."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import U64, Word, address, whole
from upstanding.clockwork.kernel import kernel

HOUSEHOLD = U64(address("society/household"))
PERSON = U64(address("society/person"))
STANDING = U64(address("society/standing"))
LEANINGS = U64(address("society/leanings"))


@kernel
def choice(word: Word, steps: NDArray[np.uint64]) -> int:
    """Return the place of the first cumulative threshold above a draw."""
    place = 0
    while word >= steps[place]:
        place += 1
    return place


@kernel
def class_of(district: int, urban: Word) -> int:
    """Return 1 for an urban district, 0 for a rural one, given the threshold of urban ones.

    They are interleaved as evenly as can be.
    """
    here = U64(district) * urban >> U64(32)
    return whole(((U64(district) + U64(1)) * urban >> U64(32)) - here)
