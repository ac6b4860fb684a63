"""Files that are whole or absent, and hashes of what they say rather than of their bytes."""

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.dice import address
from upstanding.errors import RunDirectoryError

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


def write_frame(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame as Parquet."""
    write_whole(path, lambda file: frame.write_parquet(file, compression="zstd"))


def read_frame(path: Path) -> pl.DataFrame:
    """Read a frame, or say that it cannot be read."""
    with telling("read this file", path):
        try:
            frame = pl.read_parquet(path)
        except pl.exceptions.PolarsError as error:
            raise RunDirectoryError(f"{path}: this file is damaged: {error}") from error
    if any(kind.is_nested() or kind.is_float() for kind in frame.dtypes):
        raise RunDirectoryError(f"{path}: this file was altered: a column is of another type")
    return frame


def named(column: str, codes: NDArray[Any], names: tuple[str, ...]) -> pl.Series:
    """Return codes as a column of names; a code beyond the names is none."""
    if not names:
        return pl.Series(column, [None] * codes.shape[0], pl.Enum(["none"]))
    values = pl.Series(column, codes.astype(np.uint16))
    return values.set(values >= len(names), None).cat.to(pl.Enum(names))


def hash_frame(frame: pl.DataFrame) -> str:
    """Return a hash of a frame's rows, in their order, with names in place of codes.

    Column by column: its name, then its values; a name counts as its 32-bit address.
    """
    digest = hashlib.blake2b(str(frame.height).encode(), digest_size=16)
    for column in frame:
        digest.update(column.name.encode())
        digest.update(_values(column).tobytes())
    return digest.hexdigest()


def _values(column: pl.Series) -> NDArray[np.int64]:
    if isinstance(column.dtype, pl.Enum):
        names = column.dtype.categories
        codes = np.array([*map(address, names), _NONE], np.int64)
        places = column.to_physical().cast(pl.UInt32).fill_null(len(names)).to_numpy()
        return np.take(codes, places)
    if column.dtype == pl.String:
        return np.array([address(text or "") for text in column], np.int64)
    return np.array(column.cast(pl.Int64).fill_null(-1 << 62), np.int64)
