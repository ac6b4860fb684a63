"""Conduct: what people do, and what they owe.

The essay scores "all aspects of your day-to-day life" (E1). A society therefore has acts with
habits: how often something would be done if nothing held anybody back. Candidates for these acts
never depend on rules or on state, so twins share every one of them.

*Equations.* Citizen i has, in week w, a Poisson number of candidates for act a with mean

    top_a * largest-boost_a * factor_a(stratum of i at w) * leaning_a(level of i) / 52.

An act with `count = "daily"` has exactly one candidate a day instead, which is carried out with the
personal chance rate * factor * leaning / 364, besides what `response` says; where it is not, the
act that it names as `instead` is done in its place, without further ado.
Somebody planted (`society.planted`) has besides one candidate for each act that her archetype
names, in the week that it names, at index 255 (CERTAINLY). It is carried out openly and for
certain, whatever the act's rate, fear or scheme: the archetype is whoever did it.
A disposition has 16 equally frequent levels l = 0..15 that multiply by ratio**(l/15), divided by
their mean. Whether a candidate is carried out is for `response` to say; acceptance includes rate
/ top.

An act may leave an *obligation* (an unpaid judgment), open until it is performed: with weekly
probability 1 - exp(-r/52), r = performed-per-year, or performed-per-year + pressure-per-year
while a list holds the person for it (`lists`). Those not able never perform. Obligations
outstanding at time zero fall on people of 18 and over, under every scheme.

*Parameters.* Society: `disposition.*`, `act.*`. *Reads* traits. *Writes* rows of kind performance.

*Addresses* (citizen, act, week << 20 | index, purpose):

    conduct/count        index 0: 32 blocks for the 512 citizens of a cell, at 32 * cell + b; who is
                         at place c has byte c & 3, the lowest first, of word c >> 7 of the
                         block b = (c >> 2) & 31
    conduct/candidate    index k: word 0 day (below 7), 1 acceptance, 2 choice within the act,
                         2 and 3 the candidate hash; k is the day of a daily act
    conduct/outstanding  week 0, index 0: word 0 whether an obligation is open, 1 able
    conduct/able         the act's week and index: word 0 able
    conduct/perform      index (week of the act << 8 | its index): word 0 performed, 1 day

The draw of the count has that byte as its highest eight bits, and as the others the lowest 24 of
word 3 of conduct/candidate at index 0: most people have no candidate, and a byte tells.

*Rounding.* The personal chance is a threshold rounded once, multiplied with that of `response` at
run time. The count is the number of steps P(count <= k) that the draw reaches, each rounded
once from the product of all constants; steps end where P(count > k) < 2**-33. *Off* equals every
rate, top and outstanding share 0. A performance is posted at the close of the week in which it
happens.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import product
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import CERTAIN, U64, address, whole
from upstanding.clockwork.kernel import inlined
from upstanding.clockwork.names import ARCHETYPES, Names
from upstanding.clockwork.numbers import (
    CONTEXT,
    WEEKS_A_YEAR,
    poisson_table,
    power,
    threshold,
    weekly_leave,
)
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Number, Rate, Share, Sourced, Switch, Table, Text
from upstanding.mechanisms.strata import (
    STATICS,
    Strata,
    level_of,
    stratify,
)

COUNT = U64(address("conduct/count"))
CANDIDATE = U64(address("conduct/candidate"))
OUTSTANDING = U64(address("conduct/outstanding"))
ABLE = U64(address("conduct/able"))
PERFORM = U64(address("conduct/perform"))

LEVELS = 16
"""Levels of a disposition, equally frequent."""
DAYS = 7
CERTAINLY = 255
"""The index of what somebody planted does for certain; Poisson counts end long before."""
DAILY = DAYS * WEEKS_A_YEAR
"""The rate of an act that is done every day."""

Place = Literal["public", "home", "online", "office"]
Kind = Literal[
    "everyday",
    "payment",
    "business",
    "speech",
    "belief",
    "company",
    "consumption",
    "civic",
    "duty",
    "office",
]


class Disposition(Sourced):
    """A lasting personal leaning, in 16 equally frequent levels that rise geometrically, mean 1."""

    ratio: Annotated[Number, Field(ge=1, le=10_000)]
    """Rate at the top level over rate at the bottom level."""


class Obligation(Sourced):
    """What an act leaves open until it is performed: an unpaid judgment, say."""

    outstanding_per_1000_adults: Annotated[Number, Field(ge=0, le=1000)]
    """Open at time zero, per 1,000 people of 18 and over, under every scheme."""
    performed_per_year: Rate
    """The rate at which it is performed when nothing presses."""
    able_share: Share
    """The share that could perform; the rest cannot, whatever presses."""


class Speech(Sourced):
    """An act that says something: how much people would say, and what it costs them to be silent.

    See `mechanisms.speech`.
    """

    conviction: Share = Decimal(0)
    """How far support of the state keeps somebody from wanting to say it: 0 not at all."""
    boldness: Name | None = None
    """The disposition that multiplies the cost of silence."""
    scale: Annotated[Number, Field(gt=0, le=1000)] = Decimal(1)
    """The cost of keeping back all that one would say, at boldness 1."""


class Act(Sourced):
    """A habit: how often something would be done if nothing held anybody back."""

    title: Text
    kind: Kind
    place: Place
    rate: Rate
    """Per person-year, before factors: the habit itself."""
    top: Rate
    """The top of the range that the habit may be swept over; candidates come at this cap."""
    largest_boost: Annotated[Number, Field(ge=1, le=10)]
    """The largest factor by which rewards may raise the habit, under any scheme."""
    disposition: Name | None = None
    by: Strata = Strata()
    harms: Switch
    """Whether it harms somebody else."""
    protects: Text | None = None
    """The right that the act exercises, if it is protected conduct: an article of the ICCPR."""
    caught: Share
    """Perceived chance of being caught by ordinary law."""
    certainty: Annotated[Number, Field(ge=0, le=10)]
    """Elasticity of the act to the perceived chance of being caught."""
    severity: Annotated[Number, Field(ge=0, le=10)]
    """Elasticity of the act to the relative severity of the penalty."""
    reward: Annotated[Number, Field(ge=0, le=1)]
    """Gain in the act's rate for each point that a scheme rewards it with."""
    obligation: Obligation | None = None
    count: Literal["rate", "daily"] = "rate"
    """Whether candidates come at a rate, or exactly one a day."""
    instead: Name | None = None
    """What is done on days on which a daily act is not; an act without candidates of its own."""
    low_company: Switch = False
    """Contact with one of her ties; it takes place if the tie lives and is of low standing."""
    speech: Speech | None = None
    """Where a scheme punishes it, people decide how much of it to say."""
    supports: Switch = False
    """It praises the state: see the society's `support`."""
    displaced: Share = Decimal(0)
    """Share of what deterrence prevents that is done where nobody looks."""
    crowding_out: Share = Decimal(0)
    """Share of the habit that a reward drives out."""


