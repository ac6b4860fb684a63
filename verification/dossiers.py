"""Pooled records: how soon dossiers fill, how long focus lists are, what more watching finds."""

from collections.abc import Iterator
from functools import cache
from math import exp
from typing import NamedTuple

import polars as pl

from verification.check import check
from verification.experiment import Experiment, Outcome
from verification.figure import Figure, figure, ratio

DISTRICT, DISTRICTS, WEEKS, PERIOD = 2_048, 10, 52, 13
RATES = {"faith": 2, "movement": 4, "home": 12, "communications": 1, "association": 0}
"""Acts a year of each class, of which the witness sees a tenth."""
QUOTA = 205
"""A tenth of 2,048, to the nearest."""


class Pooled(NamedTuple):
    """What the totals of one run say."""

    filled: dict[str, int]
    """People of whom there is a record of each class, after a year."""
    people: int
    focus: pl.DataFrame
    """Flags by week and cell."""
    records: dict[str, int]
    """Of who is watched more, and who is not, from the first choice on."""
    weeks: dict[str, int]
    """As many person-weeks."""


def _pooled(outcome: Outcome) -> Pooled:
    measures = outcome.measures
    dossiers = measures.filter(measure="dossiers", week=WEEKS - 1)
    seen = measures.filter(pl.col("measure") == "pooled-records", pl.col("week") >= PERIOD)
    sums = seen.group_by("cell").agg(pl.col("value", "n").sum())
    return Pooled(
        dict(dossiers.select("cell", "value").iter_rows()),
        int(dossiers["n"][0]),
        measures.filter(measure="focus"),
        dict(sums.select("cell", "value").iter_rows()),
        dict(sums.select("cell", "n").iter_rows()),
    )


@cache
def _runs(capacity: float, coverage: float) -> list[Pooled]:
    rules = {"pooling.capacity": capacity, "sensor.witness.coverage.urban": coverage}
    return Experiment("dossiers", DISTRICT * DISTRICTS, WEEKS, rules=rules).each_seed(_pooled)


@check("MODEL 10 (pooling): 1 - exp(-r c t)")
def dossiers_that_fill() -> Iterator[Figure]:
    """Hold the share of people with a record of each class after a year to 1 - exp(-r c).

    Half of ten districts of 2,048, whose people do 2, 4, 12, 1 and no acts a year of the five
    classes, a tenth of them recorded; nobody is watched more. Margin .01.
    """
    runs = _runs(0, 0.1)
    for name, rate in RATES.items():
        found = ratio([run.filled[name] for run in runs], [run.people for run in runs])
        yield figure(f"share with a record of {name}", 1 - exp(-rate * 0.1), found, 0.01)
    astray = sum(run.people != DISTRICT * DISTRICTS // 2 for run in runs)
    yield Figure("runs without five districts in the pool", 0, astray, 0)


@check("MODEL 10 (pooling): q = round(capacity x adults)")
def lists_of_one_length() -> Iterator[Figure]:
    """Hold every focus list, week by week, to 205 people: a tenth of a district's 2,048 adults.

    None before the first choice, at the close of week 12. Margin 0.
    """
    focus = pl.concat([run.focus for run in _runs(0.1, 0.1)])
    focus = focus.filter(pl.col("cell").str.ends_with("majority"))
    before, after = (focus.filter(then) for then in _halves())
    yield Figure("people on any list before the first choice", 0, int(before["value"].max()), 0)
    yield Figure("people on the shortest list", QUOTA, int(after["value"].min()), 0)
    yield Figure("people on the longest list", QUOTA, int(after["value"].max()), 0)


def _halves() -> tuple[pl.Expr, pl.Expr]:
    first = pl.col("week") < PERIOD - 1
    return first, ~first


@check("MODEL 10 (pooling): min(k c, 1) / c")
def records_of_those_watched_more() -> Iterator[Figure]:
    """Hold the records of who is on a list, over those of who is not, to the factor on coverage.

    Everybody's conduct is the same, and Poisson: what was recorded before says nothing of what will
    be. At k = 3 the ratio is 3 for a coverage of .1, and 1 / .6 for one of .6, which is held to 1.
    Margins .05 and .02. The list feeds itself: 205 in 2,048 have three times their share.
    """
    for coverage, margin in ((0.1, 0.05), (0.6, 0.02)):
        runs = _runs(0.1, coverage)
        expected = [
            run.records["without"] * run.weeks["with"] / run.weeks["without"] for run in runs
        ]
        found = ratio([run.records["with"] for run in runs], expected)
        what = f"records on the list over records off it, coverage {coverage}"
        yield figure(what, min(3 * coverage, 1) / coverage, found, margin)
