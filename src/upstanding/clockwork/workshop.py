"""Compiling what is missing before it is asked for: by all cores, and so that people see it.

Entries hang on nothing but sources and declared types, so that each can be compiled by a process
of its own. A process is given the next entry, the largest first, until none is left; it says when a
kernel is compiled, and leaves machine code in the cache. Where nothing can be kept, this process
compiles all by itself.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from numba.core import event

from upstanding.clockwork.cache import cache_root, can_keep, sweep
from upstanding.clockwork.kernel import ENTRIES, Entry, Kernel

_SOURCES, _PACKAGE = Path(__file__).resolve().parents[2], __name__.partition(".")[0]
FEW = 12
"""So few kernels are compiled here: a process of their own would take as long to start."""


@dataclass(frozen=True)
class Compiling:
    """How far it is."""

    done: int
    total: int
    """Kernels."""
    seconds: float
    """Since it began."""
    kept: bool
    """Whether the machine code can be kept for the next run."""

    @property
    def seconds_left(self) -> float | None:
        """About how long it will take, once a tenth is done."""
        if self.done * 10 < self.total:
            return None
        return self.seconds * (self.total - self.done) / self.done

    def __str__(self) -> str:
        """Return it as one line."""
        if self.done == 0:
            folder = f", into {cache_root()}" if self.kept else ""
            once = "once" if self.kept else f"anew: nothing can be kept in {cache_root()}"
            return f"compiling the engine, {once}: {self.total} kernels{folder}"
        if self.done == self.total:
            return f"compiled the engine: {self.total} kernels in {self.seconds:.0f} s"
        left = self.seconds_left
        about = "" if left is None else f", about {left:.0f} s left"
        return f"compiling the engine: {self.done} of {self.total}{about}"


Tell = Callable[[Compiling], None]


def _say_plainly(state: Compiling) -> None:
    """Say that it begins, and that it has ended."""
    if state.done in {0, state.total} and sys.stderr is not None:
        print(state, file=sys.stderr)


_told: list[Tell | None] = [_say_plainly]


@contextmanager
def telling(tell: Tell | None) -> Iterator[None]:
    """Tell somebody how compiling goes, or nobody; without it, two lines go to standard error."""
    _told.append(tell)
    try:
        yield
    finally:
        _told.remove(tell)


def compile_missing(entries: Iterable[Entry], module: str) -> None:
    """Compile the entries whose machine code is not in the cache.

    `module` imports all of them. Whom `telling` names is told before it begins, as it goes, and at
    the end, and nothing at all if nothing is missing.
    """
    tell = _told[-1]
    missing = [entry for entry in entries if not entry.is_kept()]
    if not missing:
        return
    missing.sort(key=lambda entry: -entry.weight)
    total = len(set[Kernel]().union(*(entry.reach() for entry in missing)))
    began, kept = time.perf_counter(), can_keep()

    def say(done: int) -> None:
        if tell:
            tell(Compiling(min(done, total), total, time.perf_counter() - began, kept))

    say(0)
    if kept and total > FEW and (os.cpu_count() or 1) > 1:
        sweep()
        _by_processes(missing, module, total, say)
        # What a process did not come to, or could not write, is compiled here, or fails here.
        missing = [entry for entry in missing if not entry.is_kept()]
    _here(missing, total, say)
    say(total)


def _here(missing: list[Entry], total: int, say: Callable[[int], None]) -> None:
    done = set[str]()

    def note(name: str) -> None:
        done.add(name)
        say(min(len(done), total - 1))

    with event.install_listener("numba:compile", _Listener(note)):
        for entry in missing:
            _ = entry.compiled


class _Listener(event.Listener):
    """Tells of each kernel that Numba has compiled, and of nothing else that it compiles."""

    def __init__(self, note: Callable[[str], None]) -> None:
        self._note = note

    def on_start(self, event: Any) -> None:
        """Nothing yet."""

    def on_end(self, event: Any) -> None:
        """Say its name."""
        function = event.data["dispatcher"].py_func
        if function.__module__.startswith(_PACKAGE):
            self._note(f"{function.__module__}.{function.__qualname__}")


def _by_processes(
    missing: list[Entry], module: str, total: int, say: Callable[[int], None]
) -> None:
    """Hand out entries to a process a core, and count what they say."""
    todo, said = SimpleQueue[Entry | None](), SimpleQueue[str | None]()
    count = min(os.cpu_count() or 1, len(missing))
    for entry in [*missing, *[None] * count]:
        todo.put(entry)
    for _ in range(count):
        Thread(target=_keep_busy, args=(module, todo, said), daemon=True).start()
    working, done = count, set[str]()
    while working:
        word = said.get()
        if word is None:
            working -= 1
        elif word not in done:
            done.add(word)
            say(min(len(done), total - 1))


def _keep_busy(
    module: str, todo: "SimpleQueue[Entry | None]", said: "SimpleQueue[str | None]"
) -> None:
    """Have a process compile; say that it is done, however it ends."""
    try:
        with suppress(OSError):
            _give_out(module, todo, said)
    finally:
        said.put(None)


def _give_out(
    module: str, todo: "SimpleQueue[Entry | None]", said: "SimpleQueue[str | None]"
) -> None:
    """Give a process one entry after the other; pass on the names of the kernels that it compiles.

    It may end early, or not begin.
    """
    code = f"import {module}\nfrom upstanding.clockwork.workshop import work\nwork()"
    path = os.pathsep.join([str(_SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])])
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONPATH": path},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            while (entry := todo.get()) is not None:
                process.stdin.write(f"{entry.name}\n")
                process.stdin.flush()
                for line in iter(process.stdout.readline, ""):
                    if line == "\n":
                        break
                    said.put(line)
                else:
                    break
        finally:
            process.kill()


def work() -> None:
    """Compile the entries that standard input names, a line each; it is what a process runs.

    Print a line for each kernel, and an empty one after each entry.
    """
    by_name = {entry.name: entry for entry in ENTRIES}
    with event.install_listener("numba:compile", _Listener(lambda name: print(name, flush=True))):
        for line in sys.stdin:
            _ = by_name[line.strip()].compiled
            print(flush=True)
