"""What people are: schooling, occupation, income, party, school, platform, conviction.

Margins are published, joint structure is not: tables start from odds of the file and are fitted
(`society.fit`) to margins that hold at once, over the people that `society.households` gives.

- *schooling* by age and place, so that the shares of all people with a university's and with no
  schooling hold, and the mean years of those of 15 and over. Under 18 it follows from age.
- *occupation* by age and schooling: the chance is share * odds over the mean of the odds among all.
- *income*, one fifth a household, by its place and its head's schooling and occupation, so that a
  fifth of people has each.
- *party* by sex, schooling and group, from even odds among adults, so that its size and its shares
  of women, minorities and graduates hold.
- *school*, of those of 6 to 17, by place and fifth; its shares hold at compulsory age.
- *platform* membership of adults, by age (under 40, to 59, over) and place.
- *conviction*: by nothing else.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import reduce
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.names import GROUPS, OCCUPATIONS, PLACES, SCHOOLING, SCHOOLS, SEXES
from upstanding.clockwork.numbers import CONTEXT, ONE, cumulative, scaled, threshold
from upstanding.clockwork.struct import Struct
from upstanding.mechanisms.strata import ADULT, FIFTHS
from upstanding.society.aggregates import Party, Platform, Schooling, Schools
from upstanding.society.fit import UNIT, WHOLE, Missed, raked, told
from upstanding.society.households import AGES, Crowd
from upstanding.society.model import SocietyFile

Steps = NDArray[np.uint64]
"""Cumulative thresholds along the last axis; the last is 2**32 where the choice is complete."""
Many = NDArray[np.int64]
"""Numbers of people, in WHOLE, or chances, of which 2**32 is certainty."""
PUPIL, SECONDARY = 6, 12
"""Ages at which school and secondary school begin; nobody under 18 is beyond it."""
COMPULSORY = slice(6, 15)
FIFTEEN, MIDDLE, OLD = 15, 40, 60
LEVELS = 16
"""Of conviction."""
_GRAIN = 1000
"""Odds are rounded to thousandths."""


class Persons(Struct):
    """Personal traits as integer tables."""

    urban: np.uint64
    minority: np.uint64
    schooling: Annotated[Steps, 3]
    """(places, ages, levels)"""
    occupation: Annotated[Steps, 3]
    """(ages, levels of schooling, occupations after "other"), which is what remains."""
    income: Annotated[Steps, 4]
    """(places, levels of schooling, occupations, fifths)"""
    party: Annotated[Steps, 3]
    """(sexes, levels of schooling, groups), of adults."""
    school: Annotated[Steps, 3]
    """(places, fifths, schools after "none")"""
    member: Annotated[Steps, 2]
    """(places, ages)"""
    conviction: Steps
    """(levels,)"""


def compile_persons(society: SocietyFile, crowd: Crowd) -> tuple[Persons, list[Missed]]:
    """Return a society's personal traits as tables, and what cannot be met."""
    parts = society.composition
    schooling, party, platform = society.schooling, society.party, society.platform
    schools, conviction = society.schools, society.conviction
    if not (schooling and party and platform and schools and conviction):
        raise AssertionError("tables that are given together")
    taught, fewer = _schooling(society, schooling, crowd.ages)
    jobs, too_many = _occupations(society, crowd.ages, taught)
    everybody = _by_head(society, crowd.held.sum(axis=(1, 2)), taught, jobs)
    income, uneven = _income(society, everybody)
    pupils = _by_head(society, crowd.held[:, :, COMPULSORY].sum(axis=(1, 2)), taught, jobs)
    of_fifths = _times(pupils[..., None], income).sum(axis=(1, 2))
    adults = _in_places(society, crowd.held[:, :, ADULT:].sum(axis=0))
    by_level = _times(adults[..., None], taught[:, None, ADULT:]).sum(axis=(0, 2))
    in_party, unlike = _party(party, _split(by_level, parts.minority))
    at_school, no_place = _schools(schools, of_fifths)
    members, strange = _members(society, platform, crowd.ages)
    half = LEVELS // 2
    persons = Persons(
        np.uint64(threshold(parts.urban)),
        np.uint64(threshold(parts.minority)),
        _steps(taught),
        _steps(jobs),
        _steps(income),
        in_party.astype(np.uint64),
        _steps(at_school),
        members.astype(np.uint64),
        cumulative([1 - conviction.support] * half + [conviction.support] * half),
    )
    return persons, [*fewer, *too_many, *uneven, *unlike, *no_place, *strange]


