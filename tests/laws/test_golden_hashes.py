"""Four runs, to the bit: what a change of speed or of structure must leave as it is.

The hashes were taken at version 0.1.0, before kernels were given their tables by reference. They
move with a change of what the model says, and with nothing else; such a change is in the changelog.
"""

import hashlib
from pathlib import Path

import polars as pl
import pytest

from laws.common import EVERYTHING, Simulate
from upstanding.engine.ledger import read_ledger
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

GOLDEN = {
    "essay": {
        "candidates": "d9f0f961e518277d",
        "citizens": "849d09a17d327e09",
        "ledger": "d73a9816362dcfca",
        "measures": "559a5d5669e91ce8",
        "standing": "15ebb271ae418bc1",
    },
    "common": {
        "candidates": "3f3ec768ce4b216c",
        "citizens": "17232a53cc277126",
        "ledger": "616c2a1da65ba64e",
        "measures": "96bc5ace7a973a17",
        "standing": None,
    },
    "everything": {
        "candidates": "d9f0f961e518277d",
        "citizens": "b216ece3fce562bd",
        "ledger": "422076cdbe104ca1",
        "measures": "2d71e41bae6436d3",
        "standing": "db76b33772c72c61",
    },
    "ijop": {
        "candidates": "d9f0f961e518277d",
        "citizens": "9ffc802343907067",
        "ledger": "6daacc1f2dcafe7a",
        "measures": "9d03f8f8742a17bc",
        "standing": "b9c61d696ce15527",
    },
}


def read_changes(folder: Path) -> pl.DataFrame:
    """Return how everybody stood, week by week."""
    return pl.concat(map(pl.read_parquet, sorted((folder / "standing").iterdir())))


def said(frame: pl.DataFrame) -> str:
    """Return a hash of a frame as text, so that it hangs on no format of files."""
    return hashlib.sha256(frame.write_csv().encode()).hexdigest()[:16]


@pytest.mark.parametrize(
    ("name", "scheme", "society", "ledger"),
    [
        ("essay", "essay", "china", "all"),
        ("common", "common", "common", "off"),
        ("everything", EVERYTHING, "china", "all"),
        ("ijop", "ijop", "china", "all"),
    ],
    ids=list(GOLDEN),
)
def test_runs_give_what_they_gave(
    simulate: Simulate, name: str, scheme: str | Path, society: str, ledger: str
) -> None:
    folder, manifest = simulate(
        Scheme.load(scheme), Society.load(society), citizens=4_096, weeks=30, ledger=ledger
    )
    weeks = "".join(manifest["candidates-by-week"])
    found = {
        "candidates": hashlib.sha256(weeks.encode()).hexdigest()[:16],
        "citizens": said(pl.read_parquet(folder / "citizens.parquet")),
        "measures": said(pl.read_parquet(folder / "measures.parquet")),
        "ledger": said(read_ledger(folder).collect()),
        "standing": None if ledger == "off" else said(read_changes(folder)),
    }
    assert found == GOLDEN[name]
