"""Ensembles: seeds that differ, twins paired by seed, the same runs as one by one."""

from pathlib import Path

import pytest

import upstanding as up
from upstanding.lab.ensemble import ensemble
from upstanding.lab.study import study_unknowns

FEW = {"society": "town", "citizens": 600, "weeks": 12}


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("ensemble") / "runs"
    done: list[tuple[int, int]] = []
    made = ensemble(
        ["essay", "baseline"], seeds=[4, 9], out=out, watch=lambda *at: done.append(at), **FEW
    )
    return made, done


def test_runs_are_those_that_simulate_makes(two, tmp_path: Path) -> None:
    made, done = two
    assert done == [(1, 4), (2, 4), (3, 4), (4, 4)]
    alone = up.simulate("essay", seed=9, out=tmp_path / "alone", **FEW)
    assert made.runs["essay", 9].manifest["hashes"] == alone.manifest["hashes"]
    assert up.Run.open(made.folder / "essay" / "9").plan == alone.plan
    assert [run.plan.seed for run in made.of("baseline")] == [4, 9]


def test_twins_are_paired_by_seed(two) -> None:
    made, _ = two
    for twins, seed in zip(made.twins("essay", "baseline"), (4, 9), strict=True):
        assert twins.before.plan.seed == twins.after.plan.seed == seed
        assert twins.newly_harmed.height == 0


def test_equal_seeds_are_refused_with_all_else_that_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(up.InputError) as caught:
        ensemble(["essay", "essay"], seeds=[3, 3, 5], out=tmp_path / "no", **FEW)
    assert [problem.key for problem in caught.value.problems] == ["seeds", "schemes"]
    assert "one seed twice is one run" in str(caught.value)
    assert not (tmp_path / "no").exists()


def test_nothing_is_written_before_everything_is_valid(tmp_path: Path) -> None:
    with pytest.raises(up.InputError, match="citizens"):
        ensemble(["essay"], seeds=2, out=tmp_path / "no", citizens=0)
    assert not (tmp_path / "no").exists()


def test_a_study_of_what_is_not_known(tmp_path: Path) -> None:
    study = study_unknowns(
        up.Scheme.load("sesame"),
        up.Society.load("town"),
        out=tmp_path / "study",
        sets=3,
        citizens=600,
        weeks=12,
    )
    assert len(study.drawn) == 3
    assert study.refused == 0
    table = study.spread.table
    assert "attempts refused" in table["output"].to_list()
    assert table["tag"].unique().to_list() == ["too few sets to tell"]
    assert not any((tmp_path / "study").iterdir())
