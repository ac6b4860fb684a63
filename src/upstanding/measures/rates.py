"""Rates, means and quantiles of people, by group: one shape of frame for all of them.

Planted people and their households are in none. A group of fewer than ten is listed with its size
and no figure.
"""

from collections.abc import Callable, Iterable

import numpy as np
import polars as pl

from upstanding.engine.files import named
from upstanding.engine.series import splits
from upstanding.measures.lives import counted
from upstanding.measures.metrics import Interval, mean_interval, share_interval
from upstanding.run import Run

FEWEST = 10
"""People of a group of whom a figure is told."""
PER = 1000
"""People to whom shares are told."""
ALL = "all"
EVERYBODY = "everybody"
SHARE, PER_1000, PER_YEAR = "share", f"per {PER:,} people", "per person and year"
ROWS = pl.Schema(
    {
        "measure": pl.String(),
        "split": pl.String(),
        "cell": pl.String(),
        "unit": pl.String(),
        "n": pl.Int64(),
        "total": pl.Float64(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)
"""A row a measure and group: `value` is `total` over `n`, in `unit`, between `low` and `high`."""
Aggregated = dict[str, float | int | None]


def people_of(run: Run) -> pl.DataFrame:
    """Return one row a person who is in figures: the columns of `run.citizens`, groups as enums.

    `all` is "everybody"; `age` is the band, and `years` the age, at the end of the run.
    """
    citizens, names = run.citizens, run.world.names
    band = np.zeros(256, np.uint8)
    for code, (first, last) in enumerate(run.plan.society.file.band.values()):
        band[first : last + 1] = code
    age = band[citizens["age"].to_numpy()]
    fifth = citizens["income"].to_numpy() - np.uint8(1)
    cells = splits(names)
    return citizens.with_columns(
        pl.lit(EVERYBODY, pl.Enum([EVERYBODY])).alias(ALL),
        named("age", age, cells["age"]),
        named("income", fifth, cells["income"]),
        pl.col("age").alias("years"),
    ).filter(pl.Series(counted(run)))


def shares(people: pl.DataFrame, measure: str, flag: str, per: int = 1) -> pl.DataFrame:
    """Return the share of people for whom a column is true, by group, with Wilson's interval."""

    def told(row: Aggregated) -> Interval:
        low, high = share_interval(int(row["total"] or 0), int(row["n"] or 0))
        return Interval(per * low, per * high)

    total = pl.col(flag).fill_null(value=False).sum()
    value = per * pl.col("total") / pl.col("n")
    unit = SHARE if per == 1 else f"per {per:,} people"
    return _by_group(people, measure, unit, total, value, told)


def means(people: pl.DataFrame, measure: str, of: str, unit: str) -> pl.DataFrame:
    """Return the mean of a column over those who have a value, by group, with Student's interval.

    A count per person divided by years is a rate; people, not events, are what it varies over.
    """

    def told(row: Aggregated) -> Interval:
        return mean_interval(row["value"] or 0.0, row["deviation"] or 0.0, int(row["n"] or 0))

    known = people.filter(pl.col(of).is_not_null()).with_columns(pl.col(of).cast(pl.Float64))
    total = pl.col(of).sum()
    return _by_group(known, measure, unit, total, pl.col("total") / pl.col("n"), told, of)


def quantiles(
    people: pl.DataFrame, measure: str, of: str, unit: str, at: Iterable[int] = (10, 25, 50, 75, 90)
) -> pl.DataFrame:
    """Return percentiles of a column over those who have a value, by group; `total` is empty."""
    known = people.filter(pl.col(of).is_not_null())
    none = pl.lit(None, pl.Float64)
    frames = [
        _by_group(
            known.with_columns(pl.col(of).cast(pl.Float64)),
            f"{measure}-percentile-{percent}",
            unit,
            none,
            pl.col("quantile"),
            None,
            of,
            percent / 100,
        )
        for percent in at
    ]
    return pl.concat(frames)


def suppressed(rows: pl.DataFrame) -> list[str]:
    """Return the groups, as "split: cell", that are too small for a figure."""
    few = rows.filter(pl.col("n") < FEWEST).unique(["split", "cell"], maintain_order=True)
    return [f"{split}: {cell}" for split, cell in few.select("split", "cell").iter_rows()]


def shown(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of groups that are large enough for a figure."""
    return rows.filter(pl.col("n") >= FEWEST)


def splits_of(people: pl.DataFrame) -> tuple[str, ...]:
    """Return what people are split by, `all` first."""
    order = (ALL, "age", "sex", "income", "place", "group", "occupation")
    return tuple(name for name in order if name in people.columns)


def cells_of(people: pl.DataFrame, split: str) -> list[str]:
    """Return the groups of a split in their order, empty ones included."""
    dtype = people.schema[split]
    assert isinstance(dtype, pl.Enum)
    return dtype.categories.to_list()


def _by_group(
    people: pl.DataFrame,
    measure: str,
    unit: str,
    total: pl.Expr,
    value: pl.Expr,
    told: Callable[[Aggregated], Interval] | None,
    of: str | None = None,
    quantile: float | None = None,
) -> pl.DataFrame:
    """Return the rows of a measure for every group of every split, empty ones included."""
    extra = []
    if of is not None:
        extra.append(pl.col(of).std().alias("deviation"))
    if quantile is not None and of is not None:
        extra.append(pl.col(of).quantile(quantile, "linear").alias("quantile"))
    frames = []
    for split in splits_of(people):
        names = cells_of(people, split)
        cells = pl.DataFrame({"cell": pl.Series(names, dtype=people.schema[split])})
        found = people.group_by(pl.col(split).alias("cell")).agg(
            pl.len().cast(pl.Int64).alias("n"), total.cast(pl.Float64).alias("total"), *extra
        )
        frames.append(
            cells.join(found, on="cell", how="left", maintain_order="left")
            .with_columns(pl.col("n").fill_null(0), value.cast(pl.Float64).alias("value"))
            .with_columns(pl.lit(split).alias("split"), pl.col("cell").cast(pl.String))
        )
    rows = pl.concat(frames)
    enough = pl.col("n") >= FEWEST
    bounds = [
        told(row) if told and row["n"] >= FEWEST else Interval(float("nan"), float("nan"))
        for row in rows.iter_rows(named=True)
    ]
    return (
        rows.with_columns(
            pl.lit(measure).alias("measure"),
            pl.lit(unit).alias("unit"),
            *(pl.when(enough).then(pl.col(name)).alias(name) for name in ("total", "value")),
            pl.Series("low", [b.low for b in bounds], pl.Float64).fill_nan(None),
            pl.Series("high", [b.high for b in bounds], pl.Float64).fill_nan(None),
        )
        .select(ROWS.names())
        .cast(ROWS)
    )
