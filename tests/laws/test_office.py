"""Office: off is zero strength, whether rows are kept changes nothing, audits go on."""

from pathlib import Path

import polars as pl
import pytest

from laws.common import ENOUGH, Simulate, results
from upstanding.engine.checkpoint import FILE
from upstanding.engine.ledger import read_ledger
from upstanding.engine.simulate import MEASURES
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

HONEST = Path(__file__).parent / "honest.toml"
CROOKED = {
    f"act.{act}.{key}": figure
    for act in ("fabricating-a-record", "shielding-kin")
    for key, figure in (("rate", 2), ("top", 2), ("by.occupation.other", 0.2))
}


@pytest.fixture
def crooked(town: Society) -> Society:
    """A town in which many tamper with records."""
    return town.with_values(CROOKED)


def total(folder: Path, measure: str) -> int:
    long = pl.read_parquet(folder / MEASURES)
    return int(long.filter(pl.col("measure") == measure)["value"].sum())


def test_off_is_zero_strength(simulate: Simulate, everything: Scheme, crooked: Society) -> None:
    _, off = simulate(everything.with_values({"off": ["office"]}), crooked)
    _, zero = simulate(everything.with_patches(HONEST), crooked)
    assert results(off) == results(zero)
    assert results(off) != results(simulate(everything, crooked)[1])


def test_what_nobody_writes_down_is_kept_out_all_the_same(
    simulate: Simulate, everything: Scheme, crooked: Society
) -> None:
    folder, kept = simulate(everything, crooked)
    _, off = simulate(everything, crooked, ledger="off")
    assert kept["rows"]["shielded"] >= ENOUGH
    for measure in ("records-fabricated", "no-critic-met", "records-shielded", "records-spared"):
        assert total(folder, measure) >= ENOUGH, measure
    assert off["rows"] == kept["rows"]
    for name in ("candidates", "citizens", "measures", "standing"):
        assert off["hashes"][name] == kept["hashes"][name], name


@pytest.mark.parametrize("shards", [1, 3])
def test_audits_go_on_in_other_shards(
    simulate: Simulate, everything: Scheme, crooked: Society, shards: int
) -> None:
    """The checkpoint after 13 weeks lies within a period of 5, whose finds still count."""
    folder, one = simulate(everything.with_values({"office.follow.every-weeks": 5}), crooked)

    def stop(weeks: int, _rows: int) -> None:
        if weeks == 21:
            raise InterruptedError

    scheme = everything.with_values({"office.follow.every-weeks": 5})
    again = folder.parent / "again"
    with pytest.raises(InterruptedError):
        simulate(scheme, crooked, block=512, shards=shards, folder=again, watch=stop)
    assert (again / FILE).exists()
    _, manifest = simulate(scheme, crooked, block=2_048, shards=shards, folder=again)
    assert results(manifest) == results(one)
    shares = pl.read_parquet(again / MEASURES).filter(measure="audited-65536ths")["value"]
    assert shares.n_unique() >= 4
    forged = read_ledger(again).filter(pl.col("truth") == "fabricated").collect()
    assert forged.height >= ENOUGH
    assert forged.filter(pl.col("actor") // 512 != pl.col("subject") // 512).is_empty()
