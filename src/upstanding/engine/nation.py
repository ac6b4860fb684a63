"""What is the same for all blocks in a week."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.struct import Struct
from upstanding.engine.tables import Tables
from upstanding.mechanisms.galleries import Galleries
from upstanding.mechanisms.sensing import Seeing, Watch


class Nation(Struct):
    """What a block's week takes from the whole society."""

    seeing: Seeing
    """What sensors see with, and where those look that follow their finds."""
    uncounted: NDArray[np.int64]
    """Who is in no figure."""
    audits: int
    """Share of tampers that is audited, in 2**-32."""
    watched: int
    """Share of people who saw strangers shown at the last close, in 2**-16."""
    silent: NDArray[np.int64]
    """(2,) sum and number of the scores with the company that were hidden at the last close."""


def seeing_of(tables: Tables, galleries: Galleries, watch: Watch) -> Seeing:
    """Return what `sensing.see` reads of the tables of all mechanisms."""
    return Seeing(
        tables=tables.sensing,
        watch=watch,
        galleries=galleries,
        hash=tables.conduct.hash,
        scores=tables.scoring,
        firm=tables.platform,
        pool=tables.pooling,
        straight=tables.short.straight,
        marks=tables.response.learning.sensors,
    )
