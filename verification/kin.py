"""Kin: children who are barred for what a parent did."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import polars as pl

from verification.check import check
from verification.court_list import SILENCE
from verification.experiment import Experiment, Outcome
from verification.figure import Figure, figure, ratio
from verification.leaving import DUTY

PEOPLE, WEEKS, SHARE = 20_000, 52, 0.3
FAMILIES = {
    **SILENCE,
    f"{DUTY}.rate": 0,
    f"{DUTY}.obligation.outstanding-per-1000-adults": 1000,
    f"{DUTY}.obligation.able-share": 0,
    "service.any-school.demand": 16,
    "service.any-school.attempted": 0.5,
    "service.any-school.by.age.young": 1,
}
"""The families of the society `china`, all of whose adults owe for ever.

Who has come of age would ask for a school as before, if she were a pupil still.
"""


class Barred(NamedTuple):
    """What one run found of pupils, and what its households say."""

    pupils: tuple[int, int, int]
    """With 0, 1 and 2 adult parents in the household at time zero."""
    of_listed: tuple[int, int, int]
    """Those of them who have a listed parent."""
    barred: int
    """At the first close."""
    denials: int
    of_kin: int
    years: float
    """Of barred pupils."""


def _barred(outcome: Outcome) -> Barred:
    parents = (
        outcome.citizens.filter(pl.col("role").is_in(["head", "spouse"]))
        .group_by("household")
        .agg(adults=(pl.col("age") - WEEKS // 52 >= 18).sum(), listed=pl.col("list.debtors").any())
    )
    # Whose last week as a pupil is the first is barred at no close.
    pupils = outcome.citizens.filter(
        pl.col("school").is_not_null(),
        pl.col("role") == "child",
        pl.col("age_weeks") - WEEKS + 1 < 18 * 52,
    )
    pupils = pupils.join(parents, on="household", how="left")
    by_parents = [pupils.filter(adults=adults) for adults in range(3)]
    barred = outcome.series("children-barred", "any-school")
    none, one, two = (of.height for of in by_parents)
    listed = [int(of["listed"].sum()) for of in by_parents]
    return Barred(
        (none, one, two),
        (listed[0], listed[1], listed[2]),
        int(barred[0]),
        outcome.total("denials", "any-school"),
        outcome.total("denials-of-kin", "any-school"),
        # Who is barred at a close is refused in the next week; at time zero as at the first close.
        float(barred[0] + barred[:-1].sum()) / 52,
    )


@cache
def _runs() -> list[Barred]:
    return Experiment("parents", PEOPLE, WEEKS, FAMILIES, society="china").each_seed(_barred)


@check("MODEL 8 (kin): 1 - (1 - q)^n")
def children_of_listed_parents() -> Iterator[Figure]:
    """Hold the share of pupils barred to 1 - (1 - q)^n, n the adults among head and spouse.

    20,000 people in the households of `china`, each adult of whom is listed with chance q = .3, for
    ever: .3 of the children of one parent, .51 of those of two. Margins .02 and .01: brothers and
    sisters are barred together. That as many are barred as have a listed parent is exact.
    """
    runs = _runs()
    for n, expected, margin in ((1, 0.3, 0.02), (2, 0.51, 0.01)):
        found = ratio([run.of_listed[n] for run in runs], [run.pupils[n] for run in runs])
        yield figure(f"pupils of {n} adult parents, one of them listed", expected, found, margin)
    expected = [SHARE * run.pupils[1] + (1 - (1 - SHARE) ** 2) * run.pupils[2] for run in runs]
    found = ratio([run.barred for run in runs], expected)
    yield figure("pupils barred, over the sum of 1 - (1 - q)^n", 1, found, 0.02)
    astray = sum(abs(run.barred - sum(run.of_listed)) for run in runs)
    yield Figure("pupils barred without a listed parent, or not with one", 0, astray, 0)
    fewest = min(run.barred for run in runs)
    yield Figure("runs with fewer than 100 pupils barred", 0, int(fewest < 100), 0)


@check("MODEL 5 (services): demand x attempted")
def places_refused_to_children() -> Iterator[Figure]:
    """Hold what pupils who are barred are refused to demand x attempted a year, 16 x .5 = 8.

    Over the year some of them come of age, and are barred no more. Margin .08. Every such refusal
    is on account of kin: the list closes nothing but flights to the listed. Margin 0.
    """
    runs = _runs()
    found = ratio([run.of_kin for run in runs], [run.years for run in runs])
    yield figure("places refused a barred pupil and year, for kin", 8, found, 0.08)
    others = sum(run.denials - run.of_kin for run in runs)
    yield Figure("places refused for anything but kin", 0, others, 0)
