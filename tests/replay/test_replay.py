"""Runs replayed: everything, the library's schemes, a yearly reset, lists and ties otherwise."""

from pathlib import Path

import polars as pl
import pytest

from replay import Replayed, read_run, replay
from replay.samples import (
    ASKED,
    BAYES,
    LOW_TIES,
    MANY_ACTS,
    OTHERWISE,
    PLANTED,
    QUICK,
    RING,
    STEADY,
    YEARLY_RESET,
    Values,
    make,
)

NO_FADING = {key: value for key, value in QUICK.items() if key != "score.half-life-weeks"}


def check(folder: Path, *, least: int = 21, none: tuple[str, ...] = ()) -> Replayed:
    """Replay a run, print how many rows of each kind that were, and check that there were some."""
    found = replay(read_run(folder))
    print(", ".join(f"{count} {kind}" for kind, count in found.rows.items()))
    print(f"{found.cells} cells, {found.terms} of {found.scores} terms for certain")
    assert {kind for kind, count in found.rows.items() if count < least} == set(none)
    return found


def test_everything_in_three_shards(tmp_path: Path) -> None:
    check(make(tmp_path / "run", 2_000, 80, habits=MANY_ACTS, shards=3))


def test_everything_as_it_is(tmp_path: Path) -> None:
    check(make(tmp_path / "run", 2_000, 80), least=1)


def test_the_planted_are_in_no_measure(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 1_000, 60, society=PLANTED, habits=MANY_ACTS)
    check(folder)
    run = read_run(folder)
    marked = run.citizens["planted"].count()
    assert marked == 3 < run.people - run.in_measures
    assert run.ledger.height - run.told.height >= 20


def test_essay(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 2_000, 60, scheme="essay", habits=MANY_ACTS)
    check(folder, none=("reversal",))


def test_court_list(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 2_000, 80, scheme="court-list", habits=MANY_ACTS)
    check(folder, none=("shielded", "points", "reversal", "association"))


def test_no_rules_at_all(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 2_000, 20, scheme="baseline", habits=MANY_ACTS)
    kinds = ("start", "shielded", "points", "record", "reversal", "association")
    kinds += ("list-out", "list-in", "publication", "denial")
    check(folder, none=kinds)


@pytest.mark.parametrize(
    ("values", "patches"),
    [(QUICK, ()), (OTHERWISE, ()), (NO_FADING, (YEARLY_RESET,))],
    ids=["quick", "otherwise", "reset"],
)
def test_variants(values: Values, patches: tuple[Path, ...], tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 400, 110, values=values, patches=patches, habits=MANY_ACTS)
    check(folder)
    measures = pl.read_parquet(folder / "measures.parquet")
    compared = measures.filter(pl.col("measure") == "rank-comparison", pl.col("cell") == "people")
    assert compared.filter(pl.col("value") > 0)["week"].to_list() == [103]


def test_a_score_for_whoever_agrees_in_some_districts(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 3_000, 40, values=ASKED, habits=MANY_ACTS)
    check(folder)
    since = (
        pl.read_parquet(folder / "citizens.parquet")
        .group_by("district")
        .agg((pl.col("scored_from").is_null()).mean())["scored_from"]
    )
    assert (since == 1).any()
    assert since.is_between(0.3, 0.5).any()


NO_LISTS = (
    "start",
    "shielded",
    "record",
    "performance",
    "reversal",
    "list-out",
    "list-in",
    "publication",
    "denial",
)


@pytest.mark.parametrize("ties", [(), (RING,)], ids=["layers", "ring"])
def test_common(ties: tuple[Path, ...], tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 600, 30, scheme="common", society="common", ties=ties)
    found = check(folder, none=NO_LISTS)
    assert (found.terms == found.scores) == bool(ties)


def test_everybody_tied_to_everybody(tmp_path: Path) -> None:
    habits = {"ties.generator.kind": "complete"}
    folder = make(
        tmp_path / "run", 16, 30, scheme="common", society="common", ties=(RING,), habits=habits
    )
    found = check(folder, none=NO_LISTS)
    assert found.terms == found.scores == 16 * 30


@pytest.mark.parametrize("values", [QUICK, LOW_TIES, BAYES], ids=["mean", "low", "bayes"])
@pytest.mark.parametrize("ties", [(), (RING,)], ids=["layers", "ring"])
def test_rules_of_association(values: Values, ties: tuple[Path, ...], tmp_path: Path) -> None:
    folder = make(tmp_path / "run", 400, 40, values=values, ties=ties, habits=STEADY)
    found = check(folder)
    assert (found.terms == found.scores) == bool(ties)


def test_association_that_is_off(tmp_path: Path) -> None:
    values = {"off": ["association", "ranking"], "score.range": [990, 1_010]}
    folder = make(tmp_path / "run", 600, 30, scheme="common", society="common", values=values)
    check(folder, none=("association", *NO_LISTS))