class SocietyTables(Table):
    """What this mechanism adds to a society file."""

    disposition: dict[Name, Disposition] = {}
    act: dict[Name, Act]


class Tables(Struct):
    """Habits and obligations as integers; A acts, J joint strata, R rows, K steps."""

    hash: NDArray[np.uint64]
    """(A,) the address of each act."""
    leaning: NDArray[np.int64]
    """(A,) which disposition moves the act, -1 for none."""
    row: Annotated[NDArray[np.int32], 2]
    """(A, J) the row of level 0 of each joint stratum; levels follow each other."""
    never: NDArray[np.uint64]
    """(A,) under this draw nobody has a candidate."""
    steps: Annotated[NDArray[np.uint64], 2]
    """(R, K) the count of candidates is the number of steps that a draw reaches."""
    obliges: NDArray[np.uint8]
    """(A,) 1 where the act leaves an obligation."""
    able: NDArray[np.uint64]
    """(A,) threshold of being able to perform."""
    outstanding: NDArray[np.uint64]
    """(A,) threshold of an obligation at time zero, for each adult."""
    performed: NDArray[np.uint64]
    """(A,) weekly threshold of performance when nothing presses."""
    daily: NDArray[np.uint8]
    """(A,) 1 for acts with one candidate a day."""
    chance: NDArray[np.uint64]
    """(R,) threshold of the personal chance of a daily act, in the rows of `row`; else CERTAIN."""
    instead: NDArray[np.int64]
    """(A,) the act done in place of a daily one, -1 for none."""
    certain: Annotated[NDArray[np.int64], 2]
    """(C, 3) code in `status` of an archetype, act, week: what she does for certain."""


