"""Compiling what is missing: people see it, nobody waits for what is there, all cores work."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from upstanding.clockwork import cache, dice, workshop
from upstanding.clockwork.kernel import Entry
from upstanding.clockwork.workshop import Compiling, compile_missing, telling
from upstanding.engine import order
from upstanding.mechanisms import ranking

MODULE = "upstanding.engine.simulate"


def halved(number: int) -> object:
    """What no kernel may do."""
    return number / 2


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Entry]]:
    """A few small entries, none of which is in the cache."""
    monkeypatch.setenv("UPSTANDING_CACHE", str(tmp_path))
    names = [order.stay, order.row, ranking.count, dice.block]
    yield [Entry(entry.py_func) for entry in names]  # type: ignore[attr-defined]
    del workshop.ENTRIES[-len(names) :]


def told(entries: list[Entry]) -> list[Compiling]:
    states: list[Compiling] = []
    with telling(states.append):
        compile_missing(entries, MODULE)
    return states


def test_it_says_so_before_and_after_and_then_no_more(entries: list[Entry], tmp_path: Path) -> None:
    first, *_, last = told(entries)
    assert str(first) == f"compiling the engine, once: {first.total} kernels, into {tmp_path}"
    assert str(last).startswith(f"compiled the engine: {first.total} kernels in ")
    assert all(entry.is_kept() for entry in entries)
    assert not told(entries)


def test_processes_do_it_where_there_is_much(
    entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "FEW", 0)
    monkeypatch.setattr(workshop.os, "cpu_count", lambda: 2)
    states = told(entries)
    assert len(list(tmp_path.rglob("*.kernel"))) == len(entries)
    assert [state.done for state in states] == sorted(state.done for state in states)
    assert states[-1].done == states[-1].total
    # This process has compiled nothing: it finds all of it.
    assert not any("compiled" in vars(entry) for entry in entries)


@pytest.mark.parametrize("fault", ["no such module", "no such program"])
def test_what_processes_do_not_come_to_is_compiled_here(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(workshop, "FEW", 0)
    if fault == "no such program":
        monkeypatch.setattr(workshop.sys, "executable", "/no/such/program")
    states: list[Compiling] = []
    with telling(states.append):
        compile_missing(entries, "upstanding.no_such_module")
    assert states[-1].done == states[-1].total
    assert all("compiled" in vars(entry) and entry.is_kept() for entry in entries)


def test_what_cannot_be_compiled_says_so(
    entries: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workshop, "FEW", 0)
    broken = Entry(halved)
    try:
        with telling(None), pytest.raises(FloatingPointError):
            compile_missing([broken], MODULE)
    finally:
        workshop.ENTRIES.remove(broken)


def test_it_says_when_nothing_can_be_kept(
    entries: list[Entry], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("UPSTANDING_CACHE", str(tmp_path / "file"))
    assert not cache.can_keep()
    first, *_ = told(entries[:1])
    assert f"anew: nothing can be kept in {tmp_path / 'file'}" in str(first)


def test_how_long_it_will_take_is_said_once_there_is_something_to_go_by() -> None:
    assert "left" not in str(Compiling(9, 100, 5, kept=True))
    assert str(Compiling(20, 100, 5, kept=True)) == (
        "compiling the engine: 20 of 100, about 20 s left"
    )


def test_a_run_says_it_in_plain_lines_where_there_is_no_terminal(tmp_path: Path) -> None:
    code = (
        "from upstanding.progress import watching\n"
        "from upstanding.clockwork.workshop import compile_missing\n"
        "from upstanding.engine import order\n"
        "with watching('a run', 1, 1, quiet={}):\n"
        "    compile_missing([order.row], 'upstanding.engine.order')\n"
    )
    for quiet, lines in ((True, 0), (False, 2)):
        child = subprocess.run(
            [sys.executable, "-c", code.format(quiet)],
            env={"UPSTANDING_CACHE": str(tmp_path / str(quiet))},
            capture_output=True,
            text=True,
            check=True,
        )
        assert len(child.stderr.splitlines()) == lines, child.stderr
        assert not child.stdout
