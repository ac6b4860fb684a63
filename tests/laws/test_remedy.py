"""Remedy: what is off, nobody asks for or nobody decides leaves no trace; who waits, waits."""

from pathlib import Path

import polars as pl
import pytest

from laws.common import ENOUGH, Simulate, results
from upstanding.engine.checkpoint import FILE
from upstanding.engine.ledger import read_ledger
from upstanding.engine.simulate import MEASURES
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

NOBODY = {"appeals.when-true": 0, "appeals.when-false": 0}
ALL = {"appeals.when-true": 0.5, "appeals.when-false": 1, "appeals.by-schooling.*": 1}
KNOWN = "notices"
"""The one measure that counts what nobody does anything about."""


@pytest.fixture
def willing(china: Society) -> Society:
    """China, where people appeal."""
    return china.with_values(ALL)


@pytest.mark.parametrize("nothing", ["notice", "appetite", "burden"])
def test_off_is_zero_strength(
    simulate: Simulate, everything: Scheme, willing: Society, nothing: str
) -> None:
    """Without lists nobody learns of any at a counter, so that no notice is no appeal."""
    plain = {"remedy.audit": 0, "off": ["lists"]}
    zero = {"notice": {"remedy.notice": 0}, "burden": {"remedy.burden": 1}}.get(nothing, {})
    people = willing.with_values(NOBODY) if nothing == "appetite" else willing
    _, on = simulate(everything.with_values(plain), willing)
    one, off = simulate(everything.with_values(plain | {"off": ["lists", "remedy"]}), people)
    other, none = simulate(everything.with_values(plain | zero), people)
    for name in ("candidates", "citizens", "ledger"):
        assert results(none)[name] == results(off)[name], name
    assert results(on)["ledger"] != results(off)["ledger"]
    untold, told = (pl.read_parquet(folder / MEASURES) for folder in (one, other))
    rest = pl.col("measure") != KNOWN
    assert told.filter(rest).equals(untold.filter(rest))


def test_a_ticket_counter_tells(simulate: Simulate, everything: Scheme, willing: Society) -> None:
    """Where nobody is told, appeals come of denials alone, and of lists alone."""
    folder, _ = simulate(
        everything.with_values(
            {"remedy.notice": 0, "remedy.audit": 0, "remedy.right-reversed": 0.9}
        ),
        willing,
        weeks=60,
    )
    measures = pl.read_parquet(folder / MEASURES)
    told = measures.filter(measure=KNOWN).group_by("cell").agg(pl.col("value").sum())
    counts = dict(told.iter_rows())
    assert counts["posting"] == 0
    assert counts["denial"] >= ENOUGH
    rows = read_ledger(folder).collect()
    reversed_ = rows.filter(pl.col("kind") == "reversal")
    denied = rows.filter(pl.col("kind") == "denial")["subject"]
    assert reversed_.height > 0
    assert reversed_["subject"].is_in(denied.to_list()).all()


def test_what_nobody_writes_down_is_corrected_all_the_same(
    simulate: Simulate, everything: Scheme, willing: Society
) -> None:
    _, kept = simulate(everything, willing)
    _, off = simulate(everything, willing, ledger="off")
    assert kept["rows"]["reversal"] >= ENOUGH
    assert off["rows"] == kept["rows"]
    for name in ("candidates", "citizens", "measures", "standing"):
        assert off["hashes"][name] == kept["hashes"][name], name


@pytest.mark.parametrize("shards", [1, 3])
def test_queues_are_the_same_in_other_shards_and_go_on(
    simulate: Simulate, everything: Scheme, willing: Society, tmp_path: Path, shards: int
) -> None:
    town = willing.with_values(
        {"numbering.cells-per-district": 1, "numbering.districts-per-region": 3}
    )
    slow = everything.with_values({"remedy.servers-per-100k": 300, "remedy.service-weeks": 1})
    _, one = simulate(slow, town, block=5_120, threads=1)

    def stop(weeks: int, _rows: int) -> None:
        if weeks == 21:
            raise InterruptedError

    folder = tmp_path / "again"
    with pytest.raises(InterruptedError):
        simulate(slow, town, block=512, shards=shards, folder=folder, watch=stop)
    assert (folder / FILE).exists()
    _, again = simulate(slow, town, block=1_024, shards=shards, folder=folder)
    assert results(again) == results(one)
    waiting = pl.read_parquet(folder / MEASURES).filter(measure="cases-waiting")["value"]
    assert waiting[12] >= ENOUGH
