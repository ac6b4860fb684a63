"""Runs for the laws: the scheme with everything in it, on a few thousand people."""

from itertools import count
from pathlib import Path

import pytest

from laws.common import EVERYTHING, PLANTED, Simulate
from upstanding.engine.manifest import Manifest, Plan, read_manifest
from upstanding.engine.simulate import Watch, carry_out
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society


@pytest.fixture(scope="session")
def everything() -> Scheme:
    return Scheme.load(EVERYTHING)


@pytest.fixture(scope="session")
def china() -> Society:
    """China with so many debts that a few thousand people see every kind of row; some planted."""
    return Society.load(PLANTED).with_values(
        {
            "act.judgment-left-unpaid.rate": 0.05,
            "act.judgment-left-unpaid.top": 0.06,
            "act.judgment-left-unpaid.obligation.outstanding-per-1000-adults": 60,
            "act.judgment-left-unpaid.obligation.performed-per-year": 0.5,
        }
    )


@pytest.fixture(scope="session")
def town(china: Society) -> Society:
    """China in districts of 512, with ties that turn so often that a year sees many do."""
    return china.with_values(
        {
            "numbering.cells-per-district": 1,
            "ties.cut-per-year": 300,
            "ties.wake-per-year": 1,
        }
    )


@pytest.fixture
def simulate(tmp_path: Path, everything: Scheme, china: Society) -> Simulate:
    """Simulate a plan into a folder of its own, or go on in `folder`.

    Return the folder and its manifest.
    """

    number = count()

    def run(
        scheme: Scheme = everything,
        society: Society = china,
        *,
        citizens: int = 5_000,
        weeks: int = 40,
        seed: int = 7,
        threads: int = 2,
        block: int = 1_024,
        shards: int = 1,
        ledger: str = "all",
        folder: Path | None = None,
        watch: Watch | None = None,
    ) -> tuple[Path, Manifest]:
        resume, folder = folder is not None, folder or tmp_path / f"run-{next(number)}"
        plan = Plan(scheme, society, citizens, weeks, seed, ledger)
        carry_out(
            plan,
            folder,
            threads=threads,
            block=block,
            shards=shards,
            resume=resume,
            watch=watch,
        )
        return folder, read_manifest(folder)

    return run
