"""How many know one another, and how closely knit they are."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from verification.check import check
from verification.experiment import SEEDS
from verification.figure import Figure, figure, mean, ratio
from verification.webs import PEOPLE, Knit, knit, society_of, web

ROUNDS = 6
"""Of the permutation that pairs people."""


class Implied(NamedTuple):
    """What a way to pair people implies."""

    degree: float
    transitivity: float


def implied(sizes: Sequence[int], chance: NDArray[np.float64]) -> Implied:
    """Return what slots imply that pair people of G groups, of these sizes, independently.

    `chance` (slots, G, G) is the chance that a slot pairs one of a group with one of another.
    In a slot a pair excludes all pairs that share somebody with it, so that it avoids a set of them
    with chance 1 - the sum of theirs.
    """
    own, same = np.array(sizes, float), np.eye(len(sizes))
    no = (1 - chance).prod(axis=0)
    ij, ik, jk = chance[:, :, :, None], chance[:, :, None, :], chance[:, None, :, :]
    neither = (1 - ij - ik).prod(axis=0), (1 - ij - jk).prod(axis=0), (1 - ik - jk).prod(axis=0)
    none = (1 - ij - ik - jk).prod(axis=0)
    no_ij, no_ik, no_jk = no[:, :, None], no[:, None, :], no[None, :, :]
    pairs = own[:, None] * (own - same)
    triples = pairs[:, :, None] * (own - same[:, None, :] - same[None, :, :])
    wedge = 1 - no_ij - no_ik + neither[0]
    triangle = 1 - no_ij - no_ik - no_jk + sum(neither) - none
    return Implied(
        float((pairs * (1 - no)).sum() / own.sum()),
        float((triples * triangle).sum() / (triples * wedge).sum()),
    )


def _at_random(size: int, slots: int) -> Implied:
    """Return what slots imply that pair all of `size` people at random."""
    return implied([size], np.full((slots, 1, 1), 1 / (size - 1)))


def circle_chance() -> NDArray[np.float64]:
    """Return the chance (16, 16) that a slot pairs two of a circle, whose halves have two bits.

    Partners are the two whose images differ in the last bit. Followed backwards, a round turns a
    difference (a, b) of the halves into (b + f, a), f = 0 where a = 0, otherwise any of four.
    """
    differ = np.zeros((4, 4))
    differ[0, 1] = 1
    for _ in range(ROUNDS):
        before = np.tile(differ.sum(axis=1) / 4, (4, 1))
        before[:, 0] = differ[0]
        differ = before
    number = np.arange(16)
    return differ.ravel()[number[:, None] ^ number]


def _in_shells(citizens: int, slots: int) -> Implied:
    """Return what follows of the nation's shells, which overlap by halves."""
    bounds = [0, 1, 2, 3]
    while bounds[-1] < citizens:
        bounds.append(2 * bounds[-2])
    sizes = np.diff(np.minimum(bounds, citizens))
    firsts = np.array(bounds[:-1])
    even = 2 ** np.floor(np.log2(np.maximum(firsts, 1)))
    odd = 3 * 2 ** np.floor(np.log2(np.maximum(firsts, 3) / 3))
    even[0], odd[:3] = -1, -3
    tables = [_shell_chance(even), _shell_chance(odd)]
    return implied(list(sizes), np.array([tables[slot % 2] for slot in range(slots)]))


