"""Dice: published vectors, addresses, and draws that know nothing of one another."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstanding.clockwork.dice import (
    CERTAIN,
    INDEXES,
    U64,
    WEEKS,
    address,
    below,
    block,
    both,
    fill,
    key_of,
    when,
)
from upstanding.clockwork.numbers import threshold

MANY = 20_000
"""Neighbouring addresses to a comparison."""
ERRORS = 4.5
"""Standard errors that a comparison may be off: some 3,000 are made, and 1 in 150,000 would be."""
ONES = 0xFFFFFFFF
AXES = ("citizen", "other", "index", "week", "purpose", "seed", "seed's high word")
words32 = st.integers(0, ONES)
thresholds = st.integers(0, 1 << 32)


def draw(c0=0, c1=0, c2=0, c3=0, k0=0, k1=0) -> tuple[int, ...]:
    return tuple(int(word) for word in block(*map(U64, (c0, c1, c2, c3, k0, k1))))


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
        ([ONES] * 4, [ONES] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
        (
            [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
            [0xA4093822, 0x299F31D0],
            [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
        ),
    ],
    ids=["zeros", "ones", "digits of pi"],
)
def test_the_published_vectors(counter, key, words) -> None:
    """Philox4x32-10, known answers of Random123."""
    assert list(draw(*counter, *key)) == words


def test_an_address_is_the_beginning_of_blake2s() -> None:
    """RFC 7693: BLAKE2s-256 of "abc" begins 50 8c 5e 8c; of nothing, 69 21 7a 30."""
    assert address("abc") == 0x8C5E8C50
    assert address("") == 0x307A2169


def test_addresses_never_change() -> None:
    """Every draw of every run hangs on them."""
    assert address("conduct/count") == 0x4C1E4B7A
    assert address("jaywalking") == 0x0DC22596


def test_a_seed_is_the_key() -> None:
    assert key_of(0) == (0, 0)
    assert key_of(1 << 32) == (0, 1)
    assert key_of(0x0123456789ABCDEF) == (0x89ABCDEF, 0x01234567)
    assert key_of((1 << 64) - 1) == (ONES, ONES)


def test_week_and_index_share_a_word_without_overlap() -> None:
    assert when(0, 0) == 0
    assert when(1, 0) == 1 << 20
    assert when(3, 5) == (3 << 20) | 5
    assert when(WEEKS - 1, INDEXES - 1) == ONES


@pytest.mark.parametrize("first", [0, 3, 2048])
def test_bytes_are_those_of_32_blocks_for_a_cell(first: int) -> None:
    words, key = np.empty((2, 4, 32), np.uint32), key_of(99)
    fill(words, U64(first), U64(7), U64(11), U64(13), key)
    for citizen, byte in enumerate(words.reshape(-1).view(np.uint8)):
        cell, place = divmod(citizen, 512)
        word = int(draw(first + 32 * cell + (place >> 2 & 31), 7, 11, 13, *key)[place >> 7])
        assert byte == word >> 8 * (place & 3) & 255


@given(words32)
def test_a_draw_is_never_under_0_and_always_under_certain(word: int) -> None:
    assert not U64(word) < U64(threshold(Decimal(0)))
    assert U64(word) < U64(threshold(Decimal(1))) == CERTAIN


@given(thresholds, thresholds)
def test_both_is_the_product_rounded_down(a: int, b: int) -> None:
    assert int(both(U64(a), U64(b))) == a * b >> 32


@given(thresholds)
def test_both_with_certain_and_never(a: int) -> None:
    for one, other in ((a, 1 << 32), (1 << 32, a)):
        assert both(U64(one), U64(other)) == a
    assert both(U64(a), U64(0)) == both(U64(0), U64(a)) == 0


@given(words32, st.integers(1, 1 << 32))
def test_below_is_the_word_s_share_of_n(word: int, n: int) -> None:
    assert int(below(U64(word), U64(n))) == word * n >> 32 < n


@given(st.integers(1, 5_000), st.data())
def test_below_gives_every_integer_its_share(n: int, data: st.DataObject) -> None:
    """Integer k belongs to the words from ceil(k 2^32 / n) on: shares differ by one word."""
    k = data.draw(st.integers(0, n - 1))
    first = -(-(k << 32) // n)
    after = -(-((k + 1) << 32) // n)
    assert below(U64(first), U64(n)) == below(U64(after - 1), U64(n)) == k
    assert (1 << 32) // n <= after - first <= (1 << 32) // n + 1
    if k:
        assert below(U64(first - 1), U64(n)) == k - 1


def walk(axis: str) -> np.ndarray:
    """Return the words (MANY, 4) at addresses that differ by one step along an axis."""
    found = np.empty((MANY, 4), np.uint64)
    for step in range(MANY):
        week, index = (step % WEEKS, step // WEEKS) if axis == "week" else (17, 0)
        found[step] = block(
            U64(step if axis == "citizen" else 4821),
            U64(step if axis == "other" else address("jaywalking")),
            U64(when(week, step if axis == "index" else index)),
            U64(step if axis == "purpose" else address("conduct/candidate")),
            U64(step if axis == "seed" else 7),
            U64(step if axis == "seed's high word" else 0),
        )
    return found


@pytest.fixture(scope="module", params=AXES)
def words(request: pytest.FixtureRequest) -> np.ndarray:
    return walk(request.param)


def test_neighbours_are_uncorrelated(words: np.ndarray) -> None:
    """Any word with any word one, two or four addresses on; margin 4.5 / sqrt(n)."""
    centred = words - words.astype(float).mean(axis=0)
    scaled = centred / centred.std(axis=0)
    for away in (1, 2, 4):
        found = scaled[:-away].T @ scaled[away:] / (MANY - away)
        assert np.abs(found).max() < ERRORS / np.sqrt(MANY - away)


def test_the_four_words_are_uncorrelated(words: np.ndarray) -> None:
    """Margin 4.5 / sqrt(n)."""
    found = np.corrcoef(words.astype(float).T)[np.triu_indices(4, 1)]
    assert np.abs(found).max() < ERRORS / np.sqrt(MANY)


def test_every_bit_is_a_fair_coin(words: np.ndarray) -> None:
    """Each of the 128 bits is set in half of the blocks; margin 4.5 x 0.5 / sqrt(n)."""
    shares = bits(words).mean(axis=0)
    assert np.abs(shares - 0.5).max() < ERRORS * 0.5 / np.sqrt(MANY)


def test_a_step_flips_every_bit_half_of_the_time(words: np.ndarray) -> None:
    """Of neighbouring blocks, each of the 128 bits differs in half; margin 4.5 x 0.5 / sqrt(n)."""
    found = bits(words)
    shares = (found[1:] ^ found[:-1]).mean(axis=0)
    assert np.abs(shares - 0.5).max() < ERRORS * 0.5 / np.sqrt(MANY - 1)


def test_words_are_uniform(words: np.ndarray) -> None:
    """Chi-square of 256 equal cells: 255, margin 4.5 x sqrt(2 x 255)."""
    for word in range(4):
        counts = np.bincount((words[:, word] >> U64(24)).astype(np.int64), minlength=256)
        square = ((counts - MANY / 256) ** 2 / (MANY / 256)).sum()
        assert abs(square - 255) < ERRORS * np.sqrt(510)


def test_no_two_neighbours_are_equal(words: np.ndarray) -> None:
    assert len(np.unique(words, axis=0)) == MANY


def bits(words: np.ndarray) -> np.ndarray:
    """Return the 128 bits of each block."""
    octets = np.ascontiguousarray(words.astype("<u4")).view(np.uint8)
    return np.unpackbits(octets, axis=1)
