"""Whom a citizen's ties may lead to, as far as that can be said without the draws of ties."""

from itertools import chain
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from replay.reading import Run

SLOTS = 16
LAYERS = ("circle", "neighbourhood", "district", "nation")
CIRCLE, CELL = 16, 512
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
_FAR = 1 << 60


class Mean(NamedTuple):
    """What the mean over each one's ties may be; all arrays are (citizens,)."""

    least: Whole
    greatest: Whole
    may: Flags
    """Whether she may have a tie at all: `least` and `greatest` mean nothing where not."""
    must: Flags
    """Whether she has one for certain."""


class Reach(Protocol):
    """Whose board a citizen's living ties may read."""

    def mean(self, least: Whole, greatest: Whole, among: Flags) -> Mean:
        """Return the mean over ties to those `among` whose values lie between two arrays."""

    def count(self, among: Flags) -> tuple[Whole, Whole]:
        """Return the least and the greatest number of ties that each one may have to some."""


def reach_of(run: Run) -> Reach:
    """Return the ties of a run if they are known for certain, otherwise the bounds of layers.

    A ring, and everybody tied to everybody, need no draws; where nothing cuts them they last.
    """
    kind = run.rules.ties.get("generator", {})
    steps = {
        "ring": range(1, int(kind.get("neighbours", 2)) // 2 + 1),
        "complete": range(1, run.people),
    }.get(kind.get("kind", ""))
    if steps is None or run.rules.can_cut or run.rules.shames:
        return _Layers(run, [0, 0, 0, SLOTS] if kind else None)
    return _Known(run.people, steps)


class _Known:
    """Ties known for certain, all living."""

    def __init__(self, people: int, steps: range) -> None:
        ties = [
            {(who + step) % people for step in chain(steps, (-step for step in steps))} - {who}
            for who in range(people)
        ]
        width = max(map(len, ties))
        self.whom = np.array([sorted(t) + [-1] * (width - len(t)) for t in ties], np.int64)

    def mean(self, least: Whole, greatest: Whole, among: Flags) -> Mean:
        read = among[self.whom] & (self.whom >= 0)
        count = read.sum(axis=1)
        low, high = (
            (2 * np.where(read, values[self.whom], 0).sum(axis=1) + count)
            // np.maximum(2 * count, 1)
            for values in (least, greatest)
        )
        return Mean(low, high, count > 0, count > 0)

    def count(self, among: Flags) -> tuple[Whole, Whole]:
        count = (among[self.whom] & (self.whom >= 0)).sum(axis=1)
        return count, count


class _Layers:
    """Ties of so many slots a layer, to anybody of its domain, any of them dormant or cut."""

    def __init__(self, run: Run, slots: list[int] | None) -> None:
        told = run.rules.ties.get("slots", {})
        number = np.arange(run.people)
        district = run.citizens["district"].to_numpy().astype(np.int64)
        domains = [number // CIRCLE, number // CELL, district, np.zeros_like(number)]
        counts = slots or [int(told.get(layer, 0)) for layer in LAYERS]
        pairs = zip(counts, domains, strict=True)
        self.layers = [(count, domain) for count, domain in pairs if count]

    def mean(self, least: Whole, greatest: Whole, among: Flags) -> Mean:
        """As in `Reach`: a mean lies between the extremes of the widest domain."""
        nobody = np.zeros(among.shape[0], bool)
        if not self.layers:
            return Mean(least, greatest, nobody, nobody)
        domain = self.layers[-1][1]
        low, high = np.full(domain[-1] + 1, _FAR), np.full(domain[-1] + 1, -_FAR)
        np.minimum.at(low, domain[among], least[among])
        np.maximum.at(high, domain[among], greatest[among])
        others = np.bincount(domain[among], minlength=domain[-1] + 1)[domain] - among
        return Mean(low[domain], high[domain], others > 0, nobody)

    def count(self, among: Flags) -> tuple[Whole, Whole]:
        """As in `Reach`: no more than a layer has slots, or its domain others."""
        most = np.zeros(among.shape[0], np.int64)
        for slots, domain in self.layers:
            others = np.bincount(domain[among], minlength=domain[-1] + 1)[domain] - among
            most += np.minimum(others, slots)
        return np.zeros_like(most), most
