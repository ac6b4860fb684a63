"""From decimal figures to integers: each figure is rounded once, half-even, as a finished product.

Thresholds are integers in [0, 2**32]; an event happens if its draw is under the threshold. A
positive figure rounds to at least 1, so that rare never becomes never.

Tables of thousands are had of floats, all at once. A float tells the integer, unless it lies near
the half between two, or near none at all: there the decimals decide. So the integers are those of
the decimals, to the last bit, and a test holds them side by side.
"""

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

WEEKS_A_YEAR = 52
ONE = 1 << 32
MOST_MEAN = 100
"""The largest weekly mean of a count: 5,200 a year. A count then fits a byte."""
_NEGLIGIBLE = Decimal(1) / (1 << 33)
POINT = 1 << 16
"""A point of state, in units of 2**-16."""
CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)
_ERROR = 2.0**-42
"""More than any probability here is off by when it is computed with floats.

NumPy's `exp` and `power` miss by 4 units in the last place at most, 2**-50 of a probability. The
longest sum is of a Poisson count: 200 terms at the largest mean, each of two roundings more than
the one before, so 400 * 2**-53, or 2**-44.4 in all.
"""


def scaled(value: Decimal, scale: int) -> int:
    """Return value * scale as an integer, rounded half-even; what is not zero stays at least 1."""
    product = CONTEXT.multiply(value, Decimal(scale))
    rounded = int(product.to_integral_value(rounding=ROUND_HALF_EVEN, context=CONTEXT))
    if rounded == 0 and value != 0:
        return 1 if value > 0 else -1
    return rounded


def threshold(probability: Decimal) -> int:
    """Return the threshold of a probability, clipped to [0, 1]."""
    return scaled(min(max(probability, Decimal(0)), Decimal(1)), ONE)


def tabulated(
    formula: Callable[..., Any], *arguments: Decimal | Sequence[Decimal]
) -> NDArray[np.uint64]:
    """Return the thresholds of a formula at each combination of its arguments.

    An argument is one number, or the numbers along an axis of the table. The formula holds plain
    operators and `power`, so that it takes floats as well as decimals; what it adds up or subtracts
    is of the size of a probability.
    """
    axes = [each for each in arguments if not isinstance(each, Decimal)]

    def at(place: Sequence[Any], number: Callable[[Decimal], Any]) -> Any:
        along = iter(place)
        return formula(*(number(a) if isinstance(a, Decimal) else next(along) for a in arguments))

    nearly = at(np.ix_(*(np.array(axis, np.float64) for axis in axes)), float)
    shape = [len(axis) for axis in axes]
    found, told = _rounded(np.broadcast_to(nearly, shape).clip(0, 1))
    with localcontext(CONTEXT):
        for place in np.argwhere(~told).tolist():
            values = [axis[index] for axis, index in zip(axes, place, strict=True)]
            found[tuple(place)] = threshold(at(values, Decimal))
    return found


def _rounded(nearly: NDArray[np.float64]) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """Return the thresholds of probabilities, and whether a float is enough to tell each."""
    steps = np.multiply(nearly, ONE, order="C")
    found = np.rint(steps)
    told = (np.abs(steps - found) < 0.5 - ONE * _ERROR) & (steps >= 1)
    return found.astype(np.uint64), told


def weekly_leave(rate_a_year: Decimal) -> Decimal:
    """Return the weekly probability 1 - exp(-r/52) of leaving a state at rate r a year."""
    with localcontext(CONTEXT):
        return 1 - (-rate_a_year / WEEKS_A_YEAR).exp()


@overload
def power(base: Decimal, exponent: Decimal) -> Decimal: ...


@overload
def power(base: Any, exponent: Any) -> Any: ...


def power(base: Any, exponent: Any) -> Any:
    """Return base ** exponent, of decimals or of floats; base is not negative, and 0 ** 0 is 1."""
    return _power(base, exponent) if isinstance(base, Decimal) else np.power(base, exponent)


@lru_cache(maxsize=4096)
def _power(base: Decimal, exponent: Decimal) -> Decimal:
    with localcontext(CONTEXT):
        if exponent == 0:
            return Decimal(1)
        return Decimal(0) if base == 0 else (base.ln() * exponent).exp()


def half_life_factor(half_life_weeks: Decimal) -> int:
    """Return D = round(2**32 * 2**(-1/half-life)), the factor of one week's decay."""
    return scaled(power(Decimal(2), -1 / CONTEXT.divide(half_life_weeks, Decimal(1))), ONE)


@lru_cache(maxsize=4096)
def poisson_steps(mean: Decimal) -> tuple[int, ...]:
    """Return thresholds t[0..]: a Poisson count is the number of steps that a draw reaches.

    t[k] is P(count <= k). Steps end where P(count > k) < 2**-33, so a mean of 0 has none; the first
    keeps at least one draw for a positive mean.
    """
    if mean > MOST_MEAN:
        raise ValueError(f"a mean of {mean} a week; societies hold at most {MOST_MEAN}")
    with localcontext(CONTEXT):
        if mean == 0:
            return ()
        term = (-mean).exp()
        total, steps = term, [min(int((term * ONE).to_integral_value()), ONE - 1)]
        while 1 - total >= _NEGLIGIBLE:
            term = term * mean / len(steps)
            total += term
            steps.append(int((total * ONE).to_integral_value()))
        return tuple(steps)


def poisson_table(means: Sequence[Decimal]) -> NDArray[np.uint64]:
    """Return the steps of each mean as a row (R, K), filled up with 2**32; K is at least 1."""
    if max(means) > MOST_MEAN:
        raise ValueError(f"a mean of {max(means)} a week; societies hold at most {MOST_MEAN}")
    mean = np.array(means, np.float64)
    going, told = mean > 0, np.ones(len(means), np.bool_)
    term = np.exp(-mean)
    total = term.copy()
    columns: list[NDArray[np.uint64]] = []
    length = np.zeros(len(means), np.int64)
    while going.any():
        steps, sure = _rounded(total.clip(0, 1))
        # The first keeps at least one draw: what is rare does not become never.
        columns.append(np.where(going, np.minimum(steps, ONE if columns else ONE - 1), ONE))
        length += going
        rest = 1 - total - float(_NEGLIGIBLE)
        told &= ~going | (sure & (np.abs(rest) > _ERROR))
        going &= rest >= 0
        term = term * mean / len(columns)
        total += term
    exact = {row: poisson_steps(means[row]) for row in np.flatnonzero(~told).tolist()}
    for row, steps_of in exact.items():
        length[row] = len(steps_of)
    width = max(1, int(length.max()))
    table = np.full((len(means), width), ONE, np.uint64)
    for at, column in enumerate(columns[:width]):
        table[:, at] = column
    for row, steps_of in exact.items():
        table[row] = [*steps_of, *[ONE] * (width - len(steps_of))]
    return table


def cumulative(weights: Sequence[Decimal]) -> NDArray[np.uint64]:
    """Return thresholds for a choice among n weights: choice k if t[k-1] <= draw < t[k].

    Shape (n,); the last is 2**32. Each is rounded from the exact cumulative share.
    """
    with localcontext(CONTEXT):
        total = sum(weights, Decimal(0))
        running, steps = Decimal(0), []
        for weight in weights:
            running += weight
            steps.append(min(int((running / total * ONE).to_integral_value()), ONE))
    steps[-1] = ONE
    return np.array(steps, dtype=np.uint64)
