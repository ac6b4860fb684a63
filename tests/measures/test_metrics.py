"""Metrics where they are not defined, and against counting by hand."""

import numpy as np
import pytest

from upstanding.errors import InputError
from upstanding.measures.metrics import (
    gini,
    lorenz,
    mobility,
    mobility_of,
    quantile_gap,
    rate_interval,
    ratio_interval,
    ratio_of_sums,
    share_interval,
    survival,
    wasserstein,
)


@pytest.mark.parametrize("values", [[1.0, -0.5], []])
def test_a_gini_index_of_signed_values_is_refused(values: list[float]) -> None:
    with pytest.raises(InputError, match="Wasserstein-1"):
        gini(values)


def test_signed_values_have_a_gap_and_a_distance() -> None:
    points = np.arange(-50, 51)
    assert quantile_gap(points) == pytest.approx(80)
    assert wasserstein(points, points + 3) == pytest.approx(3)


def test_gini_and_lorenz_where_one_has_all_and_nobody_has_anything() -> None:
    assert gini([0, 0, 0, 8]) == pytest.approx(0.75)
    assert gini([2, 2, 2]) == pytest.approx(0)
    assert gini([0, 0]) == 0
    people, held = lorenz([0, 3, 1])
    assert people.tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert held.tolist() == pytest.approx([0, 0, 0.25, 1])
    assert lorenz([0, 0])[1].tolist() == [0, 0, 0]


def test_intervals_hold_the_estimate_and_nothing_is_not_certainty() -> None:
    low, high = share_interval(0, 30)
    assert low == pytest.approx(0)
    assert 0.08 < high < 0.16
    low, high = rate_interval(0, 10.0)
    assert (low, high) == (0, pytest.approx(-np.log(0.025) / 10))
    low, high = rate_interval(20, 2.0)
    assert low < 10 < high
    assert ratio_interval(0, 10, 5, 10) is None
    bounds = ratio_interval(20, 100, 10, 100)
    assert bounds is not None
    assert bounds.low < 2 < bounds.high
    value, bounds = ratio_of_sums([1, 0, 3, 0], [1, 1, 1, 1])
    assert value == 1
    assert bounds.low < 0 < 2 < bounds.high


def test_mobility_counts_who_stays() -> None:
    still = mobility_of(np.arange(100), np.arange(100))
    assert still is not None
    assert (still.slope, still.top_stay, still.shorrocks) == (pytest.approx(1), 1, 0)
    moves = np.full((5, 5), 4)
    anew = mobility(moves, 0.0)
    assert anew is not None
    assert anew.top_stay == pytest.approx(0.2)
    assert anew.shorrocks == pytest.approx(1)
    moves[0] = 0
    assert mobility(moves, 0.0) is None


def test_survival_by_hand() -> None:
    """Two of four end at 2; one is lost sight of at 3; the last ends at 5."""
    found = survival([2, 2, 3, 5], [True, True, False, True])
    assert found is not None
    assert found.at(1) == 1
    assert found.at(2) == pytest.approx(0.5)
    assert found.at(4.9) == pytest.approx(0.5)
    assert found.at(5) == 0
    assert found.median == 2
    assert (found.n, found.ended) == (4, 3)
    assert survival([], []) is None
    lasting = survival([4, 9], [False, False])
    assert lasting is not None
    assert (lasting.at(9), lasting.median) == (1, None)
