"""The citizens at the end of a run: traits, and standing as it binds after the last close."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import (
    ARCHETYPES,
    GROUPS,
    NO_BYTE,
    NO_WORD,
    OCCUPATIONS,
    PLACES,
    ROLES,
    SCHOOLING,
    SCHOOLS,
    SEXES,
)
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.blocks import Everybody
from upstanding.engine.files import SLICE, named
from upstanding.engine.world import World
from upstanding.mechanisms import platform
from upstanding.mechanisms.enrolment import NEVER
from upstanding.mechanisms.scoring import NO_SCORE
from upstanding.mechanisms.strata import unpack, unpack_status


def citizens_slices(world: World, society: Everybody, weeks: int) -> Iterator[pl.DataFrame]:
    """Return one row a citizen, SLICE citizens at a time.

    `age` is that at the end, in years and in weeks; `school` the one that a child goes to at time
    zero (null for none), `conviction` in hundredths from -100 to 100, `planted` the archetype as
    which she is marked (null for almost everybody). `scored_from` is the first week in which she
    has a score, which may lie after the last.
    `points.<category>` is in 2**-16 point, `association` what ties add in hundredths, `score` in
    hundredths (null for those without one), `rank` from 1 and `percentile` in hundredths of a
    percent (null for those who are not ranked), `list.<name>` whether she is listed, `refusals` how
    many she met (at most 255), `perceived_risk` in 2**-16. Where a company scores its members,
    `company_score` in hundredths, `company_score_shown`, and the `company_band` last told (null for
    others).
    """
    for first in range(0, world.citizens, SLICE):
        yield _frame(world, society, weeks, first, min(first + SLICE, world.citizens))


def _frame(world: World, society: Everybody, weeks: int, first: int, end: int) -> pl.DataFrame:
    names, population = world.names, world.population
    traits = unpack(population.people.static[first:end])
    number = np.arange(first, end, dtype=np.uint32)
    status = unpack_status(population.people.status[first:end])
    school, planted = status["school"], status["planted"]
    age_weeks = population.people.age_weeks[first:end].astype(np.int64) + weeks
    scored_from = world.scored_from[first:end]
    own, term, score, tier, listed, refusals, risk = (
        society.column(name, first, end)
        for name in ("own", "term", "score", "tier", "listed", "refusals", "risk")
    )
    ranks, percentiles = society.places.of(score)
    return pl.DataFrame(
        [
            pl.Series("citizen", number),
            pl.Series("age", (age_weeks // WEEKS_A_YEAR).astype(np.uint8)),
            pl.Series("age_weeks", age_weeks.astype(np.uint16)),
            named("sex", traits["sex"], SEXES),
            named("group", traits["group"], GROUPS),
            pl.Series("income", (traits["income"] + 1).astype(np.uint8)),
            named("place", traits["urban"], PLACES),
            named("occupation", traits["occupation"], OCCUPATIONS),
            named("role", status["role"], ROLES),
            named("schooling", status["schooling"], SCHOOLING),
            named("school", school, SCHOOLS).set(pl.Series(school == 0), None),
            pl.Series("party", status["party"] == 1),
            pl.Series("member", status["member"] == 1),
            pl.Series("conviction", _hundredths(status["conviction"])),
            named("planted", planted - np.uint32(1), ARCHETYPES),
            pl.Series("household", population.household[first:end]),
            pl.Series("district", number // np.uint32(population.district_size)),
            pl.Series("region", (number // np.int64(population.region_size)).astype(np.uint32)),
            pl.Series("scored_from", scored_from).set(pl.Series(scored_from >= NEVER), None),
            *(
                pl.Series(f"points.{name}", np.ascontiguousarray(own[code]))
                for code, name in enumerate(names.categories)
            ),
            pl.Series("association", term),
            pl.Series("score", score).set(pl.Series(score == NO_SCORE), None),
            pl.Series("rank", ranks).set(pl.Series(ranks == 0), None),
            pl.Series("percentile", percentiles).set(pl.Series(percentiles == NO_WORD), None),
            named("tier", tier, names.tiers),
            *(
                pl.Series(f"list.{name}", (listed >> np.uint32(code)) & np.uint32(1) == 1)
                for code, name in enumerate(names.lists)
            ),
            pl.Series("refusals", refusals),
            pl.Series("perceived_risk", risk),
            *_company(world, society, first, end),
        ]
    )


def _company(world: World, society: Everybody, first: int, end: int) -> list[pl.Series]:
    """Return what members have with the company; nothing where there is none."""
    names, tables = world.names, world.tables.platform
    if names.company_bands is None:
        return []
    account, told, listed = (
        society.column(name, first, end) for name in ("account", "told", "listed")
    )
    lost = np.where(listed & tables.lists != 0, tables.listed, 0)
    score = np.maximum(account.astype(np.int64) - lost, 0) + tables.lowest
    nobody = pl.Series(account == platform.NO_ACCOUNT)
    band = np.where(told >> 1 < platform.NO_BAND, told >> 1, NO_BYTE)
    return [
        pl.Series("company_score", score.astype(np.int32)).set(nobody, None),
        pl.Series("company_score_shown", told & 1 == 0).set(nobody, None),
        named("company_band", band, names.company_bands),
    ]


def _hundredths(level: NDArray[np.uint32]) -> NDArray[np.int8]:
    """Return levels of conviction, 0 to 15, as -100 to 100, rounded half up."""
    return ((level.astype(np.int64) * 400 + 15) // 30 - 100).astype(np.int8)
