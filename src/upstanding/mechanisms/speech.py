"""Speech: how much of what they would say people say, where it may be punished.

The essay "would not be keen on having my freedom compromised" (E31). The rule is that of Daymude,
Axelrod and Forrest (2025, arXiv 2509.03731): a part of `response`.

*Equations.* A candidate for an act of speech has a desired dissent d in [0, 1], a citizen a
boldness b. Of d she says a in [0, d], which is seen with probability v + (1 - v) a, v being the
risk that she perceives. If it is seen and above the tolerance t it is punished: by a `uniform` fine
p, or in `proportion`, by p (a - t). She loses b (d - a) by silence and, expected, the punishment:

    uniform       complies (a = d) if d <= t; otherwise defies (a = d) if b > (1-v) p and
                  d >= (b t + v p) / (b - (1-v) p); otherwise censors herself (a = t)
    proportional  complies if d <= t; otherwise a = min(d, max(t, D)),
                  D = (t + (b - v p) / ((1-v) p)) / 2: she defies where that is d, censors herself
                  where it is t, and says a part in between

Desired dissent is d = u (1 - k (1 + c) / 2), u uniform, c her conviction (-1 to 1, `support`), k
the act's `conviction`: with k = 0 all of [0, 1] is equally likely, with k = 1 only the fiercest
opponents want all of it. Boldness is the act's `scale` times the disposition that it names.

*What follows.* Who complies stays within what is tolerated: the act is carried out and leaves no
record. Who censors herself does not carry it out. What is said in part or in defiance is carried
out, and seen as sensors see. It applies to acts that the scheme penalises (`response`); under a
scheme without `response.speech` everybody says what she wants, and all of it may be seen.

*Parameters.* Society: `act.*.speech`. Scheme: `response.speech`. *Addresses.* conduct/candidate,
word 2: u. *Rounding.* u is in 2**-32, the shares (1 + c) / 2 and k are thresholds, their product
and d rounded down: d is less than 2**-31 too small or too large. The points on d at which the
outcome switches are rounded once to 2**-32, for each of 16 levels of boldness and each of 256
risks v = k/256; so a decision is that of the equations but for a d within 2**-31 of such a point.
*Off* equals tolerance 0 and size 0: all is said and may be seen.
"""

from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import CERTAIN, Word, both, whole
from upstanding.clockwork.kernel import inlined
from upstanding.clockwork.names import OUTCOMES, Names
from upstanding.clockwork.numbers import CONTEXT, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Number, Share, Sourced
from upstanding.mechanisms import conduct
from upstanding.mechanisms.conduct import levels

RISKS = 256
"""Perceived risks k/256."""
COMPLIED, CENSORED, IN_PART, DEFIED = range(len(OUTCOMES))
NEVER = Decimal(2)
"""A dissent that nobody has."""


class Tolerance(Sourced):
    """What a scheme lets people say, and what it does to those who say more."""

    tolerance: Share
    """t: how much of a dissent is let pass."""
    punishment: Literal["uniform", "proportional"]
    """Whether all that is beyond is punished alike, or by how far it is."""
    size: Annotated[Number, Field(ge=0, le=1000)]
    """p: in units of the cost of keeping back all that one would say, at boldness 1."""


class Tables(Struct):
    """Decisions as integers; A acts, R rows of boldness."""

    place: Annotated[NDArray[np.int64], 2]
    """(2, A) the act's place among those of which it is counted; -1 where nothing is decided.

    By whether she has a score.
    """
    row: NDArray[np.int64]
    """(A,) the row of the lowest level of boldness; levels follow each other."""
    leaning: NDArray[np.int64]
    """(A,) which disposition is boldness, -1 for none."""
    loyal: NDArray[np.uint64]
    """(A,) threshold of the act's `conviction`."""
    tolerated: np.uint64
    """dissent below this complies."""
    censored: Annotated[NDArray[np.uint64], 2]
    """(R, 256) otherwise, dissent below this is kept back, by boldness and risk."""
    defied: Annotated[NDArray[np.uint64], 2]
    """(R, 256) otherwise, dissent below this is said in full, and from there on in part."""