def _schooling(
    society: SocietyFile, wanted: Schooling, ages: Many
) -> tuple[Many, Iterator[Missed]]:
    """Return chances (places, ages, levels)."""
    chances = np.zeros((len(PLACES), AGES, len(SCHOOLING)), np.int64)
    for level, first in enumerate((0, PUPIL, SECONDARY)):
        chances[:, first:, :] = 0
        chances[:, first:, level] = ONE
    bands = [
        (name, slice(max(low, ADULT), high + 1))
        for name, (low, high) in society.band.items()
        if high >= ADULT
    ]
    cells = np.stack([_in_places(society, ages[years].sum()) for _, years in bands], axis=1)
    even = (Decimal(1),) * len(SCHOOLING)
    odds = [
        _product(wanted.odds.age.get(name, even), by_place)
        for by_place in (even, wanted.odds.urban)
        for name, _ in bands
    ]
    grown, known = _decimal(ages[ADULT:]), _decimal(ages[FIFTEEN:])
    none, university = wanted.none, wanted.university
    years = wanted.years
    others = years[2] * (known - none - university) + years[3] * university + years[0] * none
    primary = CONTEXT.divide(others - wanted.mean_years * known, years[2] - years[1])
    shares = (none, primary, grown - none - university - primary, university)
    if min(shares) < 0:
        text = ", ".join(
            f"{name} {share:.4f}" for name, share in zip(SCHOOLING, shares, strict=True)
        )
        return chances, iter(
            [Missed("schooling", f"shares of adults of all people: {text}", "more than none")]
        )
    of_level = [np.arange(len(SCHOOLING)) == level for level in range(len(SCHOOLING))]
    margins = [
        (np.tile(mask, (cells.size, 1)), share)
        for mask, share in zip(of_level, shares, strict=True)
    ]
    held, missed = _raked(cells.ravel(), odds, margins)
    held = held.reshape(len(PLACES), len(bands), len(SCHOOLING))
    for at, (_, of_band) in enumerate(bands):
        chances[:, of_band] = _chances(held[:, at])[:, None]
    return chances, told("schooling", missed)


def _occupations(society: SocietyFile, ages: Many, taught: Many) -> tuple[Many, Iterator[Missed]]:
    """Return chances (ages, levels of schooling, occupations after "other")."""
    people = _times(_in_places(society, ages)[..., None], taught).sum(axis=0)
    chances = np.zeros((AGES, len(SCHOOLING), len(OCCUPATIONS) - 1), np.int64)
    for name, held in society.occupation.items():
        of_age = slice(held.ages[0], held.ages[1] + 1)
        odds = held.schooling or (Decimal(1),) * len(SCHOOLING)
        mean = sum(
            (
                CONTEXT.multiply(_decimal(people[of_age, level]), chance)
                for level, chance in enumerate(odds)
            ),
            Decimal(0),
        )
        share = CONTEXT.multiply(held.share, held.over_represented or Decimal(1))
        for level, chance in enumerate(odds):
            here = CONTEXT.divide(CONTEXT.multiply(share, chance), mean) if mean else Decimal(0)
            chances[of_age, level, OCCUPATIONS.index(name) - 1] = scaled(here, ONE)
    return chances, _too_many(chances)


def _too_many(chances: Many) -> Iterator[Missed]:
    """Yield a problem where those of one age and schooling hold more than one occupation each."""
    sums = chances.sum(axis=2)
    age, level = np.unravel_index(int(sums.argmax()), sums.shape)
    if sums[age, level] > ONE + _GRAIN:
        parts = zip(OCCUPATIONS[1:], chances[age, level], strict=True)
        text = ", ".join(f"{job} {Decimal(int(n)) / ONE:.4f}" for job, n in parts)
        whom = f"each person of {age} whose schooling is {SCHOOLING[level]}"
        yield Missed(
            "occupation", f"these for {whom}: {text}", "few enough that they sum to at most 1"
        )


def _by_head(society: SocietyFile, people: Many, taught: Many, jobs: Many) -> Many:
    """Return people (places, levels, occupations of their head), given (ages of their head,)."""
    other = ONE - jobs.sum(axis=2, keepdims=True)
    every = np.concatenate([np.maximum(other, 0), jobs], axis=2)
    by_level = _times(_in_places(society, people)[..., None], taught)
    return _times(by_level[..., None], every[None]).sum(axis=1)  # type: ignore[no-any-return]


def _income(society: SocietyFile, people: Many) -> tuple[Many, Iterator[Missed]]:
    """Return chances (places, levels, occupations, fifths)."""
    odds, even = society.income.odds, (Decimal(1),) * FIFTHS
    tables = [
        _product(
            odds.urban if place == "urban" else even,
            odds.schooling.get(level, even),
            odds.occupation.get(job, even),
        )
        for place in PLACES
        for level in SCHOOLING
        for job in OCCUPATIONS
    ]
    fifth = CONTEXT.divide(_decimal(people), Decimal(FIFTHS))
    margins = [(np.tile(np.arange(FIFTHS) == n, (people.size, 1)), fifth) for n in range(FIFTHS)]
    held, missed = _raked(people.ravel(), tables, margins)
    return _chances(held).reshape(*people.shape, FIFTHS), told("income", missed)


