"""Kin: children who are barred for what a parent did."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import polars as pl

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure, figure, ratio
from verification.leaving import DUTY

PEOPLE, WEEKS, SHARE = 20_000, 52, 0.3
FAMILIES = {
    **only({}),
    f"{DUTY}.obligation.outstanding-per-1000-adults": 1000,
    f"{DUTY}.obligation.able-share": 0,
    "age.share.8-8": 0.5,
    "age.share.40-40": 0.5,
    "household.size.1": 0,
    "household.size.4": 1,
    "service.school.title": "A place at school",
    "service.school.demand": 4,
    "service.school.attempted": 0.5,
    "service.school.school": ["public", "private", "high-fee"],
}
"""Households of four, half of all people 8 years old and the others 40."""


class Barred(NamedTuple):
    """What one run found of pupils, and what its households say."""

    children: int
    """Barred at the first close."""
    listed: int
    """Pupils of whom a parent is listed."""
    expected: float
    """Sum over pupils of 1 - (1 - q)^(adult parents)."""
    denials: int
    years: float
    """Of pupils with a listed parent."""


def _barred(outcome: Outcome) -> Barred:
    parents = (
        outcome.citizens.filter(pl.col("role").is_in(["head", "spouse"]))
        .group_by("household")
        .agg(adults=(pl.col("age") >= 18).sum(), listed=pl.col("list.debtors").any())
    )
    pupils = outcome.citizens.filter(role="child").filter(pl.col("school") != "none")
    pupils = pupils.join(parents, on="household", how="left")
    chance = 1 - (1 - SHARE) ** pupils["adults"].to_numpy()
    listed = int(pupils["listed"].sum())
    return Barred(
        int(outcome.series("children-barred", "school")[0]),
        listed,
        float(chance.sum()),
        outcome.total("denials-of-kin", "school"),
        listed * WEEKS / 52,
    )


@cache
def _runs() -> list[Barred]:
    return Experiment("parents", PEOPLE, WEEKS, FAMILIES).each_seed(_barred)


@check("MODEL 8 (kin): 1 - (1 - q)^n")
def children_of_listed_parents() -> Iterator[Figure]:
    """Hold the share of pupils barred to 1 - (1 - q)^n, n the adults among head and spouse.

    20,000 people in households of four, of whom half are adults and each adult is listed with
    chance q = .3, for ever. n is read from the households of each run, so that the expected number
    is a sum over pupils; found over expected is 1. Margin 2 %: siblings are barred together. That
    nobody else is barred is exact.
    """
    runs = _runs()
    found = ratio([run.children for run in runs], [run.expected for run in runs])
    yield figure("pupils barred, over the sum of 1 - (1 - q)^n", 1, found, 0.02)
    astray = sum(abs(run.children - run.listed) for run in runs)
    yield Figure("pupils barred without a listed parent, or not with one", 0, astray, 0.5)
    fewest = min(run.children for run in runs)
    yield Figure("runs with fewer than 100 pupils barred", 0, int(fewest < 100), 0.5)


@check("MODEL 5 (services): demand x attempted")
def places_refused_to_children() -> Iterator[Figure]:
    """Hold what the same pupils are refused to demand x attempted a year, 4 x .5 = 2.

    Every such refusal is on account of kin: the list closes nothing but flights to the listed.
    Margin .02.
    """
    runs = _runs()
    found = ratio([run.denials for run in runs], [run.years for run in runs])
    yield figure("places refused a barred pupil and year, for kin", 2, found, 0.02)
