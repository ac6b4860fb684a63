"""People whose traits have nothing to do with each other: what a society without families has.

*Addresses.* society/household at (cell, 0, household's number in the cell): word 0 size, 1 income
fifth, 2 group. society/person at (citizen, 0, 0): word 0 band of ages, 1 age in weeks within it,
2 sex, 3 occupation. society/leanings at (citizen, 0, 0): word 0, four bits a disposition; word 1,
lowest four bits: conviction, next eight: the school of those of 6 to 17. The second of a household
stands for a spouse, the third and later ones for children. A cell's last household is cut to fit.
"""

from decimal import Decimal
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, when, whole
from upstanding.clockwork.kernel import entry, kernel
from upstanding.clockwork.names import GROUPS, OCCUPATIONS, PLACES, SEXES
from upstanding.clockwork.numbers import CONTEXT, ONE, WEEKS_A_YEAR, cumulative, threshold
from upstanding.clockwork.struct import Struct
from upstanding.mechanisms.strata import (
    CELL,
    CONVICTION,
    FIFTHS,
    OLDEST,
    ROLE,
    SCHOOL,
    People,
    place_at_home,
)
from upstanding.society.aggregates import Occupations
from upstanding.society.draws import HOUSEHOLD, LEANINGS, PERSON, choice, class_of
from upstanding.society.households import span_of
from upstanding.society.model import SocietyFile


class Margins(Struct):
    """A society's aggregates as integers."""

    size: NDArray[np.uint64]
    """(9,) cumulative thresholds of the household's size, from 1."""
    age: NDArray[np.uint64]
    """(bands of ages,) cumulative thresholds."""
    age_from: NDArray[np.int64]
    """(bands of ages,) first week of age."""
    age_weeks: NDArray[np.int64]
    """(bands of ages,) width in weeks."""
    shares: NDArray[np.uint64]
    """(3,) thresholds of male, minority, urban."""
    occupation: Annotated[NDArray[np.uint64], 2]
    """(121, 4) cumulative thresholds of the occupations after "other", by age in years."""


def compile_margins(society: SocietyFile) -> Margins:
    """Compile a society's aggregates to integer tables."""
    ages = sorted((span_of(key), share) for key, share in society.age.share.items())
    first = np.array([low for (low, _), _ in ages], np.int64) * WEEKS_A_YEAR
    last = np.array([high + 1 for (_, high), _ in ages], np.int64) * WEEKS_A_YEAR
    sizes = [society.household.size.get(str(n), Decimal(0)) for n in range(1, 10)]
    parts = society.composition
    return Margins(
        size=cumulative(sizes),
        age=cumulative([share for _, share in ages]),
        age_from=first,
        age_weeks=last - first,
        shares=np.array([threshold(p) for p in (parts.male, parts.minority, parts.urban)], "u8"),
        occupation=_occupations(society),
    )


def chances_of(society: SocietyFile) -> dict[Occupations, Decimal | None]:
    """Return the chance of each occupation for people of its ages; None if there are none.

    A share of all people is a larger one of those of the right ages.
    """
    by_year = [Decimal(0)] * (OLDEST + 1)
    for key, share in society.age.share.items():
        low, high = span_of(key)
        for year in range(low, high + 1):
            by_year[year] = CONTEXT.divide(share, Decimal(high + 1 - low))
    chances: dict[Occupations, Decimal | None] = {}
    for name, held in society.occupation.items():
        of_age = sum(by_year[held.ages[0] : held.ages[1] + 1], Decimal(0))
        share = held.share * (held.over_represented or 1)
        chances[name] = CONTEXT.divide(share, of_age) if of_age else None
    return chances


def _occupations(society: SocietyFile) -> NDArray[np.uint64]:
    """Return cumulative thresholds by age; at most 2**32, to which they may round up."""
    table = np.zeros((OLDEST + 1, len(OCCUPATIONS) - 1), np.uint64)
    for name, chance in chances_of(society).items():
        low, high = society.occupation[name].ages
        table[low : high + 1, OCCUPATIONS.index(name) - 1] = threshold(chance or Decimal(0))
    return np.minimum(np.cumsum(table, axis=1), ONE).astype(np.uint64)


@entry
def settle(
    key: tuple[Word, Word],
    district_size: int,
    margins: Margins,
    people: People,
    household: NDArray[np.uint32],
) -> None:
    """Fill the traits of the first citizens, and the first citizen of each one's household."""
    citizens = household.shape[0]
    for cell in range((citizens + CELL - 1) // CELL):
        begin = cell * CELL
        urban = class_of(begin // district_size, margins.shares[2])
        at = begin
        number = 0
        while at < begin + CELL:
            w0, w1, w2, _ = dice.philox(
                U64(cell), U64(0), when(0, number), HOUSEHOLD, key[0], key[1]
            )
            size = choice(w0, margins.size) + 1
            income = whole(dice.below(w1, U64(FIFTHS)))
            group = whole(w2 < margins.shares[1])
            size = min(size, begin + CELL - at)
            for i in range(at, min(at + size, citizens)):
                household[i] = at
                people.home[i] = (i - at) | (size << 4)
                _person(i, urban, income, group, key, margins, people)
            at += size
            number += 1


@kernel
def _person(
    i: int,
    urban: int,
    income: int,
    group: int,
    key: tuple[Word, Word],
    margins: Margins,
    people: People,
) -> None:
    w0, w1, w2, w3 = dice.philox(U64(i), U64(0), U64(0), PERSON, key[0], key[1])
    band = choice(w0, margins.age)
    weeks = margins.age_from[band] + whole(dice.below(w1, U64(margins.age_weeks[band])))
    sex = whole(w2 < margins.shares[0])
    row = margins.occupation[weeks // WEEKS_A_YEAR]
    occupation = whole(0)
    for held in range(row.shape[0]):
        if w3 < row[held]:
            occupation = whole(held + 1)
            break
    code = ((sex * FIFTHS + income) * len(PLACES) + urban) * len(GROUPS) + group
    people.age_weeks[i] = weeks
    people.static[i] = code * len(OCCUPATIONS) + occupation
    w0, w1, _, _ = dice.philox(U64(i), U64(0), U64(0), LEANINGS, key[0], key[1])
    people.leanings[i] = w0
    role = min(place_at_home(people.home[i]), whole(2))
    school = whole(0)
    if 6 <= weeks // WEEKS_A_YEAR < 18:
        school = 1 + whole(dice.below((w1 & U64(0xFF00)) << U64(16), U64(3)))
    conviction = whole(w1 & U64(15))
    people.status[i] = (role << ROLE) | (school << SCHOOL) | (conviction << CONVICTION)


assert SEXES == ("female", "male")
