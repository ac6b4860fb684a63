"""What people fear, know of, and say when they praise."""

from collections.abc import Iterator, Mapping
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import key_of
from upstanding.mechanisms.strata import CONVICTION
from upstanding.society import Society
from upstanding.society.traits import populate
from verification.check import check
from verification.experiment import SEEDS, Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio

PEOPLE, WEEKS = 5_000, 52
ACT, RATE = "jaywalking", 26
HABITS = only({ACT: (RATE, RATE), "red-light": (52, 52), "volunteering": (26, 26)})
FREE = {"act.red-light.certainty": 0, "act.red-light.severity": 0}
LEARNING = {"learning.own": 0.1, "learning.ties": 0, "learning.decay": 0.05}
AMBIENT = 0.25
WEEK_OF = (0, 3, 12, 51)


def _risk(outcome: Outcome) -> NDArray[np.float64]:
    """Return the mean perceived risk at each close."""
    return outcome.series("perceived-risk-65536ths", "everybody") / (PEOPLE * 65536)


@check("MODEL 3.13 (learning)")
def fear_of_what_one_suffers() -> Iterator[Figure]:
    """Hold the mean perceived risk to m <- m + decay (a - m), then m + own q (1 - m).

    Penalties come at random, in a week with q = 1 - exp(-26/52) = .393469; own = .1, decay = .05,
    a = .25. At rest m = (.05 a + .1 q - .005 a q) / (1 - .95 (1 - .1 q)). Margin .001.
    """
    runs = Experiment("feared", PEOPLE, WEEKS, HABITS | LEARNING).each_seed(_risk)
    chance, risk = 1 - exp(-RATE / 52), AMBIENT
    for week in range(WEEKS):
        risk += 0.05 * (AMBIENT - risk)
        risk += 0.1 * chance * (1 - risk)
        if week in WEEK_OF:
            found = mean([float(run[week]) for run in runs])
            yield figure(f"mean perceived risk at the close of week {week}", risk, found, 0.001)


@check("MODEL 3.13 (ties' penalties)")
def fear_of_what_friends_suffer() -> Iterator[Figure]:
    """Hold the mean perceived risk on a ring of four neighbours to m + ties q (1 - m).

    q = .393469 is the share of neighbours who were penalised a week ago, in the mean; none before
    week 0. ties = .1, no decay, no lesson from one's own. Margin .001.
    """
    people = HABITS | {
        "learning.own": 0,
        "learning.ties": 0.1,
        "learning.decay": 0,
        "ties.generator.kind": "ring",
        "ties.generator.neighbours": 4,
        "ties.living": 1,
        "ties.cut-per-year": 0,
        "ties.wake-per-year": 0,
    }
    runs = Experiment("feared", PEOPLE, WEEKS, people).each_seed(_risk)
    chance, risk = 1 - exp(-RATE / 52), AMBIENT
    for week in range(WEEKS):
        if week > 0:
            risk += 0.1 * chance * (1 - risk)
        if week in WEEK_OF:
            found = mean([float(run[week]) for run in runs])
            yield figure(f"mean perceived risk at the close of week {week}", risk, found, 0.001)


def _acts(outcome: Outcome) -> tuple[int, int, int]:
    crossings = outcome.total("acts", ACT), outcome.total("records-right", "camera")
    return outcome.total("acts", "red-light"), *crossings


def _under(rules: Mapping[str, Any], people: Mapping[str, Any]) -> list[tuple[int, int, int]]:
    return Experiment("feared", PEOPLE, WEEKS, HABITS | people, rules).each_seed(_acts)


@check("MODEL 3.13 (awareness per sensor)")
def who_knows_of_no_camera_is_not_deterred() -> Iterator[Figure]:
    """Hold the red lights left to a + (1 - a) (.4 / .65)^.5 = .784465 + .215535 a, a unaware.

    The camera at red lights sees nothing, so that nobody comes to know of it; .4 know of it from
    the start: .913786. Margin .002.
    """
    without = [run for run, *_ in _under({}, FREE)]
    severity = {"act.red-light.severity": 0}
    for aware, expected in ((1, 0.7844645), (0.4, 0.9137858), (0, 1)):
        left = _under({"sensor.blind.awareness": aware}, severity)
        found = ratio([run for run, *_ in left], without)
        what = f"red lights left where {aware} know of the camera"
        yield figure(what, expected, found, 0.002)


@check("MODEL 3.13 (whoever is penalised through a sensor knows of it)")
def who_is_caught_knows_the_camera() -> Iterator[Figure]:
    """Hold the crossings of the first and the last week where nobody knows of the camera at first.

    26 a year, all seen; caught .1, certainty .5 and p = .25 leave (.2 / .45)^.5 = .666667 of those
    of who knows. In week 0 1 of the twin's are left; after a year of weeks in which .393469 are
    caught exp(-26) of the people have never been, and .666667 are. Margin .01 in a week, 30 seeds.
    """
    people = {f"act.{ACT}.caught": 0.1, f"act.{ACT}.certainty": 0.5}
    rules = {"sensor.camera.awareness": 0}
    run = Experiment("feared", PEOPLE, WEEKS, HABITS | people, rules)
    twin = Experiment("feared", PEOPLE, WEEKS, HABITS)
    crossed = run.each_seed(lambda o: o.series("acts", ACT))
    all_ = twin.each_seed(lambda o: o.series("acts", ACT))
    for week, expected in ((0, 1), (WEEKS - 1, 2 / 3)):
        found = ratio([int(o[week]) for o in crossed], [int(o[week]) for o in all_])
        yield figure(f"crossings left in week {week}", expected, found, 0.01)


