"""A replay fails when any row is dropped, and when any field that it can check is altered."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replay import ReplayError, Run, read_run, replay
from replay.alterations import alter, changed, drop, is_pinned, others
from replay.reading import KINDS
from replay.samples import MANY_ACTS, QUICK, make
from replay.totals import BEYOND

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


def row_of_some_kind(data: st.DataObject, run: Run) -> int:
    """Draw a row; rare kinds are drawn as often as others."""
    kind = data.draw(st.sampled_from(KINDS), label="kind")
    rows = (run.ledger["kind"] == kind).arg_true()
    return int(rows[data.draw(st.integers(0, rows.len() - 1), label="row of the kind")])


@settings(QUIETLY, max_examples=30)
@given(data=st.data())
def test_dropping_any_row_is_noticed(run: Run, data: st.DataObject) -> None:
    with pytest.raises(ReplayError):
        replay(drop(run, row_of_some_kind(data, run)))


@settings(QUIETLY, max_examples=100)
@given(data=st.data())
def test_altering_any_field_is_noticed(run: Run, data: st.DataObject) -> None:
    at = row_of_some_kind(data, run)
    fields = [f for f in run.ledger.columns if is_pinned(run, at, f) and others(run, at, f)]
    field = data.draw(st.sampled_from(fields), label="field")
    value = data.draw(st.sampled_from(others(run, at, field)), label="value")
    with pytest.raises(ReplayError):
        replay(alter(run, at, field, value))


@settings(QUIETLY, max_examples=10)
@given(data=st.data())
def test_altering_any_citizen_is_noticed(run: Run, data: st.DataObject) -> None:
    names = [n for n in run.citizens.columns if n.startswith(("points", "list", "score", "ref"))]
    name = data.draw(st.sampled_from(names), label="column")
    people = pl.col("scored_from") <= run.weeks if name == "scored_from" else pl.lit(value=True)
    some = run.citizens.filter(people)["citizen"].to_list()
    who = data.draw(st.sampled_from(some), label="citizen")
    with pytest.raises(ReplayError):
        replay(changed(run, "citizens", name, who))


@settings(QUIETLY, max_examples=10)
@given(data=st.data())
def test_altering_any_determined_measure_is_noticed(run: Run, data: st.DataObject) -> None:
    cells = (~run.measures["measure"].is_in(BEYOND)).arg_true()
    at = int(cells[data.draw(st.integers(0, cells.len() - 1), label="cell")])
    column = data.draw(st.sampled_from(["value", "n"]), label="column")
    with pytest.raises(ReplayError):
        replay(changed(run, "measures", column, at))
