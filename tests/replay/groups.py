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
from replay.kin import OF_KIN, Flags
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
OLDEST, ADULT = 120, 18


class Cells(NamedTuple):
    """A measure by the strata of a split, (weeks, strata) each."""

    measure: str
    split: str
    strata: tuple[str, ...]
    value: Whole
    n: Whole


def of_everybody(
    run: Run, standing: Standing, on: dict[str, Counts], shut: dict[str, Flags]
) -> dict[str, Whole]:
    """Return what is counted by group, (weeks, citizens) each."""
    has = standing.has[1:]
    listed, barred = np.zeros_like(has), np.zeros_like(has)
    for counts in on.values():
        listed |= counts[1:] > 0
    for flags in shut.values():
        barred |= flags
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
        "denials-of-kin": _rows(run, OF_KIN),
    }
    return {name: values.astype(np.int64) * run.counted for name, values in whole.items()}


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


def check_children(run: Run, since: NDArray[np.int64], shut: dict[str, Flags]) -> int:
    """Check to how many under 18 the services for pupils are closed; ages give bounds.

    By group the sums are the same over every trait. Returns how many cells that were.
    """
    week = np.arange(run.weeks)[:, None]
    youngest, oldest = (
        np.minimum((age + week) // YEAR, OLDEST) for age in weeks_of_age(run, since)
    )
    shut = {name: flags & run.counted for name, flags in shut.items()}
    for_pupils = [name for name in shut if run.rules.services[name].get("school") is not None]
    found = _stored(run, "children-barred", "service", tuple(sorted(shut))).value
    cells = found.size
    for at, name in enumerate(sorted(shut)):
        flags = shut[name] if name in for_pupils else np.zeros_like(oldest, bool)
        least, most = (
            (flags & (oldest < ADULT)).sum(axis=1),
            (flags & (youngest < ADULT)).sum(axis=1),
        )
        _hold(found[:, at], least, most, f"children-barred of {name}")
    barred = np.zeros_like(oldest, bool)
    for name in for_pupils:
        barred |= shut[name]
    total = _stored(run, "children-barred", "sex", TRAITS["sex"]).value.sum(axis=1)
    bands = tuple(run.rules.bands)
    for split in SPLITS:
        strata = bands if split == "age" else TRAITS[split]
        told = _stored(run, "children-barred", split, strata)
        _hold(told.value.sum(axis=1), total, total, f"children-barred by {split}")
        people = _stored(run, "people", split, strata).value
        _hold(told.n, people, people, f"n of children-barred by {split}")
        for at, stratum in enumerate(strata):
            if split == "age":
                low, high = run.rules.bands[stratum]
                surely = (youngest >= low) & (oldest <= high)
                perhaps = (oldest >= low) & (youngest <= high)
            else:
                held = run.citizens[split].cast(pl.String).to_numpy() == stratum
                surely = perhaps = np.broadcast_to(held, barred.shape)
            least = (barred & surely & (oldest < ADULT)).sum(axis=1)
            most = (barred & perhaps & (youngest < ADULT)).sum(axis=1)
            _hold(told.value[:, at], least, most, f"children-barred of {stratum}")
        cells += told.value.size
    return cells


def _stored(run: Run, measure: str, split: str, strata: tuple[str, ...]) -> Cells:
    """Return the stored cells of a measure by a split."""
    rows = run.measures.filter((pl.col("measure") == measure) & (pl.col("split") == split))
    grid = pl.DataFrame({"week": np.arange(run.weeks, dtype=np.uint16)}).join(
        pl.DataFrame({"cell": strata}, schema={"cell": pl.String}),
        how="cross",
        maintain_order="left_right",
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
