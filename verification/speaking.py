"""What people say, where it may be punished."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import key_of
from upstanding.clockwork.names import OUTCOMES
from upstanding.mechanisms.strata import CONVICTION
from upstanding.society import Society
from upstanding.society.traits import populate
from verification.check import check
from verification.experiment import SEEDS, Experiment, Outcome, only
from verification.figure import Figure, figure, ratio

PEOPLE, WEEKS = 5_000, 52
CROWD = 10_000
"""Where what levels of boldness a seed's people happen to have decides how exact a share is."""
LEVELS, RATIO = 16, 10
ACT = "jaywalking"
ALIKE = only({ACT: (52, 52)}) | {f"act.{ACT}.speech.conviction": 0}
BOLD = ALIKE | {"disposition.boldness.ratio": RATIO, f"act.{ACT}.speech.boldness": "boldness"}
PUNISHMENT, SIZE = "response.speech.punishment", "response.speech.size"
TOLERANCE, RISK = "response.speech.tolerance", "response.ambient-risk.urban"
FIFTH = 51 / 256
"""The perceived risk of .2, as fear holds it."""
SETTINGS: tuple[tuple[str, float, float], ...] = (
    ("uniform", 0.6, 0.2),
    ("uniform", 2, 0.2),
    ("uniform", 0.6, 0.5),
    ("proportional", 1, 0.2),
    ("proportional", 1.5, 0.5),
)
"""Punishment, its size p, and the risk v, at a tolerance of t = .25."""


def _outcomes(outcome: Outcome) -> NDArray[np.int64]:
    """Return how often each comes about, and at last the records that are made of it."""
    counts = [outcome.total(f"speech-{name}", ACT) for name in OUTCOMES]
    return np.array([*counts, outcome.total("records-right", "ear")])


def _boldness() -> NDArray[np.float64]:
    ladder = RATIO ** (np.arange(LEVELS) / (LEVELS - 1))
    return ladder / ladder.mean()


def _shares(
    punishment: str, size: float, risk: float, boldness: NDArray[np.float64], most: float = 1
) -> NDArray[np.float64]:
    """Return the shares of each outcome by quadrature over dissent, uniform up to `most`."""
    tolerance, points = 0.25, 100_000
    dissent = (np.arange(points) + 0.5) / points * most
    found = np.zeros(len(OUTCOMES))
    for bold in boldness:
        said = np.minimum(dissent, tolerance)
        beyond = dissent > tolerance
        if punishment == "uniform":
            # The loss of silence against that of saying all of it, which is fined if seen.
            silent = bold * (dissent - tolerance)
            fined = size * (risk + (1 - risk) * dissent)
            said = np.where(beyond & (fined <= silent), dissent, said)
        else:
            # The least of a parabola's losses between what is tolerated and all.
            least = ((1 - risk) * tolerance * size + bold - risk * size) / (2 * (1 - risk) * size)
            said = np.where(beyond, np.clip(least, tolerance, np.maximum(dissent, tolerance)), said)
        kept = beyond & (said <= tolerance)
        full = beyond & (said >= dissent)
        found += [np.mean(~beyond), kept.mean(), np.mean(beyond & ~kept & ~full), full.mean()]
    return found / len(boldness)


@check("VALIDATION 1 (Daymude, Axelrod and Forrest 2025)")
def who_complies_keeps_silent_and_defies() -> Iterator[Figure]:
    """Hold the shares of compliance, self-censorship, part and defiance to quadrature.

    Desired dissent is uniform on [0, 1], boldness in 16 levels of ratio 10 and mean 1, tolerance
    .25; a perceived risk of .2 is held as 51/256. The quadrature takes the smaller loss at 100,000
    values of dissent for each level. 10,000 people, an act a week, 52 weeks. Margin .002. A record
    is made of what is said in part or in defiance and of nothing else: margin 0.
    """
    for punishment, size, risk in SETTINGS:
        rules = {PUNISHMENT: punishment, SIZE: size, RISK: risk}
        runs = Experiment("spoken", CROWD, WEEKS, BOLD, rules).each_seed(_outcomes)
        expected = _shares(punishment, size, FIFTH if risk == 0.2 else risk, _boldness())
        wholes = [int(run[:-1].sum()) for run in runs]
        for code, name in enumerate(OUTCOMES):
            found = ratio([int(run[code]) for run in runs], wholes)
            what = f"{name}: {punishment} {size}, v = {risk}"
            yield figure(what, float(expected[code]), found, 0.002)
        unmatched = sum(abs(int(run[-1] - run[2] - run[3])) for run in runs)
        what = f"records beside what is said beyond tolerance: {punishment} {size}, v = {risk}"
        yield Figure(what, 0, unmatched, 0)


