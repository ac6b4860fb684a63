"""Files that are whole or absent, and hashes of what they say rather than of their bytes.

A frame is hashed slice by slice, so that neither writing nor checking one needs all of it at once.
"""

import hashlib
import io
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.io.plugins import register_io_source

from upstanding.clockwork.dice import address
from upstanding.errors import RunDirectoryError

SLICE = 1 << 16
"""Rows that are written, read and hashed at a time."""
_LEVEL = 1
"""Of Zstandard: its default makes a ledger smaller by a fortieth, and takes longer."""
_NONE = 0xFFFF_FFFF
"""The address of no name."""
_HOLES = "\0none"
"""What follows the name of a column in that of the one that tells its nulls."""
_PLAIN = frozenset(
    (
        pl.Boolean,
        pl.String,
        *(pl.Int8, pl.Int16, pl.Int32, pl.Int64),
        *(pl.UInt8, pl.UInt16, pl.UInt32, pl.UInt64),
    )
)
"""Types of columns that a file may have, besides names."""


@contextmanager
def telling(doing: str, path: Path) -> Iterator[None]:
    """Turn what the file system refuses into one sentence for people."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise RunDirectoryError(f"{path}: could not {doing}: {reason}") from error


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Write a file under a temporary name, sync it, and give it its name."""
    temporary = path.with_name(path.name + ".part")
    with telling("write this file", path):
        try:
            with temporary.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise


def write_frame(path: Path, frame: pl.DataFrame) -> str:
    """Write a frame as Parquet; return its hash."""
    return write_slices(path, slices_of(frame))


def write_slices(path: Path, slices: Iterable[pl.DataFrame]) -> str:
    """Write slices of a frame, at least one, as one Parquet file; return the frame's hash.

    Each has SLICE rows, but for the last. Only a few are held at once.
    """
    waiting = iter(slices)
    first = next(waiting)
    digest = _Digest()

    def source(*_: object) -> Iterator[pl.DataFrame]:
        piece: pl.DataFrame | None = first
        while piece is not None:
            digest.add(piece)
            yield piece
            piece = next(waiting, None)

    def write(file: BinaryIO) -> None:
        remembering = _Remembering(file)
        try:
            register_io_source(source, schema=first.schema).sink_parquet(
                cast("BinaryIO", remembering),
                compression="zstd",
                compression_level=_LEVEL,
                row_group_size=SLICE,
            )
        except pl.exceptions.PolarsError as error:
            raise remembering.refusal or OSError(str(error)) from error

    write_whole(path, write)
    return digest.text()


class _Remembering(io.RawIOBase):
    """A file that remembers what was refused, which Polars tells in words of its own."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.refusal: OSError | None = None

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        try:
            return self._file.write(content)
        except OSError as error:
            self.refusal = error
            raise


def read_frame(path: Path) -> pl.DataFrame:
    """Read a frame, or say that it cannot be read."""
    with _reading(path):
        frame = pl.read_parquet(path, glob=False)
    _check_columns(path, frame.schema)
    return frame


def hash_file(path: Path) -> str:
    """Return the hash of the frame that a file holds, or say that it cannot be read."""
    digest = _Digest()
    with _reading(path):
        rows = pl.scan_parquet(path, glob=False)
        _check_columns(path, rows.collect_schema())
        height = rows.select(pl.len()).collect().item()
        for first in _starts(height):
            digest.add(rows.slice(first, SLICE).collect())
    return digest.text()


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    with telling("read this file", path):
        try:
            yield
        except pl.exceptions.PolarsError as error:
            raise RunDirectoryError(f"{path}: this file is damaged: {error}") from error


def _check_columns(path: Path, schema: pl.Schema) -> None:
    if any(kind not in _PLAIN and not isinstance(kind, pl.Enum) for kind in schema.dtypes()):
        raise RunDirectoryError(f"{path}: this file was altered: a column is of another type")


def named(column: str, codes: NDArray[Any], names: tuple[str, ...]) -> pl.Series:
    """Return codes as a column of names; a code beyond the names is none."""
    return pl.DataFrame({column: codes}).select(as_names(column, names)).to_series()


def as_names(column: str, names: tuple[str, ...]) -> pl.Expr:
    """Return a column of codes as one of names; a code beyond the names is none."""
    codes = pl.col(column)
    return pl.when(codes < len(names)).then(codes).cat.to(pl.Enum(names or ("none",)))


def hash_frame(frame: pl.DataFrame) -> str:
    """Return a hash of a frame's rows, in their order, with names in place of codes.

    It is the hash of the hashes of its slices. That of a slice is of the number of its rows; then
    column by column of its name and type, which rows have none (if any has), and its values, zero
    where there is none. A name counts as its 32-bit address, whichever code it has.
    """
    digest = _Digest()
    for piece in slices_of(frame):
        digest.add(piece)
    return digest.text()


def slices_of(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Return a frame's slices in order; one, without rows, of a frame without any."""
    return (frame.slice(first, SLICE) for first in _starts(frame.height))


