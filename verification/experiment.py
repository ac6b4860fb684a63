"""What a check does: one scheme on one society, simulated under many seeds, and read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.engine.files import read_frame
from upstanding.engine.ledger import read_ledger
from upstanding.engine.manifest import Plan
from upstanding.engine.simulate import CITIZENS, MEASURES, carry_out
from upstanding.scheme import Scheme
from upstanding.scheme.fit import require_fit
from upstanding.society import Society

SEEDS = tuple(range(1, 31))
SCHEMES = Path(__file__).parent / "schemes"
Read = TypeVar("Read")


class Outcome:
    """What one run left in its folder, read when it is asked for."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.seed = seed

    @cached_property
    def measures(self) -> pl.DataFrame:
        """The measures of all weeks."""
        return read_frame(self.folder / MEASURES)

    @cached_property
    def citizens(self) -> pl.DataFrame:
        """Everybody at the end."""
        return read_frame(self.folder / CITIZENS)

    @cached_property
    def ledger(self) -> pl.DataFrame:
        """The rows that were written."""
        return read_ledger(self.folder).collect()

    def series(self, measure: str, cell: str) -> NDArray[np.int64]:
        """Return a measure, a number a week."""
        rows = self.measures.filter(measure=measure, cell=cell).sort("week")
        return rows["value"].to_numpy()

    def total(self, measure: str, cell: str) -> int:
        """Return a measure summed over weeks."""
        return int(self.series(measure, cell).sum())

    def rows(self, kind: str) -> pl.DataFrame:
        """Return the ledger's rows of a kind."""
        return self.ledger.filter(pl.col("kind") == kind)


@dataclass(frozen=True)
class Experiment:
    """A scheme on a society, with figures changed, for so many citizens and weeks."""

    scheme: str
    """A file of `verification/schemes`, or a shipped scheme."""
    citizens: int
    weeks: int
    people: Mapping[str, Any] = field(default_factory=dict)
    """Figures of the society by dotted key."""
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Figures of the scheme by dotted key."""
    society: str = "uniform"
    ledger: str = "off"

    def each_seed(
        self, read: Callable[[Outcome], Read], seeds: Sequence[int] = SEEDS
    ) -> list[Read]:
        """Simulate under each seed; return what `read` makes of each outcome, in order."""
        path = SCHEMES / f"{self.scheme}.toml"
        scheme = Scheme.load(path if path.exists() else self.scheme).with_values(self.rules)
        society = Society.load(self.society).with_values(self.people)
        require_fit(scheme, society)

        def one(seed: int) -> Read:
            plan = Plan(scheme, society, self.citizens, self.weeks, seed, self.ledger)
            with TemporaryDirectory() as place:
                folder = Path(place) / "run"
                carry_out(plan, folder, threads=1)
                return read(Outcome(folder, seed))

        return [one(seed) for seed in seeds]


def only(acts: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return the figures of a society `uniform` that does only these acts: (rate, top) a year."""
    return only_in("uniform", acts)


def only_in(society: str, acts: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Return the figures of a society that does only these acts: (rate, top) a year."""
    figures: dict[str, float] = {}
    for name in Society.load(society).file.act:
        rate, top = acts.get(name, (0, 0))
        figures |= {f"act.{name}.rate": rate, f"act.{name}.top": top}
    return figures
