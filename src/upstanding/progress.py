"""How far a run has come: a bar on a terminal, about ten plain lines elsewhere.

Both go to standard error. What draws bars is imported where there is a terminal to draw on.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from upstanding.clockwork.workshop import Compiling, Tell, telling

if TYPE_CHECKING:
    from rich.progress import Progress

LINES = 10
SECONDS = 5
"""Between two lines that tell of compiling."""
Watch = Callable[[int, int], None]
"""Called with the weeks closed and the rows written."""


class Pace:
    """How fast a run goes, measured from the first week that is reported."""

    def __init__(self, citizens: int, weeks: int) -> None:
        """Begin before the first week, which may include compiling."""
        self.citizens, self.weeks = citizens, weeks
        self.first: tuple[int, float] | None = None

    def words(self, closed: int) -> str:
        """Return rate and remaining time after a week."""
        now = time.perf_counter()
        if self.first is None:
            self.first = (closed, now)
        week, began = self.first
        if closed == week:
            return "citizen-weeks a second: not known yet"
        rate = (closed - week) / max(now - began, 1e-6)
        left = (self.weeks - closed) / rate
        return f"{rate * self.citizens:,.0f} citizen-weeks a second, {left:.0f} s left"


@contextmanager
def watching(
    name: str, citizens: int, weeks: int, *, quiet: bool, several: bool = False
) -> Iterator[Watch | None]:
    """Give what a simulation calls after each week; None with `quiet`.

    The rows of several runs are not told: they begin anew with each.
    """
    if quiet:
        with telling(None):
            yield None
    elif sys.stderr.isatty():
        with _bar(name, citizens, weeks) as watch:
            yield watch
    else:
        with telling(_compiling_lines()):
            yield _lines(name, citizens, weeks, several=several)


def _lines(name: str, citizens: int, weeks: int, *, several: bool) -> Watch:
    pace = Pace(citizens, weeks)

    def watch(closed: int, rows: int) -> None:
        words = pace.words(closed)
        if closed * LINES // weeks > (closed - 1) * LINES // weeks:
            written = "" if several else f"{rows:,} rows, "
            print(f"{name}: week {closed} of {weeks}, {written}{words}", file=sys.stderr)

    return watch


def _compiling_lines() -> Tell:
    """Return what tells of compiling in plain lines, one every few seconds."""
    said = 0.0

    def tell(state: Compiling) -> None:
        nonlocal said
        now = time.monotonic()
        if state.done in {0, state.total} or now - said >= SECONDS:
            said = now
            print(state, file=sys.stderr)

    return tell


@contextmanager
def _bar(name: str, citizens: int, weeks: int) -> Iterator[Watch]:
    pace = Pace(citizens, weeks)
    with _progress("weeks, {task.fields[pace]}") as progress:
        task = progress.add_task(name, total=weeks, pace="preparing")
        with telling(lambda state: progress.update(task, pace=str(state))):
            yield lambda closed, rows: progress.update(
                task, completed=closed, pace=pace.words(closed)
            )


def _progress(words: str) -> "Progress":
    """Return bars of how many of how many, and words."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(words),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


@contextmanager
def counting(name: str, number: int, *, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Give what is called after each of several runs: with how many are done, and of how many.

    None with `quiet`.
    """
    if quiet:
        with telling(None):
            yield None
    elif sys.stderr.isatty():
        with _progress("runs{task.fields[state]}") as progress:
            task = progress.add_task(name, total=number, state="")
            with telling(lambda state: progress.update(task, state=f", {state}")):
                yield lambda done, of: progress.update(task, completed=done, total=of, state="")
    else:
        with telling(_compiling_lines()):
            yield lambda done, of: print(f"{name}: {done} of {of} runs", file=sys.stderr)
