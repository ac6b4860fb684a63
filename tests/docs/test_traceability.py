"""The traceability page: its rows name clauses of the scheme, its commands find something."""

import json
import re
import shlex
from decimal import Decimal
from pathlib import Path

import pytest

import upstanding as up
from upstanding.cases import CASES
from upstanding.cli import main
from upstanding.clockwork.names import MECHANISMS
from upstanding.run import Run
from upstanding.scheme.scheme import Scheme
from upstanding.society.society import Society

PAGE = Path(__file__).parents[2] / "docs" / "traceability.md"
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.read_text("utf-8").splitlines()
    if line.startswith("| E")
]
TOLD = {"breach.state.theft": Decimal("0.9"), "pooling.capacity": Decimal("0.05")}
"""What the page sets."""
RARE = {"friends"}
"""What befalls one in a hundred thousand: ties pull up whoever stands low enough to be barred."""
BESIDE = {"equality", "but-for"}
"""What is no mechanism: how measures are read."""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The essay's scheme on a small town, long enough for everybody to be enrolled."""
    folder = tmp_path_factory.mktemp("town") / "run"
    scheme = Scheme.load("essay").with_values(TOLD)
    return up.simulate(scheme, society="town", citizens=12_288, weeks=130, seed=1, out=folder)


def said(capsys: pytest.CaptureFixture[str], *call: str) -> str:
    """Return what a call of the command line printed."""
    with pytest.raises(SystemExit) as left:
        main(list(call))
    assert not left.value.code
    return capsys.readouterr().out


def test_every_row_of_the_essay_but_the_game_is_there() -> None:
    assert [row[0] for row in ROWS] == [f"E{n}" for n in range(1, 38) if n != 36]


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_mechanisms_and_clauses_are_those_that_there_are(row: list[str]) -> None:
    assert set(row[2].split(", ")) <= {*MECHANISMS, *BESIDE}
    keys = [clause.key for clause in Scheme.load("essay").clauses()]
    society = Society.load("town").file
    for said in re.findall(r"(society )?`([^`]+)`", row[3]):
        place, clause = said
        if place:
            table, name = clause.split(".")
            assert name in getattr(society, table)
        else:
            pattern = re.escape(clause).replace(r"\*", "[^.]+")
            assert any(re.match(rf"{pattern}(\.|$)", key) for key in keys), clause


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_its_command_finds_something(
    row: list[str], town: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    program, *call = shlex.split(row[4].strip("`").replace("RUN", str(town.folder)))
    assert program == "upstanding"
    found = json.loads(said(capsys, *call, "--json"))
    if call[0] == "rows":
        assert found["rows"] > 0
    elif call[0] == "measures":
        assert sum(cell["sum"] for cell in found) > 0
    else:
        assert None not in found["cases"].values()


@pytest.mark.parametrize("name", sorted(CASES.keys() - RARE))
def test_every_case_befalls_somebody_and_is_told(
    name: str, town: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(capsys, "cases", str(town.folder), "--case", name)
    print(told)
    assert "nobody in this run" not in told
    assert "In this model of synthetic people, under `essay`, the essay's picture: citizen" in told


def test_who_is_flagged_for_lawful_conduct_is_told_in_aggregate(
    town: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    pool = json.loads(said(capsys, "cases", str(town.folder), "--json"))["pool"]
    assert pool["on-the-focus-list"] > 0
    assert "citizen" not in pool
