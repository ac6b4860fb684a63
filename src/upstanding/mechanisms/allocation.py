"""Allocation: where a sensor looks next follows what it found. A part of `sensing`.

Watching where offences were found before finds more of them there, whatever the rates: a feedback
loop (Lum and Isaac 2016; Ensign et al. 2018). MODEL 2.2 lets a scheme follow past finds, stay
fixed, or correct for where it looked.

*Equations.* A sensor with `allocation` other than "fixed" has a coverage c_d for each district d
that it reaches at all, at first that of its class. At the close of every `period-weeks`-th week the
sum of all c_d, which stays what it was, is shared out anew:

    c_d = floor c_d(0) + R w_d / sum of w,    R: what is left of the sum above the floors
    w_d = finds_d             "finds": records of the acts of people of d in the period
    w_d = finds_d / c_d       "corrected": for having looked there

Nobody's c exceeds 1: what would, is shared among the others where something was found, and is left
over if there are none. Where nothing was found at all, all stays. So rates that differ by r between
two kinds of districts make the odds of coverage r^n after n periods under "finds", and r under
"corrected"; and the luck of equal rates adds up under "finds" alone. A sensor that reaches both
classes of districts may move from one to the other: one that may not is two sensors.

*Parameters.* Scheme: `sensor.*.allocation`, `period-weeks`, `floor`. *Reads* all records that a
sensor makes, by district of the actor: integers summed over blocks and shards. *Writes* the
coverage of the next weeks.

*Addresses* none. *Rounding.* c in 2**-32; "corrected" divides finds 2**32 by c, rounded down; a
district's part of R is rounded down, so that less than 2**-32 a district is lost, until the next
time; the threshold of a hit is c times that of the hit rate, rounded down. *Off* equals "fixed".
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import CERTAIN
from upstanding.mechanisms.sensing import Tables, Watch

WHOLE = int(CERTAIN)


def begin(tables: Tables, urban: NDArray[np.bool_]) -> Watch:
    """Return where sensors look at time zero; `urban` (D,) is the class of each district."""
    reach = np.ascontiguousarray(tables.reach[tables.moves >= 0][:, urban.astype(np.int64)])
    watch = Watch(reach, np.zeros_like(reach), np.zeros(reach.shape, np.int64))
    for code in range(reach.shape[0]):
        _hit(tables, watch, code)
    return watch


def follow(
    tables: Tables,
    urban: NDArray[np.bool_],
    watch: Watch,
    finds: NDArray[np.int64],
    week: int,
) -> None:
    """Add the finds of a week; allocate the sensors anew whose period ends with it."""
    watch.finds[:] += finds
    starts = tables.reach[tables.moves >= 0][:, urban.astype(np.int64)]
    for code in range(watch.reach.shape[0]):
        if (week + 1) % int(tables.period[code]):
            continue
        found = list(map(int, watch.finds[code]))
        held = list(map(int, watch.reach[code]))
        if tables.corrected[code]:
            found = [f * WHOLE // c if c else 0 for f, c in zip(found, held, strict=True)]
        start = list(map(int, starts[code]))
        if any(f for f, at_first in zip(found, start, strict=True) if at_first):
            floor = int(tables.floor[code])
            watch.reach[code] = shared(start, [both(c, floor) for c in start], found)
            _hit(tables, watch, code)
        watch.finds[code] = 0


def _hit(tables: Tables, watch: Watch, code: int) -> None:
    rate = int(tables.rate[code])
    watch.hit[code] = [both(int(reach), rate) for reach in watch.reach[code]]


def both(a: int, b: int) -> int:
    """Return the threshold of two independent events together."""
    return a if b == WHOLE else a * b >> 32


def shared(start: list[int], floors: list[int], weights: list[int]) -> list[int]:
    """Share the sum of `start` by weights above the floors, none above certainty."""
    shares = list(floors)
    rest = sum(start) - sum(floors)
    open_ = [at for at, weight in enumerate(weights) if weight and start[at]]
    while open_:
        total = sum(weights[at] for at in open_)
        over = [at for at in open_ if floors[at] + rest * weights[at] // total > WHOLE]
        if not over:
            for at in open_:
                shares[at] = floors[at] + rest * weights[at] // total
            break
        for at in over:
            shares[at] = WHOLE
            rest -= WHOLE - floors[at]
        open_ = [at for at in open_ if at not in set(over)]
    return shares
