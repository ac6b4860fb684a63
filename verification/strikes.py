"""Lists entered by strikes."""

from collections.abc import Iterator
from math import exp, factorial

from verification.check import check
from verification.experiment import Experiment, only
from verification.figure import Figure, figure, mean

PEOPLE, WEEKS, RATE = 5_000, 52, 2
CROSSINGS = only({"jaywalking": (RATE, RATE)})
"""Two crossings a person and year, each seen, each an entry."""


def _listed(count: int, within: int) -> Experiment:
    strikes = {"rules": ["jaywalking"], "count": count, "within-weeks": within}
    rules = {"list.struck.enter.strikes": strikes}
    return Experiment("strikes", PEOPLE, WEEKS, CROSSINGS, rules)


@check("definition: a Poisson tail")
def strikes_that_are_never_too_old() -> Iterator[Figure]:
    """Hold the share of people listed after a year to P(N >= k), N Poisson of mean 2.

    Strikes count for 52 weeks, which is all. For k = 2, .593994; for k = 4, .142877. Margin .003.
    """
    for count in (2, 4):
        below = sum(RATE**n / factorial(n) for n in range(count)) * exp(-RATE)
        runs = _listed(count, WEEKS).each_seed(lambda outcome: outcome.series("listed", "struck"))
        found = mean([listed[-1] / PEOPLE for listed in runs])
        yield figure(f"share listed, {count} strikes", 1 - below, found, 0.003)


@check("definition: a recursion over weeks")
def two_strikes_within_thirteen_weeks() -> Iterator[Figure]:
    """Hold the share listed by two strikes within 13 weeks to a recursion.

    With l = 2/52 a week, somebody is not listed after n weeks with chance S(n) = e^-l S(n - 1) +
    l e^-l e^(-12 l) S(n - 13), the last week having had no entry, or one and the 12 before it none;
    S(n) = e^(-l n) (1 + l n) for n <= 13. S(52) = .587926, so .412074 are listed. Margin .003.
    """
    weekly, within = RATE / 52, 13
    unlisted = [exp(-weekly * n) * (1 + weekly * n) for n in range(within + 1)]
    for _ in range(within + 1, WEEKS + 1):
        clean, once = exp(-weekly), weekly * exp(-weekly * within)
        unlisted.append(clean * unlisted[-1] + once * unlisted[-within])
    runs = _listed(2, within).each_seed(lambda outcome: outcome.series("listed", "struck"))
    found = mean([listed[-1] / PEOPLE for listed in runs])
    yield figure("share listed", 1 - unlisted[WEEKS], found, 0.003)
