"""What is remembered within a process: by content, and in copies."""

from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from upstanding import InputError, Scheme, Society
from upstanding.documents.shelf import LIBRARY
from upstanding.engine.tables import hash_of
from upstanding.engine.world import build_world
from upstanding.remembered import ByText, remembered


@pytest.fixture
def scheme_file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text((LIBRARY / "schemes" / "common.toml").read_text())
    return path


def test_it_is_made_once_for_equal_arguments() -> None:
    asked = []

    @remembered(2)
    def squares(most: ByText[int]) -> list[int]:
        asked.append(most.value)
        return [n * n for n in range(most.value)]

    first = squares(ByText(3, "3"))
    first.append(99)
    assert squares(ByText(3, "3")) == [0, 1, 4]
    assert asked == [3]
    for number in (4, 5, 3):
        squares(ByText(number, str(number)))
    assert asked == [3, 4, 5, 3]


def test_a_changed_file_is_seen(scheme_file: Path) -> None:
    before = Scheme.load(scheme_file)
    scheme_file.write_text(scheme_file.read_text().replace("points   = -5", "points   = -6"))
    after = Scheme.load(scheme_file)
    assert before.file.rule["doing-ill"].points == Decimal(-5)
    assert after.file.rule["doing-ill"].points == Decimal(-6)


def test_a_changed_file_below_is_seen(
    scheme_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("upstanding.documents.shelf.LIBRARY", tmp_path)
    (tmp_path / "schemes").mkdir()
    base = scheme_file.rename(tmp_path / "schemes" / "base.toml")
    top = tmp_path / "top.toml"
    top.write_text('name = "top"\ntitle = "Top"\nstatus = "invented"\nextends = "base"\n')
    assert Scheme.load(top).file.rule["doing-ill"].points == Decimal(-5)
    base.write_text(base.read_text().replace("points   = -5", "points   = -6"))
    assert Scheme.load(top).file.rule["doing-ill"].points == Decimal(-6)


def test_a_fault_is_told_each_time(scheme_file: Path) -> None:
    scheme_file.write_text(scheme_file.read_text() + "\n[nonsense]\n")
    for _ in range(2):
        with pytest.raises(InputError, match="nonsense"):
            Scheme.load(scheme_file)


def test_what_a_caller_does_to_a_document_is_hers() -> None:
    mine = Society.load("common")
    mine.tree["act"].clear()
    mine.file.act.clear()
    assert Society.load("common").tree["act"]
    assert Society.load("common").file.act


def test_what_is_done_to_tables_is_not_remembered() -> None:
    scheme, society = Scheme.load("common").file, Society.load("common").file
    tables = build_world(scheme, society, 512, 1).tables
    before = hash_of(tables)
    tables.scoring.points[...] = np.arange(tables.scoring.points.size)
    again = build_world(scheme, society, 512, 2).tables
    assert hash_of(again) == before
    assert all(column.flags.writeable and column.flags.c_contiguous for column in again.conduct)


def test_tables_follow_values_and_whether_rows_are_kept() -> None:
    scheme, society = Scheme.load("common"), Society.load("common")
    other = scheme.with_values({"rule.doing-ill.points": -6})
    built = [
        build_world(rules.file, society.file, 512, 1, written=written).tables
        for rules, written in ((scheme, True), (other, True), (scheme, False))
    ]
    assert len({hash_of(tables) for tables in built}) == 3
