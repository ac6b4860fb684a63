"""What the commands that look into a run do: its cases, its rows, its measures."""

import json as js
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from upstanding.cases import CASES, find_case
from upstanding.counts import numbers_of
from upstanding.documents.raw import nearest, one_of, quoted
from upstanding.errors import InputError, Problem
from upstanding.finding import pool_words
from upstanding.run import Run


def cases(folder: Path, name: str | None, *, json: bool) -> None:
    """Print the stories of the essay's own cases, as far as they happened in a run."""
    run = Run.open(folder)
    found = {each: find_case(run, each) for each in ([name] if name else CASES)}
    pool = numbers_of(run)["pool"] if name is None else None
    if json:
        print(js.dumps({"cases": found, "pool": pool}))
        return
    for each, citizen in found.items():
        print(f"{each}: {CASES[each].title} ({CASES[each].row})")
        print("nobody in this run\n" if citizen is None else f"{run.story(citizen)}\n")
    if pool:
        print(f"flagged: those flagged for lawful conduct, in aggregate (E17)\n{pool_words(pool)}.")


def rows(folder: Path, said: Mapping[str, str | None], most: int, *, json: bool) -> None:
    """Print how many rows of a run's ledger say something, and the first of them."""
    run = Run.open(folder)
    found = run.ledger.with_columns(pl.selectors.enum().cast(pl.String))
    for field, value in said.items():
        if value is not None:
            _known(run, field, value)
            found = found.filter(pl.col(field) == value)
    told = found.collect()
    if json:
        print(js.dumps({"rows": told.height, "first": told.head(most).to_dicts()}))
        return
    print(f"{told.height:,} rows")
    first = told.head(most)
    with pl.Config(
        tbl_rows=most,
        tbl_cols=-1,
        tbl_width_chars=300,
        tbl_formatting="NOTHING",
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
    ):
        print(first.select(name for name in first.columns if first[name].count()))


def _known(run: Run, field: str, value: str) -> None:
    """Raise an InputError if a column of the ledger can hold no such name."""
    dtype = run.ledger.collect_schema()[field]
    names = dtype.categories.to_list() if isinstance(dtype, pl.Enum) else [value]
    if value not in names:
        near = nearest(value, names)
        raise InputError([Problem("options", None, field, quoted(value), one_of(names), near)])


def measures(folder: Path, name: str | None, *, json: bool) -> None:
    """Print what is measured in a run: by cell the sum over its weeks, and its last value."""
    run = Run.open(folder)
    known = run.long["measure"].unique().sort().to_list()
    if name is not None and name not in known:
        near = nearest(name, known)
        raise InputError([Problem("options", None, "measure", quoted(name), one_of(known), near)])
    chosen = run.long if name is None else run.long.filter(pl.col("measure") == name)
    told = chosen.group_by("measure", "split", "cell", maintain_order=True).agg(
        sum=pl.col("value").sum(), last=pl.col("value").last()
    )
    if json:
        found: list[dict[str, Any]] = told.to_dicts()
        print(js.dumps(found))
        return
    for measure, split, cell, total, last in told.iter_rows():
        print(f"{measure:32}  {split:10}  {cell:28}  {total:>15,}  {last:>13,}")
