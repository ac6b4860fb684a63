"""A run is a function: threads, blocks, interruptions and the order of a file change no bit."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from laws.common import (
    ENOUGH,
    EVERYTHING,
    Simulate,
    results,
    states_of_slots,
    whole_column,
)
from upstanding.engine.blocks import cut, step
from upstanding.engine.ledger import read_ledger
from upstanding.engine.manifest import read_manifest
from upstanding.engine.world import build_world
from upstanding.mechanisms.state import State
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

WRITERS = {"conduct", "scoring", "association", "lists", "services", "kin", "publicity", "office"}
WRITERS |= {"remedy"}
CITIZENS = 6_000
HALVES = 3_072
"""The first citizen of the second of two shards: six of twelve districts of 512 lie before."""


def test_threads_blocks_and_shards_change_no_bit(simulate: Simulate, town: Society) -> None:
    folder, manifest = simulate(society=town, threads=1, block=512, citizens=CITIZENS)
    cuts = [(2, 512, 2), (5, 512, 7), (2, 1_536, 1), (1, 8_192, 7), (2, 8_192, 99)]
    for threads, block, shards in cuts:
        _, other = simulate(
            society=town, threads=threads, block=block, shards=shards, citizens=CITIZENS
        )
        assert results(other) == results(manifest), (threads, block, shards)

    rows = read_ledger(folder).collect()
    seen = rows.filter(pl.col("actor").is_not_null())
    crossing = {
        "blocks": seen.filter(pl.col("actor") // 512 != pl.col("subject") // 512).height,
        "shards": seen.filter((pl.col("actor") < HALVES) != (pl.col("subject") < HALVES)).height,
    }
    by_mechanism = dict(rows.group_by("mechanism").len().iter_rows())
    turned = _totals(folder, "ties-made"), _totals(folder, "ties-cut")
    print(f"mail across: {crossing}; rows by mechanism: {by_mechanism}; ties turned: {turned}")
    assert set(by_mechanism) == WRITERS
    assert min(*crossing.values(), *by_mechanism.values(), *turned) >= ENOUGH


def _totals(folder: Path, measure: str) -> int:
    long = pl.read_parquet(folder / "measures.parquet")
    return long.filter(pl.col("measure") == measure)["value"].sum()


@pytest.mark.parametrize("shards", [2, 7])
def test_ties_across_shards_are_the_same_from_both_ends(
    everything: Scheme, town: Society, shards: int
) -> None:
    world = build_world(everything.file, town.file, CITIZENS, 7)
    with ThreadPoolExecutor(2) as pool:
        whole, parted = (cut(world, pool, 1_024, count) for count in (1, shards))
        opening = whole_column(parted, "ties")
        for week in range(26):
            for society in (whole, parted):
                step(world, society, week, pool, 2)
    for name in State.names():
        here, there = (whole_column(society, name) for society in (whole, parted))
        np.testing.assert_array_equal(here, there, name)
    turned = states_of_slots(opening) != states_of_slots(whole_column(parted, "ties"))
    abroad = []
    for shard in parted.shards:
        near, far = shard.ties
        part = turned[shard.first :][: shard.citizens, near.shape[0] :][:, : far.shape[0]]
        outside = far >= shard.citizens
        abroad.append(int(part[outside.T].sum()))
    print(f"ties abroad that turned: {abroad}")
    assert len(abroad) == shards
    assert min(abroad) > 0
    assert sum(abroad) >= ENOUGH


CHILD = """
import sys, time
from pathlib import Path
from upstanding.engine.manifest import Plan
from upstanding.engine.simulate import carry_out
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

def watch(weeks, rows):
    print(weeks, flush=True)
    time.sleep(0.01)

