"""Where the windows of the blinds stand: all of one height, as wide as their people are many."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

SMALLEST = 10
"""People of a window at least; smaller groups are named and not drawn."""
ACROSS = 720
GAP = 12


@dataclass(frozen=True)
class Windows:
    """Into which window each citizen belongs."""

    of: NDArray[np.int32]
    """(citizens,) the number of a window; below 0 in none."""
    names: tuple[str, ...]

    @classmethod
    def one(cls, counted: NDArray[np.bool_], name: str = "everybody") -> Self:
        """Return one window for all who are counted, (citizens,)."""
        return cls(np.where(counted, 0, -1).astype(np.int32), (name,))

    @classmethod
    def by(cls, groups: pl.Series, counted: NDArray[np.bool_], name: str = "{}") -> Self:
        """Return a window for each group, in the order of their numbers or of an Enum.

        `groups` has an entry a citizen, null for in none; `name` is what a window is called, with
        {} for the group.
        """
        known = groups.drop_nulls().unique().sort()
        ranks = pl.Series(range(len(known)), dtype=pl.Int32)
        of = groups.replace_strict(known, ranks, default=-1, return_dtype=pl.Int32).to_numpy()
        named = tuple(name.format(group) for group in known.to_list())
        return cls(np.where(counted, of, -1).astype(np.int32), named)

    def sizes(self) -> NDArray[np.int64]:
        """Return the people of each window."""
        inside = self.of[self.of >= 0]
        return np.bincount(inside, minlength=len(self.names)).astype(np.int64)


@dataclass(frozen=True)
class Place:
    """Where a window is drawn, in pixels, and how many people stand in a row of it."""

    window: int
    left: float
    top: float
    width: float
    height: float
    columns: int
    rows: int

    def edge(self, people: int) -> list[tuple[float, float]]:
        """Return the line below the first `people`, from the left to the right."""
        row, column = divmod(people, self.columns)
        high, wide = self.height / self.rows, self.width / self.columns
        upper, lower = self.top + row * high, self.top + (row + 1) * high
        step, right = self.left + column * wide, self.left + self.width
        if column == 0:
            return [(self.left, upper), (right, upper)]
        return [(self.left, lower), (step, lower), (step, upper), (right, upper)]


def placed(sizes: Sequence[int], label: float) -> tuple[list[Place], float]:
    """Return where windows with people stand, and the height of all; `label` is room below each."""
    shown = [window for window, people in enumerate(sizes) if people >= SMALLEST]
    if not shown:
        return [], 0
    many = len(shown)
    height, narrowest = (160, 108) if many <= 6 else (120, 108) if many <= 36 else (64, 76)
    in_a_row = (ACROSS + GAP) // (narrowest + GAP)
    rows = ceil(many / in_a_row)
    cuts = [many * row // rows for row in range(rows + 1)]
    lines = [shown[begin:end] for begin, end in pairwise(cuts)]
    scale = min(_scale([sizes[window] for window in line], narrowest) for line in lines)
    places = []
    for number, line in enumerate(lines):
        left = 0.0
        for window in line:
            people = sizes[window]
            width = max(narrowest, people * scale)
            columns = max(1, round(sqrt(people * width / height)))
            top = number * (height + label)
            down = ceil(people / columns)
            places.append(Place(window, left, top, width, height, columns, down))
            left += width + GAP
    return places, rows * (height + label)


def _scale(people: Sequence[int], narrowest: float) -> float:
    """Return the pixels across of a person with which windows fill a row, none too narrow."""
    room = ACROSS - GAP * (len(people) - 1)
    wide = sorted(people, reverse=True)
    while wide:
        scale = (room - narrowest * (len(people) - len(wide))) / sum(wide)
        if wide[-1] * scale >= narrowest:
            return scale
        wide.pop()
    return 0.0
