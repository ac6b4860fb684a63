"""Acts that are done, or not, every day."""

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import key_of
from upstanding.society import Society
from upstanding.society.traits import populate
from verification.check import check
from verification.experiment import SEEDS, Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio

PEOPLE, WEEKS = 10_000, 26
DAYS = 7 * WEEKS
LEVELS = 16
DAILY = Experiment("days", PEOPLE, WEEKS, society="common")


def _good_days(outcome: Outcome) -> NDArray[np.int64]:
    """Return the days on which each did well, and as the last number those of all on which not."""
    days = outcome.citizens["points.compliance"].to_numpy() >> 16
    return np.append(days, outcome.total("acts", "doing-ill"))


@cache
def _runs() -> list[NDArray[np.int64]]:
    return DAILY.each_seed(_good_days)


def _levels(seed: int) -> NDArray[np.uint32]:
    society = Society.load("common").file
    return populate(society, PEOPLE, key_of(seed)).people.leanings & np.uint32(LEVELS - 1)


def _chances() -> NDArray[np.float64]:
    ladder = 1.5 ** (np.arange(LEVELS) / (LEVELS - 1))
    return 0.7 * ladder / ladder.mean()


@check("MODEL 1 (dispositions); `mechanisms.conduct` (daily acts)")
def a_personal_chance_every_day() -> Iterator[Figure]:
    """Hold the share of days on which one does well to .7 x 1.5^(l / 15) / its mean, by level l.

    10,000 people of the society `common`, whose levels are drawn again from their traits, 182 days;
    a point a day counts them. Level 0 is .567134, 5 .649207, 10 .743156, 15 .850702, and all
    together .7. Margin .001. Chi-square over the 16 levels of each seed has mean 16; margin 3.
    """
    good, people = np.zeros((2, len(SEEDS), LEVELS))
    for at, (seed, run) in enumerate(zip(SEEDS, _runs(), strict=True)):
        levels = _levels(seed)
        good[at] = np.bincount(levels, run[:-1], LEVELS)
        people[at] = np.bincount(levels, minlength=LEVELS)
    days = DAYS * people
    for level, expected in ((0, 0.5671345), (5, 0.6492069), (10, 0.7431564), (15, 0.8507017)):
        found = ratio(good[:, level], days[:, level])
        yield figure(f"days well done at level {level}", expected, found, 0.001)
    yield figure("days well done by all", 0.7, ratio(good.sum(axis=1), days.sum(axis=1)), 0.001)
    chances = _chances()
    squares = (good - days * chances) ** 2 / (days * chances * (1 - chances))
    found = mean(squares.sum(axis=1))
    yield figure("chi-square of sixteen degrees of freedom", LEVELS, found, 3)


@check("`engine.days`")
def one_act_a_day() -> Iterator[Figure]:
    """Hold what is done well and what is done instead to one a day and person. Margin 0.

    And hold the days of each citizen to those of a run that keeps its ledger, in which daily acts
    have candidates and records of their own: margin 0, one seed.
    """
    off = max(abs(int(run.sum()) - PEOPLE * DAYS) for run in _runs())
    yield Figure(f"acts of any seed beside {PEOPLE * DAYS}", 0, off, 0)
    kept = Experiment("days", PEOPLE, WEEKS, society="common", ledger="all")
    differing = (kept.each_seed(_good_days, SEEDS[:1])[0] != _runs()[0]).sum()
    what = f"citizens of {PEOPLE} whose days differ where rows are kept"
    yield Figure(what, 0, int(differing), 0)


@check("MODEL 2 (deterrence)")
def a_daily_act_that_is_deterred() -> Iterator[Figure]:
    """Hold a daily act under a scheme to ((p0 + pl) / (p0 + pl + p))^ep (1 + s)^-es of its twin's.

    A red light every other day; p0 = .1, pl = .3, ep = .5, es = .1. At p = .25 and s = 1 .731932 of
    them are left. Without a scheme they are half of all days. Ten seeds; margins .001.
    """
    habits = only({"red-light": (182, 364)}) | {"act.red-light.count": "daily"}

    def crossed(scheme: str) -> list[int]:
        run = Experiment(scheme, PEOPLE, WEEKS, habits)
        return run.each_seed(lambda o: o.total("acts", "red-light"), SEEDS[:10])

    without = crossed("baseline")
    share = mean([acts / (PEOPLE * DAYS) for acts in without])
    yield figure("days with a red light run, no scheme", 0.5, share, 0.001)
    left = ratio(crossed("watched"), without)
    yield figure("red lights left at p = .25, s = 1", 0.7319317, left, 0.001)
