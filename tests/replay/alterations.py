"""Changes to one row of a ledger, each of which a replay must notice."""

from dataclasses import replace
from typing import Any

import polars as pl

from replay.reading import Run

ORDER = ("week", "subject", "seq")
NAMES = ("act", "sensor", "rule", "mechanism", "kind", "object", "category", "truth")


def drop(run: Run, at: int) -> Run:
    """Return the run without one row."""
    return replace(run, ledger=pl.concat([run.ledger[:at], run.ledger[at + 1 :]]))


def forget(run: Run, at: int) -> Run:
    """Return the run without one row, the last of its citizen's week, which nothing counts."""
    left = drop(run, at)
    kind = run.ledger["kind"][at]
    counts = {**run.manifest["rows"], kind: run.manifest["rows"][kind] - 1}
    return replace(left, manifest={**run.manifest, "rows": counts})


def alter(run: Run, at: int, field: str, value: Any) -> Run:
    """Return the run with one field of one row changed, the rows in order again."""
    column = run.ledger[field]
    changed = pl.Series(field, [value], dtype=column.dtype)
    column = pl.concat([column[:at], changed, column[at + 1 :]])
    ledger = run.ledger.with_columns(column)
    return replace(run, ledger=ledger.sort(ORDER, maintain_order=True))


def changed(run: Run, table: str, field: str, at: int) -> Run:
    """Return the run with one number or flag of its citizens or measures made another."""
    frame: pl.DataFrame = getattr(run, table)
    column = frame[field].cast(pl.Int64) if frame[field].dtype.is_integer() else frame[field]
    here = pl.int_range(frame.height, eager=True) == at
    other = ~column if column.dtype == pl.Boolean else column.fill_null(0) + 1
    values = pl.select(pl.when(here).then(other).otherwise(column).alias(field)).to_series()
    return replace(run, **{table: frame.with_columns(values)})


def knows_ties(run: Run) -> bool:
    """Return whether all ties are known without draws."""
    return run.manifest["society"]["ties"].get("generator", {}).get("kind") == "ring"


def is_pinned(run: Run, at: int, field: str) -> bool:
    """Return whether a replay notices every change of a field of a row; `replay` says why not."""
    row = run.ledger.row(at, named=True)
    kind = row["kind"]
    seen = kind in ("points", "record")
    by_itself = kind == "publication" and row["origin_week"] is None
    if by_itself and field in ("day", "sensor", "subject", "act"):
        return False
    if kind == "shielded" and field in ("day", "subject", "actor", "act", "sensor", "truth"):
        return False
    if field == "day":
        return kind in ("start", "association", "list-in", "list-out", "publication")
    if field == "sensor":
        return not seen
    if field == "actor":
        return not (seen or by_itself) or row["actor"] == row["subject"]
    if field == "lag":
        return kind != "start"
    if field == "subject" and kind == "performance":
        return row["origin_subject"] is not None
    hers = run.ledger.filter(pl.col("subject") == row["subject"])
    if field == "subject" and kind == "association" and not knows_ties(run):
        return bool(row["week"] == hers.filter(pl.col("kind") == kind)["week"].max())
    if field in ("subject", "week") and kind == "record":
        named = (pl.col("origin_week") == row["week"]) & (pl.col("origin_seq") == row["seq"])
        return not hers.filter(named).is_empty()
    if field in ("origin_week", "origin_seq") and kind == "reversal":
        # Another record of the same act may have been reversed.
        kept = "seq" if field == "origin_week" else "week"
        taken = pl.col("kind").is_in(["points", "record"]) & (pl.col("act") == row["act"])
        return hers.filter(taken & (pl.col(kept) == row[f"origin_{kept}"])).height <= 1
    chosen = kind == "performance" or (row["rule"] or "").endswith("other-per-year")
    if field in ("origin_week", "origin_seq") and chosen and row["act"] and row[field] is not None:
        # Another obligation may have been performed, or another stay have ended.
        kept = "seq" if field == "origin_week" else "week"
        taken = pl.col("kind").is_in(["start", "record", "list-in"]) & (pl.col("act") == row["act"])
        return hers.filter(taken & (pl.col(kept) == row[f"origin_{kept}"])).height <= 1
    return True


def others(run: Run, at: int, field: str) -> list[Any]:
    """Return the values that a field might hold in place of what it holds, in a fixed order.

    Names are those that the column holds somewhere; of weeks and citizens there are all; of
    numbers, near ones.
    """
    column, value = run.ledger[field], run.ledger[field][at]
    if field in ("subject", "actor", "origin_subject"):
        found: list[Any] = list(range(run.people))
    elif field in ("week", "origin_week"):
        found = list(range(run.weeks))
    elif field == "day":
        found = list(range(7))
    elif field in ("lag", "seq", "origin_seq"):
        near = value or 0
        found = list(range(max(0, near - 3), near + 4))
    else:
        found = column.unique().drop_nulls().sort().to_list()
    if field in (*NAMES, "actor", "origin_subject", "origin_week", "origin_seq"):
        found.append(None)
    return [other for other in found if other != value]
