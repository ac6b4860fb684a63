"""Files that are whole or absent, and hashes of what they say rather than of their bytes.

A frame is hashed slice by slice, so that neither writing nor checking one needs all of it at once.
"""

import hashlib
import io
import os
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
_NONE = 0xFFFF_FFFF


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
                cast("BinaryIO", remembering), compression="zstd", row_group_size=SLICE
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
    if any(kind.is_nested() or kind.is_float() for kind in schema.dtypes()):
        raise RunDirectoryError(f"{path}: this file was altered: a column is of another type")


def named(column: str, codes: NDArray[Any], names: tuple[str, ...]) -> pl.Series:
    """Return codes as a column of names; a code beyond the names is none."""
    if not names:
        return pl.Series(column, [None] * codes.shape[0], pl.Enum(["none"]))
    values = pl.Series(column, codes.astype(np.uint16))
    return values.set(values >= len(names), None).cat.to(pl.Enum(names))


def hash_frame(frame: pl.DataFrame) -> str:
    """Return a hash of a frame's rows, in their order, with names in place of codes.

    It is the hash of the hashes of its slices; that of a slice is of the number of its rows, then
    column by column its name and its values. A name counts as its 32-bit address.
    """
    digest = _Digest()
    for piece in slices_of(frame):
        digest.add(piece)
    return digest.text()


def slices_of(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Return a frame's slices in order; one, without rows, of a frame without any."""
    return (frame.slice(first, SLICE) for first in _starts(frame.height))


def _starts(height: int) -> range:
    return range(0, max(height, 1), SLICE)


class _Digest:
    """The hash of a frame whose slices come one by one."""

    def __init__(self) -> None:
        self._slices = hashlib.blake2b(digest_size=16)

    def add(self, piece: pl.DataFrame) -> None:
        digest = hashlib.blake2b(str(piece.height).encode(), digest_size=16)
        for column in piece:
            digest.update(column.name.encode())
            digest.update(_values(column).data)
        self._slices.update(digest.digest())

    def text(self) -> str:
        return self._slices.hexdigest()


def _values(column: pl.Series) -> NDArray[np.int64]:
    if isinstance(column.dtype, pl.Enum):
        names = column.dtype.categories
        codes = np.array([*map(address, names), _NONE], np.int64)
        places = column.to_physical().cast(pl.UInt32).fill_null(len(names)).to_numpy()
        return np.take(codes, places)
    if column.dtype == pl.String:
        return np.array([address(text or "") for text in column], np.int64)
    return np.array(column.cast(pl.Int64).fill_null(-1 << 62), np.int64)
