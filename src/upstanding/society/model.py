"""The format of a society file: people as aggregates, their habits, what they ask of services."""

from datetime import date
from typing import Annotated

from pydantic import Field

from upstanding.documents.table import Name, Number, Share, Sourced, Table, Text
from upstanding.mechanisms import conduct, publicity, remedy, response, services, ties
from upstanding.society import aggregates
from upstanding.society.aggregates import Occupations
from upstanding.society.planted import Archetypes, Planted

Years = Annotated[int, Field(strict=True, ge=0, le=120)]


class Numbering(Table):
    """How cells of 512 citizens make districts, and districts regions."""

    cells_per_district: Annotated[int, Field(strict=True, ge=1, le=4096)]
    districts_per_region: Annotated[int, Field(strict=True, ge=1, le=65536)]


class Ages(Sourced):
    """Age at time zero: shares of bands "first-last" in years, uniform within a band."""

    share: dict[Annotated[str, Field(pattern=r"^\d{1,3}-\d{1,3}$")], Share]


class Household(Sourced):
    """Shares of households by number of persons."""

    size: dict[Annotated[str, Field(pattern=r"^[1-9]$")], Share]


class Composition(Sourced):
    """Shares of people, or of districts, in two classes."""

    male: Share
    minority: Share
    """By household."""
    urban: Share
    """Share of districts, evenly interleaved."""


class Income(Sourced):
    """Mean disposable income a head by fifth, yuan a year; each household falls in one fifth."""

    yuan: Annotated[tuple[Number, ...], Field(min_length=5, max_length=5)]
    odds: aggregates.IncomeOdds = aggregates.IncomeOdds()
    """Where the fit of fifths to a fifth of people each starts from."""


class Occupation(Sourced):
    """An occupation's share of all people, held by people between two ages."""

    share: Share
    ages: tuple[Years, Years]
    """First and last age in years at time zero."""
    schooling: aggregates.Levels | None = None
    """Odds of holding it by schooling; alike if not given."""
    over_represented: Annotated[Number, Field(ge=1, le=10_000)] | None = None
    """Factor by which the society holds more of them than the source says; 1 where not named."""


class SocietyFile(
    aggregates.SocietyTables,
    conduct.SocietyTables,
    response.SocietyTables,
    services.SocietyTables,
    ties.SocietyTables,
    publicity.SocietyTables,
    remedy.SocietyTables,
    Table,
):
    """A whole society file."""

    name: Name
    title: Text
    status: Text
    extends: Name | None = None
    """Another shipped society whose tables this one starts from."""
    epoch: Annotated[date, Field(strict=True)]
    """The Monday on which week 0 begins."""
    numbering: Numbering
    age: Ages
    band: dict[Name, tuple[Years, Years]]
    """Age bands of habits and measures: first and last age, in order, without gap."""
    household: Household
    composition: Composition
    income: Income
    occupation: dict[Occupations, Occupation] = {}
    planted: dict[Archetypes, Planted] = {}
    """Rare persons, who are in no rate."""