def uniform_switch(b: Decimal, v: Decimal, t: Decimal, p: Decimal) -> Decimal:
    """Return the dissent from which a citizen defies a uniform fine, NEVER if at none."""
    with localcontext(CONTEXT):
        gain = b - (1 - v) * p
        return (b * t + v * p) / gain if gain > 0 else NEVER


def proportional_peak(b: Decimal, v: Decimal, t: Decimal, p: Decimal) -> Decimal:
    """Return up to where a citizen says what she wants under proportional punishment.

    That is D, or NEVER where there is no such limit; not above t, she keeps to t.
    """
    with localcontext(CONTEXT):
        if (1 - v) * p == 0:
            return NEVER if b >= p else t
        return (t + (b - v * p) / ((1 - v) * p)) / 2


def switches(rule: Tolerance, b: Decimal, v: Decimal) -> tuple[Decimal, Decimal]:
    """Return the dissent from which a citizen speaks, and that from which only in part."""
    figures = b, v, rule.tolerance, rule.size
    if rule.punishment == "uniform":
        return uniform_switch(*figures), NEVER
    peak = proportional_peak(*figures)
    return (rule.tolerance, peak) if peak > rule.tolerance else (NEVER, NEVER)


def compile_tables(
    rule: Tolerance | None,
    habits: conduct.SocietyTables,
    names: Names,
    penalised: Mapping[bool, frozenset[str]],
) -> Tables:
    """Compile the decision; without a rule, and for acts that are not penalised, there is none.

    `penalised` are acts by whether one has a score; those without one are not penalised for more.
    """
    place = np.full((2, len(names.acts)), -1, np.int64)
    row, leaning = np.full((2, len(names.acts)), -1, np.int64)
    loyal = np.zeros(len(names.acts), np.uint64)
    ladders: dict[tuple[Decimal, str | None], int] = {}
    bolds: list[Decimal] = []
    for code, name in enumerate(names.acts):
        told = habits.act[name].speech
        if rule is None or told is None or name not in penalised[True]:
            continue
        kind = told.scale, told.boldness
        if kind not in ladders:
            ladders[kind] = len(bolds)
            ratio = habits.disposition[told.boldness].ratio if told.boldness else None
            steps = levels(ratio) if ratio else [Decimal(1)]
            bolds += [CONTEXT.multiply(told.scale, step) for step in steps]
        for scored, acts in penalised.items():
            if name in acts:
                place[int(scored), code] = names.speech.index(name)
        row[code] = ladders[kind]
        leaning[code] = names.dispositions.index(told.boldness) if told.boldness else -1
        loyal[code] = threshold(told.conviction)
    tables = np.zeros((2, len(bolds), RISKS), np.uint64)
    for level, bold in enumerate(bolds):
        for risk in range(RISKS):
            assert rule is not None
            points = switches(rule, bold, Decimal(risk) / RISKS)
            tables[:, level, risk] = [threshold(point) for point in points]
    tolerated = threshold(rule.tolerance) if rule else 0
    return Tables(place, row, leaning, loyal, np.uint64(tolerated), *tables)


@inlined
def dissent(word: Word, support: Word, loyal: Word) -> Word:
    """Return the desired dissent in 2**-32, given (1 + c) / 2 and k as thresholds."""
    return both(word, CERTAIN - both(support, loyal))


@inlined
def outcome(wanted: Word, tolerated: Word, censored: Word, defied: Word) -> int:
    """Return what becomes of a dissent."""
    if wanted < tolerated:
        return whole(COMPLIED)
    if wanted < censored:
        return whole(CENSORED)
    return whole(DEFIED) if wanted < defied else whole(IN_PART)
