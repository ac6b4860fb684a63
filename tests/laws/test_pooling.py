"""What a pool lets out: totals of ten people at least, and nothing of anybody's own."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl

from laws.common import ENOUGH, Simulate
from upstanding.clockwork.names import GROUPS
from upstanding.engine.blocks import cut, step
from upstanding.engine.ledger import read_ledger
from upstanding.engine.pool import LAWFUL, LISTED
from upstanding.engine.world import build_world
from upstanding.finding import find
from upstanding.mechanisms.pooling import FOCUS, POOLED
from upstanding.run import Run
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

CITIZENS, WEEKS = 5_000, 26
CELLS = ("focus", "focus-for-lawful-conduct")


def test_no_total_is_of_fewer_than_ten(
    simulate: Simulate, everything: Scheme, town: Society
) -> None:
    """What is withheld is counted, and what is told is what the lists hold."""
    folder, _ = simulate(everything, town, citizens=CITIZENS, weeks=WEEKS)
    measures = pl.read_parquet(folder / "measures.parquet")
    told = measures.filter(pl.col("measure").is_in(CELLS))
    assert told.filter(pl.col("value").is_between(1, 9)).is_empty()
    assert told.filter((pl.col("n") > 0) & (pl.col("n") < 10)).is_empty()
    lawful = told.filter(pl.col("measure") == CELLS[1])
    rest = lawful["n"] - lawful["value"]
    assert lawful.filter(rest.is_between(1, 9)).is_empty()

    world = build_world(everything.file, town.file, CITIZENS, 7)
    withheld = kept = 0
    with ThreadPoolExecutor(2) as pool:
        society = cut(world, pool, 1_024)
        for week in range(WEEKS):
            step(world, society, week, pool, 2)
            last = told.filter(pl.col("week") == week)
            districts = [str(district) for district in society.pool.districts]
            for measure, what in zip(CELLS, (LISTED, LAWFUL), strict=True):
                values = last.filter(pl.col("measure") == measure).select("cell", "value", "n")
                for cell, value, n in values.iter_rows():
                    district, group = cell.split()
                    flags = society.pool.flags[districts.index(district), GROUPS.index(group)]
                    assert value == (flags[what] if n else 0)
                    withheld += n == 0
                    kept += value > 0
    print(f"{withheld} withheld, {kept} told")
    assert min(withheld, kept) >= ENOUGH
    flagged = sum(np.count_nonzero(b.state.dossier & np.uint32(FOCUS)) for b in society.parts)
    assert flagged >= ENOUGH


def test_nothing_of_anybody_s_own_leaves(
    simulate: Simulate, everything: Scheme, china: Society
) -> None:
    folder, _ = simulate(everything, china, citizens=CITIZENS, weeks=WEEKS)
    run = Run.open(folder)
    assert not [name for name in run.citizens.columns if "focus" in name or "dossier" in name]
    rows = read_ledger(folder)
    mechanisms = rows.select("mechanism", "kind", "rule").unique().collect()
    assert not mechanisms.filter(
        pl.any_horizontal(pl.all().cast(pl.String).str.contains("pooling|focus"))
    ).height
    said = [str(run.story(citizen)) for citizen in range(20)]
    assert not [text for text in said if "focus" in text or "dossier" in text]
    assert "totals alone" in " ".join(str(find(run)).split())


def test_off_is_a_pool_in_no_district(
    simulate: Simulate, everything: Scheme, china: Society
) -> None:
    nowhere = {"pooling.districts.urban": 0, "pooling.districts.rural": 0}
    unmoved = {"pooling.coverage-times": 1}
    manifests = [
        simulate(everything.with_values(values), china, weeks=WEEKS)[1]
        for values in ({"off": ["pooling"]}, nowhere, unmoved, {})
    ]
    off, zero, once, on = (manifest["hashes"] for manifest in manifests)
    for name in ("ledger", "citizens", "candidates"):
        assert off[name] == zero[name] == once[name]
    assert off["ledger"] != on["ledger"]


def test_who_is_pooled_lives_in_a_district_of_the_pool(everything: Scheme, town: Society) -> None:
    world = build_world(everything.file, town.file, CITIZENS, 7)
    with ThreadPoolExecutor(1) as pool:
        society = cut(world, pool, 1_024)
    dossier = np.concatenate([block.state.dossier for block in society.parts])
    there = world.pooled[np.arange(CITIZENS) // world.population.district_size]
    np.testing.assert_array_equal(dossier != 0, there)
    assert set(np.unique(dossier)) <= {0, POOLED}
    assert 0 < there.sum() < CITIZENS
