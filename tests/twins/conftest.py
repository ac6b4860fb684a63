"""Twins of a small town, made once."""

from pathlib import Path

import pytest

import upstanding as up
from upstanding.twins.compare import compare

CITIZENS, WEEKS, SEED = 5_000, 104, 5


@pytest.fixture(scope="session")
def essay(tmp_path_factory: pytest.TempPathFactory) -> up.Run:
    """The essay's scheme on a town."""
    out = tmp_path_factory.mktemp("essay") / "run"
    return up.simulate("essay", society="town", citizens=CITIZENS, weeks=WEEKS, seed=SEED, out=out)


@pytest.fixture(scope="session")
def against(essay: up.Run, tmp_path_factory: pytest.TempPathFactory):
    """Hold the essay's scheme against it with safeguards, patches or values."""
    made = {}

    def twin(*safeguards: str | Path):
        if safeguards not in made:
            rules = essay.plan.scheme.with_safeguards(*safeguards)
            out = tmp_path_factory.mktemp("twin") / "runs"
            made[safeguards] = compare(essay, rules, out=out)
        return made[safeguards]

    return twin
