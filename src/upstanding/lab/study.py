"""A study of what is not known: a scheme and no scheme on the same lives, for each set of draws."""

import multiprocessing
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.counts import Counts
from upstanding.lab.spread import Spread, spread_of
from upstanding.lab.unknowns import Drawn, draw
from upstanding.measures.lives import lives_of
from upstanding.run import Run, simulate
from upstanding.scheme.scheme import Scheme
from upstanding.side_by_side import side_by_side
from upstanding.society.society import Society
from upstanding.words import JUDGMENT

SETS, CITIZENS = 32, 20_000
LAW = "baseline"
BARRED = "barred in some week"
"""People of 1,000 to whom something is closed at some close."""
TARGET = 1.53
"""Entries by judgment a year and 1,000 people: 460 of 100,000 in three years (EV 11)."""
WITHIN = 0.2
"""How far a set may be off to be kept: three standard errors at 20,000 people and three years."""


@dataclass(frozen=True)
class Study:
    """What came out of sets of draws."""

    drawn: tuple[Drawn, ...]
    """The sets that fit what the society was calibrated to."""
    refused: int
    """How many sets do not."""
    spread: Spread
    citizens: int
    weeks: int


def study_unknowns(
    scheme: Scheme,
    society: Society,
    *,
    out: Path,
    sets: int = SETS,
    citizens: int = CITIZENS,
    weeks: int = 3 * WEEKS_A_YEAR,
    seed: int = 1,
    processes: int | None = None,
    watch: Callable[[int, int], object] | None = None,
) -> Study:
    """Run a scheme and `baseline` for each of some sets of draws.

    Outputs are BARRED and the lines of `side_by_side`, in which what a scheme brings, and what
    people give up under it, is counted beyond `baseline`. Only the numbers are kept; `out` is
    emptied again.

    Raises:
        InputError: with everything that is wrong with the input.

    """
    drawn = tuple(draw(scheme, society, sets, seed=seed))
    jobs = [(each, out / f"{nth:03}", citizens, weeks, seed) for nth, each in enumerate(drawn)]
    spawn = multiprocessing.get_context("spawn")
    found = []
    with ProcessPoolExecutor(processes or os.cpu_count() or 1, mp_context=spawn) as pool:
        for done, numbers in enumerate(pool.map(_lived, jobs), 1):
            found.append(numbers)
            if watch:
                watch(done, sets)
    kept = [at for at, numbers in enumerate(found) if numbers is not None]
    outputs = [numbers for numbers in found if numbers is not None]
    spread = spread_of([drawn[at].values for at in kept], outputs)
    return Study(tuple(drawn[at] for at in kept), sets - len(kept), spread, citizens, weeks)


def _lived(job: tuple[Drawn, Path, int, int, int]) -> dict[str, float] | None:
    """Return what came out of a set; None if it does not fit what the society is calibrated to."""
    drawn, folder, citizens, weeks, seed = job
    runs = [
        simulate(
            rules,
            society=drawn.society,
            citizens=citizens,
            weeks=weeks,
            seed=seed,
            threads=1,
            ledger="off",
            standing=True,
            out=folder / name,
        )
        for name, rules in ((LAW, Scheme.load(LAW)), ("scheme", drawn.scheme))
    ]
    numbers = _numbers(runs) if _fits(runs) else None
    shutil.rmtree(folder)
    return numbers


def _numbers(runs: Sequence[Run]) -> dict[str, float]:
    """Return the lines of `side_by_side` of a scheme, and how many were ever barred."""
    found = side_by_side(runs).to_dict()[runs[-1].plan.scheme.name]
    lives = lives_of(runs[-1])
    ever = lives.barred[:, lives.counted].any(axis=0)
    numbers = {what: float(n) for what, n in found.items() if isinstance(n, int | float)}
    return {BARRED: 1000 * float(ever.mean()), **numbers}


def _fits(runs: Sequence[Run]) -> bool:
    """Return whether lists entered by judgment take as many as they are calibrated to take."""
    run = runs[-1]
    if run.plan.society.name != "china":
        return True
    lists = run.plan.scheme.file.list_
    concerned = [name for name, table in lists.items() if table.enter.record == JUDGMENT]
    if not concerned:
        return True
    entered = Counts(run).sums("list-in")
    years = run.plan.weeks / WEEKS_A_YEAR
    rate = sum(entered[name] for name in concerned) / years / run.plan.citizens * 1000
    return abs(rate / TARGET - 1) <= WITHIN