def _shell_chance(shell: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the chance of pairs, given each group's shell by its size; odd sizes leave one out."""
    size = np.abs(shell)
    pair = np.where(size % 2 == 0, 1 / np.maximum(size - 1, 1), 1 / size)
    pair[size == 1] = 0
    return np.where(shell[:, None] == shell, pair[:, None], 0)


@cache
def _knit(layer: str, slots: int) -> list[Knit]:
    society = society_of({f"ties.slots.{layer}": slots})
    return [knit(web(society, PEOPLE, seed).friend) for seed in SEEDS]


def _layer(layer: str, slots: int, expected: Implied, margins: Implied) -> Iterator[Figure]:
    runs = _knit(layer, slots)
    degree = ratio([run.ties for run in runs], [PEOPLE] * len(runs))
    yield figure(f"ties of {slots} slots, {layer}", expected.degree, degree, margins.degree)
    found = ratio([run.closed for run in runs], [run.wedges for run in runs])
    what = f"friends of somebody who are friends, {layer}"
    yield figure(what, expected.transitivity, found, margins.transitivity)


@check("CLOCKWORK 4 (ties); random matchings")
def ties_and_clustering_by_layer() -> Iterator[Figure]:
    """Hold ties a head, and the share of pairs of friends who are friends, to their construction.

    A slot pairs two given people of a domain of m with chance q = 1 / (m - 1), and each with one
    only: of r slots the chance of a tie is 1 - (1 - q)^r, of two ties of somebody P = 1 - 2 (1 -
    q)^r + (1 - 2q)^r, of a triangle T = 1 - 3 (1 - q)^r + 3 (1 - 2q)^r - (1 - 3q)^r. Cells of 512
    with five slots: 4.98047 ties, T / P = .00587082; districts of 2,048 with four: 3.99707 and
    .000977278. Circles of 16 with five slots would give 4.37632 and .199019; but six rounds on
    halves of two bits leave chances of .0615 to .0771 for .0667, and with those it is 4.37105 and
    .198808. (A third, as the rules foresaw, would take seven or eight slots.) The nation's shells
    overlap by halves, and the last are not full: of four slots of 20,480 people 3.43043 are filled,
    and .000683528 closed. Margins .003 ties; .001, .0002, .0001 and .0001.
    """
    circle = implied([1] * 16, np.tile(circle_chance(), (5, 1, 1)))
    yield from _layer("circle", 5, circle, Implied(0.003, 0.001))
    yield from _layer("neighbourhood", 5, _at_random(512, 5), Implied(0.003, 0.0002))
    yield from _layer("district", 4, _at_random(2048, 4), Implied(0.003, 0.0001))
    yield from _layer("nation", 4, _in_shells(PEOPLE, 4), Implied(0.003, 0.0001))


@check("CLOCKWORK 4 (ties: dormant, living, cut)")
def ties_that_live() -> Iterator[Figure]:
    """Hold living ties to a share of .6 of all, and their clustering to .6 of that of all.

    Each lives by a draw of its own, so that of two living ties of somebody the third, where there
    is one, lives with chance .6: in circles .6 x .198808 = .119285. Margins .002.
    """
    society = society_of({"ties.slots.circle": 5, "ties.living": 0.6})
    webs = [web(society, PEOPLE, seed) for seed in SEEDS]
    alive = [knit(np.where(w.living, w.friend, np.arange(PEOPLE)[:, None])) for w in webs]
    ties = [knit(found.friend).ties for found in webs]
    yield figure("share of ties that live", 0.6, ratio([run.ties for run in alive], ties), 0.002)
    closed = ratio([run.closed for run in alive], [run.wedges for run in alive])
    yield figure("living friends of somebody who are living friends", 0.1192850, closed, 0.002)


def _small_world(rewired: float, people: int = 2_000) -> list[Knit]:
    figures = {"kind": "small-world", "neighbours": 10, "rewired": rewired}
    society = society_of({f"ties.generator.{key}": value for key, value in figures.items()})
    return [knit(web(society, people, seed).friend) for seed in SEEDS]


@check("VALIDATION 3 (Watts and Strogatz 1998; Barrat and Weigt 2000)")
def a_small_world() -> Iterator[Figure]:
    """Hold the clustering of a ring of ten neighbours to C(0) = 3 (k - 2) / (4 (k - 1)) = .666667.

    Without rewiring exactly. Of 2,000 people with .1 of the ties rewired, .4860 = C(0) (1 - .1)^3,
    for a triangle survives if none of its ties is rewired; margin .012. Rewiring also makes some
    more popular than others: a head k (k - 1) / 2 = 45 pairs of friends become (90 + .95) / 2, .95
    the variance of arrivals and losses, (k / 2) (.1 x .9 + .1), so that of all pairs of friends
    .4860 x 90 / 90.95 = .4809 are friends. Chance adds (.1 + .19) x 10 / 2,000
    = .0014, for a tenth of the ties end anywhere, and .19 of the pairs hold one of those: .4823.
    Margin .003.
    """
    whole = _small_world(0)
    found = max((run.clustering for run in whole), key=lambda value: abs(value - 2 / 3))
    yield Figure("clustering, nothing rewired, the farthest off", 2 / 3, found, 1e-12)
    runs = _small_world(0.1)
    clustering = mean([run.clustering for run in runs])
    yield figure("clustering, .1 rewired", 0.4860, clustering, 0.012)
    closed = ratio([run.closed for run in runs], [run.wedges for run in runs])
    yield figure("pairs of friends who are friends, .1 rewired", 0.4823, closed, 0.003)
