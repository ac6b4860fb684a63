"""What a run is expected to hold is what it holds; too large a run is refused before it begins."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import upstanding as up
from upstanding.engine import blocks, memory
from upstanding.engine.blocks import Everybody
from upstanding.engine.manifest import Plan
from upstanding.engine.memory import expect
from upstanding.engine.places import Places
from upstanding.engine.series import Series
from upstanding.engine.world import World, build_world
from upstanding.mechanisms.platform import MONTH
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.tally import new_tally

CITIZENS, WEEKS = 20_000, 30


@pytest.fixture(params=["common on common", "essay on china", "court-list on china"])
def plan(request: pytest.FixtureRequest) -> Plan:
    scheme, society = request.param.split(" on ")
    rules, people = up.Scheme.load(scheme), up.Society.load(society)
    return Plan(rules, people, CITIZENS, WEEKS, 3, "off", standing=False)


@pytest.fixture
def lived(plan: Plan) -> tuple[World, Everybody]:
    """A society between the two halves of a week in which all that may wait for the close does."""
    world = build_world(
        plan.scheme.file, plan.society.file, plan.citizens, plan.seed, written=False
    )
    tally = new_tally(world.names, CATEGORIES)
    with ThreadPoolExecutor(1) as pool:
        society = blocks.cut(world, pool)
    for block in society.parts:
        blocks._live(world, blocks._nation(world, society), block, MONTH - 1, tally)
    return world, society


def test_what_is_expected_is_what_is_held(plan: Plan, lived: tuple[World, Everybody]) -> None:
    world, society = lived
    parts = society.parts
    expected = expect(plan, threads=2)
    people = world.population.people
    traits = [column for name, column in people.as_dict().items() if name != "band"]
    traits.append(world.population.household)
    assert expected.hot == sum(column.nbytes for block in parts for column in block.state)
    assert expected.people == sum(
        column.nbytes for column in (*traits, world.scored_from, world.galleries.face)
    )
    assert expected.ties == sum(column.nbytes for column in society.shards[0].ties)
    held = world.galleries.everybody.nbytes + world.galleries.stratum.nbytes
    assert expected.galleries == pytest.approx(held, rel=0.01)
    waiting = [block.lived for block in parts if block.lived]
    assert len(waiting) == len(parts)
    assert expected.lived == sum(
        column.nbytes
        for week in waiting
        for column in (
            week.sums,
            week.pulled,
            week.troubled,
            week.seen,
            week.noted,
            week.company,
            week.friends,
        )
    )
    assert expected.hot + expected.people <= 86 * CITIZENS
    print({name: count / CITIZENS for name, count in expected._asdict().items()})


def test_totals_grow_by_the_week(plan: Plan, lived: tuple[World, Everybody]) -> None:
    world, _ = lived
    tally = new_tally(world.names, CATEGORIES)
    columns = Series(WEEKS, world.names, tally).totals.columns().values()
    longer = expect(Plan(plan.scheme, plan.society, CITIZENS, 2 * WEEKS, 3, "off"), threads=2)
    more = longer.totals - expect(plan, threads=2).totals
    kept = sum(column.nbytes for column in columns)
    assert kept < more  # the rows that become of the counts are much larger
    ranked = Places(world.tables, []).below.nbytes
    assert expect(plan, threads=2).totals > kept + 4 * ranked


def test_how_everybody_stood_comes_on_top(plan: Plan) -> None:
    kept = expect(replace(plan, standing=True), threads=2).people
    bytes_ = sum(np.dtype(kind).itemsize for kind in (np.uint8, np.uint32, np.uint32))
    assert kept - expect(plan, threads=2).people == CITIZENS * bytes_


def test_rows_and_threads_come_on_top(plan: Plan) -> None:
    off, kept = (
        expect(Plan(plan.scheme, plan.society, CITIZENS, WEEKS, 3, ledger), threads=2)
        for ledger in ("off", "all")
    )
    ruled = plan.scheme.name != "court-list"
    assert off.rows == 0
    assert off.copies == kept.copies == 2 * kept.hot  # A small state is copied in any case.
    assert (kept.rows > 20 * CITIZENS) == ruled
    assert ("for rows" in str(kept)) == ruled
    assert expect(plan, threads=2, block=512).in_hand < expect(plan, threads=8, block=512).in_hand


def test_a_large_state_is_copied_where_there_are_many_rows_to_wait_for(plan: Plan) -> None:
    off, kept = (
        expect(Plan(plan.scheme, plan.society, 1_000_000, WEEKS, 3, ledger), threads=2)
        for ledger in ("off", "all")
    )
    assert off.copies == 0
    assert kept.copies == (2 * kept.hot if plan.scheme.name != "court-list" else 0)


def test_the_manifest_tells_what_was_expected_and_measured(tmp_path: Path) -> None:
    run = up.simulate("baseline", citizens=600, weeks=2, out=tmp_path / "run")
    told = run.manifest["memory"]
    assert set(told) == {"predicted", "measured"}
    assert told["predicted"] >= expect(run.plan, threads=1).growth
    assert told["measured"] is None or told["measured"] > 50_000_000
    assert up.Run.open(run.folder).manifest["memory"] == told


def test_a_run_that_does_not_fit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "free", lambda: 10_000_000)
    with pytest.raises(up.InputError) as caught:
        up.simulate("essay", citizens=1_000_000, weeks=2, ledger="off", out=tmp_path / "run")
    assert re.search(r"about 0\.3 GB of memory.* at most about \d+,", str(caught.value))
    assert not list(tmp_path.iterdir())
    monkeypatch.setattr(memory, "free", lambda: None)
    assert up.simulate("baseline", citizens=600, weeks=2, out=tmp_path / "run").folder.exists()
