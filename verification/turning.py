"""Ties that are cut and ties that wake."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from upstanding.society import Society
from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Estimate, Figure, figure, ratio
from verification.opinions import RING
from verification.webs import knit, web

HALVES = {
    **only({}),
    "composition.male": 0.5,
    "act.bill-on-time.count": "daily",
    "act.bill-on-time.rate": 364,
    "act.bill-on-time.top": 364,
    "act.bill-on-time.by.sex.female": 0,
}
"""Men do every day what the scheme rewards, women never: two scores, for good, after a week."""
STRENGTH, START, RISK = "association.strength", "score.start", "response.ambient-risk.urban"
TWELVE = range(1, 13)
"""Seeds."""
YEAR = 53
"""Weeks: the first, in which all are equal still, and a year."""


class Cut(NamedTuple):
    """Ties of one run between the two kinds: how many there were, and were cut by some close."""

    mixed: int
    half_a_year: int
    year: int
    made: int


def _cut(outcome: Outcome) -> Cut:
    sex = outcome.citizens["sex"].to_numpy()
    cut = np.cumsum(outcome.series("ties-cut", "everybody"))
    mixed = sum(int((sex != np.roll(sex, steps)).sum()) for steps in range(1, 9))
    made = outcome.total("ties-made", "everybody")
    return Cut(mixed, int(cut[YEAR - 27]), int(cut[-1]), made)


def _cuts(
    ties: Mapping[str, Any], rules: Mapping[str, Any], seeds: Sequence[int] = TWELVE
) -> list[Cut]:
    people = {**HALVES, **RING, "ties.generator.neighbours": 16, **ties}
    return Experiment("apart", 4_000, YEAR, people, rules).each_seed(_cut, seeds)


@check("CLOCKWORK 4 (ties that are cut and that wake)")
def ties_between_people_of_unlike_score() -> Iterator[Figure]:
    """Hold the living ties that remain after t years to exp(-rate t), rate = cut K gap (1 + f) / 2.

    4,000 people on a ring of 16 neighbours each, half of them at the top of the scale, the
    others at its bottom, or at its middle. Of 4 cuts a year: gap 1, K = 1/2, f = 0 is a rate of 1:
    .606531 after half a year, .367879 after one. Gap 1/2, K = 1, f = 1/2 is 1.5, while candidates
    come at the larger rate, of waking, 8: .472367 and .223130. Time runs from the second week, the
    first that meets a board on which the two differ. Ties between equals are never cut, or more
    would be; nor does what was cut wake. Twelve seeds; margin .003.
    """
    for what, runs, expected in (
        ("a rate of 1", _cuts({"ties.cut-per-year": 4}, {STRENGTH: 0.5}), (0.6065307, 0.3678794)),
        (
            "a rate of 1.5",
            _cuts({"ties.cut-per-year": 4, "ties.wake-per-year": 8}, {START: 3.5, RISK: 0.5}),
            (0.4723666, 0.2231302),
        ),
    ):
        mixed = [run.mixed for run in runs]
        half = ratio([run.mixed - run.half_a_year for run in runs], mixed)
        yield figure(f"left after half a year at {what}", expected[0], half, 0.003)
        year = ratio([run.mixed - run.year for run in runs], mixed)
        yield figure(f"left after a year at {what}", expected[1], year, 0.003)
        yield Figure(f"ties made at {what}", 0, sum(run.made for run in runs), 0)


@check("DESIGN (off equals zero strength)")
def ties_under_no_rule() -> Iterator[Figure]:
    """Hold the ties cut at strength 0 to none, of 4 a year at gap 1. Three seeds; margin 0."""
    runs = _cuts({"ties.cut-per-year": 4}, {STRENGTH: 0}, (1, 2, 3))
    mixed = sum(run.mixed for run in runs)
    yield Figure(f"cut of {mixed} ties of unlike score", 0, sum(run.year for run in runs), 0)


PEOPLE = 4_096
SLEEPING = {
    **HALVES,
    "ties.slots.district": 8,
    "ties.living": 0,
    "ties.cut-per-year": 4,
    "ties.wake-per-year": 1,
}


def _woken(
    people: Mapping[str, Any], rules: Mapping[str, Any], *weeks: int
) -> Iterator[tuple[int, Estimate]]:
    """Yield the share of ties that have come to life after so many weeks, of 52."""
    figures = {**SLEEPING, **people}
    society = Society.load("uniform").with_values(figures)
    ties = [knit(web(society, PEOPLE, seed).friend).ties // 2 for seed in TWELVE]
    runs = Experiment("apart", PEOPLE, 52, figures, rules).each_seed(
        lambda outcome: np.cumsum(outcome.series("ties-made", "everybody")), TWELVE
    )
    for week in weeks:
        yield week, ratio([int(run[week - 1]) for run in runs], ties)


@check("CLOCKWORK 4 (ties that are cut and that wake)")
def ties_that_come_to_life() -> Iterator[Figure]:
    """Hold the dormant ties that have come to life after t years to 1 - exp(-wake (1 - gap) t).

    4,096 people with eight slots each in their districts, all ties dormant; wake = 1 a year,
    candidates at the larger rate, of cutting, 4. Between equals 1 - exp(-t): .221199 after 13
    weeks, .632121 after 52. Of two kinds half the pairs are mixed; they, at gap 1/2, wake at rate 1
    in the first week and 1/2 in the others: 1 - exp(-26.5 / 52) = .399273; at gap 1 only in the
    first, 1 - exp(-1 / 52) = .019047. With the other half .515697 and .325584. Twelve seeds;
    margin .003.
    """
    nobody = {"act.bill-on-time.by.sex.male": 0}
    expected = {13: 0.2211992, 52: 0.6321206}
    for weeks, found in _woken(nobody, {}, *expected):
        what = f"come to life between equals after {weeks} weeks"
        yield figure(what, expected[weeks], found, 0.003)
    for gap, start, share in (("1/2", 3.5, 0.5156970), ("1", 0, 0.3255838)):
        for _, found in _woken({}, {START: start}, 52):
            yield figure(f"come to life, half of them at gap {gap}", share, found, 0.003)
