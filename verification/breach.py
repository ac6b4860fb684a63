"""Breach: how often there is one, and what follows given one."""

from collections.abc import Iterator

import numpy as np

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio

SOME, YEARS, CHANCE = 512, 20, 0.5
PEOPLE, WEEKS = 4_096, 60


@check("VALIDATION 4: N m q exposures a year")
def exposures_a_year() -> Iterator[Figure]:
    """Hold people exposed by m = 2 ways of breach, each with yearly probability q, to N m q.

    One store of all N, robbed and sold with q = .5 each. A week has 1 - .5^(1/52) = .0132413, so
    that half of the years have a theft, and expected breaches are .688549 a year and way (q, for
    small q): N x 2 x .688549 = 705.073 at N = 512. Twenty years and thirty seeds. Margins 60 and
    .05.
    """
    rules = {"breach.state.theft": CHANCE, "breach.state.sale": CHANCE}
    experiment = Experiment("leak", SOME, 52 * YEARS, only({}), rules)

    def exposed(outcome: Outcome) -> tuple[float, int]:
        people = outcome.total("people-exposed", "state") / YEARS
        years = outcome.series("breaches", "state").reshape(YEARS, 52).sum(axis=1)
        return people, int((years > 0).sum())

    runs = experiment.each_seed(exposed)
    yield figure("people exposed a year", 705.073, mean([people for people, _ in runs]), 60)
    share = ratio([years for _, years in runs], [YEARS] * len(runs))
    yield figure("share of years with a breach", 1 - (1 - CHANCE) ** 2, share, 0.05)


@check("ours: given one breach")
def victims_given_one_breach() -> Iterator[Figure]:
    """Hold what follows given one breach to N share and N share fraud, all listed within a year.

    N = 4,096, share .5, fraud .1: 2,048 exposed, 204.8 victims, each listed once. A record posts
    after 1 to 52 weeks, 26.5 in the mean. Margins 20, 6 and .5; all victims are listed.
    """
    rules = {
        "breach.state.at-week": 3,
        "breach.state.share": 0.5,
        "breach.state.fraud": 0.1,
    }
    week = np.arange(WEEKS)

    def followed(outcome: Outcome) -> tuple[int, int, int, int]:
        entries = outcome.series("list-in-by-theft", "debtors")
        return (
            outcome.total("people-exposed", "state"),
            outcome.total("records-stolen", "state"),
            int(entries.sum()),
            int((entries * (week - 3)).sum()),
        )

    runs = Experiment("leak", PEOPLE, WEEKS, only({}), rules).each_seed(followed)
    exposed, victims, listed, delays = (list(values) for values in zip(*runs, strict=True))
    yield figure("people exposed", 2_048, mean(exposed), 20)
    yield figure("records in stolen names", 204.8, mean(victims), 6)
    yield figure("weeks from the breach to the list", 26.5, ratio(delays, listed), 0.5)
    yield Figure("victims who are not listed", 0, sum(victims) - sum(listed), 0)
