"""What the machine could do at best with the work that a week cannot avoid.

For each citizen-week: 64 bytes of state read and written, and ten gathers of a tie's word (five
from the same sixteen, three from the same cell, two from anywhere). For each candidate: one Philox
block and one row of a table. Nothing is decided, nothing kept.
"""

import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numba import njit
from numpy.typing import NDArray

from upstanding.clockwork.dice import U64, key_of, philox

BLOCK = 8_192
ROWS = 4_096
REPEATS = 20
SHARE = 1024
"""Candidates of a citizen-week are told in 1,024ths."""


@njit(nogil=True)
def _touch(
    state: NDArray[np.uint64],
    board: NDArray[np.uint64],
    table: NDArray[np.uint64],
    first: int,
    end: int,
    week: int,
    candidates: int,
    k0: np.uint64,
    k1: np.uint64,
) -> None:
    citizens = U64(board.shape[0])
    for i in range(first, end):
        total = U64(0)
        for k in range(i * candidates // SHARE, (i + 1) * candidates // SHARE):
            word, row, _, _ = philox(U64(i), U64(k), U64(week), U64(2), k0, k1)
            total += table[row % U64(ROWS), word & U64(7)]
        for tie in range(5):
            total += board[i & ~15 | (i + tie + 1) & 15]
        for tie in range(3):
            total += board[i & ~511 | (i * 5 + tie * 97 + 1) & 511]
        for tie in range(2):
            far = (U64(i) * U64(0x9E3779B97F4A7C15) + U64(tie)) >> U64(32)
            total += board[far * citizens >> U64(32)]
        for column in range(8):
            state[column, i] += total


def citizen_weeks_a_second(citizens: int, threads: int, candidates: float) -> float:
    """Return the best of some repeats of a week over all citizens, whole cells of 512.

    `candidates` is how many a citizen has in a week.
    """
    each = round(candidates * SHARE)
    citizens -= citizens % 512
    state = np.zeros((8, citizens), np.uint64)
    board = np.arange(citizens, dtype=np.uint64)
    table = np.zeros((ROWS, 8), np.uint64)
    k0, k1 = key_of(1)
    blocks = [(first, min(first + BLOCK, citizens)) for first in range(0, citizens, BLOCK)]
    _touch(state, board, table, 0, 1, 0, each, k0, k1)
    best = float("inf")
    with ThreadPoolExecutor(threads) as pool:
        for week in range(REPEATS):
            began = time.perf_counter()
            work = [
                pool.submit(_touch, state, board, table, first, end, week, each, k0, k1)
                for first, end in blocks
            ]
            for part in work:
                part.result()
            best = min(best, time.perf_counter() - began)
    return citizens / best
