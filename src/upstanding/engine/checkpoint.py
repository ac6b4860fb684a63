"""A checkpoint: everything that a run in progress knows, in one file that is whole or absent.

It holds state, sparse tables, partial measures, the candidates' hashes and the list of ledger files
with their hashes; traits and tables are made again. Nothing depends on the size of blocks.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from upstanding.engine.blocks import Block, Everybody
from upstanding.engine.files import telling, write_whole
from upstanding.errors import RunDirectoryError
from upstanding.mechanisms.rows import CASE, DUTY, RECORD, STAY, STRIKE, WAIT
from upstanding.mechanisms.state import Sparse, State

FILE = "checkpoint.npz"
ROWS = {
    "records": RECORD,
    "duties": DUTY,
    "stays": STAY,
    "waits": WAIT,
    "strikes": STRIKE,
    "repairs": STRIKE,
    "used": STRIKE,
    "cases": CASE,
}
"""The sparse tables' rows: a file does not keep their alignment, which the kernels are for."""
_SEAL = 16
_READ = 1 << 20
"""Bytes of the file that are checked at a time."""
SMALL = 16 << 20
"""A state of fewer bytes is copied at each checkpoint: that takes milliseconds, and little room."""


class Progress(NamedTuple):
    """What a run knows besides its blocks."""

    weeks: int
    """Weeks closed."""
    digests: list[int]
    """The hash of each week's candidates."""
    segments: dict[str, str]
    """Files of the ledger."""
    changes: dict[str, str]
    """Files of how everybody stands."""
    kinds: NDArray[np.int64]
    totals: dict[str, NDArray[np.int64]]
    audits: tuple[int, int]
    """Share of tampers that is audited, and what was found in the period so far."""


class Part(NamedTuple):
    """What a checkpoint holds of a block."""

    state: State
    sparse: Sparse


def parts_of(blocks: list[Block]) -> list[Part]:
    """Return what a checkpoint holds of blocks; their next week changes it."""
    return [Part(block.state, block.sparse) for block in blocks]


def size_of(parts: list[Part]) -> int:
    """Return how many bytes of state parts have, sparse tables apart."""
    return sum(column.nbytes for part in parts for column in part.state)


def is_copied(state: int, rows: int) -> bool:
    """Return whether a checkpoint is written from a copy of so many bytes of state, meanwhile.

    Not where both state and copy are large, and there are few rows to wait for.
    """
    return rows > state or state < SMALL


def copied(parts: list[Part]) -> list[Part]:
    """Return parts that nobody changes."""
    return [
        Part(
            State(*(column.copy() for column in part.state)),
            Sparse(*(table.copy() for table in part.sparse)),
        )
        for part in parts
    ]


