"""The ledger: rows in the order (week, subject, seq)."""

from collections import deque
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import KINDS, MECHANISMS, NO_WORD, NOBODY, TRUTHS, Names
from upstanding.engine.files import as_names
from upstanding.engine.quarters import Quarters
from upstanding.mechanisms.rows import ENTRY, Array

FOLDER = "ledger"


def ledger_frame(rows: Array, names: Names) -> pl.DataFrame:
    """Return rows as a frame with names in place of codes, in the order of the ledger's columns."""
    words = {
        "act": names.acts,
        "sensor": names.sensors,
        "rule": names.clauses,
        "mechanism": MECHANISMS,
        "kind": KINDS,
        "object": names.objects,
        "category": names.categories,
        "truth": TRUTHS,
    }
    none = {
        "actor": NOBODY,
        "origin_subject": NOBODY,
        "origin_week": NO_WORD,
        "origin_seq": NO_WORD,
    }

    def column(name: str) -> pl.Expr:
        if name in words:
            return as_names(name, words[name])
        values = pl.col(name)
        return pl.when(values != none[name]).then(values) if name in none else values

    order = (
        "week day lag seq subject actor act sensor rule mechanism kind object category points "
        "origin_subject origin_week origin_seq truth"
    )
    columns = order.split()
    raw = pl.DataFrame({name: np.ascontiguousarray(rows[name]) for name in columns})
    return raw.select(map(column, columns))


class Ledger(Quarters):
    """The ledger of a run in progress."""

    def __init__(self, folder: Path, names: Names, kept: NDArray[np.uint32] | None) -> None:
        """Keep the rows of the citizens `kept`, or of everybody where that is None."""
        super().__init__(folder / FOLDER, ENTRY)
        self._names = names
        self._kept = kept
        self._starts: deque[Array] = deque()
        self.kinds = np.zeros(len(KINDS), np.int64)
        """Rows by kind, those not kept included."""

    def begin(self, starts: Iterable[Array]) -> None:
        """Take each block's start rows, which go among those of its first week."""
        self._starts.extend(starts)

    def add(self, rows: Array) -> None:
        """Add a block's rows of a week, in order; blocks come in order."""
        if self._starts:
            rows = np.concatenate([self._starts.popleft(), rows])
            rows = rows[np.lexsort((rows["seq"], rows["subject"]))]
        if rows.shape[0] == 0:
            return
        self.kinds += np.bincount(rows["kind"], minlength=len(KINDS))
        if self._kept is not None:
            rows = rows[np.isin(rows["subject"], self._kept)]
        self.keep(rows)

    def _frame(self, rows: Array) -> pl.DataFrame:
        return ledger_frame(rows, self._names)


def read_ledger(folder: Path) -> pl.LazyFrame:
    """Return the ledger of a run directory as a lazy frame."""
    return pl.scan_parquet(sorted((folder / FOLDER).glob("*.parquet")))