@check("VALIDATION 1; `mechanisms.speech` (conviction)")
def conviction_silences() -> Iterator[Figure]:
    """Hold the same shares where dissent is uniform up to (1 - c) / 2, c each one's conviction.

    Uniform fine .6 at v = .5 and boldness 1. Convictions are read from the people of each seed.
    Margin .002.
    """
    people = ALIKE | {f"act.{ACT}.speech.conviction": 1}
    rules = {RISK: 0.5}
    runs = Experiment("spoken", PEOPLE, WEEKS, people, rules).each_seed(_outcomes)
    alone = np.ones(1)
    by_level = np.array(
        [_shares("uniform", 0.6, 0.5, alone, 1 - level / (LEVELS - 1)) for level in range(LEVELS)]
    )
    society = Society.load("uniform").file
    levels = [populate(society, PEOPLE, key_of(seed)).people.status for seed in SEEDS]
    held = [np.bincount(status >> CONVICTION & 15, minlength=LEVELS) for status in levels]
    expected = sum(held, np.zeros(LEVELS)) @ by_level / (PEOPLE * len(SEEDS))
    wholes = [int(run[:-1].sum()) for run in runs]
    for code, name in enumerate(OUTCOMES):
        found = ratio([int(run[code]) for run in runs], wholes)
        yield figure(name, float(expected[code]), found, 0.002)


@cache
def _let_pass(tolerance: float) -> int:
    """Return how many candidates have a dissent below a tolerance, over ten seeds."""
    rules = {TOLERANCE: tolerance, SIZE: 0}
    run = Experiment("spoken", PEOPLE, WEEKS, ALIKE, rules)
    return sum(run.each_seed(lambda o: o.total("speech-complied", ACT), SEEDS[:10]))


@check("VALIDATION 1 (the numbers)")
def the_kink_in_dissent() -> Iterator[Figure]:
    """Bracket the dissent at which silence turns into defiance between two tolerances.

    Boldness 1, t = .25. Twins share every dissent: those who do not defy are as many as a tolerance
    of the switch point would let pass. Uniform .6 switches at .785714 for v = .5, and for v =
    51/256 at .711278 (.711538 at v = .2); proportional 1.5 at v = .5 turns from all to a part at
    .291667, proportional 1 at any v at .625. Uniform 2 is never defied.
    Tolerances are the point -+ .0001; margin 0.
    """

    def silent(rules: Mapping[str, Any], *outcomes: str) -> int:
        run = Experiment("spoken", PEOPLE, WEEKS, ALIKE, rules)
        each = run.each_seed(
            lambda o: sum(o.total(f"speech-{name}", ACT) for name in outcomes), SEEDS[:10]
        )
        return sum(each)

    fine = (0.25 + FIFTH * 0.6) / (1 - (1 - FIFTH) * 0.6)
    cases: list[tuple[str, float, float, float, tuple[str, ...]]] = [
        ("uniform", 0.6, 0.5, 0.55 / 0.7, ("complied", "censored")),
        ("uniform", 0.6, 0.2, fine, ("complied", "censored")),
        ("proportional", 1.5, 0.5, 0.875 / 3, ("complied", "defied")),
        ("proportional", 1, 0.2, 0.625, ("complied", "defied")),
    ]
    for punishment, size, risk, point, below in cases:
        found = silent({PUNISHMENT: punishment, SIZE: size, RISK: risk}, *below)
        bracket = _let_pass(round(point - 1e-4, 6)), _let_pass(round(point + 1e-4, 6))
        outside = max(bracket[0] - found, 0) + max(found - bracket[1], 0)
        what = f"acts outside the bracket of {bracket[1] - bracket[0]}"
        yield Figure(f"{what}: {punishment} {size}, v = {risk}", 0, outside, 0)
    yield Figure("defied: uniform 2, v = .2", 0, silent({SIZE: 2}, "defied"), 0)


@check("VALIDATION 1 (uniform: the kink in boldness)")
def the_kink_in_boldness() -> Iterator[Figure]:
    """Hold the share of defiance by level of boldness to 1 - (b t + v p) / (b - (1 - v) p).

    Uniform .6, v = .5, t = .25: nobody defies up to b = p / (1 - t) = .8, between levels 7 and 8;
    just above the share rises steeply. A point for each record counts the acts of each citizen;
    what she would say in all her twin counts, under whom all may be said. Levels below .8: margin
    0. Others .005; ten seeds.
    """
    seeds = SEEDS[:10]
    society = Society.load("uniform").with_values({"disposition.boldness.ratio": RATIO}).file
    levels = [populate(society, PEOPLE, key_of(seed)).people.leanings & 15 for seed in seeds]

    def recorded(rules: Mapping[str, Any]) -> NDArray[np.float64]:
        """Return how often people of each level were recorded (seeds, levels)."""
        run = Experiment("spoken", PEOPLE, WEEKS, BOLD, rules)
        points = run.each_seed(lambda o: o.citizens["points.security"].to_numpy() / -65536, seeds)
        return np.array(
            [np.bincount(of, each, LEVELS) for of, each in zip(levels, points, strict=True)]
        )

    defied, all_ = recorded({RISK: 0.5}), recorded({SIZE: 0, TOLERANCE: 0})
    for level, bold in enumerate(_boldness()):
        gain = bold - 0.3
        expected = max(1 - (0.25 * bold + 0.3) / gain, 0) if gain > 0 else 0
        found = ratio(defied[:, level].tolist(), all_[:, level].tolist())
        what = f"defied at b = {bold:.6f}"
        if expected:
            yield figure(what, expected, found, 0.005)
        else:
            yield Figure(what, 0, found.value, 0)
