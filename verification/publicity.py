"""Publicity: who sees those who are shown, whom it frightens, and what it costs."""

from collections.abc import Iterator, Mapping
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.fear import AMBIENT, WEEK_OF
from verification.figure import Figure, figure, mean, ratio

PEOPLE, WEEKS = 5_000, 52
ACT, RATE, FRIENDS = "jaywalking", 26, 4
SHOWN = 1 - exp(-RATE / 52)
"""The chance to be shown in a week."""
CROSSINGS = only({ACT: (RATE, RATE)}) | {
    "ties.generator.kind": "ring",
    "ties.generator.neighbours": FRIENDS,
    "ties.living": 1,
    "ties.cut-per-year": 0,
    "ties.wake-per-year": 0,
    "shaming.cut": 0,
    "learning.own": 0,
    "learning.ties": 0,
    "learning.decay": 0,
    "learning.published": 0,
}
PERSONS, TIES = "publicity.page.persons", "publicity.page.ties"


def _under(people: Mapping[str, Any], rules: Mapping[str, Any]) -> Experiment:
    return Experiment("shown", PEOPLE, WEEKS, CROSSINGS | people, rules)


def _seen(outcome: Outcome) -> tuple[int, int, int, int]:
    views = [outcome.total(f"views-by-{whom}", "page") for whom in ("strangers", "ties")]
    shown = outcome.total("publications", "page")
    return outcome.total("records-right", "camera"), shown, views[0], views[1]


@check("MODEL 3.9 (person-views)")
def who_sees_a_publication() -> Iterator[Figure]:
    """Hold views to publications x (persons + ties x share): 7 strangers, .3 of 4 ties, 8.2 in all.

    Every record is shown, once: margin 0; 7 strangers see each: margin 0. Of ties 1.2: margin .004.
    """
    runs = _under({}, {PERSONS: 7, TIES: 0.3}).each_seed(_seen)
    astray = sum(abs(records - shown) for records, shown, *_ in runs)
    yield Figure("records not shown, or shown twice", 0, astray, 0)
    astray = sum(abs(7 * shown - strangers) for _, shown, strangers, _ in runs)
    yield Figure("views by strangers beyond 7 for each publication", 0, astray, 0)
    shown = [shown for _, shown, *_ in runs]
    found = ratio([ties for *_, ties in runs], shown)
    yield figure("views by ties for each publication", 1.2, found, 0.004)
    found = ratio([strangers + ties for *_, strangers, ties in runs], shown)
    yield figure("views for each publication", 8.2, found, 0.004)


@check("MODEL 3.9 (being seen costs ties)")
def ties_lost_by_being_shown() -> Iterator[Figure]:
    """Hold the living ties left after n weeks to (1 - h s c)^2n: either end may have been shown.

    h = 1 - exp(-26/52) = .393469 are shown in a week, s = .3 of their ties see it, c = .1 of those
    drop them: .976531 after a week, .734378 after 13, .297846 after 51, counted from the second
    week. A publication that no tie sees costs none. Margins .001, .002 and .002.
    """
    cut = _under({"shaming.cut": 0.1}, {TIES: 0.3})
    runs = cut.each_seed(lambda o: np.cumsum(o.series("ties-cut-for-shame", "everybody")))
    ties = PEOPLE * FRIENDS // 2
    kept = (1 - SHOWN * 0.3 * 0.1) ** 2
    for weeks, margin in ((1, 0.001), (13, 0.002), (51, 0.002)):
        found = mean([1 - int(run[weeks]) / ties for run in runs])
        yield figure(f"ties left after {weeks} weeks", kept**weeks, found, margin)
    unseen = _under({"shaming.cut": 1}, {TIES: 0, PERSONS: 1_000})
    lost = unseen.each_seed(lambda o: o.total("ties-cut-for-shame", "everybody"), (1, 2, 3))
    yield Figure("ties cut where only strangers see", 0, sum(lost), 0)


def _risk(outcome: Outcome) -> NDArray[np.float64]:
    """Return the mean perceived risk at each close."""
    return outcome.series("perceived-risk-65536ths", "everybody") / (PEOPLE * 65536)


@check("MODEL 3.9, 3.13 (published penalties)")
def fear_of_what_is_shown() -> Iterator[Figure]:
    """Hold the mean perceived risk to m + published s (1 - m), published = .1, from week 1 on.

    Strangers: each of .5 publications a person and week is seen by one, s = .5; by three, s = 1,
    as more than everybody cannot see. Ties: s = 1 - (1 - .3 h)^4 = .394946 of people saw at least
    one of four who are shown with h = .393469 and seen with .3. Margin .001.
    """
    seen = 1 - (1 - 0.3 * SHOWN) ** FRIENDS
    taught = {"learning.published": 0.1}
    for what, rules, share in (
        ("one stranger sees each", {PERSONS: 1}, RATE / 52),
        ("three strangers see each", {PERSONS: 3}, 1),
        ("ties see each", {TIES: 0.3}, seen),
    ):
        runs, risk = _under(taught, rules).each_seed(_risk), AMBIENT
        for week in range(WEEKS):
            if week > 0:
                risk += 0.1 * share * (1 - risk)
            if week in WEEK_OF:
                found = mean([float(run[week]) for run in runs])
                yield figure(f"mean perceived risk in week {week}, {what}", risk, found, 0.001)
