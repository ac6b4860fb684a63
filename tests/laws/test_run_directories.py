"""A directory that no run of ours made cannot be read or gone on with as one."""

import json
import threading
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import upstanding as up
from laws.common import EVERYTHING, results
from upstanding.engine.files import write_frame
from upstanding.engine.manifest import FILE, write_manifest


class StoppedError(Exception):
    pass


def stop_after(weeks: int):
    def watch(closed: int, _rows: int) -> None:
        if closed == weeks:
            raise StoppedError

    return watch


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The directory of a run that stopped in week 20, after a checkpoint."""
    folder = tmp_path / "stopped"
    with pytest.raises(StoppedError):
        up.simulate(EVERYTHING, citizens=1_000, weeks=30, out=folder, watch=stop_after(20))
    return folder


def go_on(folder: Path) -> up.Run:
    return up.simulate(EVERYTHING, citizens=1_000, weeks=30, out=folder, resume=True)


@pytest.fixture
def finished(tmp_path: Path) -> Path:
    up.simulate(EVERYTHING, citizens=1_000, weeks=30, out=tmp_path / "finished")
    return tmp_path / "finished"


def test_a_run_goes_on_where_it_stopped(stopped: Path, finished: Path) -> None:
    with pytest.raises(up.RunDirectoryError, match="not finished"):
        up.Run.open(stopped)
    assert results(go_on(stopped).manifest) == results(up.Run.open(finished).manifest)


def test_a_run_killed_before_its_manifest_starts_again(tmp_path: Path, finished: Path) -> None:
    (tmp_path / "half" / "ledger").mkdir(parents=True)
    (tmp_path / "half" / f"{FILE}.part").touch()
    run = go_on(tmp_path / "half")
    assert results(run.manifest) == results(up.Run.open(finished).manifest)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "thesis.txt").write_text("ten years of work")
    with pytest.raises(up.RunDirectoryError, match="no run directory"):
        go_on(tmp_path / "theirs")
    assert [path.name for path in (tmp_path / "theirs").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("table", ["ledger", "standing"])
def test_a_segment_that_is_missing_or_altered_is_not_gone_on_with(
    stopped: Path, table: str
) -> None:
    path = stopped / table / "0000.parquet"
    rows = pl.read_parquet(path)
    write_frame(path, rows.head(rows.height - 1))
    with pytest.raises(up.RunDirectoryError, match=r"0000\.parquet"):
        go_on(stopped)
    path.unlink()
    with pytest.raises(up.RunDirectoryError, match=r"0000\.parquet"):
        go_on(stopped)
    write_frame(path, rows)
    assert go_on(stopped).manifest["state"] == "complete"


def test_a_damaged_checkpoint_is_not_gone_on_with(stopped: Path) -> None:
    path = stopped / "checkpoint.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(up.RunDirectoryError, match="damaged"):
        go_on(stopped)


def test_another_version_does_not_go_on(stopped: Path) -> None:
    manifest = json.loads((stopped / FILE).read_text())
    write_manifest(stopped, manifest | {"version": "0.0.7"})
    with pytest.raises(up.RunDirectoryError, match=r"0\.0\.7 began this run"):
        go_on(stopped)


def test_another_plan_does_not_go_on(stopped: Path) -> None:
    with pytest.raises(up.RunDirectoryError, match="its seed differs"):
        up.simulate(EVERYTHING, citizens=1_000, weeks=30, seed=9, out=stopped, resume=True)


@pytest.mark.parametrize("key", ["rows", "call", "absent", "seconds", "segments", "state", "seal"])
@pytest.mark.parametrize("remove", [True, False], ids=["removed", "altered"])
def test_a_manifest_that_was_altered_is_refused(finished: Path, key: str, remove: bool) -> None:
    manifest = json.loads((finished / FILE).read_text())
    if remove:
        del manifest[key]
    else:
        manifest[key] = {"start": 12_345}
    (finished / FILE).write_text(json.dumps(manifest))
    with pytest.raises(up.RunDirectoryError, match=r"altered|damaged"):
        up.Run.open(finished)


@pytest.mark.parametrize("content", ["[" * 100_000, "", "{}", "[1]", "\ufeff", '{"format": 1}'])
def test_a_manifest_that_is_none_is_refused(finished: Path, content: str) -> None:
    (finished / FILE).write_text(content)
    with pytest.raises(up.RunDirectoryError, match="damaged"):
        up.Run.open(finished)


def test_a_format_to_come_is_named(finished: Path) -> None:
    (finished / FILE).write_text(json.dumps({"format": 99, "version": "7.0"}))
    with pytest.raises(up.RunDirectoryError, match=r"made by upstanding 7\.0 in format 99"):
        up.Run.open(finished)


@pytest.mark.parametrize(
    "name",
    ["citizens.parquet", "measures.parquet", "ledger/0001.parquet", "standing/0001.parquet"],
)
def test_a_file_that_was_altered_is_refused(finished: Path, name: str) -> None:
    path = finished / name
    frame = pl.read_parquet(path)
    assert frame.height > 0
    for wrong in (
        frame.head(frame.height - 1),
        frame.select(pl.concat_list(pl.col(frame.columns[0]))),
    ):
        wrong.write_parquet(path)
        with pytest.raises(up.RunDirectoryError, match="altered"):
            up.Run.open(finished)
    path.write_bytes(b"PAR1 but not really")
    with pytest.raises(up.RunDirectoryError, match="damaged"):
        up.Run.open(finished)


def test_a_ledger_that_is_gone_is_refused(finished: Path) -> None:
    for path in (finished / "ledger").iterdir():
        path.unlink()
    (finished / "ledger").rmdir()
    with pytest.raises(up.RunDirectoryError, match="ledger"):
        up.Run.open(finished)


def test_simulations_at_once_take_directories_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runs: list[up.Run] = []
    workers = [
        threading.Thread(target=lambda: runs.append(up.simulate("baseline", citizens=9, weeks=2)))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len({run.folder for run in runs}) == 4


def test_numbers_of_other_libraries_are_numbers(tmp_path: Path) -> None:
    run = up.simulate(
        "baseline",
        citizens=np.int64(600),
        weeks=np.int32(2),
        seed=np.uint64(2**64 - 1),
        ledger="cohort",
        cohort=np.array([1, 2]),
        out=tmp_path / "run",
    )
    assert run.plan.cohort == (1, 2)


@pytest.mark.parametrize(
    "options",
    [
        {"citizens": 0},
        {"citizens": "5"},
        {"years": 1.5},
        {"weeks": 4_001},
        {"weeks": 1, "years": 1},
        {"block": 512.0},
        {"block": 513},
        {"block": 1 << 40},
        {"seed": -1},
        {"threads": 0},
        {"ledger": "some"},
        {"ledger": "cohort"},
        {"cohort": [3]},
        {"ledger": "cohort", "cohort": [10]},
        {"scheme": "court-lst"},
        {"society": "chnia", "citizens": 0},
    ],
    ids=str,
)
def test_wrong_options_are_told_together_and_write_nothing(
    options: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(up.InputError) as caught:
        up.simulate(**{"scheme": "baseline", "citizens": 10, **options})
    assert len(caught.value.problems) >= (2 if "chnia" in options.values() else 1)
    assert not list(tmp_path.iterdir())
