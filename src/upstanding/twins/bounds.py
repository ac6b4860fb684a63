"""Bounds: how many may be spared, and newly harmed, given that so many are barred on each side.

What is seen of two schemes is p1, the share barred under the first, and p2, that under the second.
Nothing seen says how the two go together in one person. Whatever the luck of each, the share spared
lies between max(0, p1 - p2) and min(p1, 1 - p2), and the share newly harmed between max(0, p2 - p1)
and min(p2, 1 - p1) (Frechet's inequalities; for counterfactuals Oberst and Sontag 2019; MODEL 5).
Within strata of people who differ in traits alone the bounds add up to narrower ones.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

STRATA = ("age_band", "sex", "income", "place", "group", "occupation")
"""Traits that strata are made of."""
BANDS = (18, 25, 35, 45, 55, 65)
"""Ages at which bands of age begin."""
_COUNTS = (
    "people",
    "barred_before",
    "barred_after",
    "spared",
    "spared_least",
    "spared_most",
    "newly_harmed",
    "newly_harmed_least",
    "newly_harmed_most",
)


def bounds(
    people: pl.DataFrame, before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> pl.DataFrame:
    """Return the bounds for everybody, from the whole alone and summed over strata.

    Args:
        people: Citizens, N rows, with the traits of STRATA (`age` in place of its band).
        before: (N,) who was barred under the first scheme.
        after: (N,) who was barred under the second.

    Returns:
        Two rows, `over` being "everybody" and "strata", and of each the number of people, of those
        barred on each side, of those spared and newly harmed, and the least and the most who may
        be.

    """
    each = _strata(people, before, after, STRATA).select(pl.col(_COUNTS).sum())
    whole = _strata(people, before, after, ()).select(_COUNTS)
    over = pl.Series("over", ["everybody", "strata"])
    return pl.concat([whole, each]).select(over, pl.all())


def bounds_by(
    split: str, people: pl.DataFrame, before: NDArray[np.bool_], after: NDArray[np.bool_]
) -> pl.DataFrame:
    """Return the bounds for each stratum of a split, one of STRATA, summed over finer strata."""
    finer = _strata(people, before, after, STRATA)
    return finer.group_by(split).agg(pl.col(_COUNTS).sum()).sort(split)


def _strata(
    people: pl.DataFrame,
    before: NDArray[np.bool_],
    after: NDArray[np.bool_],
    by: tuple[str, ...],
) -> pl.DataFrame:
    """Return a row a stratum with its bounds."""
    bands = pl.lit(0)
    for begins in BANDS:
        bands = pl.when(pl.col("age") >= begins).then(begins).otherwise(bands)
    marked = people.with_columns(
        bands.cast(pl.UInt8).alias("age_band"),
        pl.Series("before", before),
        pl.Series("after", after),
    )
    first, second = pl.col("before"), pl.col("after")
    sums = (
        pl.len().cast(pl.Int64).alias("people"),
        first.sum().cast(pl.Int64).alias("barred_before"),
        second.sum().cast(pl.Int64).alias("barred_after"),
        (first & ~second).sum().cast(pl.Int64).alias("spared"),
        (~first & second).sum().cast(pl.Int64).alias("newly_harmed"),
    )
    found = marked.group_by(by).agg(sums) if by else marked.select(sums)
    barred, still, everybody = pl.col("barred_before"), pl.col("barred_after"), pl.col("people")
    nobody = pl.lit(0, pl.Int64)
    return found.with_columns(
        spared_least=pl.max_horizontal(nobody, barred - still),
        spared_most=pl.min_horizontal(barred, everybody - still),
        newly_harmed_least=pl.max_horizontal(nobody, still - barred),
        newly_harmed_most=pl.min_horizontal(still, everybody - barred),
    )