society = Society.from_json(Path(sys.argv[3]).read_text())
plan = Plan(Scheme.load(sys.argv[1]), society, 3_000, 104, 7)
carry_out(plan, Path(sys.argv[2]), threads=2, resume=True, watch=watch)
"""


def test_a_run_killed_at_ten_moments_is_the_run_that_was_not(
    simulate: Simulate, china: Society, tmp_path: Path
) -> None:
    """Ten kills, some before anything is written, most at a random instant of the run."""
    _, whole = simulate(citizens=3_000, weeks=104)
    luck = random.Random(11)
    people = tmp_path / "society.json"
    people.write_text(china.to_json())
    kills, resumed, number = 0, 0, 0
    while kills < 10:
        number += 1
        folder = tmp_path / f"killed-{number}"
        while not _complete(folder):
            resumed += (folder / "checkpoint.npz").exists()
            kills += _start_and_kill(folder, people, luck if kills < 10 else None)
        assert results(read_manifest(folder)) == results(whole)
    print(f"kills: {kills}; starts from a checkpoint: {resumed}; runs completed: {number}")
    assert resumed >= 3


SLOWLY = """
import time
from upstanding.engine import checkpoint, quarters

def slowly(write):
    def wrapped(*told):
        time.sleep(0.4)
        done = write(*told)
        time.sleep(0.4)
        return done
    return wrapped

quarters.write_slices = slowly(quarters.write_slices)
checkpoint.write_whole = slowly(checkpoint.write_whole)
"""
"""What makes a child's disk so slow that weeks are ahead of it."""


