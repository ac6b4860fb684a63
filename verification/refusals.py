"""Services: what a restriction refuses."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio
from verification.leaving import DUTY

PEOPLE, WEEKS = 4_000, 52
FOR_EVER = {
    **only({}),
    f"{DUTY}.obligation.outstanding-per-1000-adults": 1000,
    f"{DUTY}.obligation.able-share": 0,
}
"""Everybody owes at time zero, and can never perform."""
KEPT = {"list.debtors.leave.other-per-year": 0, "start.list.debtors.share": 0.5}
"""Half of them are listed for ever, the other half never."""


class Refused(NamedTuple):
    """A run's restricted person-years, and what was refused in them."""

    years: float
    denials: dict[str, int]
    hours: float
    others: int
    """Refusals met by those who are not restricted."""
    squares: float
    """Variance of a restricted person's refusals over their mean."""


def _refused(outcome: Outcome) -> Refused:
    listed = outcome.citizens["list.debtors"].to_numpy()
    met = outcome.citizens["refusals"].to_numpy().astype(np.int64)
    services = ("flight", "high-speed-rail")
    return Refused(
        float(outcome.total("listed", "debtors") / 52),
        {service: outcome.total("denials", service) for service in services},
        sum(outcome.total("hours-lost-hundredths", service) for service in services) / 100,
        int(met[~listed].sum()),
        float(met[listed].var() / met[listed].mean()),
    )


@cache
def _runs() -> list[Refused]:
    people = {**FOR_EVER, "service.flight.by.place.urban": 1.5}
    return Experiment("debtors", PEOPLE, WEEKS, people, KEPT).each_seed(_refused)


@check("MODEL 5 (services): demand x factor x attempted")
def refusals_of_a_restricted_year() -> Iterator[Figure]:
    """Hold refused attempts a restricted person-year to demand x factor x attempted.

    Flights 4 x 1.5 x .5 = 3, seats 6 x 1 x 1 = 6, and hours lost 3 x 8 + 6 x 4 = 48. Half of the
    people are listed throughout; the others meet none. A person's refusals are Poisson: variance
    over mean 1. Margins .5 %, and .02 for the variance.
    """
    runs = _runs()
    years = [run.years for run in runs]
    flights = ratio([run.denials["flight"] for run in runs], years)
    yield figure("flights refused a restricted person-year", 3, flights, 0.015)
    seats = ratio([run.denials["high-speed-rail"] for run in runs], years)
    yield figure("seats refused a restricted person-year", 6, seats, 0.03)
    hours = ratio([run.hours for run in runs], years)
    yield figure("hours lost a restricted person-year", 48, hours, 0.24)
    squares = mean([run.squares for run in runs])
    yield figure("variance over mean of a person's refusals", 1, squares, 0.02)
    yield Figure("refusals of people without restriction", 0, sum(run.others for run in runs), 0)


@check("MODEL 5 (services): learning")
def refusals_that_teach() -> Iterator[Figure]:
    """Hold refusals, each of which lowers further attempts by a tenth, to the birth process's mean.

    Attempts come at 6 a year and are made with chance .9^n after n refusals. Then E[.9^-n] grows by
    6 (1/.9 - 1) = 2/3 a year: 1 + 4/3 = 2.33333 after two years. Weeks add less than .5 % of the
    growth, since refusals count from the week after. Margin .02.
    """
    people = {**FOR_EVER, "service.high-speed-rail.learning": 0.1}
    rules = {**KEPT, "start.list.debtors.share": 1, "list.debtors.closes": ["high-speed-rail"]}

    def power(outcome: Outcome) -> float:
        met = outcome.citizens["refusals"].to_numpy().astype(float)
        return float((0.9**-met).mean())

    runs = Experiment("debtors", PEOPLE, 104, people, rules).each_seed(power)
    yield figure("mean of .9^-n after two years", 2.333333, mean(runs), 0.02)
