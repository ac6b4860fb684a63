"""What is written behind the weeks: in order, nothing after an error, and nobody waits for ever."""

import threading
from collections import deque
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from upstanding.engine import files
from upstanding.engine.files import slices_of_rows
from upstanding.engine.writer import Writer
from upstanding.mechanisms.rows import ENTRY


class BrokenError(Exception):
    pass


def broken() -> None:
    raise BrokenError


def test_work_is_done_in_order_by_one_other_thread() -> None:
    done: list[tuple[int, int]] = []

    def work(number: int) -> Callable[[], None]:
        return lambda: done.append((number, threading.get_ident()))

    with Writer() as writer:
        for number in range(50):
            writer.put(work(number))
    assert [number for number, _ in done] == [*range(50)]
    assert {thread for _, thread in done}.isdisjoint({threading.get_ident()})
    assert len({thread for _, thread in done}) == 1


def test_as_much_as_is_asked_for_may_be_left() -> None:
    gates = {"first": threading.Event(), "second": threading.Event()}
    done: list[str] = []

    def work(name: str) -> None:
        gates[name].wait(10)
        done.append(name)

    with Writer() as writer:
        for name in gates:
            writer.put(partial(work, name))
        gates["first"].set()
        writer.wait(left=1)
        assert done == ["first"]
        gates["second"].set()
    assert done == ["first", "second"]


def test_nothing_is_done_after_an_error_which_is_told_at_once() -> None:
    done: list[str] = []
    gate = threading.Event()

    def late() -> None:
        gate.wait(10)
        broken()

    def run() -> None:
        with Writer() as writer:
            writer.put(late)
            writer.put(lambda: done.append("after it"))
            writer.check()
            gate.set()
            while True:
                writer.check()

    with pytest.raises(BrokenError):
        run()
    assert done == []


def test_an_error_at_the_end_is_told() -> None:
    with pytest.raises(BrokenError), Writer() as writer:
        writer.put(broken)


def test_an_interrupted_run_waits_only_for_what_is_in_hand() -> None:
    done: list[str] = []
    begun, end = threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        end.wait(10)
        done.append("in hand")

    def run() -> None:
        with Writer() as writer:
            writer.put(work)
            writer.put(lambda: done.append("waiting"))
            begun.wait(10)
            threading.Timer(0.1, end.set).start()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert done == ["in hand"]


@pytest.mark.parametrize("counts", [(), (0,), (7,), (99, 1), (100,), (3, 0, 250, 47), (30,) * 11])
def test_rows_in_slices(counts: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SLICE", 100)
    rows = np.zeros(sum(counts), ENTRY)
    rows["subject"], rows["truth"] = np.arange(rows.size), np.arange(rows.size) % 3
    tables = deque(np.split(rows, np.cumsum(counts)[:-1])) if counts else deque()
    pieces = list(slices_of_rows(tables, ENTRY))
    assert not tables
    assert [len(piece) for piece in pieces[:-1]] == [100] * (len(pieces) - 1)
    assert 0 < len(pieces[-1]) <= 100 or len(pieces) == 1
    np.testing.assert_array_equal(np.concatenate(pieces), rows)
