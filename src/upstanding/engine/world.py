"""What stays the same throughout a run: the people, the tables, the galleries, the roll-out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import Word, key_of
from upstanding.clockwork.names import Names
from upstanding.engine.tables import Tables, compile_tables, names_of
from upstanding.mechanisms import enrolment, office, pooling, remedy
from upstanding.mechanisms.galleries import Galleries, build_galleries
from upstanding.remembered import ByText, remembered
from upstanding.scheme.limited import limited
from upstanding.scheme.model import SchemeFile
from upstanding.society.model import SocietyFile
from upstanding.society.traits import Population, populate


class World(NamedTuple):
    """A society of people under a scheme, before anything has happened."""

    key: tuple[Word, Word]
    names: Names
    tables: Tables
    population: Population
    galleries: Galleries
    scored_from: NDArray[np.uint16]
    """(citizens,) the first week in which each has a score."""
    society: SocietyFile
    uncounted: NDArray[np.int64]
    """Who is in no figure."""
    courts: remedy.Courts
    regime: office.Regime
    urban: NDArray[np.bool_]
    """(districts,) their class."""
    pooled: NDArray[np.bool_]
    """(districts,) those that have a pool."""

    @property
    def citizens(self) -> int:
        """How many people there are."""
        return int(self.population.household.shape[0])


def build_world(
    scheme: SchemeFile, society: SocietyFile, citizens: int, seed: int, *, written: bool = True
) -> World:
    """Build the world of a run; the scheme fits the society.

    `written` tells whether any row is kept.
    """
    key = key_of(seed)
    scheme, names, tables = _compiled(
        ByText(scheme, scheme.model_dump_json()),
        ByText(society, society.model_dump_json()),
        written,
    )
    population = populate(society, citizens, key)
    urban = population.urban_districts()
    enrolled = enrolment.enrolment(scheme, urban, key)
    return World(
        key,
        names,
        tables,
        population,
        build_galleries(
            tables.sensing.gallery,
            tables.sensing.purpose,
            tables.sensing.enrolled,
            key,
            population.faces(),
            population.district_size,
        ),
        enrolment.scored_from(
            scheme.scored, population.people, enrolled, population.district_size, key
        ),
        society,
        population.uncounted(),
        remedy.courts_of(scheme, citizens, population.region_size),
        office.regime_of(scheme, citizens),
        urban,
        pooling.pools(tables.pooling, urban, key),
    )


@remembered(4)
def _compiled(
    scheme: ByText[SchemeFile], society: ByText[SocietyFile], written: bool
) -> tuple[SchemeFile, Names, Tables]:
    """Return a scheme within its limits, and what it and a society compile to."""
    rules, people = limited(scheme.value, society.value), society.value
    names = names_of(rules, people)
    return rules, names, compile_tables(rules, people, names, written=written)
