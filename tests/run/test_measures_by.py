"""Measures by group: each split adds up to the whole, and to what citizens and ledger hold.

The two whom `town` plants are in none, nor are their households.
"""

from pathlib import Path

import polars as pl
import pytest

from upstanding.errors import InputError
from upstanding.run import GROUP_SPLITS, Run, simulate

EVERYTHING = Path(__file__).parents[1] / "everything.toml"
WEEKS = 30


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Run:
    out = tmp_path_factory.mktemp("runs") / "groups"
    return simulate(EVERYTHING, society="town", citizens=3000, weeks=WEEKS, seed=5, out=out)


def counted(run: Run) -> pl.DataFrame:
    homes = run.citizens.filter(pl.col("planted").is_not_null())["household"]
    assert homes.len() == 2
    return run.citizens.filter(~pl.col("household").is_in(homes.to_list()))


def weekly(run: Run, measure: str) -> list[int]:
    """Return a measure of the whole society, added up over its cells."""
    whole = run.long.filter((pl.col("measure") == measure) & ~pl.col("split").is_in(GROUP_SPLITS))
    return whole.group_by("week", maintain_order=True).agg(pl.col("value").sum())["value"].to_list()


@pytest.mark.parametrize("split", GROUP_SPLITS)
def test_a_split_adds_up_to_the_whole(run: Run, split: str) -> None:
    groups = run.measures_by(split)
    sums = groups.drop(split).group_by("week", maintain_order=True).sum()
    assert sums["people"].to_list() == [counted(run).height] * WEEKS
    for measure in ("score", "acts", "list-in", "denials"):
        assert sums[measure].to_list() == weekly(run, measure)
        assert sums[measure].sum() > 0
    assert groups.height == WEEKS * groups[split].n_unique()
    assert (groups["people"] >= groups["scored"]).all()


def test_groups_at_the_end_are_those_of_the_citizens(run: Run) -> None:
    last = run.measures_by("place").filter(pl.col("week") == WEEKS - 1)
    held = run.citizens.with_columns(
        listed=pl.any_horizontal(pl.col("^list\\..*$")), place=pl.col("place").cast(pl.String)
    )
    expected = (
        held.filter(pl.col("citizen").is_in(counted(run)["citizen"]))
        .group_by("place")
        .agg(
            pl.len().alias("people"),
            pl.col("score").count().alias("scored"),
            pl.col("score").sum(),
            pl.col("listed").sum(),
            pl.col("association").sum().alias("association-hundredths"),
        )
    )
    columns = ["place", "people", "scored", "score", "listed", "association-hundredths"]
    assert (
        last.select(columns).sort("place").rows() == expected.select(columns).sort("place").rows()
    )
    assert last["association-hundredths"].abs().sum() > 0


def test_wrong_entries_are_of_those_whom_they_name(run: Run) -> None:
    wrong = run.ledger.filter((pl.col("kind") == "points") & (pl.col("truth") != "true")).collect()
    by_sex = wrong.join(run.citizens, left_on="subject", right_on="citizen").group_by("sex").len()
    found = run.measures_by("sex").group_by("sex").agg(pl.col("wrong-entries").sum())
    assert dict(found.iter_rows()) == dict(by_sex.with_columns(pl.col("sex").cast(str)).iter_rows())
    assert wrong.height >= 20


def test_a_split_that_there_is_not(run: Run) -> None:
    with pytest.raises(InputError, match=r"incom.*did you mean income"):
        run.measures_by("incom")
