"""Weekly measures: long rows of integers (week, measure, split, cell, value, n).

Sums are stored, and what they are sums over; rates and means appear on reading.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import Names
from upstanding.mechanisms.tally import Tally

WAYS_OUT = ("performance", "other", "term", "tier")
SCHEMA = pl.Schema(
    {
        "week": pl.UInt16(),
        "measure": pl.String(),
        "split": pl.String(),
        "cell": pl.String(),
        "value": pl.Int64(),
        "n": pl.Int64(),
    }
)


class Measure(NamedTuple):
    """A measure: a name, what it is split by, a cell for each place of its column of the tally."""

    name: str
    split: str
    cells: tuple[str, ...]
    values: NDArray[np.int64]
    """(weeks, cells)."""


class Series:
    """The weekly totals of a run in progress."""

    def __init__(self, weeks: int, tally: Tally) -> None:
        """Make room for `weeks` totals of the shape of `tally`."""
        self.totals = Tally(*(np.zeros((weeks, *counts.shape), np.int64) for counts in tally))

    def add(self, week: int, tally: Tally) -> None:
        """Add a block's counts of a week."""
        for total, counts in zip(self.totals, tally, strict=True):
            total[week] += counts

    def frame(self, names: Names, citizens: int) -> pl.DataFrame:
        """Return the long rows, by week, then in the order of `declared`."""
        measures = declared(self.totals, names)
        weeks = self.totals.dropped.shape[0]
        keys = pl.DataFrame(
            {
                "measure": [m.name for m in measures for _ in m.cells],
                "split": [m.split for m in measures for _ in m.cells],
                "cell": [cell for m in measures for cell in m.cells],
            }
        )
        values = np.concatenate([m.values for m in measures], axis=1)
        scored = self.totals.score[:, 1]
        by_score = np.array([m.name == "score" for m in measures for _ in m.cells])
        n = np.where(by_score, scored[:, None], citizens)
        return pl.DataFrame(
            {
                "week": np.repeat(np.arange(weeks), keys.height),
                **{name: pl.concat([keys[name]] * weeks) for name in keys.columns},
                "value": values.ravel(),
                "n": n.ravel(),
            },
            schema=SCHEMA,
        )


def declared(totals: Tally, names: Names) -> list[Measure]:
    """Return every measure; its name says what is counted, its split by what."""
    acts, lists, services = names.acts, names.lists, names.services
    people = ("everybody",)
    measures = [
        Measure("candidates", "act", acts, totals.candidates),
        Measure("acts", "act", acts, totals.acts),
        Measure("obligations-performed", "act", acts, totals.performed),
        Measure("obligations-open", "act", acts, totals.outstanding),
        Measure("records-right", "sensor", names.sensors, totals.records[:, :, 0]),
        Measure("records-wrong", "sensor", names.sensors, totals.records[:, :, 1]),
        Measure("records-dropped", "all", people, totals.dropped),
        Measure("entries", "rule", names.rules, totals.entries),
        Measure(
            "points-hundredths",
            "category",
            names.categories,
            totals.points[:, : len(names.categories)],
        ),
        Measure("score", "all", people, totals.score[:, :1]),
        Measure("in-tier", "tier", names.tiers, totals.tiers),
        Measure("listed", "list", lists, totals.listed),
        Measure("stays-by-mistake", "list", lists, totals.mistaken),
        Measure("list-in", "list", lists, totals.entered),
    ]
    measures += [
        Measure(f"list-out-by-{way}", "list", lists, totals.left[:, :, code])
        for code, way in enumerate(WAYS_OUT)
    ]
    measures += [
        Measure("denials", "service", services, totals.denials),
        Measure("hours-lost-hundredths", "service", services, totals.hours),
    ]
    return measures
