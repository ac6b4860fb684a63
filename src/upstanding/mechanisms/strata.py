"""Who people are, as the kernels see it: traits in a few bytes, strata that rates depend on.

A citizen's joint stratum is band * 200 + static, where static packs sex, income fifth, urban, group
and occupation. Age moves; the rest does not. Age in years at week w is (age in weeks + w) // 52.
"""

from collections.abc import Iterable
from decimal import Decimal
from functools import reduce
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import GROUPS, OCCUPATIONS, PLACES, SEXES, Names
from upstanding.clockwork.numbers import CONTEXT, WEEKS_A_YEAR
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Factor, Name, Table

ADULT = 18
CELL = 512
"""Neighbours who are numbered together, whole households."""
FIFTHS = 5
STATICS = len(SEXES) * FIFTHS * len(PLACES) * len(GROUPS) * len(OCCUPATIONS)
OLDEST = 120
OFFICIAL = OCCUPATIONS.index("official")
OWNER = OCCUPATIONS.index("business-owner")


class Strata(Table):
    """Factors on a rate by stratum; a stratum that is not named has factor 1."""

    age: dict[Name, Factor] = {}
    sex: dict[Literal["female", "male"], Factor] = {}
    income: Annotated[tuple[Factor, ...], Field(min_length=5, max_length=5)] | None = None
    place: dict[Literal["urban", "rural"], Factor] = {}
    group: dict[Literal["majority", "minority"], Factor] = {}
    occupation: dict[Name, Factor] = {}


class People(Struct):
    """Traits of a block's citizens: 13 bytes each, all pure functions of society, seed, citizen."""

    age_weeks: NDArray[np.uint16]
    """Age at time zero."""
    static: NDArray[np.uint16]
    """Sex, income fifth, urban, group and occupation, packed."""
    leanings: NDArray[np.uint32]
    """Eight dispositions of four bits, the first lowest."""
    home: NDArray[np.uint8]
    """Her place in her household, from 0, and its size << 4; its members are numbered together."""
    status: NDArray[np.uint32]
    """Role, schooling, school, party, membership, conviction and archetype, packed."""
    band: NDArray[np.uint8]
    """(121,) the age band of each age in years; one array for everybody."""

    def stretch(self, first: int, citizens: int) -> "People":
        """Return the traits of a run of citizens."""
        part = slice(first, first + citizens)
        columns = {name: column[part] for name, column in self.as_dict().items()}
        return self.replaced(**columns | {"band": self.band})


def pack(
    sex: NDArray[np.int64],
    income: NDArray[np.int64],
    urban: NDArray[np.int64],
    group: NDArray[np.int64],
    occupation: NDArray[np.int64],
) -> NDArray[np.uint16]:
    """Return the static code of traits, each counted from 0."""
    code = ((sex * FIFTHS + income) * len(PLACES) + urban) * len(GROUPS) + group
    return (code * len(OCCUPATIONS) + occupation).astype(np.uint16)


def unpack(static: NDArray[np.uint16]) -> dict[str, NDArray[np.int64]]:
    """Return sex, income, urban, group and occupation of static codes, each counted from 0."""
    rest, occupation = np.divmod(static.astype(np.int64), len(OCCUPATIONS))
    rest, group = np.divmod(rest, len(GROUPS))
    rest, urban = np.divmod(rest, len(PLACES))
    sex, income = np.divmod(rest, FIFTHS)
    return {
        "sex": sex,
        "income": income,
        "urban": urban,
        "group": group,
        "occupation": occupation,
    }


def stratify(by: Strata, names: Names) -> tuple[list[Decimal], NDArray[np.int64]]:
    """Return the distinct factors that `by` gives, and which of them each joint stratum has."""
    one = Decimal(1)
    statics = [
        [by.sex.get(name, one) for name in ("female", "male")],
        by.income or [one] * FIFTHS,
        [by.place.get(name, one) for name in ("rural", "urban")],
        [by.group.get(name, one) for name in ("majority", "minority")],
        [by.occupation.get(name, one) for name in OCCUPATIONS],
    ]
    bands = _distinct([by.age.get(name, one) for name in names.bands])
    return _products(bands, reduce(_products, map(_distinct, statics)))


