"""Figures of measures: the title is the answer, and the data, the drawing and the words agree."""

import re
from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from upstanding.charts import after, aim, chilling, exclusion, screening, wrongs
from upstanding.charts.dots import Line, Rows, drawn, percent
from upstanding.charts.figure import Figure
from upstanding.measures import (
    benefit,
    causes,
    contexts,
    drift,
    equality,
    error,
    ladder,
    standing,
    trivial,
)
from upstanding.measures import chilling as chilled
from upstanding.measures.lives import lives_of
from upstanding.measures.metrics import survival
from upstanding.run import Run, simulate
from upstanding.words import PICTURE, picture_of

SCHEMES = ("baseline", "documented", "essay", "rongcheng", "court-list")
KEYS = ("R3", "R4", "R9", "R10", "R11", "R12", "R13", "R14", "R17", "R21", "R22")
NOTHING = {
    "R3": "nothing was closed to anybody",
    "R9": "nobody was shut out",
    "R10": "nobody was shut out",
    "R11": "nobody was shut out",
    "R12": "nobody was shut out",
    "R13": "no act that exercises a right is given up",
    "R14": "nobody was shut out",
    "R21": "nothing of what may drift is seen",
}


def figures_of(run: Run, base: Run, milder: Run) -> dict[str, Figure]:
    """Return every figure of a run."""
    lives, name = lives_of(run), run.plan.scheme.label
    told = {"scheme": name, "picture": picture_of(run.plan.scheme.file.status)}
    steps = ladder.ladder_of(run, lives)
    weeks = lives.barred[:, lives.counted].sum(axis=0)
    runs = [base, *([milder] if name not in (base.plan.scheme.label, "documented") else []), run]
    made = [
        screening.context_matrix(contexts.contexts_of(run, lives), **told),
        screening.proportionality(
            steps, ladder.inversions(steps), trivial=trivial.smallest_sets(run), **told
        ),
        exclusion.barred_by_group(
            equality.barred_ratios(run, lives, equality.conduct_of(run)), **told
        ),
        exclusion.time_in_exclusion(standing.time_barred(lives), **told),
        exclusion.concentration(weeks, equality.concentration(lives), **told),
        wrongs.errors(error.table(run, lives), error.resting_on_wrong_records(run, lives), **told),
        wrongs.spillover(causes.exclusion(run, lives), **told),
        chilling.given_up(chilled.given_up(run, base), baseline="baseline", **told),
        aim.aim(benefit.beside(runs), **told),
        after.drifting(drift.drift(run), **told),
        after.tripwires(drift.tripwires(run, lives), **told),
    ]
    return {figure.key: figure for figure in made}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    folder = tmp_path_factory.mktemp("figures")
    return {
        name: simulate(name, society="town", citizens=3_072, weeks=60, seed=3, out=folder / name)
        for name in SCHEMES
    }


@pytest.fixture(scope="module")
def figures(runs: dict[str, Run]) -> Mapping[str, dict[str, Figure]]:
    others = runs["baseline"], runs["documented"]
    return {name: figures_of(run, *others) for name, run in runs.items() if name != "baseline"} | {
        "baseline": figures_of(runs["baseline"], *others)
    }


@pytest.mark.parametrize("name", SCHEMES)
@pytest.mark.parametrize("key", KEYS)
def test_each_says_its_answer_and_whose_it_is(figures, name: str, key: str) -> None:
    found = figures[name][key]
    assert name in found.title
    assert not re.search(r"\bNone\b|\bnan\b|\{|\}", f"{found.title} {found.alt} {found.notes}")
    assert 20 < len(found.title) < 260
    assert len(found.alt) > 20
    if found.data.height:
        assert len(found.csv().splitlines()) == found.data.height + 1
    svg = found.svg()
    assert (PICTURE in svg) == (name == "essay" and found.drawing is not None)
    assert (PICTURE in found.csv()) == (name == "essay" and found.data.height > 0)
    assert "NaN" not in svg


@pytest.mark.parametrize("key", NOTHING)
def test_where_nothing_happens_the_title_says_so(figures, key: str) -> None:
    assert NOTHING[key] in figures["baseline"][key].title
    assert figures["baseline"][key].drawing is None


