"""Same lives, different rules: twins share every draw, and what is off leaves no trace."""

from pathlib import Path

import polars as pl
import pytest

from laws.common import Simulate, results
from upstanding.engine.files import hash_frame
from upstanding.engine.ledger import read_ledger
from upstanding.engine.manifest import read_manifest
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society


def test_twins_share_every_candidate(simulate: Simulate) -> None:
    hashes = set()
    for scheme in (None, "baseline", "court-list"):
        rules = (Scheme.load(scheme),) if scheme else ()
        _, manifest = simulate(*rules, weeks=26)
        hashes.add(manifest["hashes"]["candidates"])
        assert len(set(manifest["candidates-by-week"])) == 26
    assert len(hashes) == 1


def test_a_rule_more_moves_nobody_else(simulate: Simulate, everything: Scheme) -> None:
    """A new rule on an act that no other rule is about adds its own entries and nothing more."""
    folder, _ = simulate(everything.with_values({"off": ["response", "lists"]}), weeks=26)
    longer = everything.with_values(
        {
            "off": ["response", "lists"],
            "sensor.library.sees": ["library-book-late"],
            "sensor.library.coverage.urban": 1,
            "sensor.library.hit-rate": 1,
            "rule.library-book-late.category": "compliance",
            "rule.library-book-late.points": -1,
        }
    )
    other, _ = simulate(longer, weeks=26)
    rows = read_ledger(folder).filter(pl.col("kind") == "points").collect()
    new = read_ledger(other).filter(pl.col("kind") == "points").collect()
    added = new.filter(pl.col("rule").cast(pl.String) == "rule.library-book-late")
    assert added.height >= 20
    rest = new.filter(pl.col("rule").cast(pl.String) != "rule.library-book-late")
    what = ["week", "subject", "day", "actor", "act", "sensor", "points"]
    text = [pl.col(what).cast(pl.String)]
    assert rest.select(text).equals(rows.select(text))


def test_people_and_acts_more_move_nobody_else(simulate: Simulate, china: Society) -> None:
    few, _ = simulate(citizens=1_024, weeks=13)
    many, _ = simulate(citizens=3_000, weeks=13)
    here = pl.col("citizen") < 1_024
    traits = ["age", "sex", "group", "income", "place", "occupation", "household", "district"]
    one, other = (pl.read_parquet(f / "citizens.parquet").filter(here) for f in (few, many))
    assert one.select(traits).equals(other.select(traits))

    table = dict(china.tree["act"]["littering"])
    more = Society.from_json(china.to_json()).with_values(
        {f"act.spitting.{key}": value for key, value in table.items() if key != "source"}
        | {"act.spitting.title": "Spitting in the street"}
    )
    with_act, _ = simulate(society=more, citizens=1_024, weeks=13)
    counts = _candidates(few)
    assert {key: value for key, value in _candidates(with_act).items() if key[1] != "spitting"} == (
        counts
    )
    assert sum(counts.values()) > 1_000


def _candidates(folder: Path) -> dict[tuple[int, str], int]:
    long = pl.read_parquet(f"{folder}/measures.parquet").filter(pl.col("measure") == "candidates")
    return {(week, cell): value for week, cell, value in long["week", "cell", "value"].iter_rows()}


ZERO_RULES = {
    "sensing": {"sensor.*.coverage.urban": 0, "sensor.*.coverage.rural": 0},
    "scoring": {"rule.*.points": 0},
    "response": {
        "response.ambient-risk.urban": 0,
        "response.ambient-risk.rural": 0,
        "response.severity.*": 0,
    },
}
ZERO_PEOPLE = {
    "response": {"act.*.reward": 0},
    "services": {"service.*.demand": 0},
    "conduct": {
        "act.*.rate": 0,
        "act.*.top": 0,
        "act.judgment-left-unpaid.obligation.outstanding-per-1000-adults": 0,
    },
}


@pytest.mark.parametrize("mechanism", ["conduct", "response", "sensing", "scoring", "services"])
def test_off_is_zero_strength(
    simulate: Simulate, everything: Scheme, china: Society, mechanism: str
) -> None:
    off, _ = simulate(everything.with_values({"off": [mechanism]}))
    zero, _ = simulate(
        everything.with_values(ZERO_RULES.get(mechanism, {})),
        china.with_values(ZERO_PEOPLE.get(mechanism, {})),
    )
    on, _ = simulate()
    assert _came_of(off) == _came_of(zero)
    assert _came_of(off) != _came_of(on)


def test_lists_off_are_lists_at_no_share(simulate: Simulate) -> None:
    """A list entered by record has a share; strikes and tiers are entered by everybody."""
    rules = Scheme.load("court-list")
    off, _ = simulate(rules.with_values({"off": ["lists"]}), weeks=60)
    zero, _ = simulate(
        rules.with_values(
            {
                "list.dishonest-personnel.enter.share": 0,
                "start.list.dishonest-personnel.share": 0,
            }
        ),
        weeks=60,
    )
    on, _ = simulate(rules, weeks=60)
    assert _came_of(off) == _came_of(zero)
    assert _came_of(off) != _came_of(on)


def _came_of(folder: Path) -> tuple[str, str, str]:
    hashes = results(read_manifest(folder))
    acts = pl.read_parquet(folder / "measures.parquet").filter(pl.col("measure") == "acts")
    return hashes["citizens"], hashes["ledger"], hash_frame(acts)