def slices_of_rows(tables: deque[NDArray[Any]], kind: np.dtype[Any]) -> Iterator[NDArray[Any]]:
    """Return the rows of tables of a kind in slices; one, without rows, if there are none.

    Each table is let go of as soon as its rows are in a slice.
    """
    # As plain bytes: numpy copies records field by field, which takes ten times as long.
    raw = np.dtype((np.void, kind.itemsize))
    piece, filled, any_yet = np.empty(SLICE, raw), 0, False
    while tables:
        left = tables.popleft().view(raw)
        while left.shape[0]:
            fits = min(SLICE - filled, left.shape[0])
            piece[filled : filled + fits] = left[:fits]
            filled, left = filled + fits, left[fits:]
            if filled == SLICE:
                yield piece.view(kind)
                piece, filled, any_yet = np.empty(SLICE, raw), 0, True
    if filled or not any_yet:
        yield piece[:filled].view(kind)


def _starts(height: int) -> range:
    return range(0, max(height, 1), SLICE)


class _Digest:
    """The hash of a frame whose slices come one by one."""

    def __init__(self) -> None:
        self._slices = hashlib.blake2b(digest_size=16)

    def add(self, piece: pl.DataFrame) -> None:
        # Of the standard library's hashes the fastest where the processor has instructions for it.
        digest = hashlib.sha256(f"{piece.height}".encode())
        piece = piece.with_columns(_enum(column) for column in piece if column.dtype == pl.String)
        # One query for all columns: many small ones cost more than what they do.
        plain = piece.select(expr for column in piece for expr in _plain(column))
        for column in piece:
            name, kind, values = column.name, str(column.dtype), plain[column.name].to_numpy()
            if isinstance(column.dtype, pl.Enum):
                addresses = np.array([*map(address, column.dtype.categories), _NONE], np.uint32)
                kind, values = "name", np.take(addresses, values)
            digest.update(f"\n{name} {kind}\n".encode())
            if (holes := f"{name}{_HOLES}") in plain.columns:
                digest.update(plain[holes].to_numpy().data)
            digest.update(values.data)
        self._slices.update(digest.digest())

    def text(self) -> str:
        return self._slices.hexdigest()


def _enum(column: pl.Series) -> pl.Series:
    """Return a column of texts as one of names."""
    return column.cast(pl.Enum(column.drop_nulls().unique()))


def _plain(column: pl.Series) -> Iterator[pl.Expr]:
    """Return a column's values as numbers, and which rows have none, if any."""
    values = pl.col(column.name)
    if isinstance(column.dtype, pl.Enum):
        yield values.to_physical().fill_null(len(column.dtype.categories))
    elif column.has_nulls():
        yield values.fill_null(False if column.dtype == pl.Boolean else 0)
        yield values.is_null().alias(f"{column.name}{_HOLES}")
    else:
        yield values
