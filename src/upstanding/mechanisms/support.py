"""Support: two rival readings of praise that is uttered where praise pays.

The essay: "If you post about how great China is, you will get a positive score" (E11). Whether
those who do mean it, no count of praise can tell; so a society chooses a reading, and what is
claimed should hold in both. A part of `response`.

*Equations.* A candidate for an act that `supports` is meant with probability w = (1 + c) / 2, c
being the citizen's conviction, -1 to 1. One that is not meant is said all the same, against
conviction, with the risk v that she perceives as its probability, where praise pays: if a rule
gives points for it and she has a score; elsewhere v = 0. In the reading `fear` conviction
stays what it is. In the reading `persuasion` each praise that she utters moves her conviction by a
share `sway` of the way to full support, so that after n of them

    c_n = 1 - (1 - c) (1 - sway)**n

and what was said out of fear comes to be meant. At sway 0 the readings are one. A society without
`support` has neither: all praise that is accepted is said. Dissent (`speech`) reads the same c_n.

*Parameters.* Society: `support`, `act.*.supports`. *Reads* acceptance, conviction, fear. *Writes*
how much praise each has uttered (`swayed`, at most 255), read from the next week on.

*Addresses.* conduct/candidate, word 2: it is meant if under the threshold of w, and said if under
w + (1 - w) v. *Rounding.* w has 16 levels of c, (2 l / 15) - 1, and 256 of n, each rounded once to
2**-32; v is in 2**-8, and (1 - w) v rounded down to 2**-32.
"""

from collections.abc import Container
from decimal import Decimal
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import CERTAIN, U64, Word, both, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import Names
from upstanding.clockwork.numbers import CONTEXT, power, tabulated
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Share, Sourced, Table
from upstanding.mechanisms import conduct
from upstanding.mechanisms.conduct import Candidates

CONVICTIONS = 16
"""Levels of conviction, from -1 to 1."""
MOST_PRAISE = 255
"""Of one citizen that is counted."""
UTTERED, AGAINST = range(2)


class Support(Sourced):
    """What praise says about those who utter it."""

    reading: Literal["fear", "persuasion"]
    sway: Share = Decimal(0)
    """Under persuasion: the share of the way to full support that each praise moves conviction."""


class SocietyTables(Table):
    """What this part of the mechanism adds to a society file."""

    support: Support | None = None


class Tables(Struct):
    """Praise as integers; A acts."""

    supports: NDArray[np.uint8]
    """(A,) 1 for praise, if the society has a reading of it."""
    pays: NDArray[np.uint8]
    """(A,) 1 for acts that earn points."""
    sways: int
    """1 if praise moves conviction."""
    meant: Annotated[NDArray[np.uint64], 2]
    """(16, 256) threshold of (1 + c_n) / 2 by level of conviction and praise uttered."""


def compile_tables(
    told: Support | None,
    habits: conduct.SocietyTables,
    names: Names,
    rewarded: Container[str],
) -> Tables:
    """Compile a society's reading of praise; `rewarded` are the acts that earn points."""
    sway = told.sway if told is not None and told.reading == "persuasion" else Decimal(0)
    kept, counts = CONTEXT.subtract(Decimal(1), sway), [Decimal(0)]
    if sway > 0:
        counts = [Decimal(count) for count in range(MOST_PRAISE + 1)]
    meant = np.zeros((CONVICTIONS, MOST_PRAISE + 1), np.uint64)
    meant[:] = tabulated(_meant, [Decimal(level) for level in range(CONVICTIONS)], kept, counts)
    supports = [told is not None and habits.act[name].supports for name in names.acts]
    return Tables(
        supports=np.array(supports, np.uint8),
        pays=np.array([name in rewarded for name in names.acts], np.uint8),
        sways=int(sway > 0),
        meant=meant,
    )


def _meant(level: Any, kept: Any, count: Any) -> Any:
    """Return (1 + c) / 2 at a level of conviction, after so much praise."""
    return 1 - (1 - level / (CONVICTIONS - 1)) * power(kept, count)


@inlined
def said(meant: Word, fear: int) -> Word:
    """Return the threshold under which praise is said, whether it is meant or not."""
    return meant + both(CERTAIN - meant, U64(fear) << U64(24))


@kernel
def sway(done: Candidates, tables: Tables, swayed: NDArray[np.uint8]) -> None:
    """Count the praise of the week in `swayed` (n,)."""
    if tables.sways == 0:
        return
    supports = tables.supports
    for at in range(done.act.shape[0]):
        if supports[done.act[at]] == 1:
            i = done.citizen[at]
            swayed[i] = min(whole(swayed[i]) + 1, MOST_PRAISE)
