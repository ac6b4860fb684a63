"""From decimal figures to integers: each figure is rounded once, half-even, as a finished product.

Thresholds are integers in [0, 2**32]; an event happens if its draw is under the threshold. A
positive figure rounds to at least 1, so that rare never becomes never.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from functools import lru_cache

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


def weekly_leave(rate_a_year: Decimal) -> Decimal:
    """Return the weekly probability 1 - exp(-r/52) of leaving a state at rate r a year."""
    with localcontext(CONTEXT):
        return 1 - (-rate_a_year / WEEKS_A_YEAR).exp()


@lru_cache(maxsize=65536)
def power(base: Decimal, exponent: Decimal) -> Decimal:
    """Return base ** exponent; base is not negative, and 0 ** 0 is 1."""
    with localcontext(CONTEXT):
        if exponent == 0:
            return Decimal(1)
        return Decimal(0) if base == 0 else (base.ln() * exponent).exp()


def half_life_factor(half_life_weeks: Decimal) -> int:
    """Return D = round(2**32 * 2**(-1/half-life)), the factor of one week's decay."""
    return scaled(power(Decimal(2), -1 / CONTEXT.divide(half_life_weeks, Decimal(1))), ONE)


@lru_cache(maxsize=65536)
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
