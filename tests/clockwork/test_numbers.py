"""Numbers: rounded once, half to even; thresholds and tables against exact arithmetic."""

from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstanding.clockwork.numbers import (
    CONTEXT,
    ONE,
    cumulative,
    half_life_factor,
    poisson_steps,
    poisson_table,
    power,
    scaled,
    tabulated,
    threshold,
    weekly_leave,
)

figures = st.decimals(-(10**6), 10**6, places=12, allow_nan=False, allow_infinity=False)
shares = st.decimals(0, 1, places=15)
rates = st.decimals(0, 200, places=6)
means = st.decimals("0.0001", 5, places=4)
DIGITS = 80


@given(figures, st.sampled_from([1, 100, 1 << 16, ONE]))
def test_scaled_rounds_half_to_even_and_never_to_nothing(value: Decimal, scale: int) -> None:
    exact = Fraction(value) * scale
    expected = round(exact)
    if expected == 0 and exact != 0:
        expected = 1 if exact > 0 else -1
    assert scaled(value, scale) == expected


@pytest.mark.parametrize(
    ("value", "scale", "expected"),
    [
        ("2.5", 1, 2),
        ("3.5", 1, 4),
        ("-2.5", 1, -2),
        ("2.50000000000000000000000000000000000001", 1, 3),
        ("2.49999999999999999999999999999999999999", 1, 2),
        ("0.025", 100, 2),
        ("0.125", 2, 1),
        ("0", 100, 0),
        ("1e-29", ONE, 1),
        ("-1e-29", ONE, -1),
        ("0.5", ONE, 1 << 31),
    ],
)
def test_scaled_at_the_edges(value: str, scale: int, expected: int) -> None:
    """A figure a hair off a half is not rounded twice; what is rare never becomes never."""
    assert scaled(Decimal(value), scale) == expected


@given(shares)
def test_a_threshold_is_the_nearest_to_its_share(share: Decimal) -> None:
    found = threshold(share)
    assert abs(Fraction(found) - Fraction(share) * ONE) <= (1 if found == 1 else Fraction(1, 2))
    assert (found == 0) == (share == 0)


def test_thresholds_are_clipped() -> None:
    assert threshold(Decimal("-0.1")) == 0
    assert threshold(Decimal("1.1")) == threshold(Decimal(1)) == ONE


