"""Who was kept from a journey over trifles: how few trivial entries made the difference (E34).

*But for*, her life alone (`own_life`): of somebody whom a tier of her own kept from a journey, the
costliest trivial entries are left out one after another, until her tier at the close before no
longer closes it. What is trivial is told by `measures.trivial`.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.measures.lives import NO_TIER, Lives
from upstanding.measures.stays import ledger_of
from upstanding.measures.trivial import journeys, trivial_acts
from upstanding.run import Run
from upstanding.twins.own_life import own_lives

MOST = 40
"""Entries left out at most."""


@dataclass(frozen=True)
class KeptHome:
    """People whom a tier of their own kept from a journey, and what made the difference."""

    refused: int
    """Such people; of each the first refusal is looked at."""
    over_trifles: int
    """Those who would have travelled without MOST or fewer trivial entries."""
    entries: tuple[int, ...]
    """How many of them it took, of each of these people, fewest first."""
    citizen: int | None = None
    """The first by number of those who needed fewest."""
    acts: tuple[str, ...] = ()
    """Of the entries that made the difference to her."""


def kept_home(run: Run, lives: Lives) -> KeptHome:
    """Return who would have travelled but for trivial entries, and how few these were.

    The run kept all rows.
    """
    refused = (
        ledger_of(run, "denial")
        .filter(
            pl.col("rule").str.starts_with("tier."),
            pl.col("mechanism") != "kin",
            pl.col("object").is_in(sorted(journeys(run))),
        )
        .sort("subject", "week", "seq")
        .unique("subject", keep="first", maintain_order=True)
        .collect()
    )
    if not refused.height:
        return KeptHome(0, 0, ())
    own = own_lives(run, lives, refused["subject"].to_numpy().astype(np.int64))
    # A tier binds from the close before; who met it in the first week had it from the start.
    before = refused["week"].to_numpy().astype(np.int64) - 1
    who = np.arange(refused.height)
    tables, names = run.world.tables.services, run.world.names
    services = {name: 1 << code for code, name in enumerate(names.services)}
    asked = np.array([services[name] for name in refused["object"]], np.uint32)
    closes = np.append(tables.tier_closes, np.zeros(NO_TIER + 1 - len(tables.tier_closes)))
    order = _costliest_first(run, own.rows, before)
    needed = np.zeros(refused.height, np.int64)
    left = (before >= 0) & (closes.astype(np.uint32)[own.tiers_in_fact[before, who]] & asked != 0)
    for number in range(1, MOST + 1):
        gone = own.followed((order > 0) & (order <= number))
        tier = own.tiers(gone)[before, who]
        spared = left & (closes.astype(np.uint32)[tier] & asked == 0)
        needed[spared] = number
        left &= ~spared
        if not left.any():
            break
    found = np.flatnonzero(needed)
    if not found.size:
        return KeptHome(refused.height, 0, ())
    best = int(found[needed[found].argmin()])
    hers = (own.rows["local"].to_numpy() == best) & (order > 0) & (order <= needed[best])
    acts = own.rows.filter(pl.Series(hers))["act"].unique().sort().to_list()
    return KeptHome(
        refused.height,
        found.size,
        tuple(sorted(needed[found].tolist())),
        int(own.who[best]),
        tuple(acts),
    )


def _costliest_first(run: Run, rows: pl.DataFrame, before: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (R,) the place of each trivial entry among hers until then, from 1; 0 for others."""
    until = pl.Series(before[rows["local"].to_numpy()])
    is_trivial = (
        (pl.col("kind") == "points")
        & pl.col("act").is_in(trivial_acts(run))
        & (pl.col("points") < 0)
        & (pl.col("week") <= until)
    )
    ranked = rows.select("at", "local", "points", is_trivial.alias("trivial")).with_columns(
        place=pl.when("trivial")
        .then(pl.struct("points", "at").rank("ordinal").over("local", "trivial"))
        .otherwise(0)
    )
    place: NDArray[np.int64] = ranked["place"].to_numpy().astype(np.int64)
    return place