def save(folder: Path, run: str, progress: Progress, parts: list[Part]) -> None:
    """Write the checkpoint of the run whose manifest has the hash `run`."""
    facts = {"run": run, "weeks": progress.weeks, "segments": progress.segments}
    facts["changes"] = progress.changes
    facts["audits"] = progress.audits
    small = {f"total/{name}": total for name, total in progress.totals.items()}
    small["digests"] = np.array(progress.digests, np.uint64)
    small["kinds"] = progress.kinds
    small["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)

    def write(file: BinaryIO) -> None:
        sealed = _Sealed(file)
        with zipfile.ZipFile(sealed, "w") as archive:
            for name in State.names():
                _write_state(archive, name, parts)
            for name in Sparse.names():
                table = np.concatenate([getattr(part.sparse, name) for part in parts])
                _write(archive, f"sparse/{name}", table.dtype, table.shape, [table])
            for name, column in small.items():
                _write(archive, name, column.dtype, column.shape, [column])
        file.write(sealed.seal())

    write_whole(folder / FILE, write)


def load(folder: Path, run: str, society: Everybody) -> Progress | None:
    """Bring everybody to where a folder's checkpoint left them; None if it has none yet.

    Raises:
        RunDirectoryError: if it is damaged, or that of another run.

    """
    path = folder / FILE
    if not path.exists():
        return None
    with telling("read this file", path):
        if not _is_whole(path):
            raise RunDirectoryError(
                f"{path}: this checkpoint is damaged; remove it to start the run again from week 0"
            )
        with zipfile.ZipFile(path) as archive:
            facts = json.loads(_read(archive, "facts").tobytes())
            if facts["run"] != run:
                raise RunDirectoryError(f"{path}: this checkpoint belongs to another run")
            _fill(society, archive)
            return Progress(
                weeks=facts["weeks"],
                digests=[int(digest) for digest in _read(archive, "digests")],
                segments=facts["segments"],
                changes=facts["changes"],
                kinds=_read(archive, "kinds"),
                totals={
                    name.removeprefix("total/").removesuffix(".npy"): _read(
                        archive, name.removesuffix(".npy")
                    )
                    for name in archive.namelist()
                    if name.startswith("total/")
                },
                audits=tuple(facts["audits"]),
            )


class _Sealed(io.RawIOBase):
    """A file that is written from end to end, and the hash of what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.blake2b(digest_size=_SEAL)

    def writable(self) -> bool:
        return True

    def write(self, content: Any, /) -> int:
        self._hash.update(content)
        return self._file.write(content)

    def seal(self) -> bytes:
        return self._hash.digest()


def _is_whole(path: Path) -> bool:
    """Return whether a file ends with the hash of what comes before."""
    digest = hashlib.blake2b(digest_size=_SEAL)
    left = path.stat().st_size - _SEAL
    with path.open("rb") as file:
        while left > 0 and (piece := file.read(min(left, _READ))):
            digest.update(piece)
            left -= len(piece)
        return file.read() == digest.digest()


def _stretches(parts: list[Part], name: str) -> list[NDArray[Any]]:
    """Return views (n,) of a column of the state in the order of a file: all of each category."""
    columns = [np.atleast_2d(getattr(part.state, name)) for part in parts]
    return [column[row] for row in range(columns[0].shape[0]) for column in columns]


def _write_state(archive: zipfile.ZipFile, name: str, parts: list[Part]) -> None:
    column = getattr(parts[0].state, name)
    people = sum(getattr(part.state, name).shape[-1] for part in parts)
    shape = (*column.shape[:-1], people)
    _write(archive, f"state/{name}", column.dtype, shape, _stretches(parts, name))


def _write(
    archive: zipfile.ZipFile,
    name: str,
    kind: np.dtype[Any],
    shape: tuple[int, ...],
    pieces: Iterable[NDArray[Any]],
) -> None:
    """Write an array, contiguous pieces of which come one after the other."""
    header = {"descr": npy.dtype_to_descr(kind), "fortran_order": False, "shape": shape}
    # The date is not now's but that of all: equal checkpoints are equal files.
    with archive.open(zipfile.ZipInfo(f"{name}.npy"), "w", force_zip64=True) as file:
        npy.write_array_header_1_0(file, header)
        for piece in pieces:
            file.write(piece.data)


def _read(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with archive.open(f"{name}.npy") as file:
        return npy.read_array(file, allow_pickle=False)


def _fill(society: Everybody, archive: zipfile.ZipFile) -> None:
    """Give everybody the state that a checkpoint holds."""
    parts = society.parts
    for name in State.names():
        with archive.open(f"state/{name}.npy") as file:
            npy.read_magic(file)
            npy.read_array_header_1_0(file)
            for stretch in _stretches(parts_of(parts), name):
                stretch[:] = np.frombuffer(file.read(stretch.nbytes), stretch.dtype)
    held: dict[str, list[NDArray[Any]]] = {}
    bounds = [*(block.first for block in parts), parts[-1].first + parts[-1].citizens]
    for name in Sparse.names():
        table = _read(archive, f"sparse/{name}").astype(ROWS[name])
        table = table[np.argsort(table["subject"], kind="stable")]
        cuts = np.searchsorted(table["subject"], bounds)
        held[name] = [table[low:high].copy() for low, high in pairwise(cuts)]
    for number, block in enumerate(parts):
        block.sparse = Sparse(*(held[name][number] for name in Sparse.names()))
        block.rows = block.rows[:0]
