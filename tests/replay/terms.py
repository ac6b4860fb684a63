"""What ties add to a score, held between what the boards of the weeks before allow.

x, by which ties pull, is not in the ledger; but it is total + term to within the rounding to a
step, so that everybody's x is known to lie between two bounds, week by week. Where ties are known
for certain (see `reach`) the bounds meet, and every row of association is exact.
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import NamedTuple

import numpy as np

from replay.reach import SLOTS, Flags, Reach, Whole, reach_of
from replay.reading import ReplayError, Run, scaled
from replay.standing import MOST, Standing

Round = Callable[[Whole], Whole]
_FAR = 1 << 60


class Span(NamedTuple):
    """Numbers from `least` to `greatest`, (citizens,) each."""

    least: Whole
    greatest: Whole


def check_terms(run: Run, standing: Standing) -> int:
    """Check the term of everybody at every close; return how many could not be any other.

    Raises:
        ReplayError: at the first that no ties to anybody within reach can make.
    """
    told = run.rules.association
    if told is None or not run.rules.associates:
        return 0
    reach = reach_of(run)
    if told["rule"] == "mean-of-ties":
        return _check_means(run, standing, reach, carried=told.get("anchor") == "none")
    return _check_counts(run, standing, reach)


def _to_step(step: int) -> Round:
    """Return the rounding of hundredths to a step."""
    return lambda term: step * ((2 * term + step) // (2 * step))


def _from_points(step: int) -> Round:
    """Return the rounding of x - total, in 2**-16 point, to hundredths and then to a step."""
    to_step = _to_step(step)
    return lambda apart: to_step((apart * 100 + (1 << 15)) >> 16)


def _before_rounding(term: Whole, step: int) -> Span:
    """Return which x - total, in 2**-16 point, `_from_points` rounds to a term."""
    low, high = -((step - 2 * term) // 2), (2 * term + step - 1) // 2
    return Span(-((32768 - low * 65536) // 100), ((high + 1) * 65536 - 32769) // 100)


def _check_means(run: Run, standing: Standing, reach: Reach, *, carried: bool) -> int:
    total, term, has = standing.total, standing.term, standing.has
    strength, step = scaled(run.rules.strength, 1 << 32), run.rules.step
    rounded = _from_points(step)
    ends = _range(run) if carried else (-_FAR, _FAR)

    def mixed(value: Whole, mean: Whole) -> Whole:
        apart = np.clip(mean - value, -MOST, MOST)
        return np.clip(value + ((strength * apart + (1 << 31)) >> 32), *ends)

    x, exact = Span(np.zeros_like(total[0]), np.zeros_like(total[0])), 0
    for at in range(1, run.weeks + 1):
        mean = reach.mean(*x, has[at - 1])
        goes_on = has[at - 1] & carried
        value = Span(*(np.where(goes_on, e + total[at] - total[at - 1], total[at]) for e in x))
        tied = Span(mixed(value.least, mean.least), mixed(value.greatest, mean.greatest))
        alone = Span(*(np.clip(end, *ends) for end in value))
        ways, fitting = [(mean.may, tied), (~mean.must, alone)], []
        for may, span in ways:
            low, high = (rounded(end - total[at]) for end in span)
            fitting.append((may & (low <= term[at]) & (term[at] <= high), span))
        _require(standing, at, fitting[0][0] | fitting[1][0])
        low, high = (rounded(end - total[at]) for end in _either(ways))
        exact += int((has[at] & (low == high)).sum())
        least, greatest = _either(fitting)
        within = _before_rounding(term[at], step)
        x = Span(
            np.clip(np.maximum(least, total[at] + within.least), -MOST, MOST),
            np.clip(np.minimum(greatest, total[at] + within.greatest), -MOST, MOST),
        )
    return exact


def _range(run: Run) -> tuple[int, int]:
    """Return how far x may lie below and above the start, in 2**-16 point."""
    score = run.rules.score or {}
    start, low, high = (run.rules.hundredths(e) for e in (score["start"], *score["range"]))
    return -((start - low) * 65536 // 100), (high - start) * 65536 // 100


def _either(ways: list[tuple[Flags, Span]]) -> Span:
    """Return the span of all spans that are possible; far from all numbers where none is."""
    return Span(
        np.min([np.where(may, span.least, _FAR) for may, span in ways], axis=0),
        np.max([np.where(may, span.greatest, -_FAR) for may, span in ways], axis=0),
    )


def _check_counts(run: Run, standing: Standing, reach: Reach) -> int:
    """Check the terms that follow from how many ties are to people of low and of other standing."""
    told, rounded = run.rules.association or {}, _to_step(run.rules.step)
    below = run.rules.hundredths(told["low-below"])
    each, exact = _per_tie(run), 0
    for at in range(1, run.weeks + 1):
        has, low = standing.has[at - 1], standing.score[at - 1] < below
        least, greatest = reach.count(has & low)
        if told["rule"] == "bayes":
            fewest, most = reach.count(has & ~low)
            least, greatest = fewest - greatest, most - least
        possible, fits = np.zeros_like(least), np.zeros(run.people, bool)
        for ties in range(-SLOTS, SLOTS + 1):
            may = (least <= ties) & (ties <= greatest)
            possible += may
            fits |= may & (standing.term[at] == rounded(np.array(ties * each)))
        _require(standing, at, fits)
        exact += int((standing.has[at] & (possible == 1)).sum())
    return exact


def _per_tie(run: Run) -> int:
    """Return the hundredths of a tie: of low standing, under bayes of other standing."""
    told = run.rules.association or {}
    with localcontext(prec=40):
        worth = told.get("points")
        if worth is None:
            odds = Decimal(told["agreement"]) / (1 - Decimal(told["agreement"]))
            worth = odds.ln() * Decimal(told["points-per-log-odds"])
        return scaled(run.rules.strength * Decimal(worth), 100)


def _require(standing: Standing, at: int, fits: Flags) -> None:
    """Raise the error of the first with a score whose term does not fit."""
    if (wrong := standing.has[at] & ~fits).any():
        who = int(wrong.argmax())
        expected = "a term of ties to those within reach"
        raise ReplayError.at(at - 1, who, expected, str(standing.term[at, who]))
