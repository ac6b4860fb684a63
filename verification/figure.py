"""A number that was found beside the number that it should be."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10
from typing import NamedTuple

import numpy as np

ERRORS = 3
"""Standard errors that a number may be off."""
SURE = 1.645
"""Standard errors to spare where two numbers are held to be equal: each side is tested at 5 %."""
BLUR = 1.5
"""How far those may exceed the margin before a check is too blurred to tell anything."""


class Estimate(NamedTuple):
    """A number and its standard error over seeds."""

    value: float
    error: float


@dataclass(frozen=True)
class Figure:
    """One line of a check: it holds within the larger of its margin and three standard errors."""

    what: str
    expected: float
    found: float
    margin: float
    """Stated before anything was run."""
    error: float = 0.0
    """Standard error of `found` over seeds; 0 where the bound is exact."""

    @property
    def tolerance(self) -> float:
        """How far the number may be off."""
        return max(self.margin, ERRORS * self.error)

    @property
    def verdict(self) -> str:
        """Whether it holds, in a word."""
        if ERRORS * self.error > BLUR * self.margin:
            return "blurred"
        return "holds" if abs(self.found - self.expected) <= self.tolerance else "MISSED"

    def shown(self, value: float) -> str:
        """Return a value with six digits, or as many as its margin calls for."""
        digits = log10(abs(value) / self.margin) + 2 if value and self.margin else 0
        return f"{value:.{max(ceil(digits), 6)}g}"

    def __str__(self) -> str:
        error = f", standard error {self.error:.2g}" if self.error else ""
        return (
            f"{self.verdict}: {self.what}: expected {self.shown(self.expected)}, "
            f"found {self.shown(self.found)} (margin {self.margin:.3g}{error})"
        )


class Equal(Figure):
    """A line that claims equality: an error as large as may well be must not reach the margin.

    Two one-sided tests (Schuirmann 1987): what was too blurred to tell does not hold.
    """

    @property
    def tolerance(self) -> float:
        """How far the number may be off."""
        return self.margin - SURE * self.error

    @property
    def verdict(self) -> str:
        """Whether it holds, in a word."""
        return "holds" if abs(self.found - self.expected) < self.tolerance else "MISSED"


def figure(what: str, expected: float, found: Estimate, margin: float) -> Figure:
    """Return the line of a number that was estimated over seeds."""
    return Figure(what, expected, found.value, margin, found.error)


def mean(values: Sequence[float]) -> Estimate:
    """Return the mean over seeds."""
    numbers = np.array(values, float)
    return Estimate(float(numbers.mean()), float(numbers.std(ddof=1) / np.sqrt(len(numbers))))


def ratio(parts: Sequence[float], wholes: Sequence[float]) -> Estimate:
    """Return the sum of `parts` over the sum of `wholes`, one of each a seed.

    The standard error is that of the linearised ratio.
    """
    part, whole = np.array(parts, float), np.array(wholes, float)
    value = part.sum() / whole.sum()
    off = (part - value * whole) / whole.mean()
    return Estimate(float(value), float(off.std(ddof=1) / np.sqrt(len(off))))
