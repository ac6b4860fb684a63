"""How much alike those are who know one another."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from upstanding.mechanisms.ties import LAYERS
from verification.check import check
from verification.clustering import circle_chance
from verification.experiment import SEEDS
from verification.figure import Figure, figure, ratio
from verification.webs import PEOPLE, Web, knit, society_of, web

TRAITS = ("sex", "age", "income", "group")
UNLIKE = {"sex": 0.7, "age": 0.5, "income": 0.7, "group": 0.5}
"""Those of the society `china`."""
MIXED = {
    "composition.male": 0.5,
    "composition.minority": 0.3,
    "age.share.40-40": 0.5,
    "age.share.60-60": 0.5,
    "band.all": (0, 49),
    "band.old": (50, 120),
    **{f"ties.slots.{layer}": 4 for layer in LAYERS},
}
"""Strangers who differ: households of one, so that no trait tells of another or of a neighbour."""


class Alike(NamedTuple):
    """Of one layer of one web: its ties, counted at both ends, and those of equals by trait."""

    ties: int
    alike: dict[str, int]


def _alike(found: Web, slots: slice) -> Alike:
    number = np.arange(found.friend.shape[0])[:, None]
    friend = found.friend[:, slots]
    held = friend != number
    return Alike(
        int(held.sum()),
        {
            t: int((held & (found.traits[t][friend] == found.traits[t][number])).sum())
            for t in TRAITS
        },
    )


@check("CLOCKWORK 4 (homophily)")
def ties_between_those_who_are_alike() -> Iterator[Figure]:
    """Hold the share of ties between equals to p / (p + (1 - p) u), layer by layer.

    p is the share of possible pairs who are equal, u the chance of a tie between two who differ,
    of sex (.5, .7), age (.5, .5), income (.2, .7) or group (.58, .5), as `china` has it: .588235,
    .666667, .263158, .734177. Traits are independent, so that none disturbs the others, and of all
    possible ties .85 x .75 x .76 x .79 = .382755 are there. Four slots in each layer. Margins .004
    and .003.
    """
    choosy = society_of({**MIXED, **{f"ties.unlike.{trait}": u for trait, u in UNLIKE.items()}})
    pairs = [(web(choosy, PEOPLE, s), web(society_of(MIXED), PEOPLE, s).friend) for s in SEEDS]
    for place, layer in enumerate(LAYERS):
        slots = slice(4 * place, 4 * place + 4)
        runs = [_alike(found, slots) for found, _ in pairs]
        ties = [run.ties for run in runs]
        possible = [knit(friend[:, slots]).ties for _, friend in pairs]
        yield figure(
            f"possible ties that are there, {layer}", 0.382755, ratio(ties, possible), 0.003
        )
        for trait, p in zip(TRAITS, (0.5, 0.5, 0.2, 0.58), strict=True):
            expected = p / (p + (1 - p) * UNLIKE[trait])
            found = ratio([run.alike[trait] for run in runs], ties)
            yield figure(f"ties between equals of {trait}, {layer}", expected, found, 0.004)


def _weighed(found: Web) -> dict[str, tuple[float, float]]:
    """Return the weight of possible pairs of circles, and of those of equals, by trait."""
    same = {t: v.reshape(-1, 16, 1) == v.reshape(-1, 1, 16) for t, v in found.traits.items()}
    weight = 1 - (1 - circle_chance()) ** 5
    for trait, unlike in UNLIKE.items():
        weight = weight * np.where(same[trait], 1, unlike)
    return {t: (float((weight * same[t]).sum()), float(weight.sum())) for t in TRAITS}


@check("CLOCKWORK 4 (homophily)")
def circles_of_households() -> Iterator[Figure]:
    """Hold the share of ties between equals in circles of `china` to that of their possible pairs.

    There neighbours share households, and with them income and group. All 120 pairs of each circle
    are weighed with the product of `unlike` over what they differ in, and with their chance that
    one of five slots pairs them. Margin .003.
    """
    china = society_of({"ties.cut-per-year": 0}, "china")
    webs = [web(china, PEOPLE, seed) for seed in SEEDS]
    runs = [_alike(found, slice(0, 5)) for found in webs]
    weights = [_weighed(found) for found in webs]
    for trait in TRAITS:
        equal, all_ = (sum(run[trait][part] for run in weights) for part in (0, 1))
        found = ratio([run.alike[trait] for run in runs], [run.ties for run in runs])
        yield figure(
            f"ties between equals of {trait}, circles of china", equal / all_, found, 0.003
        )
