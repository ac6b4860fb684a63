"""Measures by group: how people stand and what the week brought them, by six traits.

Five traits stay; ages move. The ledger gives every cell but those of acts, of which it tells what
was recorded only: their cells sum to the same whatever the trait.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from replay.entries import Counts
from replay.kin import ADULT, OF_KIN, Flags
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


def of_everybody(
    run: Run, standing: Standing, on: dict[str, Counts], shut: dict[str, Flags]
) -> dict[str, Whole]:
    """Return what is counted by group, (weeks, citizens) each."""
    has = standing.has[1:]
    listed = _any((counts[1:] > 0 for counts in on.values()), like=has)
    barred = _any(shut.values(), like=has)
    kind = pl.col("kind")
    mistaken = (pl.col("truth") != "true").fill_null(value=False)
    wrong = (kind == "points") & mistaken
    whole = {
        "people": np.ones_like(has),
        "scored": has,
        "score": np.where(has, standing.score[1:], 0),
        "listed": listed,
        "barred": barred,
        "children-barred": _any(children_barred(run, shut).values(), like=barred),
        "association-hundredths": np.where(has, standing.term[1:], 0),
        "list-in": _rows(run, kind == "list-in"),
        "denials": _rows(run, kind == "denial"),
        "wrong-entries": _rows(run, wrong),
        "denials-of-kin": _rows(run, OF_KIN),
        "publications": _rows(run, kind == "publication"),
        "publications-of-wrong-persons": _rows(run, (kind == "publication") & mistaken),
    }
    return {name: values.astype(np.int64) * run.counted for name, values in whole.items()}


def children_barred(run: Run, shut: dict[str, Flags]) -> dict[str, Flags]:
    """Return to which people under 18 each service for pupils is closed, (weeks, citizens)."""
    child, services = ages_of(run) < ADULT, run.rules.services
    return {n: flags & child for n, flags in shut.items() if services[n].get("school") is not None}


def _any(flags: Iterable[Flags], like: Flags) -> Flags:
    union = np.zeros_like(like)
    for each in flags:
        union |= each
    return union


def _rows(run: Run, which: pl.Expr) -> Whole:
    """Return how many such rows each citizen has in each week."""
    rows = run.ledger.filter(which)
    found = np.zeros((run.weeks, run.people), np.int64)
    np.add.at(found, (rows["week"].to_numpy(), rows["subject"].to_numpy()), 1)
    return found


def by_trait(run: Run, values: dict[str, Whole]) -> Iterator[Cells]:
    """Yield each measure by each trait."""
    for trait, strata in TRAITS.items():
        held = run.citizens[trait].cast(pl.String).to_numpy()
        of = np.array([held == stratum for stratum in strata]).T.astype(np.int64)
        yield from _cells(trait, strata, {name: each @ of for name, each in values.items()})
    ages = ages_of(run)
    bands = [(low <= ages) & (ages <= high) for low, high in run.rules.bands.values()]
    sums = {
        name: np.array([(each * of).sum(axis=1) for of in bands]).T for name, each in values.items()
    }
    yield from _cells("age", tuple(run.rules.bands), sums)


def _cells(split: str, strata: tuple[str, ...], sums: dict[str, Whole]) -> Iterator[Cells]:
    for name, value in sums.items():
        over = "scored" if name in OVER_SCORED else "people"
        yield Cells(name, split, strata, value, sums[over])


def ages_of(run: Run) -> NDArray[np.int64]:
    """Return everybody's age in years at each close, (weeks, citizens)."""
    return np.minimum((weeks_of_age(run) + np.arange(run.weeks)[:, None]) // YEAR, OLDEST)


def check_acts(run: Run) -> int:
    """Check that acts by any trait add up to those by act; return how many cells that were."""
    acts = _stored(run, "acts", "act", tuple(run.rules.acts)).value.sum(axis=1)
    cells = 0
    for split in SPLITS:
        strata = tuple(run.rules.bands) if split == "age" else TRAITS[split]
        found, people = (_stored(run, name, split, strata) for name in ("acts", "people"))
        _hold(found.value.sum(axis=1), acts, f"acts by {split}")
        _hold(found.n, people.value, f"n of acts by {split}")
        cells += found.value.size
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


def _hold(found: Whole, expected: Whole, what: str) -> None:
    """Raise an error unless numbers, by week, are those expected."""
    if (wrong := found != expected).any():
        at = tuple(np.argwhere(wrong)[0])
        raise ReplayError(
            f"week {at[0]}, measure {what}: expected {expected[at]}, found {found[at]}"
        )
