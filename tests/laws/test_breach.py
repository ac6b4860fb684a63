"""Breach: no chance of one is none, and whether rows are kept changes nothing."""

import polars as pl

from laws.common import ENOUGH, Simulate, results
from upstanding.engine.ledger import read_ledger
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

NONE = {"breach.*.theft": 0, "breach.*.sale": 0}


def test_off_is_no_chance(simulate: Simulate, everything: Scheme) -> None:
    _, off = simulate(everything.with_values({"off": ["breach"]}))
    _, none = simulate(everything.with_values(NONE | {"breach.state.sale": 0}))
    assert results(off) == results(none)


def test_what_follows_one_breach(simulate: Simulate, everything: Scheme, town: Society) -> None:
    """Its records are there in any shards, with or without rows, and post after it."""
    scheme = everything.with_values(NONE | {"breach.state.at-week": 5})
    folder, one = simulate(scheme, town)
    _, other = simulate(scheme, town, shards=3, block=512, threads=1)
    _, off = simulate(scheme, town, ledger="off")
    assert results(other) == results(one)
    for name in ("candidates", "citizens", "measures", "standing"):
        assert off["hashes"][name] == one["hashes"][name], name
    rows = read_ledger(folder).filter(pl.col("truth") == "stolen").collect()
    posted = rows.filter(pl.col("kind") == "points")
    assert posted.height >= ENOUGH
    assert posted["actor"].null_count() == posted.height
    assert (posted["week"] - posted["lag"] == 5).all()
    assert posted["week"].is_between(6, 25).all()
