"""How everybody stands, week by week: a row where it changed.

A row holds the tier, the lists and the closed services with which a citizen leaves the close of a
week, if one of them differs from the close before; in the first week, if there is any. What is
closed to her by what is her kin's counts, and a list that binds nobody who is being heard closes
nothing meanwhile: neither can be read from her own rows of the ledger.
"""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import NO_BYTE, Names
from upstanding.engine.blocks import Block
from upstanding.engine.files import named
from upstanding.engine.quarters import Quarters

FOLDER = "standing"
BYTES = 9
"""Of what is remembered of each citizen from one close to the next."""


class Standing(Quarters):
    """The changes of a run in progress."""

    def __init__(self, folder: Path, names: Names, parts: list[Block]) -> None:
        super().__init__(folder / FOLDER)
        self._names = names
        self._last: dict[int, tuple[NDArray[Any], ...]] = {
            block.first: (
                np.full(block.citizens, NO_BYTE, np.uint8),
                np.zeros(block.citizens, np.uint32),
                np.zeros(block.citizens, np.uint32),
            )
            for block in parts
        }
        self._changes: list[tuple[NDArray[Any], ...]] = []

    def remember(self, parts: list[Block]) -> None:
        """Take how everybody stands for known."""
        for block in parts:
            for last, now in zip(self._last[block.first], _stand(block), strict=True):
                last[:] = now

    def add(self, week: int, block: Block) -> None:
        """Add the changes of a block's week; blocks come in order."""
        now, last = _stand(block), self._last[block.first]
        changed = [column != before for column, before in zip(now, last, strict=True)]
        local = np.flatnonzero(np.logical_or.reduce(changed))
        weeks = np.full(local.shape[0], week, np.uint16)
        who = (local + block.first).astype(np.uint32)
        self._changes.append((weeks, who, *(column[local] for column in now)))
        for before, column in zip(last, now, strict=True):
            before[local] = column[local]

    def seal(self, week: int) -> None:
        """Write the changes since the last seal, at the close of `week`."""
        columns = (np.concatenate(column) for column in zip(*self._changes, strict=True))
        self.write(week, _frame(self._names, *columns))
        self._changes.clear()


def _stand(block: Block) -> tuple[NDArray[Any], ...]:
    """Return the tier, the lists and the closed services of a block's citizens."""
    return block.state.tier, block.state.listed, block.state.closed


def _frame(
    names: Names,
    week: NDArray[np.uint16],
    citizen: NDArray[np.uint32],
    tier: NDArray[np.uint8],
    listed: NDArray[np.uint32],
    closed: NDArray[np.uint32],
) -> pl.DataFrame:
    def flags(prefix: str, bits: NDArray[np.uint32], of: tuple[str, ...]) -> list[pl.Series]:
        return [
            pl.Series(f"{prefix}.{name}", bits >> np.uint32(code) & np.uint32(1) == 1)
            for code, name in enumerate(of)
        ]

    return pl.DataFrame(
        [
            pl.Series("week", week),
            pl.Series("citizen", citizen),
            named("tier", tier, names.tiers),
            *flags("list", listed, names.lists),
            *flags("closed", closed, names.services),
        ]
    )


def read_standing(folder: Path) -> pl.DataFrame:
    """Return the changes of a run directory, in the order (week, citizen)."""
    return pl.read_parquet(sorted((folder / FOLDER).glob("*.parquet")))
