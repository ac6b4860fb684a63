"""Tables in one Parquet file a quarter.

A quarter's rows stay in memory until they are written behind its close, so that a file is whole or
absent, and a resumed run cuts a table where an uninterrupted one does. They come in their order,
and nothing sorts them again.
"""

from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from upstanding.engine.files import hash_file, slices_of_rows, telling, write_slices
from upstanding.errors import RunDirectoryError
from upstanding.mechanisms.rows import Array

QUARTER = 13
"""Weeks of a file, and between checkpoints."""


class Quarters(ABC):
    """The files of a table of a run in progress."""

    def __init__(self, folder: Path, kind: np.dtype[Any]) -> None:
        self._folder = folder
        self._kind = kind
        self._rows: deque[Array] = deque()
        self.segments: dict[str, str] = {}
        """The files written and the hashes of their rows."""

    @property
    def waiting(self) -> int:
        """How many bytes of rows there are since the last seal."""
        return sum(rows.nbytes for rows in self._rows)

    def keep(self, rows: Array) -> None:
        """Keep rows that come after all kept so far."""
        if rows.shape[0]:
            self._rows.append(rows)

    def seal(self, week: int) -> Callable[[], None]:
        """Return the work of writing the rows since the last seal, at the close of `week`."""
        rows, self._rows = self._rows, deque()
        return partial(self._write, f"{week // QUARTER:04}.parquet", rows)

    def _write(self, name: str, rows: deque[Array]) -> None:
        slices = map(self._frame, slices_of_rows(rows, self._kind))
        self.segments[name] = write_slices(self._folder / name, slices)

    @abstractmethod
    def _frame(self, rows: Array) -> pl.DataFrame:
        """Return rows as a frame with names in place of codes."""

    def go_on(self, segments: dict[str, str]) -> None:
        """Take up the files that a checkpoint names.

        Raises:
            RunDirectoryError: unless each of them holds the rows that were written.
        """
        self.segments = segments
        if altered := altered_segments(self._folder, segments):
            raise RunDirectoryError(
                f"{self._folder}: cannot go on: {', '.join(altered)} are missing or were altered"
            )

    def drop_unlisted(self) -> None:
        """Remove files that the checkpoint does not know."""
        for path in self._folder.iterdir():
            if path.name not in self.segments:
                path.unlink()


def altered_segments(folder: Path, segments: dict[str, str]) -> list[str]:
    """Return which of the listed files are missing or do not hold the rows of their hash."""
    return [
        name
        for name, rows in sorted(segments.items())
        if not (folder / name).is_file() or hash_file(folder / name) != rows
    ]


def strange_segments(folder: Path, segments: dict[str, str]) -> list[str]:
    """Return which files of a folder are not listed, are missing or do not hold their rows."""
    with telling("read this directory", folder):
        held = {path.name for path in folder.iterdir()}
    return sorted({*(held - set(segments)), *altered_segments(folder, segments)})