def _party(wanted: Party, people: Many) -> tuple[Many, Iterator[Missed]]:
    """Return the chance (sexes, levels, groups) of being a member, given how many adults."""
    sex, level, group = np.indices(people.shape).reshape(3, -1)
    everyone = np.ones(people.size, np.bool_)
    margins = _of_yes(
        (everyone, wanted.share),
        (sex == SEXES.index("female"), wanted.share * wanted.women),
        (group == GROUPS.index("minority"), wanted.share * wanted.minority),
        (level == SCHOOLING.index("university"), wanted.share * wanted.university),
    )
    held, missed = _raked(people.ravel(), [(9 * _GRAIN, _GRAIN)] * people.size, margins)
    return _chances(held)[:, 1].reshape(people.shape), told("party", missed)


def _schools(wanted: Schools, pupils: Many) -> tuple[Many, Iterator[Missed]]:
    """Return chances (places, fifths, schools after "none"), given how many of compulsory age."""
    odds = [
        tuple(
            scaled(chance, _GRAIN)
            for chance in (
                Decimal(1),
                wanted.odds.private[fifth] * (wanted.odds.urban[0] if place else 1),
                wanted.odds.high_fee[fifth] * (wanted.odds.urban[1] if place else 1),
            )
        )
        for place in range(len(PLACES))
        for fifth in range(FIFTHS)
    ]
    private = wanted.private * _decimal(pupils)
    shares = (private * (1 - wanted.high_fee), private * wanted.high_fee)
    margins = [
        (np.tile(np.arange(len(SCHOOLS) - 1) == kind, (pupils.size, 1)), share)
        for kind, share in enumerate(shares, 1)
    ]
    held, missed = _raked(pupils.ravel(), odds, margins)
    return _chances(held).reshape(*pupils.shape, -1), told("schools", missed)


def _members(society: SocietyFile, wanted: Platform, ages: Many) -> tuple[Many, Iterator[Missed]]:
    """Return the chance (places, ages) of being a member."""
    spans = [slice(ADULT, MIDDLE), slice(MIDDLE, OLD), slice(OLD, AGES)]
    people = np.stack([_in_places(society, ages[span].sum()) for span in spans], axis=1)
    place, span = np.indices(people.shape).reshape(2, -1)
    urban = scaled(wanted.urban, _GRAIN)
    odds = [(_GRAIN, urban if where else _GRAIN) for where in place]
    shares = (wanted.under_40, 1 - wanted.under_40 - wanted.over_60, wanted.over_60)
    margins = _of_yes(*((span == at, wanted.share * share) for at, share in enumerate(shares)))
    held, missed = _raked(people.ravel(), odds, margins)
    of_span = _chances(held)[:, 1].reshape(people.shape)
    chances = np.zeros((len(PLACES), AGES), np.int64)
    for at, years in enumerate(spans):
        chances[:, years] = of_span[:, at, None]
    return chances, told("platform", missed)


Margin = tuple[NDArray[np.bool_], Decimal]
"""Which of cells and levels are counted, and their share of all people."""


def _raked(
    people: Many, odds: Sequence[Sequence[int]], margins: Sequence[Margin]
) -> tuple[Many, int]:
    targets = [(mask, scaled(share, WHOLE)) for mask, share in margins]
    return raked(people, np.array(odds, np.int64), targets)


def _of_yes(*margins: Margin) -> list[Margin]:
    """Return margins of yes, the second of two levels, given which cells they count."""
    return [(np.stack([np.zeros_like(cells), cells], axis=1), share) for cells, share in margins]


def _in_places(society: SocietyFile, people: Many) -> Many:
    """Return people (places, ...), given (...)."""
    return _split(np.asarray(people), society.composition.urban, last=False)


def _split(people: Many, share: Decimal, *, last: bool = True) -> Many:
    """Return people by whether they are of a share: (..., 2), or (2, ...)."""
    part = people * scaled(share, UNIT) >> 20
    return np.stack([people - part, part], axis=-1 if last else 0)


def _times(people: Many, chances: Many) -> Many:
    """Return how many of people are of a chance."""
    return (people >> 6) * (chances >> 6) >> 20


def _chances(held: Many) -> Many:
    """Return chances along the last axis; the last level is what remains."""
    sums = np.maximum(held.sum(axis=-1, keepdims=True) >> 6, 1)
    chances = np.minimum((held << 26) // sums, ONE)
    chances[..., -1] = ONE - chances[..., :-1].sum(axis=-1)
    return chances  # type: ignore[no-any-return]


def _steps(chances: Many) -> Steps:
    return np.minimum(np.cumsum(chances, axis=-1), ONE).astype(np.uint64)


def _product(*odds: Sequence[Decimal]) -> tuple[int, ...]:
    products = [reduce(CONTEXT.multiply, parts) for parts in zip(*odds, strict=True)]
    return tuple(scaled(product, _GRAIN) for product in products)


def _decimal(people: Many) -> Decimal:
    """Return a number of people as a share of all."""
    return CONTEXT.divide(Decimal(int(people.sum())), Decimal(WHOLE))
