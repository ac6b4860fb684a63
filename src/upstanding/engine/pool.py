"""Who is watched more: the focus lists of the pool's districts, and the totals that leave it."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.names import GROUPS
from upstanding.engine.world import World
from upstanding.mechanisms import pooling
from upstanding.mechanisms.pooling import CLASSES, FOCUS, HARMFUL, LEVELS, NOBODYS
from upstanding.mechanisms.state import State
from upstanding.mechanisms.strata import People, unpack, unpack_status

Counts = NDArray[np.int64]
Part = tuple[int, People, State]
"""A block: its first citizen, traits, state."""
ADULTS, LISTED, LAWFUL = range(3)
"""What is told of a group in a district: adults, those on the list, those of them of whom no record
is of an act that harms others."""


class Pool:
    """The focus lists, chosen from all blocks together; the totals of the last close."""

    def __init__(self, world: World) -> None:
        """Make room; nobody is on a list at time zero."""
        self.world = world
        self.on = bool(world.tables.pooling.on)
        self.size = world.population.district_size
        self.districts = np.flatnonzero(world.pooled)
        """Those that have a pool."""
        self.flags = np.zeros((self.districts.shape[0], len(GROUPS), 3), np.int64)
        self.filled = np.zeros(1 + len(CLASSES) if self.on else 0, np.int64)
        """Adults under a pool, and those of them of whom there is a record of each class."""

    def close(self, week: int, parts: list[Part]) -> None:
        """Choose, if it is time; take the totals of a close."""
        if not self.on:
            return
        levels = [_levels(week + 1, *part) for part in parts]
        if (week + 1) % int(self.world.tables.pooling.period) == 0:
            self._choose(week, parts, levels)
        self._count(parts, levels)

    def _district(self, first: int, citizens: int) -> Counts:
        return np.arange(first, first + citizens, dtype=np.int64) // self.size

    def _choose(self, week: int, parts: list[Part], levels: list[NDArray[np.uint8]]) -> None:
        """Put the most recorded adults of each district on its list, and nobody else."""
        districts = self.world.pooled.shape[0]
        histogram = np.zeros(districts * LEVELS, np.int64)
        for (first, _, state), level in zip(parts, levels, strict=True):
            adult = level != NOBODYS
            place = self._district(first, state.dossier.shape[0])[adult] * LEVELS + level[adult]
            histogram += np.bincount(place, minlength=districts * LEVELS)
        # From the highest level down: how many have at least each.
        least = histogram.reshape(districts, LEVELS)[:, ::-1].cumsum(axis=1)
        quota = (least[:, -1] * int(self.world.tables.pooling.capacity) + (1 << 31)) >> 32
        # The lowest level of which anybody is on the list.
        edge = LEVELS - 1 - (least < quota[:, None]).sum(axis=1)
        above = np.where(edge + 1 < LEVELS, least[range(districts), LEVELS - 2 - edge], 0)
        some = np.concatenate(
            [
                first + np.flatnonzero(level == edge[self._district(first, level.shape[0])])
                for (first, _, _), level in zip(parts, levels, strict=True)
            ]
        )
        drawn = self._drawn(some, week, quota - above)
        for (first, _, state), level in zip(parts, levels, strict=True):
            at = self._district(first, level.shape[0])
            chosen = (level != NOBODYS) & (level > edge[at])
            low, high = np.searchsorted(drawn, (first, first + level.shape[0]))
            chosen[drawn[low:high] - first] = True
            state.dossier[:] &= np.uint32(~FOCUS & 0xFFFF_FFFF)
            state.dossier[chosen] |= np.uint32(FOCUS)

    def _drawn(self, some: Counts, week: int, left: Counts) -> Counts:
        """Return, in order, those whom the lot puts on the lists; `left` are places by district."""
        counters = np.zeros((4, some.shape[0]), np.uint32)
        counters[0], counters[2], counters[3] = some, week << 20, pooling.LOT
        words = np.empty_like(counters)
        dice.fill_blocks(counters, self.world.key, words)
        district = some // self.size
        order = np.lexsort((some, words[1], words[0], district))
        turn = np.arange(some.shape[0]) - np.searchsorted(district, district)
        return np.sort(some[order][turn < left[district]])

    def _count(self, parts: list[Part], levels: list[NDArray[np.uint8]]) -> None:
        """Take the totals, without the planted."""
        self.flags[:], self.filled[:] = 0, 0
        for (first, people, state), level in zip(parts, levels, strict=True):
            under = np.flatnonzero(level != NOBODYS)
            counted = under[unpack_status(people.status[under])["planted"] == 0]
            dossier = state.dossier[counted]
            place = np.searchsorted(self.districts, (first + counted) // self.size)
            group = unpack(people.static[counted])["group"]
            flagged = dossier & np.uint32(FOCUS) != 0
            lawful = flagged & (dossier & np.uint32(HARMFUL) == 0)
            for what, those in enumerate((flagged | True, flagged, lawful)):
                np.add.at(self.flags[..., what], (place[those], group[those]), 1)
            self.filled[0] += dossier.shape[0]
            for kind in range(len(CLASSES)):
                self.filled[1 + kind] += np.count_nonzero(dossier >> np.uint32(4 * kind) & 15)


def _levels(week: int, first: int, people: People, state: State) -> NDArray[np.uint8]:
    level = np.empty(state.dossier.shape[0], np.uint8)
    pooling.rate(week, people.age_weeks, state.dossier, level)
    return level
