"""A replay fails when any row is dropped, and when any field that it can check is altered."""

import dataclasses
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replay import ReplayError, Run, read_run, replay
from replay.alterations import alter, changed, drop, forget, is_pinned, others
from replay.reading import KINDS
from replay.samples import BAYES, LOW_TIES, MANY_ACTS, QUICK, RING, STEADY, Values, make
from replay.totals import is_told

QUIETLY = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("replay") / "run"
    found = read_run(make(folder, 300, 40, values=QUICK, habits=MANY_ACTS))
    assert replay(found).rows["denial"] > 20
    return found


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("replay") / "ring"
    found = read_run(make(folder, 300, 40, values=QUICK, habits=STEADY, ties=(RING,)))
    assert replay(found).rows["association"] > 1_000
    return found


def row_of(kind: str, data: st.DataObject, run: Run, which: pl.Expr | None = None) -> int:
    """Draw a row of a kind."""
    asked = pl.lit(value=True) if which is None else which
    rows = run.ledger.select((pl.col("kind") == kind) & asked).to_series().arg_true()
    return int(rows[data.draw(st.integers(0, rows.len() - 1), label="row of the kind")])


def row_of_some_kind(data: st.DataObject, run: Run) -> int:
    """Draw a row; rare kinds are drawn as often as others."""
    return row_of(data.draw(st.sampled_from(KINDS), label="kind"), data, run)


@settings(QUIETLY, max_examples=30)
@given(data=st.data())
def test_dropping_any_row_is_noticed(run: Run, data: st.DataObject) -> None:
    with pytest.raises(ReplayError):
        replay(drop(run, row_of_some_kind(data, run)))


IS_LAST = (pl.struct("week", "subject") != pl.struct("week", "subject").shift(-1)).fill_null(
    value=True
)


@settings(QUIETLY, max_examples=20)
@given(data=st.data())
def test_a_term_that_was_never_written_is_noticed(run: Run, data: st.DataObject) -> None:
    with pytest.raises(ReplayError):
        replay(forget(run, row_of("association", data, run, IS_LAST)))


@settings(QUIETLY, max_examples=20)
@given(data=st.data())
def test_where_ties_are_known_that_follows_from_them(ring: Run, data: st.DataObject) -> None:
    with pytest.raises(ReplayError, match=r"a term of ties|another term"):
        replay(forget(ring, row_of("association", data, ring, IS_LAST)))


@settings(QUIETLY, max_examples=100)
@given(data=st.data())
def test_altering_any_field_is_noticed(run: Run, data: st.DataObject) -> None:
    _alter_any_field(run, data, row_of_some_kind(data, run))


@settings(QUIETLY, max_examples=40)
@given(data=st.data())
def test_where_ties_are_known_all_of_a_term_is(ring: Run, data: st.DataObject) -> None:
    _alter_any_field(ring, data, row_of("association", data, ring))


def _alter_any_field(run: Run, data: st.DataObject, at: int) -> None:
    fields = [f for f in run.ledger.columns if is_pinned(run, at, f) and others(run, at, f)]
    field = data.draw(st.sampled_from(fields), label="field")
    value = data.draw(st.sampled_from(others(run, at, field)), label="value")
    with pytest.raises(ReplayError):
        replay(alter(run, at, field, value))


WITNESSED = ("points", "association", "rank", "percentile", "list", "score", "refusals")


@settings(QUIETLY, max_examples=20)
@given(data=st.data())
def test_altering_any_citizen_is_noticed(run: Run, data: st.DataObject) -> None:
    names = [n for n in run.citizens.columns if n.startswith(WITNESSED)]
    name = data.draw(st.sampled_from(names), label="column")
    people = pl.col("scored_from") <= run.weeks if name == "scored_from" else pl.lit(value=True)
    some = run.citizens.filter(people)["citizen"].to_list()
    who = data.draw(st.sampled_from(some), label="citizen")
    with pytest.raises(ReplayError):
        replay(changed(run, "citizens", name, who))


MEASURES = (
    "tier-moves",
    "score-decile",
    "rank-comparison",
    "rank-moves",
    "barred",
    "acts",
    "score",
)


@settings(QUIETLY, max_examples=30)
@given(data=st.data())
def test_altering_any_determined_measure_is_noticed(run: Run, data: st.DataObject) -> None:
    named = data.draw(st.sampled_from(["", *MEASURES]), label="measure")
    told = is_told(run) & (pl.col("measure") == named if named else pl.lit(value=True))
    cells = run.measures.select(told).to_series().arg_true()
    at = int(cells[data.draw(st.integers(0, cells.len() - 1), label="cell")])
    column = data.draw(st.sampled_from(["value", "n"]), label="column")
    with pytest.raises(ReplayError):
        replay(changed(run, "measures", column, at))


@pytest.mark.parametrize(
    ("values", "points"),
    [(QUICK, 20_000), (LOW_TIES, -2_550), (BAYES, 1)],
    ids=["mean", "low", "bayes"],
)
def test_terms_that_no_ties_make_are_noticed(values: Values, points: int, tmp_path: Path) -> None:
    run = read_run(make(tmp_path / "run", 300, 20, values=values, habits=MANY_ACTS))
    rows = (run.ledger["kind"] == "association").arg_true()
    assert rows.len() > 50
    for at in rows[:10]:
        with pytest.raises(ReplayError, match="a term of ties"):
            replay(alter(run, at, "points", points))


def test_ages_are_told_whole_years_before_the_end(tmp_path: Path) -> None:
    run = read_run(make(tmp_path / "run", 300, 60, values=QUICK, habits=MANY_ACTS))
    listed = (pl.col("measure") == "listed") & (pl.col("week") == 60 - 52)
    one, other = ((pl.col("cell") == band).cast(pl.Int64) for band in ("adult", "middle"))
    moved = pl.when(listed & (pl.col("split") == "age")).then(one - other).otherwise(0)
    measures = run.measures.with_columns(value=pl.col("value") + moved)
    assert measures["value"].sum() == run.measures["value"].sum()
    with pytest.raises(ReplayError, match="week 8, measure listed of age adult"):
        replay(dataclasses.replace(run, measures=measures))
