"""Runs of a small town, made once: two schemes, ordinary law, and one that exercises everything."""

from pathlib import Path

import pytest

import upstanding as up
from upstanding.measures.lives import Lives, lives_of

CITIZENS, WEEKS, SEED = 4_096, 104, 5
EVERYTHING = Path(__file__).parents[1] / "everything.toml"
RULES = {
    "baseline": "baseline",
    "documented": "documented",
    "essay": "essay",
    "everything": EVERYTHING,
}


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, up.Run]:
    """The same lives under different rules."""
    folder = tmp_path_factory.mktemp("measured")
    return {
        name: up.simulate(
            rules,
            society="town",
            citizens=CITIZENS,
            weeks=WEEKS,
            seed=SEED,
            out=folder / name,
        )
        for name, rules in RULES.items()
    }


@pytest.fixture(scope="session")
def lives(runs: dict[str, up.Run]) -> dict[str, Lives]:
    """How everybody stood in each."""
    return {name: lives_of(run) for name, run in runs.items()}
