"""Structs: kernels read what Python put in, and nothing that does not fit reaches one."""

import copy
import doctest
import pickle
from typing import Annotated, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from upstanding.clockwork import struct
from upstanding.clockwork.kernel import entry, kernel
from upstanding.clockwork.struct import Struct, kernel_type
from upstanding.mechanisms.rows import STRIKE, Array

WORD = (1 << 64) - 1


class Inner(Struct):
    """What another holds."""

    points: NDArray[np.int64]
    strikes: Annotated[Array, STRIKE]


class Outer(Struct):
    """One field of each kind."""

    number: int
    mark: np.uint32
    word: np.uint64
    key: tuple[np.uint64, np.uint64]
    table: Annotated[NDArray[np.uint8], 2]
    inner: Inner


def outer(**named: object) -> Outer:
    strikes = np.zeros(3, STRIKE)
    strikes["week"] = [5, 6, 7]
    given_ = {
        "number": -7,
        "mark": np.uint32(0xFFFFFFFF),
        "word": np.uint64(WORD),
        "key": (np.uint64(1), np.uint64(1 << 40)),
        "table": np.arange(12, dtype=np.uint8).reshape(3, 4),
        "inner": Inner(np.arange(5), strikes),
    }
    return Outer(**given_ | named)  # type: ignore[arg-type]


@kernel
def number_of(held):
    return held.number


@kernel
def words_of(held):
    return held.mark, held.word, held.key


@kernel
def cell(held, row, column):
    return held.table[row, column]


@kernel
def add_up(held):
    total = 0
    for at in range(held.inner.points.shape[0]):
        held.inner.points[at] += held.number
        total += held.inner.points[at]
    for at in range(held.inner.strikes.shape[0]):
        total += held.inner.strikes[at].week
    return total


@kernel
def points_of(held):
    return held.inner.points


@entry
def half(inner: Inner, points: NDArray[np.int64], number: int) -> int:
    """Declare one parameter of each kind that is checked."""
    return inner.points[0] + points[0] + number


@given(
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.integers(0, (1 << 32) - 1),
    st.integers(0, WORD),
    st.tuples(st.integers(0, WORD), st.integers(0, WORD)),
)
def test_numbers_arrive_as_they_are(
    number: int, mark: int, word: int, key: tuple[int, int]
) -> None:
    low, high = key
    held = outer(
        number=number,
        mark=np.uint32(mark),
        word=np.uint64(word),
        key=(np.uint64(low), np.uint64(high)),
    )
    assert number_of(held) == number
    assert words_of(held) == (mark, word, key)


def test_arrays_are_read_and_written_where_they_lie() -> None:
    held = outer()
    assert [cell(held, 1, 2), cell(held, 2, 0)] == [6, 8]
    assert add_up(held) == sum(range(5)) - 5 * 7 + 18
    np.testing.assert_array_equal(held.inner.points, np.arange(5) - 7)


def test_a_whole_array_comes_back_as_itself() -> None:
    held = outer()
    assert points_of(held) is held.inner.points


def test_a_struct_is_frozen_and_another_is_made() -> None:
    held = outer()
    number_of(held)
    with pytest.raises(AttributeError, match="frozen"):
        held.number = 8
    other = held.replaced(number=8)
    assert (number_of(other), number_of(held)) == (8, -7)
    assert Outer.names() == tuple(held.as_dict())


def test_copies_and_pickles_have_words_of_their_own() -> None:
    held = outer()
    before = add_up(held)
    for other in (copy.deepcopy(held), pickle.loads(pickle.dumps(held))):
        assert add_up(other) == before - 35
    assert add_up(held) == before - 35


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("table", np.zeros(3, np.uint8)),
        ("table", np.zeros((3, 3), np.int8)),
        ("table", np.zeros((3, 6), np.uint8)[:, ::2]),
        ("inner", np.zeros(3)),
        ("number", 1.5),
        ("key", np.uint64(3)),
    ],
)
def test_what_does_not_fit_reaches_no_kernel(field: str, value: object) -> None:
    with pytest.raises(TypeError, match=f"{field} is declared as"):
        number_of(outer(**{field: value}))


def test_the_example_holds() -> None:
    assert doctest.testmod(struct) == (0, 2)


def test_a_struct_cannot_hold_what_its_words_cannot() -> None:
    class Pair(NamedTuple):
        """Two arrays."""

        one: NDArray[np.int64]
        other: NDArray[np.int64]

    class Held(Struct):
        """It is no row of words."""

        pair: Pair

    Held.__annotations__["pair"] = Pair
    with pytest.raises(TypeError, match="named tuple: pair"):
        Held(Pair(np.arange(2), np.arange(2)))


def test_a_field_that_is_missing_or_unknown_is_named() -> None:
    with pytest.raises(TypeError, match="points, strikes"):
        Inner(np.arange(3))
    with pytest.raises(TypeError, match="points, strikes"):
        Inner(points=np.arange(3), strike=np.zeros(1, STRIKE))


def test_an_entry_refuses_what_it_does_not_declare() -> None:
    held = outer().inner
    assert half(held, np.arange(3), 5) == 5
    with pytest.raises(TypeError, match=r"half takes .* as points, not int32"):
        half(held, np.arange(3, dtype=np.int32), 5)
    with pytest.raises(TypeError, match=r"half takes .* as inner"):
        half(outer(), np.arange(3), 5)
    with pytest.raises(TypeError, match="as points"):
        half(held, np.arange(6)[::2], 5)


@pytest.mark.parametrize("hint", [float, NDArray, Array, list[int]])
def test_an_annotation_that_says_too_little_is_refused(hint: object) -> None:
    with pytest.raises(TypeError, match="too little"):
        kernel_type(hint)
