"""Stays on lists, read from the ledger by following `origin`: for what, how long, and how they end.

An exit is matched with the oldest open stay of the subject on that list. Where somebody has several
on one list at once and they end out of order, lengths may be swapped between them; how long she was
on the list is not.
"""

import polars as pl

from upstanding.measures.lives import counted
from upstanding.run import Run

KEY = ("subject", "week", "seq")
ORIGIN = tuple(f"origin_{name}" for name in KEY)


def ledger_of(run: Run, *kinds: str) -> pl.LazyFrame:
    """Return the rows of some kinds, names as text, of those who are in figures."""
    people = run.citizens.lazy().select("citizen").filter(pl.Series(counted(run)))
    kept = run.ledger.filter(pl.col("kind").cast(pl.String).is_in(kinds))
    named = kept.with_columns(pl.selectors.enum().cast(pl.String))
    return named.join(people, left_on="subject", right_on="citizen", how="semi")


def following(rows: pl.DataFrame, origins: pl.LazyFrame, *columns: str) -> pl.DataFrame:
    """Return rows with columns of those that they follow from, as far as these are among `origins`.

    They are named "origin." + column; null where a row follows from none of them.
    """
    wanted = rows.select(ORIGIN).drop_nulls().unique()
    there = origins.select(
        *(pl.col(name).alias(at) for name, at in zip(KEY, ORIGIN, strict=True)),
        *(pl.col(name).alias(f"origin.{name}") for name in columns),
    ).join(wanted.lazy(), on=ORIGIN, how="semi")
    return rows.join(there.collect(), on=ORIGIN, how="left", maintain_order="left")


def stays_of(run: Run) -> pl.DataFrame:
    """Return one row a stay on a list.

    `citizen`, `list`; `act`, `sensor` and `truth` of the record that it rests on (by strikes the
    newest; none by tier and category), `way_in` (start, record, strikes, tier, category), `entered`
    the week of entry (-1 where it had begun before), `left` (none while open), `way_out`,
    `performed` the week in which the obligation was performed while she was on it, `weeks` at
    whose close she was on the list by it, `seq` of its row.
    """
    entries = ledger_of(run, "start", "list-in").collect()
    entries = following(entries, ledger_of(run, "points"), "act", "sensor", "truth")
    tables = run.plan.scheme.file.list_
    ways = {
        name: next(
            way for way in ("record", "strikes", "tier", "category") if getattr(table.enter, way)
        )
        for name, table in tables.items()
    }
    started = pl.col("kind") == "start"
    opened = entries.select(
        pl.col("subject").alias("citizen"),
        pl.col("object").alias("list"),
        *(pl.coalesce(name, f"origin.{name}").alias(name) for name in ("act", "sensor", "truth")),
        pl.when(started)
        .then(pl.lit("start"))
        .otherwise(pl.col("object").replace_strict(ways, default=None, return_dtype=pl.String))
        .alias("way_in"),
        pl.when(started).then(-1).otherwise(pl.col("week").cast(pl.Int32)).alias("entered"),
        pl.col("week").alias("posted"),
        "seq",
    ).sort("citizen", "list", "entered", "seq")
    exits = (
        ledger_of(run, "list-out")
        .select(
            pl.col("subject").alias("citizen"),
            pl.col("object").alias("list"),
            pl.col("week").cast(pl.Int32).alias("left"),
            pl.col("rule").str.split(".leave.").list.last().alias("way_out"),
            pl.col("seq").alias("exit"),
        )
        .collect()
        .sort("citizen", "list", "left", "exit")
    )
    place = pl.int_range(pl.len()).over("citizen", "list").alias("place")
    done = ledger_of(run, "performance").collect()
    performed = done.filter(pl.col("origin_subject").is_not_null()).select(
        pl.col("origin_subject").alias("citizen"),
        pl.col("origin_week").alias("posted"),
        pl.col("origin_seq").alias("seq"),
        pl.col("week").cast(pl.Int32).alias("performed"),
    )
    return (
        opened.with_columns(place)
        .join(
            exits.with_columns(place).drop("exit"),
            on=["citizen", "list", "place"],
            how="left",
            maintain_order="left",
        )
        .join(performed, on=["citizen", "posted", "seq"], how="left", maintain_order="left")
        .with_columns(
            (pl.col("left").fill_null(run.plan.weeks) - pl.col("entered").clip(0)).alias("weeks")
        )
        .drop("place")
    )


def adverse_records(run: Run) -> pl.LazyFrame:
    """Return records that lost points or led toward a list, each once: a row a record or several.

    Columns `subject`, `actor`, `act`, `sensor`, `truth`, and `n`. A record makes a row for each
    rule and each list that takes it up; as many rows of one rule or list as there are, so many
    records of one day, act and sensor there were.
    """
    record = ("subject", "actor", "week", "lag", "day", "act", "sensor", "truth")
    rows = ledger_of(run, "start", "points", "record").filter(
        (pl.col("kind") != "points") | (pl.col("points") < 0)
    )
    by_rule = rows.group_by(*record, "kind", "rule", "object").agg(n=pl.len().cast(pl.Int64))
    return by_rule.group_by(record).agg(pl.col("n").max())


def is_wrong(truth: str = "truth") -> pl.Expr:
    """Return whether a record is of what its subject did not do."""
    return pl.col(truth).is_not_null() & (pl.col(truth) != "true")
