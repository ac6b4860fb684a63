"""Twins: who is spared and newly harmed, where lives part, what nothing explains."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

import upstanding as up
from upstanding.measures.lives import lives_of
from upstanding.twins.compare import compare
from upstanding.twins.twins import SAME_LUCK, Twins

HARSHER = """
name = "harsher"
title = "A purchase that somebody finds frivolous costs more"
source = "invented 0..1000"
[set]
"rule.frivolous-purchase.points" = -40
"""
IDLE = """
name = "idle"
title = "What happens to nobody costs less"
source = "invented 0..1000"
[set]
"rule.shielding-kin.points" = -1
"tier.z.*" = 1
"""


def patch(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "patch.toml"
    path.write_text(text)
    return path


def test_identical_schemes_make_no_difference(essay: up.Run, tmp_path: Path) -> None:
    twins = compare(essay, "essay", out=tmp_path / "twins")
    assert twins.is_unchanged
    assert twins.spared.height == twins.newly_harmed.height == 0
    assert twins.changes == ()
    assert "nothing changes: the two schemes have the same clauses" in str(twins)


def test_who_is_spared_is_barred_under_the_first_scheme_alone(against) -> None:
    twins = against("data-minimisation")
    before, after = (lives_of(run).barred.any(axis=0) for run in (twins.before, twins.after))
    counted = twins.counted
    assert set(twins.spared["citizen"]) == set(np.flatnonzero(before & ~after & counted))
    assert set(twins.newly_harmed["citizen"]) == set(np.flatnonzero(~before & after & counted))
    assert twins.spared.height >= 10
    assert sum(twins.crossing.values()) == counted.sum()
    assert twins.crossing[True, False] == twins.spared.height
    assert twins.crossing[False, True] == twins.newly_harmed.height


def test_lives_part_at_the_first_entry_that_one_of_them_has_not(against) -> None:
    twins = against("data-minimisation")
    keys = ["week", "day", "kind", "act", "sensor", "rule", "object", "category", "points"]
    people = pl.concat([twins.spared, twins.newly_harmed])
    assert people["subject"].null_count() == 0
    own = people["subject"] == people["citizen"]
    assert own.any()
    for person in people.iter_rows(named=True):
        lives = {
            life: run.ledger.filter(pl.col("subject") == person["subject"])
            .select(pl.col(keys).cast(pl.String))
            .collect()
            .rows()
            for life, run in (("before", twins.before), ("after", twins.after))
        }
        # All is the same before that week, and something of it is in one life alone.
        before, after = (
            [row for row in lives[life] if int(row[0]) < person["week"]] for life in lives
        )
        assert before == after
        week = {
            life: [row for row in lives[life] if int(row[0]) == person["week"]] for life in lives
        }
        assert sorted(map(str, week["before"])) != sorted(map(str, week["after"]))
        assert person["week"] <= person["parts"]


def test_bounds_hold_who_is_named_and_add_up(against) -> None:
    twins = against("data-minimisation")
    whole, each = twins.bounds().iter_rows(named=True)
    for who in ("spared", "newly_harmed"):
        assert whole[who] == each[who] == getattr(twins, who).height
        assert whole[f"{who}_least"] <= each[f"{who}_least"] <= each[who]
        assert each[who] <= each[f"{who}_most"] <= whole[f"{who}_most"]
    people = int(twins.counted.sum())
    p1, p2 = (whole[f"barred_{when}"] / people for when in ("before", "after"))
    assert whole["spared_least"] == round(people * max(0, p1 - p2))
    assert whole["spared_most"] == round(people * min(p1, 1 - p2))
    by_sex = twins.bounds_by("sex")
    assert by_sex["people"].sum() == people
    assert by_sex["spared"].sum() == twins.spared.height


def test_a_clause_that_harms_is_told_as_one(essay: up.Run, tmp_path: Path) -> None:
    harsher = essay.plan.scheme.with_safeguards(patch(tmp_path, HARSHER))
    twins = compare(essay, harsher, out=tmp_path / "twins")
    assert twins.newly_harmed.height >= 10
    assert f"{twins.newly_harmed.height:,} others are newly harmed" in str(twins)
    assert SAME_LUCK in str(twins)
    assert [(c.key, c.before, c.after) for c in twins.changes] == [
        ("rule.frivolous-purchase.points", -12, -40)
    ]


def test_a_clause_that_is_never_met_is_told_as_one(tmp_path: Path) -> None:
    idle = up.Scheme.load("essay").with_safeguards(patch(tmp_path, IDLE))
    few = {"society": "town", "citizens": 512, "weeks": 30}
    twins = compare("essay", idle, out=tmp_path / "twins", **few)
    assert twins.is_unchanged
    assert 'patch "idle": tier.z.* matches nothing' in str(twins)
    assert "`rule.shielding-kin.points`: no entry rests on it in 30 weeks" in str(twins)


def test_twins_are_of_the_same_lives(essay: up.Run, tmp_path: Path) -> None:
    other = up.simulate(
        "essay", society="town", citizens=5_000, weeks=104, seed=6, out=tmp_path / "other"
    )
    with pytest.raises(up.InputError, match="a seed other than"):
        Twins(essay, other)


def test_options_are_those_of_a_run(tmp_path: Path) -> None:
    options = {"society": "town", "citizens": 512, "years": 1, "seed": 9}
    twins = compare("court-list", "baseline", out=tmp_path / "twins", **options)
    assert twins.before.plan.weeks == twins.after.plan.weeks == 52
    assert {path.name for path in (tmp_path / "twins").iterdir()} == {"before", "after"}
