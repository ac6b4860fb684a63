"""Metrics: what measures are made of, held to closed forms and published figures."""

from collections.abc import Iterator

import numpy as np
from scipy.stats import binom, poisson

from upstanding.measures.metrics import (
    Confusion,
    Mobility,
    fpr_implied,
    gini,
    mobility_of,
    rate_interval,
    share_interval,
    sobol,
    survival,
    unique_share,
)
from verification.check import check
from verification.experiment import SEEDS
from verification.figure import Figure, figure, mean

COMPAS = {
    "black": (Confusion(tn=990, fp=805, fn=532, tp=1369), 0.4485, 0.2799, 0.6297),
    "white": (Confusion(tn=1139, fp=349, fn=461, tp=505), 0.2345, 0.4772, 0.5913),
}
PEOPLE, CELLS = 10_000, 100_000
PRINTED = 5e-5
"""Half of the last printed digit."""


@check("VALIDATION 4: published COMPAS counts (ProPublica 2016)")
def error_rates() -> Iterator[Figure]:
    """Hold error rates to those printed beside the counts, and the four to their identity.

    FPR = p/(1-p) (1-PPV)/PPV (1-FNR) (Chouldechova 2017). Margin half of the last printed digit;
    1e-12 for the identity.
    """
    for group, (counts, fpr, fnr, ppv) in COMPAS.items():
        yield Figure(f"false positive rate, {group}", fpr, counts.fpr, PRINTED)
        yield Figure(f"false negative rate, {group}", fnr, counts.fnr, PRINTED)
        yield Figure(f"precision, {group}", ppv, counts.ppv, PRINTED)
        implied = fpr_implied(counts.prevalence, counts.ppv, counts.fnr)
        yield Figure(f"false positive rate implied, {group}", counts.fpr, implied, 1e-12)


@check("VALIDATION 4")
def concentration() -> Iterator[Figure]:
    """Hold the Gini index to 1/3 (uniform on 0 to 1), .5 (exponential), .276326 (lognormal).

    Lognormal with sigma .5: 2 Phi(.5 / sqrt 2) - 1. 100,000 draws and thirty seeds; margin .001.
    """
    draws = [np.random.default_rng(seed) for seed in SEEDS]
    for name, expected, sample in (
        ("uniform", 1 / 3, lambda draw: draw.random(100_000)),
        ("exponential", 0.5, lambda draw: draw.exponential(size=100_000)),
        ("lognormal", 0.276326, lambda draw: draw.lognormal(sigma=0.5, size=100_000)),
    ):
        yield figure(f"Gini, {name}", expected, mean([gini(sample(draw)) for draw in draws]), 0.001)


@check("VALIDATION 4")
def places_in_a_ranking() -> Iterator[Figure]:
    """Hold mobility to that of bivariate normal scores with correlation .8.

    Rank-rank slope 6/pi asin(.4) = .785939, top-fifth stay .645170, Shorrocks .666654. 100,000
    people and thirty seeds; margin .001.
    """

    def moved(seed: int) -> Mobility:
        draw = np.random.default_rng(seed)
        earlier, other = draw.standard_normal((2, 100_000))
        found = mobility_of(earlier, 0.8 * earlier + 0.6 * other)
        assert found is not None
        return found

    runs = [moved(seed) for seed in SEEDS]
    yield figure("rank-rank slope", 0.785939, mean([run.slope for run in runs]), 0.001)
    yield figure("top-fifth stay", 0.645170, mean([run.top_stay for run in runs]), 0.001)
    yield figure("Shorrocks", 0.666654, mean([run.shorrocks for run in runs]), 0.001)


@check("VALIDATION 4")
def uniqueness() -> Iterator[Figure]:
    """Hold the share alone in their cell, of N uniform over B, to (1 - 1/B)^(N - 1).

    N = 1e4, B = 1e5: .904846. The formula within 1e-6; the share of thirty draws within .002.
    """
    yield Figure("share alone, the formula", 0.904846, unique_share(CELLS, PEOPLE), 1e-6)

    def alone(seed: int) -> float:
        cells = np.random.default_rng(seed).integers(CELLS, size=PEOPLE)
        return float((np.unique(cells, return_counts=True)[1] == 1).sum()) / PEOPLE

    yield figure("share alone, drawn", 0.904846, mean([alone(seed) for seed in SEEDS]), 0.002)


@check("ours: coverage of intervals, exactly")
def intervals() -> Iterator[Figure]:
    """Hold how often an interval of 95 % holds the truth, summed over all counts.

    Wilson's for a share averages close to 95 % over shares .05 to .95 of 50 (Brown, Cai and
    DasGupta 2001); margin .01. Garwood's for a rate is exact, never below 95 % (counts with means
    .5 to 40): the least is printed, and held to .95 to 1.
    """
    n, counts = 50, np.arange(51)
    bounds = np.array([share_interval(int(count), n) for count in counts])
    shares = np.linspace(0.05, 0.95, 181)
    held = [
        binom.pmf(counts, n, p)[(bounds[:, 0] <= p) & (p <= bounds[:, 1])].sum() for p in shares
    ]
    yield Figure("how often Wilson's interval holds the share", 0.95, float(np.mean(held)), 0.01)
    events = np.arange(120)
    rates = np.array([rate_interval(int(count), 1.0) for count in events])
    least = min(
        float(poisson.pmf(events, mu)[(rates[:, 0] <= mu) & (mu <= rates[:, 1])].sum())
        for mu in np.linspace(0.5, 40, 400)
    )
    yield Figure("how often Garwood's holds the rate, at least", 0.975, least, 0.025)


@check("ours: an exponential stay, watched for as long")
def time_until_out() -> Iterator[Figure]:
    """Hold the share still in to e^-1 after a mean stay of 40 weeks, a third of stays unwatched.

    Stays are exponential, watching ends after an exponential of mean 80, independently. 2,000 of
    them, thirty seeds; margin .01.
    """

    def left(seed: int) -> float:
        draw = np.random.default_rng(seed)
        stay, watch = draw.exponential(40, 2000), draw.exponential(80, 2000)
        found = survival(np.minimum(stay, watch), stay <= watch)
        assert found is not None
        return found.at(40)

    expected = float(np.exp(-1))
    yield figure("share still in after 40 weeks", expected, mean([left(s) for s in SEEDS]), 0.01)


@check("VALIDATION 4: Ishigami and Homma (1990), a = 7, b = .1")
def shares_of_variance() -> Iterator[Figure]:
    """Hold Sobol's indices of sin x + 7 sin^2 y + .1 z^4 sin x to their closed form.

    x, y, z uniform on -pi to pi. First order .313905, .442411, 0; total .557589, .442411, .243684;
    8,192 points, margin .02.
    """
    found = sobol(
        lambda x: np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]),
        dict.fromkeys("xyz", (-np.pi, np.pi)),
    )
    expected = {"x": (0.313905, 0.557589), "y": (0.442411, 0.442411), "z": (0.0, 0.243684)}
    for name, (first, total) in expected.items():
        yield Figure(f"first order of {name}", first, found[name].first, 0.02)
        yield Figure(f"total of {name}", total, found[name].total, 0.02)
