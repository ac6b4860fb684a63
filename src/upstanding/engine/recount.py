"""The candidates of one week counted again, to check that a directory is that of a run of ours."""

import numpy as np

from upstanding.engine import blocks
from upstanding.engine.blocks import LARGE_BLOCK
from upstanding.engine.world import World
from upstanding.mechanisms import candidates
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import joint_strata
from upstanding.mechanisms.tally import new_tally


def candidates_of_week(world: World, week: int) -> int:
    """Return the hash of a week's candidates, modulo 2**64."""
    digest = 0
    tally = new_tally(world.names, CATEGORIES).candidates
    apart = np.zeros_like(world.tables.conduct.daily)
    for first in range(0, world.citizens, LARGE_BLOCK):
        people = blocks.people_of(world, first, min(LARGE_BLOCK, world.citizens - first))
        now = Setting(first, week, world.population.district_size, world.key)
        joint = joint_strata(people, week)
        _, part = candidates.candidates(now, people, joint, world.tables.conduct, apart, tally)
        digest += int(part)
    return digest % (1 << 64)
