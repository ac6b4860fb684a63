"""Office: what audits find, what officials keep out, and the game between the two."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio

PEOPLE, WEEKS = 4_096, 26
"""Whole districts, so that everybody who is looked for exists."""
TAMPERS = "shielding"
UNDETERRED = {"act.red-light.certainty": 0, "act.red-light.severity": 0}
OFFICIALS = {
    "occupation.official.share": 1,
    "occupation.official.ages": [0, 120],
}


class Counted(NamedTuple):
    """Counts of a run."""

    tampers: int
    found: int
    shielded: int
    spared: int
    posted: int


def _counted(outcome: Outcome) -> Counted:
    return Counted(
        outcome.total("tampers", TAMPERS),
        outcome.total("tampers-found", TAMPERS),
        outcome.total("records-shielded", "everybody"),
        outcome.total("records-spared", "everybody"),
        outcome.total("entries", "jaywalking"),
    )


def _runs(people: Mapping[str, Any], rules: Mapping[str, Any]) -> list[Counted]:
    return Experiment("office", PEOPLE, WEEKS, people, rules).each_seed(_counted)


@check("MODEL 12: a tamper stays undiscovered with probability 1 - a (1 - k)")
def tampers_that_survive() -> Iterator[Figure]:
    """Hold the share of tampers that nobody finds to 1 - a (1 - k).

    a = .4, k = .25: .7; a = 1, k = 0: 0; a = 1, k = 1: 1. 4 a person-year, undeterred. Margin .005;
    the latter two are exact.
    """
    habits = {**only({"red-light": (4, 4)}), **UNDETERRED}
    for audit, league, margin in ((0.4, 0.25, 0.005), (1, 0, 0), (1, 1, 0)):
        runs = _runs(habits, {"office.audit": audit, "office.league": league})
        missed = ratio([run.tampers - run.found for run in runs], [run.tampers for run in runs])
        expected = 1 - audit * (1 - league)
        yield figure(f"share undiscovered at a = {audit}, k = {league}", expected, missed, margin)


@check("MODEL 2 (deterrence) at the risk a (1 - k)")
def tampers_that_audits_deter() -> Iterator[Figure]:
    """Hold tampers a person-year to 4 ((p0 + pl) / (p0 + pl + p))^ep, p = a (1 - k).

    p0 = .1, pl = .3, ep = .5. At a = .4, k = .25, p = .3: 3.02372, of which rounding p down to
    76/256 makes 3.03047; at a = 0 it is 4. Margin .02.
    """
    habits = only({"red-light": (4, 4)})
    years = PEOPLE * WEEKS / 52
    for audit, expected in ((0.4, 3.02372), (0, 4)):
        runs = _runs(habits, {"office.audit": audit})
        found = mean([run.tampers / years for run in runs])
        yield figure(f"tampers a person-year at a = {audit}", expected, found, 0.02)


@check("ours: Poisson tampers and Poisson records are independent")
def records_that_are_kept_out() -> Iterator[Figure]:
    """Hold the share of adverse records that a household keeps out to P(it tampers in the week).

    Everybody lives alone, tampers at 4 a year and is seen jaywalking: 1 - exp(-4/52) = .0740397 of
    records are shielded. Where the scheme spares .3 of the records of officials, and everybody is
    one, .3 of the others stay out as well. Margins .002 and .005.
    """
    habits = {**only({"red-light": (4, 4), "jaywalking": (20, 20)}), **UNDETERRED, **OFFICIALS}
    runs = _runs(habits, {"office.spared": 0.3})
    due = [run.shielded + run.spared + run.posted for run in runs]
    shielded = ratio([run.shielded for run in runs], due)
    yield figure("share of adverse records that is shielded", 0.0740397, shielded, 0.002)
    spared = ratio([run.spared for run in runs], [run.spared + run.posted for run in runs])
    yield figure("share of the others that is spared", 0.3, spared, 0.005)


@check("ours: probing until a critic is met")
def critics_that_are_met() -> Iterator[Figure]:
    """Hold the share of tries that meet a critic to 1 - (1 - q 2047/2048)^16.

    q = 1 - exp(-4/52) = .0740397 of a district's 2,048 people littered the week before; the
    official herself is no critic. .707682. Margin .01.
    """
    habits = {**only({"red-light": (4, 4), "littering": (4, 4)}), **UNDETERRED}

    def met(outcome: Outcome) -> tuple[int, int]:
        measures = ("records-fabricated", "no-critic-met")
        made, missed = (outcome.series(name, "everybody")[1:].sum() for name in measures)
        return int(made), int(made + missed)

    runs = Experiment("critics", PEOPLE, WEEKS, habits).each_seed(met)
    found = ratio([made for made, _ in runs], [tries for _, tries in runs])
    yield figure("share of tries that meet a critic", 0.707682, found, 0.01)


@check("the inspection game: Dresher (1962); Avenhaus, von Stengel and Zamir (2002)")
def audits_and_tampers_come_to_rest() -> Iterator[Figure]:
    """Hold audits that follow finds, and officials who see them, to the fixed point of the two.

    Audits grow while their finds pay for more, so offences rest at what an audit costs, r = pays /
    (1 - k) = .8 / .75 = 1.06667 a person-year, whatever officials gain by them; and audits rest
    where officials respond so, r0 (c / (c + p))^ep = r with p = a (1 - k), which is
    a = c ((r0/r)^(1/ep) - 1) / (1 - k). With c = .4, ep = 2: .499462 at r0 = 4 and .731578 at r0 =
    6. (Their mixed equilibrium has best replies in place of a smooth response, and the same
    division of roles.) Every four
    weeks half of the way, 208 weeks, of which the last 156 count. The risk perceived is rounded
    down to 1/256, which asks for .0026 more; margins .015 for audits and .02 for offences.
    """
    rules = {
        "office.audit": 0.2,
        "office.follow.every-weeks": 4,
        "office.follow.pays-per-100k": 80_000,
        "office.follow.speed": 0.5,
        "office.follow.least": 0.01,
    }
    first, weeks = 52, 208

    def rested(outcome: Outcome) -> tuple[float, float]:
        audited = outcome.series("audited-65536ths", "everybody")[first:]
        tampers = outcome.series("tampers", TAMPERS)[first:]
        return float(audited.mean()) / 65536, float(tampers.mean()) * 52 / PEOPLE

    for habit, share in ((4, 0.499462), (6, 0.731578)):
        people = {
            **only({"red-light": (habit, habit)}),
            "act.red-light.certainty": 2,
            "act.red-light.severity": 0,
        }
        runs = Experiment("office", PEOPLE, weeks, people, rules).each_seed(rested)
        audits, tampers = (mean(values) for values in zip(*runs, strict=True))
        yield figure(f"share audited at a habit of {habit}", share, audits, 0.015)
        yield figure(f"tampers a person-year at a habit of {habit}", 1.066667, tampers, 0.02)
