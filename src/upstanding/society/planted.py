"""Planting: rare persons of the essay, each found among the people, marked, and in no rate.

A journalist who lost a defamation suit (E7), or a man who refused to serve (E8), does not occur in
100,000 people. A society may name archetypes, by a role word from a fixed list and bands of traits.
The first citizen by number who fits the bands, and is not planted yet, is marked; archetypes are
taken in order of their names. What she is given is her mark and, if one is named, the occupation:
nothing else about her is made up, and nobody else is changed. Her household is marked as such,
since what she is certain to do reaches it: it is in no figure either, and has nobody else planted.

Looked for are the first STRETCH people, drawn to the end of their cell whether the run holds them
or not: so a mark is a function of (society, seed, citizen), and adding people changes nobody. Where
nobody fits, nobody is planted. Ages are those at time zero.
"""

from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.names import ARCHETYPES, OCCUPATIONS, PLACES, ROLES, SCHOOLS, SEXES
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.documents.table import Name, Sourced
from upstanding.mechanisms.strata import AT_HOME, CELL, PLANTED, People, unpack, unpack_status
from upstanding.society.aggregates import Occupations

STRETCH = 64 * CELL
"""Citizens among whom archetypes are looked for."""
Archetypes = Literal[
    "blogger",
    "debtor",
    "donor",
    "driver",
    "friend",
    "gamer",
    "journalist",
    "lawyer",
    "official",
    "parent",
    "petitioner",
    "refuser",
    "student",
    "volunteer",
]
"""The names of ARCHETYPES, which are at most 20."""
_PARENTS = [ROLES.index("head"), ROLES.index("spouse")]
_Age = Annotated[int, Field(strict=True, ge=0, le=120)]
_Week = Annotated[int, Field(strict=True, ge=0, le=4_000)]


class Planted(Sourced):
    """One archetype: who may be marked as it, and what she is certain to do."""

    ages: tuple[_Age, _Age]
    """First and last age in years at time zero."""
    sex: Literal["female", "male"] | None = None
    place: Literal["urban", "rural"] | None = None
    occupation: Occupations | None = None
    """Given to her, whatever she was."""
    child: Annotated[
        frozenset[Literal["public", "private", "high-fee"]] | None, Field(min_length=1)
    ] = None
    """She or her spouse heads a household in which a child goes to such a school."""
    acts: dict[Name, _Week] = {}
    """What she does for certain, once each, by the week in which she does it."""


def plant(
    archetypes: Mapping[Archetypes, Planted], people: People, household: NDArray[np.uint32]
) -> None:
    """Mark the first who fits each archetype, among whole cells or at least STRETCH people."""
    part = slice(0, STRETCH)
    status, static, household = people.status[part], people.static[part], household[part]
    for name in sorted(archetypes):
        archetype = archetypes[name]
        fitting = _fits(archetype, people.age_weeks[part], static, status, household)
        if fitting.any():
            first = int(np.argmax(fitting))
            at_home = household == household[first]
            at_home[first] = False
            status[at_home] |= np.uint32(AT_HOME << PLANTED)
            status[first] |= np.uint32((1 + ARCHETYPES.index(name)) << PLANTED)
            if archetype.occupation:
                held = unpack(static[first : first + 1])["occupation"][0]
                given = OCCUPATIONS.index(archetype.occupation)
                static[first] = int(static[first]) - int(held) + given


def uncounted(status: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Return who is in no figure: the planted and their households."""
    return np.flatnonzero(status[:STRETCH] >> np.uint32(PLANTED) & np.uint32(31))


def _fits(
    archetype: Planted,
    age_weeks: NDArray[np.uint16],
    static: NDArray[np.uint16],
    status: NDArray[np.uint32],
    household: NDArray[np.uint32],
) -> NDArray[np.bool_]:
    """Return who fits an archetype and is not planted yet."""
    traits, parts = unpack(static), unpack_status(status)
    first, last = archetype.ages
    age = age_weeks // np.uint16(WEEKS_A_YEAR)
    fitting: NDArray[np.bool_] = (parts["planted"] == 0) & (first <= age) & (age <= last)
    if archetype.sex:
        fitting &= traits["sex"] == SEXES.index(archetype.sex)
    if archetype.place:
        fitting &= traits["urban"] == PLACES.index(archetype.place)
    if archetype.child is not None:
        wanted = [SCHOOLS.index(school) for school in archetype.child]
        pupil = (parts["role"] == ROLES.index("child")) & np.isin(parts["school"], wanted)
        homes = np.zeros(household.shape[0], np.bool_)
        homes[household[pupil]] = True
        fitting &= homes[household] & np.isin(parts["role"], _PARENTS)
    return fitting
