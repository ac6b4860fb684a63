"""Rates of a small, a middling and a large society, which should be the same."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from upstanding.clockwork.dice import key_of
from upstanding.clockwork.names import PLACES, ROLES
from upstanding.clockwork.names import SCHOOLS as PUPILS
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.tables import names_of
from upstanding.mechanisms.strata import ADULT, joint_strata, stratify, unpack_status
from upstanding.scheme import Scheme
from upstanding.society import Society
from upstanding.society.traits import populate
from verification.check import check
from verification.court_list import LIST, SILENCE, WEEKS, YEARS, Stock, stock_of
from verification.experiment import Experiment, Outcome
from verification.figure import Equal, Estimate, Figure, ratio
from verification.leaving import DUTY

SMALL, MIDDLING, LARGE = 30_000, 300_000, 3_000_000
SEEDS = {SMALL: range(1, 31), MIDDLING: range(31, 37), LARGE: range(37, 38)}
"""None twice: the first people of a seed are the same at every size."""
TENFOLD = {
    **SILENCE,
    f"{DUTY}.rate": 0.0195,
    f"{DUTY}.top": 0.02,
    f"{DUTY}.obligation.outstanding-per-1000-adults": 63,
}
"""Ten times as many owe as is published, so that few runs tell sizes apart closely."""
REACH = {f"list.{LIST}.reach.children": ["private-school", "any-school"]}
SERVICES = {"flight": "flights", "high-speed-rail": "seats on fast trains"}
SCHOOLS = {"any-school": "any school", "private-school": "a high-fee private school"}


class Course(NamedTuple):
    """Three years of the list."""

    stock: Stock
    adults: int
    """Halfway."""
    met: dict[str, float]
    """Refusals by service, child-years barred by school."""
    due: dict[str, float]
    """The same a listed person-year, as the people of the run imply it halfway."""


Number = Callable[[Course], float]


def _course(outcome: Outcome) -> Course:
    citizens = int(sum(outcome.series("people", place)[0] for place in PLACES))
    adults, due = _implied(citizens, outcome.seed)
    met = {name: float(outcome.total("denials", name)) for name in SERVICES}
    met |= {name: outcome.total("children-barred", name) / 52 for name in SCHOOLS}
    return Course(stock_of(outcome), adults, met, due)


def _implied(citizens: int, seed: int) -> tuple[int, dict[str, float]]:
    """Return the adults halfway through, and by service what is due a listed person-year.

    Of what adults ask for: attempts a year, in their mean. Of schools: pupils for each adult, each
    counted once for every adult who is her parent.
    """
    society, week = Society.load("china").file, WEEKS // 2
    population = populate(society, citizens, key_of(seed))
    people, at = population.people, unpack_status(population.people.status)
    adult = people.age_weeks >= ADULT * WEEKS_A_YEAR - week
    strata = joint_strata(people, week)[adult]
    names, due = names_of(Scheme.load("court-list").file, society), {}
    for name in SERVICES:
        service = society.service[name]
        factors, factor_of = stratify(service.by, names)
        mean = np.array(factors, float)[factor_of[strata]].mean()
        due[name] = float(service.demand * service.attempted) * float(mean)
    parent = adult & (at["role"] <= ROLES.index("spouse"))
    parents = np.bincount(population.household, parent, citizens)[population.household]
    for name in SCHOOLS:
        attended = [PUPILS.index(school) for school in society.service[name].school or ()]
        pupil = np.isin(at["school"], attended) & ~adult
        due[name] = float(parents[pupil].sum() / adult.sum())
    return int(adult.sum()), due


@cache
def _courses(citizens: int) -> list[Course]:
    run = Experiment("court-list", citizens, WEEKS, TENFOLD, REACH, "china")
    return run.each_seed(_course, SEEDS[citizens])


def _rate(citizens: int, part: Number, of: Number) -> Estimate:
    """Return a rate and its standard error: of one run that of small ones with as many people."""
    runs = _courses(citizens)
    parts, wholes = [part(run) for run in runs], [of(run) for run in runs]
    if len(runs) > 1:
        return ratio(parts, wholes)
    value = parts[0] / wholes[0]
    few = _rate(SMALL, part, of)
    people = SMALL * len(SEEDS[SMALL]) / citizens
    return Estimate(value, value * few.error / few.value * people**0.5)


def _compared(what: str, margin: float, part: Number, of: Number) -> Iterator[Figure]:
    large = _rate(LARGE, part, of)
    for citizens in (SMALL, MIDDLING):
        found = _rate(citizens, part, of)
        value = found.value / large.value
        error = value * float(np.hypot(found.error / found.value, large.error / large.value))
        line = f"{what}: at {citizens:,} over {large.value:.4g} at {LARGE:,}"
        yield Equal(line, 1, value, margin, error)


def _met(name: str, what: str, margin: float) -> Iterator[Figure]:
    yield from _compared(what, margin, lambda c: c.met[name], lambda c: c.stock.years * c.due[name])


@check("ours: a rate is not a matter of how many are simulated")
def rates_at_three_sizes() -> Iterator[Figure]:
    """Hold rates at 30,000 and 300,000 people to those at 3,000,000: equal within 5 %.

    `court-list` on `china` over three years; 30, 6 and 1 seeds, none of them twice, as the first
    people of a seed are the same at every size. Ten times as many owe as is published, so that so
    few runs tell 2 % from nothing. The one run is given the standard error of the thirty, for as
    many people as it has. Adults are those of the middle of the three years.
    """
    for what, part in (
        ("listed at time zero per adult", lambda c: c.stock.start),
        ("new per adult and year", lambda c: c.stock.entered / YEARS),
        ("listed after three years per adult", lambda c: c.stock.end),
    ):
        yield from _compared(what, 0.05, part, lambda c: c.adults)
    yield from _compared(
        "gone a listed person-year", 0.05, lambda c: c.stock.left, lambda c: c.stock.years
    )


@check("ours: a rate is not a matter of how many are simulated")
def refusals_at_three_sizes() -> Iterator[Figure]:
    """Hold refusals at 30,000 and 300,000 people to those at 3,000,000: equal within 5 %.

    The same runs. Places are urban or rural by whole districts of 2,048 people: of the first 30,000
    people of any seed 59.0 % live in towns, of 300,000 63.5 %, of 3,000,000 63.8 %, and people of
    towns earn and travel more: the first 30,000 try 6 % fewer flights. Refusals are therefore taken
    over listed person-years x what the run's own adults try a year, in their mean by the society's
    figures.
    """
    for name, title in SERVICES.items():
        yield from _met(name, f"{title} refused, over what is due", 0.05)


@check("ours: a rate is not a matter of how many are simulated")
def children_at_three_sizes() -> Iterator[Figure]:
    """Hold child-years barred at 30,000 and 300,000 people to those at 3,000,000.

    The same runs, in which the list reaches any school as well; over listed person-years x pupils
    (of such schools, each counted for every parent) for each adult. Equal within 5 %. Of high-fee
    private schools equal within 25 %: they have one of 62 pupils, so that 30 times 30,000 people
    give but 200 who are barred at a time, many of them for years and with brothers and sisters. At
    3,000,000 what is found is held to what is due, within 5 %: a child of two
    listed parents is due twice and barred once, 2 to 3 % of them, and pupils come of age.
    """
    for (name, title), margin in zip(SCHOOLS.items(), (0.05, 0.25), strict=True):
        yield from _met(name, f"child-years barred from {title}, over what is due", margin)
    school = "any-school"
    level = _rate(LARGE, lambda c: c.met[school], lambda c: c.stock.years * c.due[school])
    what = f"child-years barred from {SCHOOLS[school]} at {LARGE:,}, over what is due"
    yield Figure(what, 1, level.value, 0.05, level.error)
