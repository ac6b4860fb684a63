"""Rows are in order without being sorted, and what stops their writing stops the run."""

import errno
import os
import time
from pathlib import Path
from typing import NoReturn

import polars as pl
import pytest

import upstanding as up
from laws.common import ENOUGH, Simulate, results
from upstanding.society.society import Society


@pytest.mark.parametrize(("block", "shards"), [(512, 3), (8_192, 1)])
def test_rows_are_written_in_order(
    simulate: Simulate, town: Society, block: int, shards: int
) -> None:
    folder, _ = simulate(society=town, block=block, shards=shards)
    for table, order in (("ledger", ["week", "subject", "seq"]), ("standing", ["week", "citizen"])):
        files = sorted((folder / table).iterdir())
        rows = pl.concat([pl.read_parquet(path) for path in files])
        assert len(files) == 4
        assert min(pl.read_parquet(path).height for path in files) >= ENOUGH
        keys = rows.select(order)
        assert keys.equals(keys.unique().sort(order)), table
        if table == "ledger":
            first = rows.filter(pl.col("week") == 0)
            kinds = first["kind"].cast(pl.String)
            # Start rows are made first and lie among those of the first week.
            assert (kinds == "start").sum() >= ENOUGH
            assert (first.filter(kinds == "start")["subject"].max() or 0) > first["subject"][0]
            assert first["subject"][-1] // 512 > 0


def test_a_disk_that_is_full_stops_the_run(
    simulate: Simulate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, whole = simulate()
    folder = tmp_path / "full"
    closed: list[int] = []

    def full(_file: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def watch(weeks: int, _rows: int) -> None:
        closed.append(weeks)
        if weeks == 14:
            while not (folder / "checkpoint.npz").exists():
                time.sleep(0.01)
            monkeypatch.setattr(os, "fsync", full)
        if weeks > 26:
            time.sleep(0.1)

    with pytest.raises(up.RunDirectoryError, match=r"ledger/0001\.parquet: .*No space left"):
        simulate(folder=folder, watch=watch)
    monkeypatch.undo()
    assert closed[-1] < 39
    assert [path.name for path in (folder / "ledger").iterdir()] == ["0000.parquet"]
    assert [path.name for path in (folder / "standing").iterdir()] == ["0000.parquet"]
    _, again = simulate(folder=folder)
    assert results(again) == results(whole)


def test_an_interrupted_run_goes_on(simulate: Simulate, tmp_path: Path) -> None:
    _, whole = simulate()

    def interrupt(weeks: int, _rows: int) -> None:
        if weeks == 27:
            raise KeyboardInterrupt

    folder = tmp_path / "interrupted"
    with pytest.raises(KeyboardInterrupt):
        simulate(folder=folder, watch=interrupt)
    assert not list(folder.rglob("*.part"))
    _, again = simulate(folder=folder)
    assert results(again) == results(whole)
