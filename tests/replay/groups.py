"""Measures by group: how people stand and what the week brought them, by six traits.

Five traits stay, and the ledger gives every cell. Ages move. A citizen's age in weeks is known to
within a year (see `weeks_of_age`), so that in most weeks she is in one band of ages for certain, in
others in one of two: a cell lies between what is certain and what is possible, and the cells of a
measure sum to what everybody comes to.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from replay.entries import Counts
from replay.reading import YEAR, ReplayError, Run
from replay.standing import Standing, weeks_of_age

Whole = NDArray[np.int64]
TRAITS = {
    "sex": ("female", "male"),
    "income": ("1", "2", "3", "4", "5"),
    "place": ("rural", "urban"),
    "group": ("majority", "minority"),
    "occupation": ("other", "official", "journalist", "business-owner", "student"),
}
"""Traits that stay, and their strata."""
SPLITS = ("age", *TRAITS)
OVER_SCORED = ("score", "association-hundredths")
"""Measures over those who have a score; the others are over people."""
OLDEST = 120


class Cells(NamedTuple):
    """A measure by the strata of a split, (weeks, strata) each."""

    measure: str
    split: str
    strata: tuple[str, ...]
    value: Whole
    n: Whole


def of_everybody(run: Run, standing: Standing, on: dict[str, Counts]) -> dict[str, Whole]:
    """Return what is counted by group, (weeks, citizens) each."""
    has, rules = standing.has[1:], run.rules
    closes = np.array([bool(rules.closing(f"tier.{name}")) for name in rules.tiers] + [False])
    listed, barred = np.zeros_like(has), closes[standing.tier[1:]]
    for name, counts in on.items():
        listed |= counts[1:] > 0
        if rules.closing(f"list.{name}"):
            barred |= counts[1:] > 0
    kind = pl.col("kind")
    wrong = (kind == "points") & (pl.col("truth") == "false match")
    whole = {
        "people": np.ones_like(has),
        "scored": has,
        "score": np.where(has, standing.score[1:], 0),
        "listed": listed,
        "barred": barred,
        "association-hundredths": np.where(has, standing.term[1:], 0),
        "list-in": _rows(run, kind == "list-in"),
        "denials": _rows(run, kind == "denial"),
        "wrong-entries": _rows(run, wrong),
    }
    return {name: values.astype(np.int64) for name, values in whole.items()}


def _rows(run: Run, which: pl.Expr) -> Whole:
    """Return how many such rows each citizen has in each week."""
    rows = run.ledger.filter(which)
    found = np.zeros((run.weeks, run.people), np.int64)
    np.add.at(found, (rows["week"].to_numpy(), rows["subject"].to_numpy()), 1)
    return found


def by_trait(run: Run, values: dict[str, Whole]) -> Iterator[Cells]:
    """Yield each measure by each trait that stays."""
    for trait, strata in TRAITS.items():
        held = run.citizens[trait].cast(pl.String).to_numpy()
        of = np.array([held == stratum for stratum in strata]).T.astype(np.int64)
        sums = {name: each @ of for name, each in values.items()}
        for name, value in sums.items():
            over = "scored" if name in OVER_SCORED else "people"
            yield Cells(name, trait, strata, value, sums[over])


def check_bounded(run: Run, since: NDArray[np.int64], values: dict[str, Whole]) -> int:
    """Check ages, and acts by any trait, of which the ledger gives bounds and sums only.

    Returns how many cells that were.
    """
    bands = tuple(run.rules.bands)
    band_of = np.repeat(
        np.arange(len(bands)), [last - first + 1 for first, last in run.rules.bands.values()]
    )
    week = np.arange(run.weeks)[:, None]
    youngest, oldest = (
        band_of[np.minimum((age + week) // YEAR, OLDEST)] for age in weeks_of_age(run, since)
    )
    over = {name: _stored(run, name, "age", bands) for name in ("people", "scored")}
    for name, each in values.items():
        found = _stored(run, name, "age", bands)
        for band in range(len(bands)):
            surely = (youngest == band) & (oldest == band)
            perhaps = ((youngest == band) | (oldest == band)) & ~surely
            least = (each * surely + np.minimum(each, 0) * perhaps).sum(axis=1)
            most = (each * surely + np.maximum(each, 0) * perhaps).sum(axis=1)
            _hold(found.value[:, band], least, most, f"{name} of age {bands[band]}")
        total = each.sum(axis=1)
        _hold(found.value.sum(axis=1), total, total, f"{name} of all ages")
        n = over["scored" if name in OVER_SCORED else "people"].value
        _hold(found.n, n, n, f"n of {name} by age")
    acts = _stored(run, "acts", "act", tuple(run.rules.acts)).value.sum(axis=1)
    people = {cells.split: cells.value for cells in by_trait(run, {"people": values["people"]})}
    people["age"] = over["people"].value
    cells = (len(values) + 1) * over["people"].value.size
    for split in SPLITS:
        found = _stored(run, "acts", split, bands if split == "age" else TRAITS[split])
        _hold(found.value.sum(axis=1), acts, acts, f"acts by {split}")
        _hold(found.n, people[split], people[split], f"n of acts by {split}")
        cells += 0 if split == "age" else found.value.size
    return cells


def _stored(run: Run, measure: str, split: str, strata: tuple[str, ...]) -> Cells:
    """Return the stored cells of a measure by a split."""
    rows = run.measures.filter((pl.col("measure") == measure) & (pl.col("split") == split))
    grid = pl.DataFrame({"week": np.arange(run.weeks, dtype=np.uint16)}).join(
        pl.DataFrame({"cell": strata}), how="cross", maintain_order="left_right"
    )
    full = grid.join(rows, on=["week", "cell"], how="left", maintain_order="left")
    if full["value"].has_nulls() or not rows.height == full.height == grid.height:
        raise ReplayError(f"measure {measure} by {split}: expected each week and stratum once")
    value, n = (full[c].to_numpy().reshape(run.weeks, -1) for c in ("value", "n"))
    return Cells(measure, split, strata, value, n)


def _hold(found: Whole, least: Whole, most: Whole, what: str) -> None:
    """Raise an error unless numbers, by week, lie between two."""
    if (wrong := (found < least) | (found > most)).any():
        at = tuple(np.argwhere(wrong)[0])
        raise ReplayError(
            f"week {at[0]}, measure {what}: expected {least[at]} to {most[at]}, found {found[at]}"
        )
