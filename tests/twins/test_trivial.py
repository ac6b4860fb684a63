"""Who was kept from a journey over trifles: held to a score that is folded in another way."""

import polars as pl
import pytest

import upstanding as up
from upstanding.measures.lives import lives_of
from upstanding.measures.trivial import trivial_acts
from upstanding.twins.trivial import kept_home


def score_by_hand(run: up.Run, rows: pl.DataFrame, week: int) -> float:
    """Return the score after a close, in floating point: each entry fades on its own."""
    file = run.plan.scheme.file
    assert file.score is not None
    half = float(file.score.half_life_weeks or 1e9)
    points = rows.filter(pl.col("category").is_not_null(), pl.col("kind") != "association")
    faded = points.select(
        (
            pl.col("points") / 100 * 0.5 ** ((week + 1 - pl.col("week").cast(pl.Float64)) / half)
        ).sum()
    ).item()
    ties = rows.filter(pl.col("kind") == "association").sort("week")["points"]
    return float(file.score.start) + faded + (ties[-1] / 100 if ties.len() else 0)


def test_without_her_trifles_the_first_would_have_travelled(essay: up.Run) -> None:
    found = kept_home(essay, lives_of(essay))
    assert 0 < found.over_trifles <= found.refused
    assert len(found.entries) == found.over_trifles
    assert list(found.entries) == sorted(found.entries)
    assert found.citizen is not None
    hers = essay.ledger.with_columns(pl.selectors.enum().cast(pl.String)).filter(
        pl.col("subject") == found.citizen
    )
    rows = hers.sort("week", "seq").collect()
    denials = rows.filter(
        pl.col("kind") == "denial",
        pl.col("rule").str.starts_with("tier."),
        pl.col("object").is_in(["flight", "high-speed-rail", "public-transport"]),
    )
    before = denials["week"][0] - 1
    until = rows.filter(pl.col("week") <= before)
    below = float(essay.plan.scheme.file.tier["d"].below)
    trifles = until.filter(
        pl.col("kind") == "points",
        pl.col("points") < 0,
        pl.col("act").is_in(trivial_acts(essay)),
    ).sort("points", "week", "seq")
    gone = trifles.head(found.entries[0])
    assert set(gone["act"]) == set(found.acts)
    without = until.join(gone, on=["week", "seq"], how="anti")
    fewer = until.join(gone.head(found.entries[0] - 1), on=["week", "seq"], how="anti")
    assert score_by_hand(essay, until, before) < below + 0.05
    assert score_by_hand(essay, fewer, before) < below + 0.05
    assert score_by_hand(essay, without, before) > below - 0.05


@pytest.mark.parametrize("rules", ["baseline", "court-list"])
def test_where_no_tier_closes_anything_nobody_is(rules: str, tmp_path) -> None:
    run = up.simulate(rules, society="town", citizens=1_024, weeks=8, seed=1, out=tmp_path / "run")
    assert kept_home(run, lives_of(run)).refused == 0
