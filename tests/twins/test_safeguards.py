"""Safeguards added first and removed last: one that does nothing, one that harms, who is spared."""

import numpy as np
import pytest

import upstanding as up
from upstanding.twins.safeguards import safeguards_tested

HARM = """
name = "harm"
title = "A purchase that somebody finds frivolous costs more"
source = "invented 0..1000"
[set]
"rule.frivolous-purchase.points" = -30
"""
NOTHING = """
name = "nothing"
title = "A tier that is not there closes nothing"
source = "invented 0..1000"
[set]
"tier.z.*" = 1
"""


@pytest.fixture(scope="module")
def tested(essay: up.Run, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("safeguards")
    paths = []
    for name, text in (("harm", HARM), ("nothing", NOTHING)):
        (folder / f"{name}.toml").write_text(text)
        paths.append(str(folder / f"{name}.toml"))
    done: list[tuple[int, int]] = []
    names = ["proportionality", "data-minimisation", *paths]
    made = safeguards_tested(essay, names, out=folder / "runs", watch=lambda *at: done.append(at))
    assert done[-1] == (9, 9)
    return made


def test_a_safeguard_that_does_nothing_is_told_as_one(tested) -> None:
    row = next(r for r in tested.table.iter_rows(named=True) if r["safeguard"] == "nothing")
    assert row["first_spared"] == row["first_newly_harmed"] == row["last_spared"] == 0
    assert "matches nothing" in row["why"]


def test_a_safeguard_that_harms_is_told_as_one(tested) -> None:
    row = next(r for r in tested.table.iter_rows(named=True) if r["safeguard"] == "harm")
    assert row["first_newly_harmed"] > row["first_spared"]
    assert row["first_weeks"] < 0
    assert row["why"] == ""


def test_the_table_counts_what_the_twins_count(tested) -> None:
    for row in tested.table.iter_rows(named=True):
        first = tested.added_first(row["safeguard"])
        last = tested.removed_last(row["safeguard"])
        assert row["first_spared"] == first.spared.height
        assert row["last_spared"] == last.spared.height
        assert row["last_newly_harmed"] == last.newly_harmed.height
        assert first.before.plan == tested.before.plan
        assert last.after.plan == tested.all.plan


def test_whom_no_safeguard_spares(tested) -> None:
    before, after = tested.together.weeks_barred
    assert tested.not_spared.sum() == tested.together.crossing[True, True] > 0
    assert np.array_equal(tested.not_spared, (before > 0) & (after > 0) & tested.together.counted)
