"""The integer fit: what it meets, what it keeps, and what it refuses."""

from decimal import Context, Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstanding.clockwork.dice import key_of
from upstanding.errors import InputError
from upstanding.society import Society
from upstanding.society.fit import NEAR, UNIT, WHOLE, fitted, raked
from upstanding.society.traits import populate

tables = st.lists(
    st.lists(st.integers(1, 100), min_size=3, max_size=3), min_size=2, max_size=5
).map(np.array)


def of_level(cells: int, levels: int, level: int) -> np.ndarray:
    return np.tile(np.arange(levels) == level, (cells, 1))


@settings(max_examples=50, deadline=None)
@given(tables, st.data())
def test_raking_meets_margins_that_can_be_met(odds: np.ndarray, data: st.DataObject) -> None:
    """Those of a table of our own; then all odds ratios are the ones that it started from."""
    cells, levels = odds.shape
    one_row = st.lists(st.integers(1, 100), min_size=levels, max_size=levels)
    other = np.array(data.draw(st.lists(one_row, min_size=cells, max_size=cells)))
    other = other * (WHOLE // int(other.sum()))
    margins = [(of_level(cells, levels, at), int(other[:, at].sum())) for at in range(levels)]
    held, missed = raked(other.sum(axis=1), odds, margins)
    assert missed <= NEAR
    assert np.allclose(held.sum(axis=1), other.sum(axis=1), rtol=1e-3)
    assert np.allclose(held.sum(axis=0), other.sum(axis=0), rtol=1e-3)
    ratio, begun = (t[0, 0] / t[0, 1] * (t[1, 1] / t[1, 0]) for t in (held, odds))
    assert ratio == pytest.approx(begun, rel=1e-2)


def test_kinds_that_hold_several_of_what_is_counted() -> None:
    """Households of one and two, of old and young: all sizes and ages at once."""
    counts = np.array([[1, 0, 1, 0], [1, 0, 0, 1], [0, 1, 2, 0], [0, 1, 1, 1], [0, 1, 0, 2]])
    targets = [int(WHOLE * share) for share in (0.4, 0.6, 0.5, 1.1)]
    held, missed = fitted(np.full(5, WHOLE // 5), counts * UNIT, targets)
    assert missed <= NEAR
    assert held @ counts == pytest.approx(targets, rel=1e-4)
    assert (held > 0).all()


def test_what_cannot_be_met_is_told() -> None:
    _, missed = fitted(np.array([WHOLE]), np.array([[UNIT, UNIT]]), [WHOLE, WHOLE // 2])
    assert missed > UNIT // 4


@pytest.mark.parametrize(
    ("values", "key", "words"),
    [
        ({"household.size": {"1": 1}}, "age.share", "miss each other"),
        ({"composition.male": 0.9}, "composition.male", "near a half"),
        ({"schooling.mean-years": 15}, "schooling", "primary"),
        ({"occupation.journalist.share": 0.15}, "occupation", "journalist"),
        ({"party.university": 0.99, "party.share": 0.5}, "party", "miss each other"),
        ({"platform.over-60": 0.4, "platform.share": 0.6}, "platform", "miss each other"),
    ],
)
def test_margins_that_contradict_each_other(values: dict[str, object], key: str, words) -> None:
    if values == {"household.size": {"1": 1}}:
        values = {f"household.size.{n}": int(n == 1) for n in range(1, 9)}
    society = Society.load("china").with_values(values)
    with pytest.raises(InputError) as caught:
        populate(society.file, 512, key_of(1))
    assert caught.value.problems[0].key == key
    assert words in str(caught.value)


def test_a_society_without_large_households_fills_its_cells() -> None:
    """Pairs and threes do not end at 512 by themselves; no cell holds part of a household."""
    shares = {"2": Decimal("0.5"), "3": Decimal("0.5")}
    values = {f"household.size.{n}": shares.get(str(n), Decimal(0)) for n in range(1, 9)}
    people = populate(Society.load("china").with_values(values).file, 51_200, key_of(1))
    first, sizes = np.unique(people.household, return_counts=True)
    assert set(first[::1]) >= set(range(0, 51_200, 512))
    assert set(sizes) <= {1, 2, 3}
    assert (sizes == 1).sum() <= 100
    assert abs((sizes == 2).mean() - 0.5) < 4 * np.sqrt(0.25 / len(sizes))


def test_the_precision_of_whoever_calls_changes_nobody() -> None:
    """Two spellings of one figure, so that the second is fitted anew."""
    hashes = []
    for digits, support in ((7, "0.61"), (28, "0.610")):
        society = Society.load("china").with_values({"conviction.support": Decimal(support)})
        with localcontext(Context(prec=digits)):
            hashes.append(populate(society.file, 51_200, key_of(1)).hash())
    assert hashes[0] == hashes[1]
