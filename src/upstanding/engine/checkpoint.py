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

from upstanding.engine import blocks
from upstanding.engine.blocks import Block
from upstanding.engine.files import telling, write_whole
from upstanding.engine.week import Sparse, State
from upstanding.engine.world import World
from upstanding.errors import RunDirectoryError
from upstanding.mechanisms.rows import DUTY, RECORD, STAY, STRIKE, WAIT
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.tally import Tally, new_tally

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
    totals: Tally


def save(folder: Path, run: str, progress: Progress, parts: list[Block]) -> None:
    """Write the checkpoint of the run whose manifest has the hash `run`."""
    columns: dict[str, NDArray[Any]] = {}
    for name in State._fields:
        columns[f"state/{name}"] = np.concatenate(
            [getattr(block.state, name) for block in parts], axis=-1
        )
    for name in Sparse._fields:
        columns[f"sparse/{name}"] = np.concatenate([getattr(block.sparse, name) for block in parts])
    for name in Tally._fields:
        columns[f"total/{name}"] = getattr(progress.totals, name)
    columns["digests"] = np.array(progress.digests, np.uint64)
    columns["kinds"] = progress.kinds
    facts = {"run": run, "weeks": progress.weeks, "segments": progress.segments}
    columns["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **columns)
    content = stream.getvalue()
    seal = hashlib.blake2b(content, digest_size=_SEAL).digest()
    write_whole(folder / FILE, lambda file: file.write(content + seal))


def load(folder: Path, run: str, world: World, size: int) -> tuple[Progress, list[Block]] | None:
    """Return the checkpoint of a folder, cut into blocks of `size`; None if it has none yet.

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
        totals=Tally(*(columns[f"total/{name}"] for name in Tally._fields)),
    )
    return progress, _cut(columns, world, size)


def _cut(columns: dict[str, NDArray[Any]], world: World, size: int) -> list[Block]:
    starts = np.arange(0, world.citizens, size)
    tables = {}
    for name in Sparse._fields:
        table = columns[f"sparse/{name}"].astype(ROWS[name])
        table = table[np.argsort(table["subject"] // size, kind="stable")]
        bounds = np.searchsorted(table["subject"] // size, np.arange(1, starts.shape[0]))
        tables[name] = np.split(table, bounds)
    parts = []
    for number, start in enumerate(starts):
        first, end = int(start), min(int(start) + size, world.citizens)
        state = [
            np.ascontiguousarray(columns[f"state/{name}"][..., first:end]) for name in State._fields
        ]
        parts.append(
            Block(
                first,
                blocks.people_of(world, first, end - first),
                State(*state),
                Sparse(*(np.ascontiguousarray(tables[name][number]) for name in Sparse._fields)),
                new_tally(world.names, CATEGORIES),
            )
        )
    return parts
