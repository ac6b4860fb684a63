"""Standing that mixes with that of friends: a ring of 100,000."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from verification.check import check
from verification.experiment import Experiment, Outcome, only
from verification.figure import Figure, figure, mean, ratio
from verification.opinions import RING

PEOPLE = 100_000
K = 0.5
CROSSINGS = {**RING, **only({"jaywalking": (52, 52)})}
YOUTH = {"band.all": (0, 40), "band.old": (41, 120), "act.jaywalking.by.age.old": 0}
"""Nobody of 41 crosses any more; all are 40 at time zero."""
STILL = Experiment("friends", PEOPLE, 80, {**CROSSINGS, **YOUTH})
MOVING = Experiment("friends", PEOPLE, 30, CROSSINGS, {"score.half-life-weeks": 2})
ROOT = (1 - K**2) ** 0.5


class Ring(NamedTuple):
    """One run's second moments around the ring, and how far anybody is off the closed form."""

    own: float
    """Mean of s."""
    own_variance: float
    variance: float
    """Of x."""
    neighbours: float
    """Covariance of x of two neighbours."""
    same: float
    """Covariance of x and s of one citizen."""
    across: float
    """Covariance of x and s of two neighbours."""
    off: float
    still_acting: int


def _ring(outcome: Outcome) -> Ring:
    own = outcome.citizens["points.security"].to_numpy() / 65536
    term = outcome.citizens["association"].to_numpy() / 100
    mixed, acts = own + term, outcome.series("acts", "jaywalking")
    return Ring(
        own.mean(),
        own.var(),
        mixed.var(),
        _covariance(mixed, np.roll(mixed, 1)),
        _covariance(mixed, own),
        _covariance(mixed, np.roll(own, 1)),
        float(np.abs(term - (_settled(own) - own)).max()),
        int(acts[52:].sum()),
    )


def _covariance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float((one * other).mean() - one.mean() * other.mean())


def _settled(own: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sum of g_d s_(i+d); what lies 40 steps away weighs 1e-23."""
    r = (1 - ROOT) / K
    return sum((1 - K) / ROOT * r ** abs(steps) * np.roll(own, -steps) for steps in range(-40, 41))  # type: ignore[return-value]


@cache
def _still() -> list[Ring]:
    return STILL.each_seed(_ring, seeds=range(1, 7))


@check("Friedkin and Johnsen 1990, on a ring")
def a_ring_whose_people_have_stopped_acting() -> Iterator[Figure]:
    """Hold everybody's term to x - s, x = sum over d of g_d s_(i+d).

    Each of 100,000 has two friends, K = 1/2; she crosses the road once a week, for 2.37 points,
    until her 41st birthday, in the first of 80 weeks. Then s stands still, independent from
    citizen to citizen, and x comes to (1 - K) s + K W x. In waves round the ring W is cos(a), so
    that x = (1 - K) / (1 - K cos(a)) s, and back from waves g_d = (1 - K) / sqrt(1 - K^2) r^|d|,
    r = (1 - sqrt(1 - K^2)) / K. The 28 weeks of rest leave 2^-28 of at most 5,000 points, 1.3 units
    of 2^-16 point; a week rounds the mean and x by 1/2 unit each: (.25 + .5) / .5 = 1.5 units; the
    term is rounded to .01 point. Together .005 + 2.8 units = .005043 points. No tolerance beyond.
    Six seeds. Nobody acts after the 52nd week.
    """
    yield Figure("crossings in weeks 52 to 79", 0, max(run.still_acting for run in _still()), 0)
    what = "largest difference of any of 600,000 citizens' terms, in points"
    yield Figure(what, 0, max(run.off for run in _still()), 0.005043)


@check("Friedkin and Johnsen 1990, on a ring")
def how_far_friends_level_standing() -> Iterator[Figure]:
    """Hold the variance of x on the same ring, and the correlation of neighbours, to closed forms.

    With y = K cos(a) averaged over all waves: mean of 1 / (1 - y)^2 = (1 - K^2)^(-3/2), so that
    Var(x) = (1 - K)^2 / (1 - K^2)^(3/2) Var(s) = .384900 Var(s); and neighbours, whose covariance
    has another cos(a), are correlated by K exactly. Margins .003 and .006.
    """
    variances = [run.variance for run in _still()]
    found = ratio(variances, [run.own_variance for run in _still()])
    yield figure("Var(x) / Var(s)", 0.3849002, found, 0.003)
    found = ratio([run.neighbours for run in _still()], variances)
    yield figure("correlation of neighbours", K, found, 0.006)


@cache
def _moving() -> list[Ring]:
    return MOVING.each_seed(_ring, seeds=range(1, 31))


@check("Friedkin and Johnsen 1990, on a ring; MODEL 3 (one synchronous step a week)")
def a_ring_that_never_rests() -> Iterator[Figure]:
    """Hold the moments of x to those of x_t = (1 - K) s_t + K W x_(t-1), s_t = D (s_(t-1) + n_t).

    The same ring, whose people cross all the time, while points fade with a half-life of two weeks,
    D = 2^(-1/2): n is Poisson, mean 1, times -2.37. E(s) = -2.37 D / (1 - D) = -5.72169 and
    Var(s) = 2.37^2 D^2 / (1 - D^2) = 5.6169. In waves, b = K cos(a): Cov(x, s) = (1 - K) Var(s) /
    (1 - b D), and Var(x) = (1 - K)^2 Var(s) (1 + b D) / ((1 - b D) (1 - b^2)). Averaged over all
    waves, with R = sqrt(1 - K^2) and Q = sqrt(1 - D^2 K^2), as shares of Var(s), Var(x) is
    (1 - K)^2 ((1 + D^2) / R - 2 D^2 / Q) / (1 - D^2) = .331503, its covariance with x of a
    neighbour (1 - K)^2 2 D (1 / R - 1 / Q) / (K (1 - D^2)) = .121135, with s (1 - K) / Q = .534522,
    with s of a neighbour (1 - K) (1 / Q - 1) / (D K) = .097644.

    Without the lag of a week they would be .384900, .192450, .577350 and .154701. 30 weeks leave
    2^-15 of the beginning. 30 seeds; margins .001, and .01 for E(s), .02 for Var(s).
    """
    runs = _moving()
    own = [run.own_variance for run in runs]
    yield figure("E(s)", -5.721686, mean([run.own for run in runs]), 0.01)
    yield figure("Var(s)", 5.6169, mean(own), 0.02)
    for what, share, covariances in (
        ("Var(x) / Var(s)", 0.3315029, [run.variance for run in runs]),
        ("Cov(x, x beside) / Var(s)", 0.1211353, [run.neighbours for run in runs]),
        ("Cov(x, s) / Var(s)", 0.5345225, [run.same for run in runs]),
        ("Cov(x, s beside) / Var(s)", 0.0976443, [run.across for run in runs]),
    ):
        yield figure(what, share, ratio(covariances, own), 0.001)
