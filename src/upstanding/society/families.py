"""Settling families: from the tables of a society to everybody's traits.

*Addresses.* society/household at (cell, 0, household's number in the cell): word 0 kind, 1 whether
the husband is the head, 2 group, 3 income fifth; at (cell, 1, number): word 0 kind of the household
that fills the cell. society/person at (citizen, 0, 0): word 0 the head's year in the band of ages,
or the gap to the head's age, 1 week of birth in the year, 2 sex, 3 occupation. society/standing at
(citizen, 0, 0): word 0 schooling, 1 party, 2 school, 3 platform. society/leanings at (citizen, 0,
0): word 0, four bits a disposition; word 1 conviction.

*The end of a cell.* Households are drawn one after the other. The first that does not fit is drawn
again among those of the size that remains (and cut, parents and children first, if there is none of
that size). So one household in about 195 is of a smaller size than others; all are drawn a little
larger for that (`households`), and over whole cells sizes and ages meet their shares.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, when, whole
from upstanding.clockwork.kernel import entry, kernel
from upstanding.clockwork.names import GROUPS, OCCUPATIONS, PLACES, ROLES, SEXES
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.mechanisms.strata import (
    ADULT,
    CELL,
    CONVICTION,
    FIFTHS,
    MEMBER,
    PARTY,
    ROLE,
    SCHOOL,
    TAUGHT,
    People,
)
from upstanding.society.draws import HOUSEHOLD, LEANINGS, PERSON, STANDING, choice, class_of
from upstanding.society.households import CHILDREN, COUPLE, FROM, SIZE, YEARS, Gap, Homes
from upstanding.society.persons import PUPIL, Persons

HEAD, SPOUSE, CHILD, OTHER = (ROLES.index(role) for role in ("head", "spouse", "child", "other"))


@entry
def settle(
    key: tuple[Word, Word],
    district_size: int,
    homes: Homes,
    persons: Persons,
    people: People,
    household: NDArray[np.uint32],
) -> None:
    """Fill the traits of the first citizens, and the first citizen of each one's household."""
    citizens = household.shape[0]
    for cell in range((citizens + CELL - 1) // CELL):
        begin = cell * CELL
        urban = class_of(begin // district_size, persons.urban)
        at = begin
        number = 0
        while at < min(begin + CELL, citizens):
            w0, w1, w2, w3 = dice.philox(
                U64(cell), U64(0), when(0, number), HOUSEHOLD, key[0], key[1]
            )
            left = begin + CELL - at
            kind = _first_above(w0, homes.steps)
            if homes.kinds[kind, SIZE] > left and homes.of_size[left] < homes.of_size[left + 1]:
                kind = _of_size(left, cell, number, homes, key)
            size = min(homes.kinds[kind, SIZE], left)
            shown = min(size, citizens - at)
            for i in range(at, at + shown):
                household[i] = at
                people.home[i] = (i - at) | (size << 4)
            of_all = urban, whole(w2 < persons.minority)
            husband_heads = whole(w1 < homes.husband_heads)
            _live_together(
                at, shown, homes.kinds[kind], husband_heads, w3, of_all, homes, persons, key, people
            )
            at += size
            number += 1


@kernel
def _live_together(
    at: int,
    shown: int,
    kind: NDArray[np.int64],
    husband_heads: int,
    w_income: Word,
    of_all: tuple[int, int],
    homes: Homes,
    persons: Persons,
    key: tuple[Word, Word],
    people: People,
) -> None:
    """Fill the traits of a household's first members, who all have a place and a group."""
    urban, group = of_all
    couple, children = kind[COUPLE], kind[CHILDREN]
    head = young = income = whole(0)
    for i in range(at, at + shown):
        place = i - at
        w0, w1, w2, w3 = dice.philox(U64(i), U64(0), U64(0), PERSON, key[0], key[1])
        male = whole(w2 < homes.male)
        if couple == 1 and place < 2:
            male = whole(husband_heads == whole(place == 0))
        if place == 0:
            role, year = HEAD, kind[FROM] + whole(dice.below(w0, U64(kind[YEARS])))
            head = young = year
        elif place <= couple:
            role, year = SPOUSE, _age_of_spouse(w0, head, male, homes)
            young = min(head, year)
        elif place <= couple + children:
            role, year = CHILD, young - _gap(w0, homes.child_younger, 0, young)
        else:
            most = homes.oldest - head
            role, year = OTHER, head + _gap(w0, homes.child_younger, 0, most)
        s0, s1, s2, s3 = dice.philox(U64(i), U64(0), U64(0), STANDING, key[0], key[1])
        level = choice(s0, persons.schooling[urban, year])
        job = _occupation(w3, persons.occupation[year, level])
        if place == 0:
            income = choice(w_income, persons.income[urban, level, job])
        school = whole(0)
        if PUPIL <= year < ADULT:
            school = 1 + choice(s2, persons.school[urban, income])
        party = whole(year >= ADULT and s1 < persons.party[male, level, group])
        member = whole(s3 < persons.member[urban, year])
        l0, l1, _, _ = dice.philox(U64(i), U64(0), U64(0), LEANINGS, key[0], key[1])
        code = ((male * FIFTHS + income) * len(PLACES) + urban) * len(GROUPS) + group
        people.age_weeks[i] = year * WEEKS_A_YEAR + whole(dice.below(w1, U64(WEEKS_A_YEAR)))
        people.static[i] = code * len(OCCUPATIONS) + job
        people.leanings[i] = l0
        people.status[i] = (
            (role << ROLE)
            | (level << TAUGHT)
            | (school << SCHOOL)
            | (party << PARTY)
            | (member << MEMBER)
            | (choice(l1, persons.conviction) << CONVICTION)
        )


@kernel
def _age_of_spouse(word: Word, head: int, male: int, homes: Homes) -> int:
    """Return the age of a head's spouse, male or not: an adult's, and no more than the oldest's."""
    if male == 1:
        return head + _gap(word, homes.husband_older, ADULT - head, homes.oldest - head)
    return head - _gap(word, homes.husband_older, head - homes.oldest, head - ADULT)


@kernel
def _gap(word: Word, gap: Gap, least: int, most: int) -> int:
    """Return a gap of at least `least` and at most `most` years."""
    low = max(least - gap.least, 0)
    high = min(most - gap.least + 1, gap.steps.shape[0] - 1)
    pick = gap.steps[low] + whole(dice.below(word, U64(gap.steps[high] - gap.steps[low])))
    place = low
    while pick >= gap.steps[place + 1]:
        place += 1
    return gap.least + place


@kernel
def _first_above(word: Word, steps: NDArray[np.uint64]) -> int:
    """Return the place of the first cumulative threshold above a draw, by halving."""
    low, high = 0, steps.shape[0] - 1
    while low < high:
        half = (low + high) // 2
        if word < steps[half]:
            high = half
        else:
            low = half + 1
    return low


@kernel
def _of_size(size: int, cell: int, number: int, homes: Homes, key: tuple[Word, Word]) -> int:
    """Return a kind of household among those of one size."""
    word, _, _, _ = dice.philox(U64(cell), U64(1), when(0, number), HOUSEHOLD, key[0], key[1])
    first, beyond = homes.of_size[size], homes.of_size[size + 1]
    low = homes.steps[first - 1] if first > 0 else U64(0)
    return _first_above(low + dice.below(word, homes.steps[beyond - 1] - low), homes.steps)


@kernel
def _occupation(word: Word, steps: NDArray[np.uint64]) -> int:
    """Return the occupation of a draw, 0 for any other."""
    for held in range(steps.shape[0]):
        if word < steps[held]:
            return held + 1
    return 0


assert SEXES == ("female", "male")
assert OCCUPATIONS[0] == "other"
