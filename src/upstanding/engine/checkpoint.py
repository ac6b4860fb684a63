"""A checkpoint: everything that a run in progress knows, in one file that is whole or absent.

It holds state, sparse tables, partial measures, the candidates' hashes and the list of ledger files
with their hashes; traits and tables are made again. Nothing depends on the size of blocks.
"""

import hashlib
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.engine.blocks import Block, Society
from upstanding.engine.files import telling, write_whole
from upstanding.engine.week import Sparse, State
from upstanding.errors import RunDirectoryError
from upstanding.mechanisms.rows import DUTY, RECORD, STAY, STRIKE, WAIT

FILE = "checkpoint.npz"
ROWS = {"records": RECORD, "duties": DUTY, "stays": STAY, "waits": WAIT, "strikes": STRIKE}
"""The sparse tables' rows: a file does not keep their alignment, which the kernels are for."""
_SEAL = 16


class Progress(NamedTuple):
    """What a run knows besides its blocks."""

    weeks: int
    """Weeks closed."""
    digests: list[int]
    """The hash of each week's candidates."""
    segments: dict[str, str]
    kinds: NDArray[np.int64]
    totals: dict[str, NDArray[np.int64]]


def save(folder: Path, run: str, progress: Progress, parts: list[Block]) -> None:
    """Write the checkpoint of the run whose manifest has the hash `run`."""
    columns: dict[str, NDArray[Any]] = {}
    for name in State._fields:
        columns[f"state/{name}"] = np.concatenate(
            [getattr(block.state, name) for block in parts], axis=-1
        )
    for name in Sparse._fields:
        columns[f"sparse/{name}"] = np.concatenate([getattr(block.sparse, name) for block in parts])
    for name, total in progress.totals.items():
        columns[f"total/{name}"] = total
    columns["digests"] = np.array(progress.digests, np.uint64)
    columns["kinds"] = progress.kinds
    facts = {"run": run, "weeks": progress.weeks, "segments": progress.segments}
    columns["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **columns)
    content = stream.getvalue()
    seal = hashlib.blake2b(content, digest_size=_SEAL).digest()
    write_whole(folder / FILE, lambda file: file.write(content + seal))


def load(folder: Path, run: str, society: Society) -> Progress | None:
    """Bring everybody to where a folder's checkpoint left them; None if it has none yet.

    Raises:
        RunDirectoryError: if it is damaged, or that of another run.

    """
    path = folder / FILE
    if not path.exists():
        return None
    with telling("read this file", path):
        content = path.read_bytes()
    seal = hashlib.blake2b(content[:-_SEAL], digest_size=_SEAL).digest()
    if seal != content[-_SEAL:]:
        raise RunDirectoryError(
            f"{path}: this checkpoint is damaged; remove it to start the run again from week 0"
        )
    with np.load(io.BytesIO(content[:-_SEAL]), allow_pickle=False) as file:
        columns = dict(file)
    facts = json.loads(columns["facts"].tobytes())
    if facts["run"] != run:
        raise RunDirectoryError(f"{path}: this checkpoint belongs to another run")
    progress = Progress(
        weeks=facts["weeks"],
        digests=[int(digest) for digest in columns["digests"]],
        segments=facts["segments"],
        kinds=columns["kinds"],
        totals={
            name.removeprefix("total/"): column
            for name, column in columns.items()
            if name.startswith("total/")
        },
    )
    _fill(society, columns)
    return progress


def _fill(society: Society, columns: dict[str, NDArray[Any]]) -> None:
    """Give everybody the state that a checkpoint holds."""
    tables = {}
    for name in Sparse._fields:
        table = columns[f"sparse/{name}"].astype(ROWS[name])
        tables[name] = table[np.argsort(table["subject"], kind="stable")]
    for block in society.parts:
        end = block.first + block.citizens
        for name in State._fields:
            getattr(block.state, name)[...] = columns[f"state/{name}"][..., block.first : end]
        held = []
        for table in tables.values():
            low, high = np.searchsorted(table["subject"], [block.first, end])
            held.append(np.ascontiguousarray(table[low:high]))
        block.sparse = Sparse(*held)
        block.rows = block.rows[:0]
