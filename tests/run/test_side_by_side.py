"""Schemes side by side: the same lives, the same units, differences from the first."""

import polars as pl
import pytest

from upstanding.errors import InputError
from upstanding.run import Run, simulate
from upstanding.side_by_side import SideBySide, side_by_side
from upstanding.society import Society
from upstanding.words import PICTURE

PEOPLE, WEEKS = 4000, 52
SCHEMES = ("baseline", "court-list", "essay")


@pytest.fixture(scope="module")
def runs(tmp_path_factory) -> list[Run]:
    folder = tmp_path_factory.mktemp("runs")
    return [
        simulate(scheme, citizens=PEOPLE, weeks=WEEKS, seed=3, ledger="off", out=folder / scheme)
        for scheme in SCHEMES
    ]


@pytest.fixture(scope="module")
def beside(runs: list[Run]) -> SideBySide:
    return side_by_side(runs)


def told(beside: SideBySide, what: str) -> tuple[float | None, ...]:
    (line,) = [line for line in beside.lines if line.what == what]
    return line.values


def acts(run: Run) -> dict[str, int]:
    rows = run.long.filter(pl.col("measure") == "acts", pl.col("split") == "act")
    return dict(rows.group_by("cell").agg(pl.col("value").sum()).iter_rows())


def test_benefits_are_what_differs_from_the_first(runs: list[Run], beside: SideBySide) -> None:
    society = Society.load("china").file
    law, _, essay = map(acts, runs)
    harmful = [name for name, act in society.act.items() if act.harms]
    prevented = sum(law[name] - essay[name] for name in harmful) / PEOPLE * 1000
    assert prevented > 100
    values = told(beside, "harmful acts prevented")
    assert values[:2] == (None, 0)
    assert values[2] == pytest.approx(prevented)
    civic = [name for name, act in society.act.items() if act.kind == "civic"]
    added = sum(essay[name] - law[name] for name in civic) / PEOPLE * 1000
    assert added > 100
    assert told(beside, "civic acts added")[2] == pytest.approx(added)


def test_harms_are_counted_in_the_same_unit(runs: list[Run], beside: SideBySide) -> None:
    for at, run in enumerate(runs):
        rows = run.long.filter(pl.col("measure") == "denials", pl.col("split") == "service")
        refused = rows["value"].sum() / PEOPLE * 1000
        assert told(beside, "attempts refused")[at] == pytest.approx(refused)
        lists = [name for name in run.citizens.columns if name.startswith("list.")]
        listed = run.citizens.filter(pl.any_horizontal(*lists)).height if lists else 0
        assert told(beside, "on a list")[at] == pytest.approx(listed / PEOPLE * 1000)
        scored = run.citizens["score"].count()
        assert told(beside, "with a score")[at] == pytest.approx(scored / PEOPLE * 1000)
    assert told(beside, "attempts refused")[1:] > (0, 0)


def test_a_right_given_up_is_not_made_good_by_praise(runs: list[Run], beside: SideBySide) -> None:
    """What a scheme adds to one protected act does not make up for what it takes from another."""
    society = Society.load("china").file
    law, _, essay = map(acts, runs)
    protected = [name for name, act in society.act.items() if act.protects]
    assert essay["praise-of-the-state"] > law["praise-of-the-state"]
    lost = sum(max(law[name] - essay[name], 0) for name in protected) / PEOPLE * 1000
    values = told(beside, "acts that exercise a right given up")
    assert values[0] is None
    assert values[2] == pytest.approx(lost)


def test_the_text_fits_a_screen_and_marks_the_essay(beside: SideBySide) -> None:
    lines = str(beside).splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) < 40
    (marked,) = [line for line in lines if PICTURE in line]
    assert marked.endswith(PICTURE)
    assert "In this model" in str(beside)
    assert beside.to_dict()["essay"]["picture"] == PICTURE
    assert beside.to_dict()["court-list"]["picture"] is None


def test_other_lives_are_refused(runs: list[Run], tmp_path) -> None:
    other = simulate("essay", citizens=600, weeks=2, seed=4, ledger="off", out=tmp_path / "a")
    with pytest.raises(InputError) as wrong:
        side_by_side([runs[0], other])
    told = str(wrong.value)
    for what in ("a seed", "a number of people", "a number of weeks"):
        assert f"{what} other than that of baseline" in told
    assert "a society other" not in told
