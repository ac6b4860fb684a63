"""Standing that mixes with that of friends: the textbook's matrices, week by week."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from upstanding.engine.tables import compile_tables, names_of
from upstanding.mechanisms import association, mixing
from upstanding.mechanisms.state import State
from upstanding.mechanisms.ties import LIVING, Ties
from upstanding.scheme import Scheme
from upstanding.society import Society
from verification.check import check
from verification.experiment import SCHEMES
from verification.figure import Figure
from verification.webs import STILL

FRIENDS = ((1, 1, 2, 2), (0, 1, 1, 2), (0, 0, 1, 1))
"""Four slots each: the rows (0, 1/2, 1/2), (1/4, 1/2, 1/4), (1/2, 1/2, 0) of W."""
SCALE = 5_000 << 16
"""1 in the examples is 5,000 points in 2**-16 point: as far as a score's range reaches."""
WEEKS = 150
_WIDTH = {
    "score": np.int32,
    **dict.fromkeys(("risk", "standing", "account"), np.uint16),
    **dict.fromkeys(("known", "ties", "listed", "closed", "dossier"), np.uint32),
}
"""Of the columns of a state that are no bytes."""
RING = {**STILL, "ties.generator.kind": "ring"}
"""Figures of a society in which everybody's friends are the next two in number."""


def _rules(anchor: str, strength: float) -> association.Tables:
    figures = {"association.anchor": anchor, "association.strength": strength}
    scheme = Scheme.load(SCHEMES / "friends.toml").with_values(figures).file
    society = Society.load("uniform").with_values(RING).file
    return compile_tables(scheme, society, names_of(scheme, society)).association


def _state(x: NDArray[np.int32], term: NDArray[np.int32]) -> State:
    """Return the state of citizens of whom nothing but x and term matters."""
    columns = {name: np.zeros(x.shape, _WIDTH.get(name, np.uint8)) for name in State.names()}
    return State(**columns | {"own": np.zeros((0, *x.shape), np.int32), "x": x, "term": term})


def _settled(own: Sequence[int], anchor: str, strengths: Sequence[float]) -> NDArray[np.float64]:
    """Return x of three citizens after WEEKS of `pull` and `mix`, each with her own strength."""
    ties = Ties(np.empty((0, 3), np.uint16), np.array(FRIENDS, np.uint32).T.copy())
    bits = np.full(3, sum(LIVING << 2 * slot for slot in range(4)), np.uint32)
    rules = [_rules(anchor, strength) for strength in strengths]
    total = np.array(own, np.int64) * SCALE
    x, term = total.astype(np.int32), np.zeros(3, np.int32)
    unread = np.zeros(3, np.uint8)
    board = association.Board(
        first=0,
        citizens=3,
        x=x,
        score=np.zeros(3, np.int32),
        fear=unread,
        penalised=unread,
        account=np.zeros(0, np.uint16),
        abroad=np.zeros(0, np.uint32),
    )
    for week in range(WEEKS):
        pulled = np.empty(3, np.int32)
        association.pull(0, bits, ties, board, rules[0], pulled)
        for i, each in enumerate(rules):
            me = slice(i, i + 1)
            mixing.mix(
                week,
                np.zeros(1, np.uint16),
                _state(x[me], term[me]),
                total[me],
                total[me],
                pulled[me],
                np.array([0, -500_000, 500_000]),
                each,
            )
    return x / SCALE


@check("VALIDATION 3 (Friedkin and Johnsen 1990)")
def three_who_hold_to_their_own() -> Iterator[Figure]:
    """Hold x of three citizens to x = (I - L W)^-1 (I - L) s: .83783784, .17374517, .20463320.

    W = [[0, .5, .5], [.25, .5, .25], [.5, .5, 0]], L = diag(.2, .5, .8), s = (1, 0, -1). The
    kernel takes a plain mean and one strength, so W is made of four slots each, some of which hold
    the same friend twice or the citizen herself, and each citizen is mixed under a scheme of her
    own strength. 1 is 5,000 points. A week rounds the mean by 1/2 unit of 2^-16 point, x by 1/2,
    and a strength by 2^-33 of at most 10,000 points, .08 unit; of each week's error .8 remains:
    together (.8 / 2 + .5 + .08) / .2 = 4.9 units, 1.5e-8. No tolerance beyond.
    """
    found = _settled((1, 0, -1), "own", (0.2, 0.5, 0.8))
    for place, expected in enumerate((0.8378378378, 0.1737451737, 0.2046332046)):
        yield Figure(f"x of citizen {place + 1}", expected, float(found[place]), 4.9 / SCALE)


@check("VALIDATION 3 (DeGroot 1974)")
def three_who_only_follow() -> Iterator[Figure]:
    """Hold the weight of each citizen's first opinion in what all come to agree on: .25, .5, .25.

    The same W, anchor none, strength 1: opinions W^t s, whose limit is the left eigenvector of W.
    Each weight is read with s = 1 for one citizen and 0 for the others. The other eigenvalues of W
    are -1/2 and 0, so that 5,000 points agree to a unit of 2^-16 point within 32 weeks, of which
    each rounds by at most 1/2 unit; then all stay between two neighbouring units, since so does any
    mean of theirs. Together 17 units, 5.2e-8, and 1 unit between any two. No tolerance beyond.
    """
    for place, expected in enumerate((0.25, 0.5, 0.25)):
        found = _settled([int(other == place) for other in range(3)], "none", (1, 1, 1))
        what = f"weight of citizen {place + 1}"
        yield Figure(f"{what}, as the first came to see it", expected, found[0], 17 / SCALE)
        yield Figure(f"most between two, {what}", 0, float(np.ptp(found)), 1 / SCALE)
