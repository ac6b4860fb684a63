"""The citizens at the end of a run: traits, and standing as it binds after the last close."""

import numpy as np
import polars as pl

from upstanding.clockwork.names import GROUPS, OCCUPATIONS, PLACES, SEXES
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.blocks import Block
from upstanding.engine.files import named
from upstanding.engine.world import World
from upstanding.mechanisms.scoring import NEVER, NO_SCORE
from upstanding.mechanisms.strata import unpack


def citizens_frame(world: World, parts: list[Block], weeks: int) -> pl.DataFrame:
    """Return one row a citizen.

    `scored_from` is the first week in which she has a score, which may lie after the last.
    `points.<category>` is in 2**-16 point, `score` in hundredths (null for those without one),
    `list.<name>` whether she is listed, `refusals` how many she met (at most 255).
    """
    names, population = world.names, world.population
    traits = unpack(population.people.static)
    number = np.arange(world.citizens, dtype=np.uint32)
    age = (population.people.age_weeks.astype(np.int64) + weeks) // WEEKS_A_YEAR

    def column(name: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        return np.concatenate([getattr(block.state, name) for block in parts], axis=-1)

    own, score = column("own"), column("score")
    tier, listed = column("tier"), column("listed")
    return pl.DataFrame(
        [
            pl.Series("citizen", number),
            pl.Series("age", age.astype(np.uint8)),
            named("sex", traits["sex"], SEXES),
            named("group", traits["group"], GROUPS),
            pl.Series("income", (traits["income"] + 1).astype(np.uint8)),
            named("place", traits["urban"], PLACES),
            named("occupation", traits["occupation"], OCCUPATIONS),
            pl.Series("household", population.household),
            pl.Series("district", number // np.uint32(population.district_size)),
            pl.Series("region", (number // np.int64(population.region_size)).astype(np.uint32)),
            _scored_from(world),
            *(
                pl.Series(f"points.{name}", np.ascontiguousarray(own[code]))
                for code, name in enumerate(names.categories)
            ),
            pl.Series("score", score).set(pl.Series(score == NO_SCORE), None),
            named("tier", tier, names.tiers),
            *(
                pl.Series(f"list.{name}", (listed >> np.uint32(code)) & np.uint32(1) == 1)
                for code, name in enumerate(names.lists)
            ),
            pl.Series("refusals", column("refusals")),
        ]
    )


def _scored_from(world: World) -> pl.Series:
    """Return the first week in which each citizen has a score; null for never."""
    scoring, population = world.tables.scoring, world.population
    district = np.arange(world.citizens) // population.district_size
    of_age = scoring.min_age[0] * WEEKS_A_YEAR - population.people.age_weeks.astype(np.int64)
    week = np.maximum(of_age, world.enrolled[district])
    return pl.Series("scored_from", week.astype(np.uint16)).set(pl.Series(week >= NEVER), None)
