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
from upstanding.mechanisms.rows import Array

FOLDER = "standing"
BYTES = 9
"""Of what is remembered of each citizen from one close to the next."""
CHANGE = np.dtype(
    [("week", "u2"), ("citizen", "u4"), ("tier", "u1"), ("listed", "u4"), ("closed", "u4")]
)


class Standing(Quarters):
    """The changes of a run in progress."""

    def __init__(self, folder: Path, names: Names, parts: list[Block]) -> None:
        super().__init__(folder / FOLDER, CHANGE)
        self._names = names
        self._last: dict[int, tuple[NDArray[Any], ...]] = {
            block.first: (
                np.full(block.citizens, NO_BYTE, np.uint8),
                np.zeros(block.citizens, np.uint32),
                np.zeros(block.citizens, np.uint32),
            )
            for block in parts
        }

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
        rows = np.empty(local.shape[0], CHANGE)
        rows["week"], rows["citizen"] = week, local + block.first
        for name, before, column in zip(("tier", "listed", "closed"), last, now, strict=True):
            rows[name] = before[local] = column[local]
        self.keep(rows)

    def _frame(self, rows: Array) -> pl.DataFrame:
        def flags(prefix: str, column: str, of: tuple[str, ...]) -> list[pl.Series]:
            bits = rows[column]
            return [
                pl.Series(f"{prefix}.{name}", bits >> np.uint32(code) & np.uint32(1) == 1)
                for code, name in enumerate(of)
            ]

        names = self._names
        return pl.DataFrame(
            [
                pl.Series("week", np.ascontiguousarray(rows["week"])),
                pl.Series("citizen", np.ascontiguousarray(rows["citizen"])),
                named("tier", np.ascontiguousarray(rows["tier"]), names.tiers),
                *flags("list", "listed", names.lists),
                *flags("closed", "closed", names.services),
            ]
        )


def _stand(block: Block) -> tuple[NDArray[Any], ...]:
    """Return the tier, the lists and the closed services of a block's citizens."""
    return block.state.tier, block.state.listed, block.state.closed


def read_standing(folder: Path) -> pl.DataFrame:
    """Return the changes of a run directory, in the order (week, citizen)."""
    return pl.read_parquet(sorted((folder / FOLDER).glob("*.parquet")))