Factors = tuple[list[Decimal], NDArray[np.int64]]
"""Distinct factors in order of their first place, and which of them each place has."""


def _distinct(factors: Iterable[Decimal]) -> Factors:
    known: dict[Decimal, int] = {}
    places = [known.setdefault(factor, len(known)) for factor in factors]
    return list(known), np.array(places, np.int64)


def _products(outer: Factors, inner: Factors) -> Factors:
    """Return the products of each place of one with each of the other."""
    known: dict[Decimal, int] = {}
    pairs = [
        [known.setdefault(CONTEXT.multiply(one, other), len(known)) for other in inner[0]]
        for one in outer[0]
    ]
    return list(known), np.array(pairs, np.int64)[outer[1]][:, inner[1]].ravel()


@inlined
def years(age_weeks: int, week: int) -> int:
    """Return the age in years at a week."""
    return min((whole(age_weeks) + whole(week)) // WEEKS_A_YEAR, OLDEST)


@inlined
def joint_stratum(people: People, i: int, week: int) -> int:
    """Return the joint stratum of the block's citizen i at a week."""
    band = people.band[years(people.age_weeks[i], week)]
    return whole(band) * STATICS + whole(people.static[i])


@kernel
def joint_strata(people: People, week: int) -> NDArray[np.int32]:
    """Return the joint stratum of each of a block's citizens at a week."""
    strata = np.empty(people.static.shape[0], np.int32)
    for i in range(strata.shape[0]):
        strata[i] = joint_stratum(people, i, week)
    return strata


@inlined
def level_of(leanings: int, which: int) -> int:
    """Return the level, 0 to 15, of one of a citizen's dispositions."""
    return whole((np.uint32(leanings) >> np.uint32(4 * which)) & np.uint32(15))


ROLE, TAUGHT, SCHOOL, PARTY, MEMBER, CONVICTION, PLANTED = 0, 2, 4, 6, 7, 8, 12
"""The lowest bit of each part of `status`: two bits each of role, schooling and school, one each of
party and platform membership, four of conviction (16 levels from -1 to 1), five of the archetype
that somebody was planted as (0 for none, AT_HOME for who lives with somebody planted)."""
AT_HOME = 31


_STATUS = {
    "role": (ROLE, 2),
    "schooling": (TAUGHT, 2),
    "school": (SCHOOL, 2),
    "party": (PARTY, 1),
    "member": (MEMBER, 1),
    "conviction": (CONVICTION, 4),
    "planted": (PLANTED, 5),
}


def unpack_status(status: NDArray[np.uint32]) -> dict[str, NDArray[np.uint32]]:
    """Return the parts of `status`, each counted from 0."""
    return {
        name: (status >> np.uint32(lowest)) & np.uint32((1 << bits) - 1)
        for name, (lowest, bits) in _STATUS.items()
    }


@inlined
def part_of(status: int, lowest: int, bits: int) -> int:
    """Return a part of `status`, given its lowest bit and how many it has."""
    return whole((np.uint32(status) >> np.uint32(lowest)) & np.uint32((1 << bits) - 1))


@inlined
def is_counted(status: int) -> int:
    """Return 1 for somebody who is in the figures, 0 for the planted and their households."""
    return whole(part_of(status, PLANTED, 5) == 0)


@inlined
def place_at_home(home: int) -> int:
    """Return somebody's place in her household, from 0."""
    return whole(home) & 15


@inlined
def size_of_home(home: int) -> int:
    """Return how many live in somebody's household."""
    return whole(home) >> 4


@inlined
def is_official(static: int) -> bool:
    """Return whether a citizen is an official."""
    return whole(static) % len(OCCUPATIONS) == OFFICIAL


@inlined
def is_owner(static: int) -> bool:
    """Return whether a citizen owns a firm."""
    return whole(static) % len(OCCUPATIONS) == OWNER


@inlined
def fifth_of(static: int) -> int:
    """Return the income fifth of a citizen, from 0."""
    return (whole(static) // (len(PLACES) * len(GROUPS) * len(OCCUPATIONS))) % FIFTHS


@inlined
def is_urban(static: int) -> int:
    """Return 1 for a citizen of an urban district, else 0."""
    return (whole(static) // (len(GROUPS) * len(OCCUPATIONS))) % len(PLACES)
