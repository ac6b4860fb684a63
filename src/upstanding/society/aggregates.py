"""What a society file may say of how people live together, and of what they are.

Either all of these tables are given or none. Where none is, people are strangers: the ages, sexes
and occupations of one household have nothing to do with each other (`society.strangers`).
"""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from upstanding.documents.table import Factor, Name, Number, Share, Sourced, Table

Occupations = Literal["official", "journalist", "business-owner", "student"]
Gap = Annotated[int, Field(strict=True, ge=-60, le=60)]
Gaps = tuple[Gap, Gap, Gap]
"""Fewest, likeliest and most years; how likely the others are falls off evenly to both sides."""
Levels = Annotated[tuple[Factor, ...], Field(min_length=4, max_length=4)]
"""Odds of no, primary, secondary and university schooling."""
Fifths = Annotated[tuple[Factor, ...], Field(min_length=5, max_length=5)]
"""Odds by fifth of incomes, the lowest first."""


class FamilyOdds(Table):
    """Where the fit of households starts from, by the band of the head's age; 1 if not named."""

    heads: dict[Name, Factor] = {}
    """That a person heads a household."""
    couple: dict[Name, Factor] = {}
    """That there is a spouse, over that there is none."""
    child: dict[Name, Factor] = {}
    """For each child who lives there."""
    parent: dict[Name, Factor] = {}
    """For each of up to two parents of the head who live there."""


class Family(Sourced):
    """How ages in one household hang together, in years."""

    husband_older: Gaps
    """By how much a husband is older than his wife."""
    child_younger: Gaps
    """By how much a child is younger than the younger of its parents; parents of the head alike."""
    husband_heads: Share
    """Share of couples of whom the husband is the head."""
    odds: FamilyOdds


class SchoolingOdds(Table):
    """Where the fit of schooling starts from."""

    age: dict[Name, Levels]
    """By band of ages; those under 18 are not fitted."""
    urban: Levels
    """In urban districts, times those of the age."""


class Schooling(Sourced):
    """The highest school that people went to: none to 5 years, primary to 11, secondary to 17."""

    university: Share
    """Of all people."""
    none: Share
    """People of 15 and over who went to no school, of all people."""
    mean_years: Number
    """Of people of 15 and over."""
    years: Annotated[tuple[Number, ...], Field(min_length=4, max_length=4)]
    """That each level stands for."""
    odds: SchoolingOdds


class IncomeOdds(Table):
    """Where the fit of fifths starts from, by what the head of a household is; 1 if not named."""

    urban: Fifths = (Decimal(1),) * 5
    schooling: dict[Name, Fifths] = {}
    occupation: dict[Name, Fifths] = {}


class Party(Sourced):
    """Members of the ruling party, all of them adults."""

    share: Share
    """Of all people."""
    women: Share
    """Of the members, as the next two."""
    minority: Share
    university: Share


class Platform(Sourced):
    """Members of the commercial platform, all of them adults."""

    share: Share
    """Of all people."""
    under_40: Share
    """Of the members, as the next."""
    over_60: Share
    """60 years and older."""
    urban: Factor
    """Odds of an urban member, over those of a rural one."""


class SchoolOdds(Table):
    """Odds over a public school by income fifth, and in urban districts times those."""

    private: Fifths
    high_fee: Fifths
    urban: tuple[Factor, Factor]
    """Of a private and of a high-fee school."""


class Schools(Sourced):
    """The schools of children from 6 to 17; shares hold at compulsory age, 6 to 14."""

    private: Share
    """Of pupils, those of high-fee schools included."""
    high_fee: Share
    """Of pupils of private schools."""
    odds: SchoolOdds


class Conviction(Sourced):
    """What people think of the state, in 16 levels from -1 to 1."""

    support: Share
    """Share of people above 0; levels on one side of it are equally frequent."""


class SocietyTables(Table):
    """What this adds to a society file."""

    family: Family | None = None
    schooling: Schooling | None = None
    party: Party | None = None
    platform: Platform | None = None
    schools: Schools | None = None
    conviction: Conviction | None = None


TOGETHER = tuple(SocietyTables.model_fields)
"""Tables that are given together or not at all."""
