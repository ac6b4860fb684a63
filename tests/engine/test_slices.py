"""Files are written, read and hashed piece by piece, and say the same as if they were not."""

import resource
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

import upstanding as up
from laws.common import EVERYTHING
from upstanding.engine import blocks, checkpoint, files
from upstanding.engine.checkpoint import Progress
from upstanding.engine.files import (
    hash_file,
    hash_frame,
    named,
    read_frame,
    slices_of,
    write_frame,
)
from upstanding.engine.world import World, build_world
from upstanding.mechanisms.state import Sparse, State

ROWS = 1_050


@pytest.fixture(autouse=True)
def short_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SLICE", 100)


def frame() -> pl.DataFrame:
    numbers = pl.Series("number", np.arange(ROWS, dtype=np.uint32))
    return pl.DataFrame(
        {
            "number": numbers.set(numbers % 7 == 0, None),
            "kind": pl.Series(["a", "b", None] * (ROWS // 3), dtype=pl.Enum(["a", "b"])),
            "name": [f"n{number % 5}" for number in range(ROWS)],
            "flag": numbers % 2 == 0,
        }
    )


@pytest.mark.parametrize("height", [0, 1, 99, 100, 101, ROWS])
def test_a_file_in_slices_is_one_frame(height: int, tmp_path: Path) -> None:
    whole, path = frame().head(height), tmp_path / "frame.parquet"
    assert write_frame(path, whole) == hash_frame(whole) == hash_file(path)
    assert_frame_equal(read_frame(path), whole)
    assert len(list(slices_of(whole))) == max(-(-height // 100), 1)
    whole.write_parquet(path, row_group_size=33)
    assert hash_file(path) == hash_frame(whole)


def test_any_change_of_a_frame_changes_its_hash() -> None:
    whole = frame()
    changed = [
        whole.head(ROWS - 1),
        whole.reverse(),
        pl.concat([whole.slice(100, 100), whole.head(100), whole.slice(200)]),
        whole.rename({"number": "other"}),
        whole.with_columns(pl.col("number").fill_null(0)),
        whole.with_columns(kind=pl.col("kind").fill_null("a")),
        *(
            whole.with_columns(flag=pl.col("flag") ^ (pl.int_range(ROWS) == row))
            for row in (0, 999)
        ),
        whole.with_columns(pl.col("number").cast(pl.Int32)),
        whole.with_columns(name=pl.when(pl.col("name") != "n0").then("name")),
        whole.with_columns(name=pl.when(pl.col("name") != "n0").then("name").fill_null("")),
    ]
    assert len({hash_frame(other) for other in (whole, *changed)}) == 1 + len(changed)


@pytest.mark.parametrize("count", [1, 3, 254, 255, 256, 300])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.uint32])
def test_a_hash_is_of_names_and_not_of_codes(count: int, kind: type) -> None:
    names = tuple(f"n{number}" for number in range(count))
    codes = np.arange(0, 256, 3).astype(kind)
    column = named("name", codes, names)
    texts = [names[code] if code < count else None for code in codes]
    assert column.to_list() == texts
    used = sorted({text for text in texts if text}, reverse=True)
    for other in (pl.Enum(used), pl.Enum([*reversed(names), "unused"]), pl.String):
        assert hash_frame(pl.DataFrame({"name": texts}, {"name": other})) == hash_frame(
            column.to_frame()
        )


def test_no_names_at_all() -> None:
    column = named("name", np.full(3, 255, np.uint8), ())
    assert column.to_list() == [None] * 3


def test_a_file_that_the_disk_has_no_room_for(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
        with pytest.raises(up.RunDirectoryError, match="could not write this file: File too large"):
            write_frame(tmp_path / "frame.parquet", frame())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not list(tmp_path.iterdir())


@pytest.fixture
def world() -> World:
    rules, people = up.Scheme.load(EVERYTHING), up.Society.load("china")
    return build_world(rules.file, people.file, 20_000, 5)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_a_checkpoint_knows_no_blocks_and_no_shards(
    world: World, pool: Executor, tmp_path: Path
) -> None:
    whole = blocks.cut(world, pool, 512)
    for week in range(4):
        blocks.step(world, whole, week, pool, 2)
    totals = {"t": np.eye(3, dtype=np.int64)}
    progress = Progress(4, [1, 2, 3, 4], {"a": "b"}, {"c": "d"}, np.arange(3), totals, (5, 6))
    checkpoint.save(tmp_path, "me", progress, checkpoint.parts_of(whole.parts))
    held = sum(table.shape[0] for block in whole.parts for table in block.sparse)
    assert held > 500
    for size, shards in [(512, 1), (1_536, 2), (8_192, 1)]:
        other = blocks.cut(world, pool, size, shards)
        found = checkpoint.load(tmp_path, "me", other)
        assert found is not None
        assert (found.weeks, found.digests, found.segments, found.changes) == progress[:4]
        assert (found.kinds == progress.kinds).all()
        assert found.audits == progress.audits
        assert (found.totals["t"] == progress.totals["t"]).all()
        for name in State.names():
            one, two = (society.column(name, 0, 20_000) for society in (whole, other))
            assert (one == two).all(), name
        for name in Sparse.names():
            for block in other.parts:
                subjects = getattr(block.sparse, name)["subject"]
                inside = (block.first <= subjects) & (subjects < block.first + block.citizens)
                assert inside.all()
        assert sum(table.shape[0] for block in other.parts for table in block.sparse) == held
    with np.load(tmp_path / checkpoint.FILE) as file:
        assert (file["state/own"] == whole.column("own", 0, 20_000)).all()


def test_a_column_is_cut_anywhere(world: World, pool: Executor) -> None:
    society = blocks.cut(world, pool, 512)
    for name in ("own", "fear"):
        whole = np.concatenate([getattr(block.state, name) for block in society.parts], axis=-1)
        bounds = [0, 1, 511, 512, 513, 1_600, 9_000, 20_000]
        parts = [society.column(name, low, high) for low, high in pairwise(bounds)]
        assert (np.concatenate(parts, axis=-1) == whole).all()


def test_citizens_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slices that cross blocks give the citizens that one slice gives."""
    found = []
    for size in (700, 1 << 16):
        monkeypatch.setattr(files, "SLICE", size)
        monkeypatch.setattr("upstanding.engine.citizens.SLICE", size)
        run = up.simulate(
            EVERYTHING, citizens=3_000, weeks=6, seed=2, block=512, out=tmp_path / str(size)
        )
        found.append(up.Run.open(run.folder).citizens)
    assert found[0].height == 3_000
    assert_frame_equal(*found)
