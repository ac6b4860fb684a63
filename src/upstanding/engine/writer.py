"""Work on files that is done behind the weeks, by a thread of its own."""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

Work = Callable[[], None]


class Writer:
    """Does one piece of work after the other; one may wait besides that in hand.

    Once one has failed, none is done any more: a checkpoint must not name a file that is not there.
    Leaving the context waits for all; with an error, only for what is in hand.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "writer")
        self._left: deque[Future[None]] = deque()
        self._failed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            self._thread.shutdown(cancel_futures=True)

    def put(self, work: Work) -> None:
        """Have some work done after all that was put before."""
        self._left.append(self._thread.submit(self._do, work))

    def check(self) -> None:
        """Raise the error of what is done, if there was one."""
        while self._left and self._left[0].done():
            self._left.popleft().result()

    def wait(self, left: int = 0) -> None:
        """Wait until no more than so many are in hand or wait; raise the error of one of them."""
        while len(self._left) > left:
            self._left.popleft().result()

    def _do(self, work: Work) -> None:
        if self._failed:
            return
        try:
            work()
        except BaseException:
            self._failed = True
            raise
