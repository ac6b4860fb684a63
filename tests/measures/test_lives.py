"""How everybody stood week by week: held to what the engine counted, and to the end of the run."""

import numpy as np
import polars as pl
import pytest

import upstanding as up
from upstanding.measures.lives import NO_TIER, lives_of


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("lives") / "run"
    return up.simulate("essay", society="town", citizens=3_000, weeks=60, seed=3, out=out)


@pytest.fixture(scope="module")
def lives(run):
    return lives_of(run)


def test_as_many_are_barred_and_listed_each_week_as_the_engine_counted(run, lives) -> None:
    by_sex = run.measures_by("sex").group_by("week").agg(pl.col("barred", "listed").sum())
    told = by_sex.sort("week")
    assert lives.barred[:, lives.counted].sum(axis=1).tolist() == told["barred"].to_list()
    assert (lives.lists != 0)[:, lives.counted].sum(axis=1).tolist() == told["listed"].to_list()
    assert told["barred"][-1] > 20


def test_as_many_are_in_each_tier_as_the_engine_counted(run, lives) -> None:
    for code, name in enumerate(lives.tiers):
        found = (lives.tier[:, lives.counted] == code).sum(axis=1)
        assert found.tolist() == run.measures[f"in-tier.{name}"].to_list()


def test_the_last_close_is_how_citizens_stand_at_the_end(run, lives) -> None:
    people = run.citizens
    codes = people["tier"].to_physical().fill_null(NO_TIER).to_numpy()
    assert (lives.tier[-1] == codes).all()
    for code, name in enumerate(lives.list_names):
        assert ((lives.lists[-1] >> code & 1 == 1) == people[f"list.{name}"].to_numpy()).all()


def test_children_are_barred_as_the_engine_counted(run, lives) -> None:
    services = run.plan.society.file.service
    schools = [c for c, name in enumerate(lives.services) if services[name].school]
    age = run.citizens["age_weeks"].to_numpy().astype(int)
    for code in schools:
        name = lives.services[code]
        for week in (0, 30, 59):
            minor = age - (run.plan.weeks - 1 - week) - 1 < 18 * 52
            shut = lives.closed[week] >> code & 1 == 1
            told = run.measures[f"children-barred.{name}"][week]
            assert (shut & minor & lives.counted).sum() == told


def test_only_changes_are_kept(run) -> None:
    kept = run.standing
    again = kept.drop("week").select(
        pl.struct(pl.exclude("citizen")).eq_missing(
            pl.struct(pl.exclude("citizen"))
            .shift(1)
            .over("citizen", order_by=pl.int_range(pl.len()))
        )
    )
    assert not again.to_series().any()


def test_a_run_without_rows_keeps_it_if_asked(run, tmp_path) -> None:
    plan = {"society": "town", "citizens": 3_000, "weeks": 60, "seed": 3, "ledger": "off"}
    bare = up.simulate("essay", **plan, out=tmp_path / "bare")
    with pytest.raises(up.InputError, match="kept how everybody stands"):
        _ = bare.standing
    asked = up.simulate("essay", **plan, standing=True, out=tmp_path / "asked")
    assert asked.standing.equals(run.standing)
    assert np.array_equal(lives_of(asked).closed, lives_of(run).closed)
