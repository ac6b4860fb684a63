"""The court list on the synthetic China: the arithmetic of its inputs, not a validation."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from upstanding.society import Society
from verification.check import check
from verification.experiment import Experiment, Outcome
from verification.figure import Figure, figure, mean, ratio

LIST = "dishonest-personnel"
OTHER_ACTS = set(Society.load("china").file.act) - {"judgment-left-unpaid"}
SILENCE = {f"act.{act}.{figure}": 0 for act in OTHER_ACTS for figure in ("rate", "top")}
"""Acts that the list does not read are left out, for speed: no draw of the others moves."""
COURT_LIST = Experiment(
    "court-list", 100_000, weeks=156, people=SILENCE, society="china", ledger="all"
)


class Course(NamedTuple):
    """Three years of the list."""

    start: int
    entered: int
    left: int
    end: int
    flights: int
    seats: int
    years: float
    """Listed person-years, counted at the opening of each week."""


def _course(outcome: Outcome) -> Course:
    start = outcome.rows("start")
    listed = outcome.series("listed", LIST)
    return Course(
        start.height,
        outcome.total("list-in", LIST),
        outcome.total("list-out-by-performance", LIST) + outcome.total("list-out-by-other", LIST),
        int(listed[-1]),
        outcome.total("denials", "flight"),
        outcome.total("denials", "high-speed-rail"),
        float(start["subject"].n_unique() + listed[:-1].sum()) / 52,
    )


@cache
def _courses() -> list[Course]:
    return COURT_LIST.each_seed(_course)


@check("EVIDENCE 11 (arithmetic, not validation)")
def three_years_of_the_court_list() -> Iterator[Figure]:
    """Hold stock, flows and refusals of `court-list` to the table of EVIDENCE 11.

    At 100,000 people over three years: a stock of 440 that becomes 565, about 460 new, and so
    about 440 + 460 - 565 = 335 who leave; 2,050 flights and 450 seats refused. These figures went
    in, so that they come out proves the arithmetic only. Margin 5 %: the table's figures are
    rounded, the list takes effect four weeks after a record, and the people grow older (see the
    next check).
    """
    runs = _courses()
    for what, expected, values in (
        ("listed at time zero", 440, [run.start for run in runs]),
        ("new in three years", 460, [run.entered for run in runs]),
        ("gone in three years", 335, [run.left for run in runs]),
        ("listed after three years", 565, [run.end for run in runs]),
        ("flights refused", 2050, [run.flights for run in runs]),
        ("seats on fast trains refused", 450, [run.seats for run in runs]),
    ):
        yield figure(f"{what}, per 100,000 people", expected, mean(values), 0.05 * expected)


@check("EVIDENCE 11 (arithmetic, not validation)")
def refusals_of_a_listed_year() -> Iterator[Figure]:
    """Hold refusals a listed person-year to 1.35 flights and .30 seats on fast trains.

    Demand was fitted to them as a mean over the adults of time zero. Nobody is born in this
    version, so adults grow older and want less: the margins of the society give 1.35 and .30 at
    time zero, 1.30 and .288 after three years. Margin 5 %.
    """
    runs = _courses()
    years = [run.years for run in runs]
    flights = ratio([run.flights for run in runs], years)
    yield figure("flights refused a listed person-year", 1.35, flights, 0.0675)
    seats = ratio([run.seats for run in runs], years)
    yield figure("seats refused a listed person-year", 0.30, seats, 0.015)