@given(shares, shares)
def test_thresholds_keep_order(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    assert threshold(low) <= threshold(high)


@given(rates)
def test_a_year_of_weeks_leaves_as_much_as_the_rate_says(rate: Decimal) -> None:
    """52 weeks of 1 - exp(-r/52) leave exp(-r): to 30 digits."""
    weekly = weekly_leave(rate)
    with localcontext(prec=DIGITS):
        assert abs((1 - weekly) ** 52 - (-rate).exp()) < Decimal("1e-30")


def test_nobody_leaves_at_rate_0() -> None:
    assert weekly_leave(Decimal(0)) == 0


@given(st.decimals("0.01", 100, places=4), st.integers(0, 12))
def test_a_whole_power_is_a_product(base: Decimal, exponent: int) -> None:
    exact = Fraction(base) ** exponent
    found = Fraction(power(base, Decimal(exponent)))
    assert abs(found - exact) <= exact / 10**34


def test_powers_at_nothing() -> None:
    assert power(Decimal(0), Decimal(0)) == 1
    assert power(Decimal(0), Decimal(2)) == 0
    assert power(Decimal(3), Decimal(0)) == 1


@given(st.integers(1, 520))
def test_decay_halves_after_its_half_life(half_life: int) -> None:
    """D - 1/2 <= 2^32 x 2^(-1/h) <= D + 1/2, in integers: both sides to the power h."""
    factor = half_life_factor(Decimal(half_life))
    assert (2 * factor - 1) ** half_life <= 2 ** (33 * half_life - 1)
    assert (2 * factor + 1) ** half_life >= 2 ** (33 * half_life - 1)


def exact_sums(mean: Decimal, steps: int) -> list[Decimal]:
    """Return P(count <= k) for k = 0..steps - 1, to 80 digits."""
    with localcontext(prec=DIGITS):
        term = total = (-mean).exp()
        sums = [total]
        for k in range(1, steps):
            term = term * mean / k
            total += term
            sums.append(total)
        return sums


@given(means)
def test_poisson_steps_are_exact_sums_rounded_once(mean: Decimal) -> None:
    steps = poisson_steps(mean)
    for step, total in zip(steps, exact_sums(mean, len(steps)), strict=True):
        assert step == round(Fraction(total) * ONE)


@given(means)
def test_poisson_steps_end_where_less_than_half_a_draw_is_left(mean: Decimal) -> None:
    steps = poisson_steps(mean)
    rest = [1 - Fraction(total) for total in exact_sums(mean, len(steps))]
    assert rest[-1] < Fraction(1, 2 * ONE)
    assert all(left >= Fraction(1, 2 * ONE) for left in rest[:-1])


@given(means)
def test_poisson_counts_have_their_mean_and_variance(mean: Decimal) -> None:
    """Over all 2^32 draws; each step is off by at most half a draw, and so is each term below."""
    reached = [ONE - step for step in poisson_steps(mean)]
    first = Fraction(sum(reached), ONE)
    second = Fraction(sum((2 * k + 1) * count for k, count in enumerate(reached)), ONE)
    slack = Fraction(len(reached) ** 2 + 1, ONE)
    assert abs(first - Fraction(mean)) <= slack
    assert abs(second - first**2 - Fraction(mean)) <= 12 * slack


def test_poisson_steps_of_nothing_and_of_next_to_nothing() -> None:
    assert poisson_steps(Decimal(0)) == ()
    assert poisson_steps(Decimal("1e-25"))[0] == ONE - 1


@given(st.lists(st.one_of(means, st.decimals(0, 100, places=3)), min_size=1, max_size=20))
def test_a_table_of_poisson_steps_is_that_of_each_mean(means: list[Decimal]) -> None:
    table = poisson_table(means)
    rows = [poisson_steps(mean) for mean in means]
    assert table.shape == (len(means), max(1, *map(len, rows)))
    assert table.dtype == np.uint64
    for row, steps in zip(table.tolist(), rows, strict=True):
        assert row == [*steps, *[ONE] * (table.shape[1] - len(steps))]


def deterred(most: Decimal, risk: Decimal, elasticity: Decimal) -> Decimal:
    return most - most * power(1 / (1 + risk), elasticity)


@given(
    st.lists(st.decimals(0, 1, places=6), min_size=1, max_size=4),
    st.lists(st.decimals(0, 3, places=4), min_size=1, max_size=4),
    st.decimals(0, 10, places=2),
)
def test_a_table_holds_the_thresholds_of_its_decimals(
    mosts: list[Decimal], risks: list[Decimal], elasticity: Decimal
) -> None:
    table = tabulated(deterred, mosts, risks, elasticity)
    with localcontext(CONTEXT):
        plain = [[threshold(deterred(most, risk, elasticity)) for risk in risks] for most in mosts]
    assert table.tolist() == plain
    assert table.dtype == np.uint64
    assert table.flags.c_contiguous


@given(st.integers(0, ONE - 1), st.integers(-1, 1), st.integers(12, 25))
def test_a_table_is_exact_beside_the_half(below: int, side: int, digits: int) -> None:
    """A share a hair off the half between two thresholds, which no float can tell."""
    with localcontext(prec=DIGITS):
        share = (below + Decimal("0.5")) / ONE + side * Decimal(10) ** -digits
    assert tabulated(lambda share: share, [share]).tolist() == [threshold(share)]


@pytest.mark.parametrize("share", ["0", "1", "-0.5", "1.5", "1e-25", "0.5"])
def test_a_table_is_exact_at_the_edges(share: str) -> None:
    assert tabulated(lambda share: share, [Decimal(share)]).tolist() == [threshold(Decimal(share))]


@given(st.lists(st.decimals(0, 1000, places=6), min_size=1, max_size=12))
def test_a_choice_follows_its_weights(weights: list[Decimal]) -> None:
    if sum(weights) == 0:
        return
    steps = cumulative(weights)
    assert steps.dtype == np.uint64
    assert steps[-1] == ONE
    total, running, before = Fraction(sum(weights)), Fraction(0), 0
    for weight, step in zip(weights, map(int, steps), strict=True):
        running += Fraction(weight)
        assert abs(step - running / total * ONE) <= Fraction(1, 2)
        assert step >= before
        assert weight > 0 or step == before
        before = step
