"""Lists in the long run: Little's law."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure, figure, mean

PEOPLE = 5_000
TERM = 26
CROSSINGS = only({"jaywalking": (2, 2)})
FIXED = Experiment("term", PEOPLE, weeks=130, people=CROSSINGS)
"""Two crossings a person and year, each a stay of half a year: one stay a person at a time."""
RANDOM = Experiment(
    "chance", PEOPLE, weeks=156, people=CROSSINGS, rules={"list.crossers.leave.other-per-year": 6}
)
"""As many crossings, and stays that end at six a year: steady after a year."""


class Stock(NamedTuple):
    """A run's averages over the closes at which its list is steady."""

    stays: float
    persons: float


def _stock(outcome: Outcome, steady: int) -> Stock:
    entered = np.cumsum(outcome.series("list-in", "crossers"))
    ways = ("performance", "other", "term", "tier")
    left = sum(np.cumsum(outcome.series(f"list-out-by-{way}", "crossers")) for way in ways)
    persons = outcome.series("listed", "crossers")
    return Stock((entered - left)[steady:].mean(), persons[steady:].mean())


@cache
def _fixed() -> list[Stock]:
    return FIXED.each_seed(lambda outcome: _stock(outcome, TERM))


@check("VALIDATION 3 (Little)")
def stays_of_a_fixed_term() -> Iterator[Figure]:
    """Hold the stock of a list with a fixed term to N h T.

    5,000 people, h = 2 records a person and year, T = 26 weeks, so 5,000 x 2 x 0.5 = 5,000 stays.
    Stays are list-in less list-out, averaged over the closes of weeks 26 to 129. Margin 25
    (0.5 %).
    """
    found = mean([stock.stays for stock in _fixed()])
    yield figure("stays at a time, N h T", 5_000, found, 25)


@check("VALIDATION 3 (Little)")
def persons_on_a_list_of_fixed_term() -> Iterator[Figure]:
    """Hold the persons on the same list to N (1 - exp(-h T)).

    Each record is a stay of its own, so a person has a Poisson number of stays, mean h T = 1, and
    is listed unless it is 0: 5,000 x (1 - exp(-1)) = 3,160.6. Margin 16 (0.5 %).
    """
    found = mean([stock.persons for stock in _fixed()])
    yield figure("persons listed at a time, N (1 - exp(-h T))", 3160.603, found, 16)


@check("VALIDATION 3 (Little)")
def stays_that_end_by_chance() -> Iterator[Figure]:
    """Hold the stock of a list that one leaves at rate r to entry rate x mean stay.

    Entries a week are N h / 52 with N = 5,000, h = 2; a stay counted at closes lasts
    1 / (1 - exp(-r / 52)) of them on average, 9.17628 at r = 6: 192.308 x 9.17628 = 1,764.67 stays.
    Averaged over the closes of weeks 52 to 155. Margin 9 (0.5 %).
    """
    found = mean([stock.stays for stock in RANDOM.each_seed(lambda o: _stock(o, 52))])
    yield figure("stays at a time, entries x mean stay", 1764.669, found, 9)
