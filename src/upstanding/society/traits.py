"""The people: every trait a pure function of (society, seed, citizen).

Citizens are numbered by household, cell (512 citizens, whole households), district (whole cells)
and region. Adding citizens adds people at the end and changes nobody. District d is urban if
(d + 1) * q >> 32 exceeds d * q >> 32, q the threshold of the urban share: as even as can be.

A society that says how families live has its households fitted (`society.households`) and its
personal traits with them (`society.persons`); `society.families` draws them. Any other is of
strangers (`society.strangers`). Archetypes are then found among them (`society.planted`).
"""

import hashlib
from decimal import localcontext
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import Word
from upstanding.clockwork.names import GROUPS
from upstanding.clockwork.numbers import CONTEXT, WEEKS_A_YEAR
from upstanding.errors import InputError, Problem
from upstanding.mechanisms.strata import CELL, OLDEST, STATICS, People, unpack
from upstanding.society import families, planted, strangers
from upstanding.society.aggregates import TOGETHER
from upstanding.society.households import Homes, compile_households
from upstanding.society.model import SocietyFile
from upstanding.society.persons import Persons, compile_persons


class Population(NamedTuple):
    """Everybody's traits, and where they live."""

    people: People
    household: NDArray[np.uint32]
    """(citizens,) the first citizen of each one's household."""
    district_size: int
    region_size: int

    def hash(self) -> str:
        """Return a hash of all traits, for the manifest."""
        digest = hashlib.blake2b(digest_size=16)
        for column in (*self.people, self.household):
            digest.update(np.ascontiguousarray(column).data)
        return digest.hexdigest()

    def faces(self) -> NDArray[np.uint8]:
        """Return each citizen's stratum of faces: sex, age band at time zero and group."""
        traits = unpack(np.arange(STATICS, dtype=np.uint16))
        of_static = (traits["sex"] * 8 * len(GROUPS) + traits["group"]).astype(np.uint8)
        of_year = self.people.band * np.uint8(len(GROUPS))
        return of_static[self.people.static] + of_year[self.people.age_weeks // WEEKS_A_YEAR]

    def uncounted(self) -> NDArray[np.int64]:
        """Return who is in no figure: the planted and their households."""
        return planted.uncounted(self.people.status)

    def urban_districts(self) -> NDArray[np.bool_]:
        """Return which districts are urban."""
        first = self.people.static[:: self.district_size]
        return unpack(first)["urban"].astype(np.bool_)


def populate(society: SocietyFile, citizens: int, key: tuple[Word, Word]) -> Population:
    """Return the first `citizens` people of a society under a seed."""
    district_size = society.numbering.cells_per_district * CELL
    band = np.zeros(OLDEST + 1, np.uint8)
    for code, (low, high) in enumerate(society.band.values()):
        band[low : high + 1] = code
    # Who is planted hangs on whole households, so whole cells are looked at.
    drawn = -(-citizens // CELL) * CELL if society.planted else citizens
    people = People(
        np.empty(drawn, np.uint16),
        np.empty(drawn, np.uint16),
        np.empty(drawn, np.uint32),
        np.empty(drawn, np.uint8),
        np.empty(drawn, np.uint32),
        band,
    )
    household = np.empty(drawn, np.uint32)
    if society.family is None:
        margins = strangers.compile_margins(society)
        strangers.settle(key, district_size, margins, people, household)
    else:
        homes, persons = _fitted(_Margins(society))
        families.settle(key, district_size, homes, persons, people, household)
    planted.plant(society.planted, people, household)
    people = people.stretch(0, citizens)
    household = household[:citizens]
    return Population(
        people, household, district_size, district_size * society.numbering.districts_per_region
    )


def require_margins(society: SocietyFile) -> None:
    """Raise an InputError where a society's margins contradict each other."""
    if society.family is not None:
        _fitted(_Margins(society))


class _Margins:
    """What the fit of a society rests on; equal ones have equal fits."""

    def __init__(self, society: SocietyFile) -> None:
        keys = {"age", "band", "household", "composition", "income", "occupation", *TOGETHER}
        self.society = society
        self.text = society.model_dump_json(include=keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Margins) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(maxsize=16)
def _fitted(margins: _Margins) -> tuple[Homes, Persons]:
    """Return the tables of a society with families.

    Raises InputError where its margins contradict each other.
    """
    society = margins.society
    with localcontext(CONTEXT):
        homes, crowd, missed = compile_households(society)
        if not missed:
            persons, missed = compile_persons(society, crowd)
    if missed:
        raise InputError(Problem(society.name, None, *problem) for problem in missed)
    return homes, persons
