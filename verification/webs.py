"""The ties of a society at time zero, and what is counted of them."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import key_of
from upstanding.mechanisms.strata import CELL, unpack
from upstanding.mechanisms.ties import CUT, LIVING
from upstanding.society import Society
from upstanding.society.network import weave
from upstanding.society.traits import populate

PEOPLE = 20_480
"""Ten districts of 2,048."""
STILL = {"ties.living": 1, "ties.cut-per-year": 0, "ties.wake-per-year": 0}
"""Figures of ties that all live and never turn."""


class Web(NamedTuple):
    """A society's ties at time zero."""

    friend: NDArray[np.int64]
    """(n, slots) whom each slot ties her to; herself where it holds no tie."""
    living: NDArray[np.bool_]
    """(n, slots)"""
    traits: dict[str, NDArray[Any]]
    """(n,) each: sex, age (its band), income, group."""


def web(society: Society, citizens: int, seed: int) -> Web:
    """Weave the ties of a society."""
    key, number = key_of(seed), np.arange(citizens)[:, None]
    population = populate(society.file, citizens, key)
    with ThreadPoolExecutor(1) as pool:
        network = weave(society.file, population, key, 0, citizens, pool)
    near, far = (column.T for column in network.ties)
    friend = np.concatenate([near + number // CELL * CELL, far.astype(np.int64)], axis=1)
    states = network.bits[:, None] >> (2 * np.arange(friend.shape[1], dtype=np.uint32)) & 3
    people = population.people
    traits = {**unpack(people.static), "age": people.band[people.age_weeks // 52]}
    return Web(np.where(states == CUT, number, friend), states == LIVING, traits)


def society_of(ties: Mapping[str, Any], name: str = "uniform") -> Society:
    """Return a society with all ties living and none that turns, and other figures as given."""
    return Society.load(name).with_values({**STILL, **ties})


class Knit(NamedTuple):
    """Counts of one web."""

    ties: int
    """Each counted at both ends."""
    wedges: int
    """Two friends of somebody."""
    closed: int
    """Those of them who are friends themselves."""
    clustering: float
    """Mean share of pairs of friends who are friends, over all who have two (Watts, Strogatz)."""


def knit(friend: NDArray[np.int64]) -> Knit:
    """Count ties, and pairs of friends who are friends."""
    held = friend != np.arange(friend.shape[0])[:, None]
    wedges, closed = np.zeros((2, friend.shape[0]), np.int64)
    for one, other in combinations(range(friend.shape[1]), 2):
        both = held[:, one] & held[:, other]
        meet = (friend[friend[:, one]] == friend[:, other, None]).any(axis=1)
        wedges += both
        closed += both & meet
    some = wedges > 0
    clustering = float((closed[some] / wedges[some]).mean()) if some.any() else 0.0
    return Knit(int(held.sum()), int(wedges.sum()), int(closed.sum()), clustering)