def test_a_run_killed_while_its_rows_are_behind_is_the_run_that_was_not(
    simulate: Simulate, china: Society, tmp_path: Path
) -> None:
    """Each kill comes when a quarter or two are closed of which no checkpoint tells yet."""
    _, whole = simulate(citizens=3_000, weeks=104)
    folder, people = tmp_path / "killed", tmp_path / "society.json"
    people.write_text(china.to_json())
    command = ["-c", SLOWLY + CHILD, str(EVERYTHING), str(folder), str(people)]
    luck, behind, unlisted = random.Random(3), [], 0
    for ahead in (14, 28, 39, 27):
        with subprocess.Popen(
            [sys.executable, *command], stdout=subprocess.PIPE, text=True
        ) as child:
            assert child.stdout is not None
            weeks = [int(child.stdout.readline())]
            while weeks[-1] < min(weeks[0] + ahead, 103):
                weeks.append(int(child.stdout.readline()))
            time.sleep(luck.uniform(0, 0.8))
            child.send_signal(signal.SIGKILL)
            weeks += map(int, child.stdout.read().split())
        written, segments = _checkpoint(folder)
        behind.append(weeks[-1] // 13 - written // 13)
        unlisted += len({path.name for path in (folder / "ledger").iterdir()} - segments)
    print(f"quarters that no checkpoint tells of: {behind}; files that none lists: {unlisted}")
    assert min(behind) >= 1
    assert max(behind) >= 2
    assert unlisted >= 1
    _start_and_kill(folder, people, None)
    assert results(read_manifest(folder)) == results(whole)


def _checkpoint(folder: Path) -> tuple[int, set[str]]:
    """Return the weeks and the files of the ledger that a checkpoint tells of."""
    if not (folder / "checkpoint.npz").exists():
        return 0, set()
    with np.load(folder / "checkpoint.npz") as file:
        facts = json.loads(file["facts"].tobytes())
    return facts["weeks"], set(facts["segments"])


@pytest.mark.parametrize(("shards", "block"), [(1, 8_192), (2, 512), (7, 1_536)])
def test_a_run_goes_on_in_other_shards_and_blocks(
    simulate: Simulate, town: Society, tmp_path: Path, shards: int, block: int
) -> None:
    plan = {"society": town, "citizens": 4_000, "weeks": 30}
    _, whole = simulate(**plan)

    def stop(weeks: int, _rows: int) -> None:
        if weeks == 20:
            raise InterruptedError

    folder = tmp_path / "stopped"
    with pytest.raises(InterruptedError):
        simulate(**plan, folder=folder, block=1_024, shards=4, threads=1, watch=stop)
    assert (folder / "checkpoint.npz").exists()
    _, again = simulate(**plan, folder=folder, block=block, shards=shards)
    assert results(again) == results(whole)


FOLLOWING = {
    "sensor.street-camera.allocation": "finds",
    "sensor.street-camera.period-weeks": 3,
    "sensor.street-camera.floor": 0.2,
    "sensor.payments.allocation": "corrected",
    "sensor.payments.period-weeks": 4,
}
"""Sensors that look where they found something: one sum over all districts and shards."""


def test_sensors_that_follow_their_finds(
    simulate: Simulate, everything: Scheme, town: Society, tmp_path: Path
) -> None:
    plan = {"scheme": everything.with_values(FOLLOWING), "society": town, "citizens": 4_000}
    _, whole = simulate(**plan, weeks=30, threads=1, block=512)
    for shards, ledger in ((7, "all"), (3, "off")):
        _, other = simulate(**plan, weeks=30, block=1_536, shards=shards, ledger=ledger)
        for name in ("candidates", "citizens", "measures", "standing"):
            assert other["hashes"][name] == whole["hashes"][name], (name, shards)

    def stop(weeks: int, _rows: int) -> None:
        if weeks == 20:
            raise InterruptedError

    folder = tmp_path / "stopped"
    with pytest.raises(InterruptedError):
        simulate(**plan, weeks=30, folder=folder, shards=4, threads=1, watch=stop)
    _, again = simulate(**plan, weeks=30, folder=folder, shards=2)
    assert results(again) == results(whole)
    _, fixed = simulate(society=town, citizens=4_000, weeks=30)
    assert fixed["hashes"]["candidates"] == whole["hashes"]["candidates"]
    assert fixed["hashes"]["measures"] != whole["hashes"]["measures"]


def _complete(folder: Path) -> bool:
    path = folder / "manifest.json"
    return path.exists() and json.loads(path.read_text())["state"] == "complete"


def _start_and_kill(folder: Path, people: Path, luck: random.Random | None) -> bool:
    """Start or resume the run; kill it at a moment that luck chooses, or let it finish."""
    command = [sys.executable, "-c", CHILD, str(EVERYTHING), str(folder), str(people)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        if luck is None:
            child.stdout.read()
        elif luck.random() < 0.2:
            time.sleep(luck.uniform(0.2, 1.5))
        else:
            child.stdout.readline()
            time.sleep(luck.uniform(0, 1.5))
        if luck is not None:
            child.send_signal(signal.SIGKILL)
            child.stdout.read()
    assert child.returncode in {0, -signal.SIGKILL}
    return child.returncode == -signal.SIGKILL


def test_the_order_of_a_file_changes_no_bit(
    simulate: Simulate, everything: Scheme, china: Society
) -> None:
    _, manifest = simulate()
    _, other = simulate(
        Scheme.from_json(_backwards(everything.to_json())),
        Society.from_json(_backwards(china.to_json(), keep={"band", "share"})),
    )
    assert results(other) == results(manifest)


def _backwards(text: str, keep: set[str] = frozenset()) -> str:
    """Turn every table of a document round, except those whose order has a meaning."""

    def turn(value: object, name: str = "") -> object:
        if isinstance(value, dict):
            items = value.items() if name in keep else reversed(value.items())
            return {key: turn(part, key) for key, part in items}
        return value

    return json.dumps(turn(json.loads(text)))


def test_the_first_year_of_three_is_one_year(simulate: Simulate) -> None:
    long, _ = simulate(weeks=156, citizens=6_000)
    short, _ = simulate(weeks=52, citizens=6_000)
    first = read_ledger(long).filter(pl.col("week") < 52).collect()
    assert first.height > 1_000
    assert first.equals(read_ledger(short).collect())
    measures = pl.read_parquet(long / "measures.parquet").filter(pl.col("week") < 52)
    assert measures.equals(pl.read_parquet(short / "measures.parquet"))


def test_two_simulations_at_once_in_two_threads(simulate: Simulate) -> None:
    _, alone = simulate(seed=3)
    found: list[dict[str, str]] = []
    workers = [
        threading.Thread(target=lambda: found.append(results(simulate(seed=3)[1])))
        for _ in range(2)
    ]
    for worker in workers:
        worker.start()
        time.sleep(0.05)
    for worker in workers:
        worker.join()
    assert found == [results(alone)] * 2


@pytest.mark.parametrize("seed", [0, 2**64 - 1])
def test_seeds_differ(simulate: Simulate, seed: int) -> None:
    _, manifest = simulate(seed=seed, weeks=13, citizens=1_000)
    _, other = simulate(seed=1, weeks=13, citizens=1_000)
    assert manifest["hashes"]["candidates"] != other["hashes"]["candidates"]