class Candidates(NamedTuple):
    """Candidate acts of a block in one week, one place a candidate, in no order that matters."""

    citizen: NDArray[np.uint32]
    """Counted from the block's first citizen."""
    act: NDArray[np.uint8]
    nth: NDArray[np.uint8]
    """Which of the citizen's candidates for the act in the week."""
    day: NDArray[np.uint8]
    accept: NDArray[np.uint32]
    """The draw that decides whether the candidate is carried out."""
    choice: NDArray[np.uint32]
    """The draw that decides whom or what it is about."""
    hidden: NDArray[np.uint8]
    """1 for what was carried out where no sensor sees it; without meaning before that."""


@inlined
def row_of(rows: NDArray[np.int32], leaning: int, stratum: int, leanings: int) -> int:
    """Return the row of a citizen for an act, given its rows by stratum and its disposition."""
    row = whole(rows[stratum])
    return row + level_of(leanings, leaning) if leaning >= 0 else row


@inlined
def cut(found: Candidates, count: int) -> Candidates:
    """Return the first candidates."""
    return Candidates(
        found.citizen[:count],
        found.act[:count],
        found.nth[:count],
        found.day[:count],
        found.accept[:count],
        found.choice[:count],
        found.hidden[:count],
    )


def compile_tables(
    society: SocietyTables, certain: Mapping[str, Mapping[str, int]], names: Names, *, on: bool
) -> Tables:
    """Compile habits to integer tables; with `on` false nobody does or owes anything.

    `certain` are the weeks of what archetypes do for certain, by archetype and act.
    """
    acts = [society.act[name] for name in names.acts]
    ladders = {name: levels(table.ratio) for name, table in society.disposition.items()}
    means: list[Decimal] = []
    chance: list[int] = []
    begins: list[int] = []
    row = np.zeros((len(acts), len(names.bands) * STATICS), np.int32)
    for code, act in enumerate(acts):
        factors, stratum = stratify(act.by, names)
        cap = act.top * act.largest_boost / WEEKS_A_YEAR
        multipliers = ladders[act.disposition] if act.disposition else [Decimal(1)]
        begins.append(len(means))
        daily = act.count == "daily"
        for factor, level in product(factors, multipliers):
            leaning = CONTEXT.multiply(factor, level)
            means.append(Decimal(0) if daily else CONTEXT.multiply(cap, leaning))
            share = CONTEXT.divide(CONTEXT.multiply(act.rate, leaning), Decimal(DAILY))
            chance.append(threshold(share) if daily else int(CERTAIN))
        row[code] = begins[-1] + stratum * len(multipliers)
    steps = poisson_table(means or [Decimal(0)])
    never = np.minimum.reduceat(steps[:, 0], np.array(begins, np.int64))
    if not on:
        never[:] = CERTAIN
    duties = [act.obligation if on else None for act in acts]
    return Tables(
        hash=np.array([address(name) for name in names.acts], np.uint64),
        leaning=np.array(
            [names.dispositions.index(a.disposition) if a.disposition else -1 for a in acts],
            np.int64,
        ),
        row=row,
        never=never,
        steps=steps,
        obliges=np.array([duty is not None for duty in duties], np.uint8),
        able=thresholds_of(duty.able_share if duty else None for duty in duties),
        outstanding=thresholds_of(
            duty.outstanding_per_1000_adults / 1000 if duty else None for duty in duties
        ),
        performed=thresholds_of(
            weekly_leave(duty.performed_per_year) if duty else None for duty in duties
        ),
        daily=np.array([on and act.count == "daily" for act in acts], np.uint8),
        chance=np.array(chance, np.uint64),
        instead=np.array(
            [names.acts.index(act.instead) if act.instead else -1 for act in acts], np.int64
        ),
        certain=np.array(
            [
                (1 + ARCHETYPES.index(archetype), names.acts.index(act), week)
                for archetype in sorted(certain if on else ())
                for act, week in sorted(certain[archetype].items())
            ],
            np.int64,
        ).reshape(-1, 3),
    )


def thresholds_of(probabilities: Iterable[Decimal | None]) -> NDArray[np.uint64]:
    """Return the threshold of each probability, 0 for none."""
    return np.array([threshold(p or Decimal(0)) for p in probabilities], np.uint64)


def levels(ratio: Decimal) -> list[Decimal]:
    """Return the 16 multipliers of a disposition: a geometric ladder with mean 1."""
    ladder = [power(ratio, Decimal(level) / (LEVELS - 1)) for level in range(LEVELS)]
    mean = sum(ladder, Decimal(0)) / LEVELS
    return [CONTEXT.divide(step, mean) for step in ladder]