def test_a_scheme_without_lists_or_without_tiers_has_every_figure(figures) -> None:
    assert set(figures["court-list"]) == set(figures["rongcheng"]) == set(KEYS)
    assert "led to exclusion" in figures["rongcheng"]["R4"].title


def test_numbers_of_titles_are_in_the_data(figures) -> None:
    essay = figures["essay"]
    matrix = essay["R3"].data
    off = matrix.filter(pl.col("where the data came from") != pl.col("where the penalty lands"))
    share = off["weeks of closure"].sum() / matrix["weeks of closure"].sum()
    assert percent(share) in essay["R3"].title
    parts = essay["R12"].data.filter(pl.col("somebody else's doing"))
    assert percent(parts["share"].sum()) in essay["R12"].title
    cells = essay["R11"].data
    both = cells.filter(pl.col("people with").str.contains("a wrong"))["barred"].item()
    assert percent(both / cells["barred"].sum()) in essay["R11"].title
    year = essay["R10"].data.filter(pl.col("weeks since it began") <= 52).row(-1, named=True)
    assert percent(year["share still shut out"]) in essay["R10"].title
    lost = essay["R13"].data.filter(pl.col("given up") > 0)
    rate = lost["given up a year and 1,000 people"].sum()
    assert f"{rate:,.0f}" in essay["R13"].title


def test_small_groups_are_listed_and_not_drawn(runs) -> None:
    lives = lives_of(runs["essay"])
    ratios = equality.barred_ratios(runs["essay"], lives, equality.conduct_of(runs["essay"]))
    few = ratios.with_columns(
        n=pl.when(pl.col("cell") == "student").then(pl.lit(9)).otherwise(pl.col("n"))
    )
    found = exclusion.barred_by_group(few, "essay")
    assert "occupation: student" in found.suppressed
    assert "student" not in found.data["group"].to_list()
    assert "student" not in found.svg()
    short = exclusion.time_in_exclusion(survival([3.0] * 4, [True] * 4), "essay")
    assert short.suppressed == ("4 spells of exclusion",)
    assert short.drawing is None


def test_a_title_names_no_group_for_what_luck_gives() -> None:
    row = {
        "split": "sex",
        "cell": "female",
        "compared_with": "male",
        "n": 500,
        "value": 40.0,
        "low": 30.0,
        "high": 50.0,
        "ratio": 1.3,
        "ratio_low": 1.01,
        "ratio_high": 1.7,
        "apart": False,
        "at_equal_conduct": 40.0,
        "ratio_at_equal_conduct": 1.3,
        "equal_low": 1.0,
        "equal_high": 1.7,
    }
    same = {"cell": "male", "ratio": 1.0, "ratio_low": 1.0, "ratio_high": 1.0}
    frame = pl.DataFrame([row, row | same], schema=equality.RATIOS)
    assert "no group is shown" in exclusion.barred_by_group(frame, "essay").title
    apart = pl.DataFrame([row | {"apart": True}, row | same], schema=equality.RATIOS)
    assert "women" in exclusion.barred_by_group(apart, "essay").title


def test_a_curve_of_the_concentrated_keeps_its_bend() -> None:
    weeks = np.zeros(50_000, int)
    weeks[:300] = np.arange(300)
    shares = {"people": 50_000, "barred": 299, "top 1 %": 1.0, "top 10 %": 1.0, "gini": 0.99}
    found = exclusion.concentration(weeks, shares, "x")
    assert found.data.height < 500
    borne = found.data["share of all weeks barred"]
    assert borne.is_sorted()
    assert borne.filter((borne > 0.2) & (borne < 0.8)).len() > 20
    assert "0.6 %" in found.title


def test_columns_of_rows_are_set_beside_them() -> None:
    lines = [Line("head", heading=True), Line("one", 3.0, 2.0, 4.0, ("three", "wide"))]
    chart = drawn(Rows(lines, "axis", ("first", "second")))
    svg = Figure("R0", "It is three", pl.DataFrame({"a": [1]}), "told", chart).svg()
    places = [
        float(re.search(rf"translate\(([\d.]+),[^>]*>{w}<", svg).group(1))
        for w in ("three", "wide")
    ]
    assert 340 < places[0] < places[1]
    assert all(word in svg for word in ("head", "one", "first", "second", "axis"))
