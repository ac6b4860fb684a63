"""Addressed draws: every random number has an address and can be had again at any time.

The generator is Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as
easy as 1, 2, 3"), whose published vectors are tests. The key is the seed; the counter words are

    (citizen, act hash or other citizen, week << 20 | index, purpose hash).

There is no count and no state: adding a citizen, an act, a week or a rule moves no other draw.
Each block gives four 32-bit words. All words travel as uint64 that hold 32 bits, so that products
need no casts and compile to vector code.
"""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.kernel import entry, inlined, kernel

U64 = np.uint64
_M0, _M1 = U64(0xD2511F53), U64(0xCD9E8D57)
_W0, _W1 = U64(0x9E3779B9), U64(0xBB67AE85)
_LOW, _HALF = U64(0xFFFFFFFF), U64(32)
CERTAIN = U64(1 << 32)
"""The threshold that every draw is under."""
WEEKS = 1 << 12
INDEXES = 1 << 20

Word = np.uint64
Block = tuple[Word, Word, Word, Word]


@lru_cache(maxsize=4096)
def address(name: str) -> int:
    """Return the 32-bit hash of a purpose ("mechanism/what") or of the name of an act.

    It is the first four bytes, little-endian, of BLAKE2s of the name in UTF-8.
    """
    return int.from_bytes(hashlib.blake2s(name.encode()).digest()[:4], "little")


def key_of(seed: int) -> tuple[Word, Word]:
    """Return the key: the seed's low and high words. The seed is a 64-bit unsigned integer."""
    return U64(seed & 0xFFFFFFFF), U64(seed >> 32)


whole: Callable[[Any], int] = np.int64  # type: ignore[assignment]
"""A number as a signed 64-bit integer: unsigned and signed do not mix."""


@inlined
def philox(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> Block:
    """Return the four words at an address: Philox4x32 with ten rounds."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0 = (p1 >> _HALF) ^ c1 ^ k0
        c2 = (p0 >> _HALF) ^ c3 ^ k1
        c1 = p1 & _LOW
        c3 = p0 & _LOW
        k0 = (k0 + _W0) & _LOW
        k1 = (k1 + _W1) & _LOW
    return c0, c1, c2, c3


@inlined
def both(a: Word, b: Word) -> Word:
    """Return the threshold of two independent events together: the product, rounded down."""
    return a if b == CERTAIN else (a * b) >> _HALF


@inlined
def below(u: Word, n: Word) -> Word:
    """Return the uniform integer in [0, n) that the word `u` stands for."""
    return (u * n) >> _HALF


@inlined
def when(week: int, index: int) -> Word:
    """Return the counter word of a week and an index: week << 20 | index."""
    return U64((whole(week) << 20) | whole(index))


@entry
def block(c0: Word, c1: Word, c2: Word, c3: Word, k0: Word, k1: Word) -> Block:
    """Return the four words at one address; what the reference and the tests call."""
    return philox(c0, c1, c2, c3, k0, k1)


@kernel
def fill(
    words: NDArray[np.uint32], first: Word, c1: Word, c2: Word, c3: Word, key: tuple[Word, Word]
) -> None:
    """Fill `words` (cells, 4, 32) with blocks whose first counter words are `first`, `first` + 1...

    Read as bytes of a little-endian machine they are one byte for each of 512 neighbours a cell:
    the one at place c has byte c & 3 of word c >> 7 of the cell's block (c >> 2) & 31.
    """
    for cell in range(words.shape[0]):
        plane = words[cell]
        _neighbours(first + U64(32 * cell), c1, c2, c3, key, plane[0], plane[1], plane[2], plane[3])


@kernel
def _neighbours(
    first: Word,
    c1: Word,
    c2: Word,
    c3: Word,
    key: tuple[Word, Word],
    w0: NDArray[np.uint32],
    w1: NDArray[np.uint32],
    w2: NDArray[np.uint32],
    w3: NDArray[np.uint32],
) -> None:
    k0, k1 = key
    for i in range(w0.shape[0]):
        one, two, three, four = philox(first + U64(i), c1, c2, c3, k0, k1)
        w0[i] = one
        w1[i] = two
        w2[i] = three
        w3[i] = four


@entry
def fill_blocks(
    counters: Annotated[NDArray[np.uint32], 2],
    key: tuple[Word, Word],
    words: Annotated[NDArray[np.uint32], 2],
) -> None:
    """Fill `words` (4, n) with the blocks at `counters` (4, n), which vectorises."""
    _blocks(
        counters[0],
        counters[1],
        counters[2],
        counters[3],
        key,
        words[0],
        words[1],
        words[2],
        words[3],
    )


@kernel
def _blocks(
    c0: NDArray[np.uint32],
    c1: NDArray[np.uint32],
    c2: NDArray[np.uint32],
    c3: NDArray[np.uint32],
    key: tuple[Word, Word],
    w0: NDArray[np.uint32],
    w1: NDArray[np.uint32],
    w2: NDArray[np.uint32],
    w3: NDArray[np.uint32],
) -> None:
    k0, k1 = key
    for i in range(c0.shape[0]):
        one, two, three, four = philox(U64(c0[i]), U64(c1[i]), U64(c2[i]), U64(c3[i]), k0, k1)
        w0[i] = one
        w1[i] = two
        w2[i] = three
        w3[i] = four
