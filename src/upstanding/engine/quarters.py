"""Tables in one Parquet file a quarter.

A quarter's rows stay in memory until its close, so that a file is whole or absent, and a resumed
run cuts a table where an uninterrupted one does.
"""

from pathlib import Path

import polars as pl

from upstanding.engine.files import hash_file, telling, write_frame
from upstanding.errors import RunDirectoryError

QUARTER = 13
"""Weeks of a file, and between checkpoints."""


class Quarters:
    """The files of a table of a run in progress."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.segments: dict[str, str] = {}
        """The files written and the hashes of their rows."""

    def write(self, week: int, frame: pl.DataFrame) -> None:
        """Write the file of the quarter that ends with a week."""
        name = f"{week // QUARTER:04}.parquet"
        self.segments[name] = write_frame(self._folder / name, frame)

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