@check("MODEL 2 (displacement)")
def what_is_done_where_nobody_looks() -> Iterator[Figure]:
    """Hold crossings under displacement to g + d (1 - g) of the twin's, records to g of them.

    g = (.2 / .45)^.5 = .666667, d = .3: .766667 are made and .666667 seen. Margin .002.
    """
    people = {f"act.{ACT}.caught": 0.1, f"act.{ACT}.certainty": 0.5, f"act.{ACT}.displaced": 0.3}
    without = [made for _, made, _ in _under({}, {})]
    runs = _under({"response.displacement": True}, people)
    yield figure("crossings made", 0.7666667, ratio([made for _, made, _ in runs], without), 0.002)
    yield figure("crossings seen", 0.6666667, ratio([seen for _, _, seen in runs], without), 0.002)
    still = _under({}, people)
    what = "crossings made without displacement"
    yield figure(what, 0.6666667, ratio([made for _, made, _ in still], without), 0.002)


@check("MODEL 2 (crowding-out)")
def what_a_reward_drives_out() -> Iterator[Figure]:
    """Hold a rewarded habit of 26 a year to (1 + gain - c) 26, gain = .1 a point and c = .5.

    At 10 points 39; at 1 point 15.6, less than the 26 without any reward. Margin .1.
    """
    people, years = {"act.volunteering.crowding-out": 0.5}, PEOPLE * WEEKS / 52
    for points, expected in ((10, 39), (1, 15.6), (0, 26)):
        rules = {"rule.volunteering.points": points, "response.crowding-out": True}
        run = Experiment("feared", PEOPLE, WEEKS, HABITS | people, rules)
        days = run.each_seed(lambda o: o.total("acts", "volunteering"))
        found = mean([each / years for each in days])
        yield figure(f"days volunteered a year at {points} points", expected, found, 0.1)


def _meant(sway: float, weeks: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return praise said, and against conviction, of each week and level, by its distribution.

    Candidates a week are Poisson of mean 1/2; of somebody who has said n so far each is said with
    probability s = w_n + (1 - w_n) v.
    """
    said, against = np.zeros((2, weeks, 16))
    for level in range(16):
        uttered = np.zeros(400)
        uttered[0] = 1
        for week in range(weeks):
            doubt = (1 - level / 15) * (1 - sway) ** np.minimum(np.arange(400), 255)
            share = 1 - doubt * (1 - AMBIENT)
            said[week, level] = RATE / 52 * uttered @ share
            against[week, level] = RATE / 52 * uttered @ (doubt * AMBIENT)
            after = np.zeros_like(uttered)
            chance = np.exp(-RATE / 52 * share)
            for count in range(12):
                after[count:] += (uttered * chance)[: 400 - count]
                chance = chance * RATE / 52 * share / (count + 1)
            uttered = after
    return said, against


PAID = {
    f"rule.praise.{key}": value
    for key, value in (("act", ACT), ("category", "security"), ("points", 1))
}
"""Fear makes people praise what pays; that it pays moves nobody here."""


@check("MODEL 3.13; `mechanisms.support`")
def praise_in_two_readings() -> Iterator[Figure]:
    """Hold praise uttered, and against conviction, to w + (1 - w) v and (1 - w) v of candidates.

    v = .25, w = (1 + c_n) / 2, 26 candidates a year; the distribution of the praise that somebody
    has uttered is computed week by week. Under `fear` n counts for nothing; under `persuasion` at
    .02 a praise, what is said against conviction dwindles. Convictions are read from the people of
    each seed. Of the praise of the year and of its last quarter; margins .003.
    """
    society = Society.load("uniform").file
    levels = [populate(society, PEOPLE, key_of(seed)).people.status for seed in SEEDS]
    held = [np.bincount(status >> CONVICTION & 15, minlength=16) for status in levels]
    share = sum(held, np.zeros(16)) / (PEOPLE * len(SEEDS))
    for reading, sway in (("fear", 0.0), ("persuasion", 0.02)):
        people = {f"act.{ACT}.supports": True, "support.reading": reading, "support.sway": sway}
        people |= {f"act.{ACT}.reward": 0}
        run = Experiment("feared", PEOPLE, WEEKS, HABITS | people, PAID)
        series = run.each_seed(
            lambda o: [o.series(m, "everybody") for m in ("praise", "praise-against-conviction")]
        )
        said, against = (counts @ share for counts in _meant(sway, WEEKS))
        found = mean([int(praise.sum()) / PEOPLE for praise, _ in series])
        yield figure(f"praise a person and year: {reading}", float(said.sum()), found, 0.05)
        for what, weeks in (("year", slice(None)), ("last quarter", slice(-13, None))):
            found = ratio(
                [int(o[weeks].sum()) for _, o in series], [int(p[weeks].sum()) for p, _ in series]
            )
            expected = float(against[weeks].sum() / said[weeks].sum())
            yield figure(f"of it against conviction, {what}: {reading}", expected, found, 0.003)
