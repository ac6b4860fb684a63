"""Conduct: what people do, and what they owe.

The essay scores "all aspects of your day-to-day life" (E1). A society therefore has acts with
habits: how often something would be done if nothing held anybody back. Candidates for these acts
never depend on rules or on state, so twins share every one of them.

*Equations.* Citizen i has, in week w, a Poisson number of candidates for act a with mean

    top_a * largest-boost_a * factor_a(stratum of i at w) * leaning_a(level of i) / 52.

A disposition has 16 equally frequent levels l = 0..15 that multiply by ratio**(l/15), divided by
their mean. Whether a candidate is carried out is for `response` to say; acceptance includes rate
/ top.

An act may leave an *obligation* (an unpaid judgment), open until it is performed: with weekly
probability 1 - exp(-r/52), r = performed-per-year, or performed-per-year + pressure-per-year
while a list holds the person for it (`lists`). Those not able never perform. Obligations
outstanding at time zero fall on people of 18 and over, under every scheme.

*Parameters.* Society: `disposition.*`, `act.*`. *Reads* traits. *Writes* rows of kind performance.

*Addresses* (citizen, act, week << 20 | index, purpose):

    conduct/count        one block for four citizens, at i >> 2; citizen i has word i & 3
    conduct/candidate    index k: word 0 day (below 7), 1 acceptance, 2 and 3 the candidate hash
    conduct/outstanding  week 0, index 0: word 0 whether an obligation is open, 1 able
    conduct/able         the act's week and index: word 0 able
    conduct/perform      index (week of the act << 8 | its index): word 0 performed, 1 day

*Rounding.* The count is the number of steps P(count <= k) that the draw reaches, each rounded
once from the product of all constants; steps end where P(count > k) < 2**-33. *Off* equals every
rate, top and outstanding share 0. A performance is posted at the close of the week in which it
happens.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import CERTAIN, U64, Word, address, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import Names
from upstanding.clockwork.numbers import (
    CONTEXT,
    WEEKS_A_YEAR,
    poisson_steps,
    power,
    threshold,
    weekly_leave,
)
from upstanding.documents.table import Name, Number, Rate, Share, Sourced, Switch, Table, Text
from upstanding.mechanisms.rows import BEFORE, DUTY, PERFORMED, Array
from upstanding.mechanisms.strata import (
    ADULT,
    STATICS,
    People,
    Strata,
    joint_strata,
    level_of,
    stratify,
    years,
)

COUNT = U64(address("conduct/count"))
CANDIDATE = U64(address("conduct/candidate"))
OUTSTANDING = U64(address("conduct/outstanding"))
ABLE = U64(address("conduct/able"))
PERFORM = U64(address("conduct/perform"))

LEVELS = 16
"""Levels of a disposition, equally frequent."""

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


class SocietyTables(Table):
    """What this mechanism adds to a society file."""

    disposition: dict[Name, Disposition] = {}
    act: dict[Name, Act]


class Tables(NamedTuple):
    """Habits and obligations as integers; A acts, J joint strata, R rows, K steps."""

    hash: NDArray[np.uint64]
    """(A,) the address of each act."""
    leaning: NDArray[np.int64]
    """(A,) which disposition moves the act, -1 for none."""
    row: NDArray[np.int32]
    """(A, J) the row of level 0 of each joint stratum; levels follow each other."""
    never: NDArray[np.uint64]
    """(A,) under this draw nobody has a candidate."""
    steps: NDArray[np.uint64]
    """(R, K) the count of candidates is the number of steps that a draw reaches."""
    obliges: NDArray[np.uint8]
    """(A,) 1 where the act leaves an obligation."""
    able: NDArray[np.uint64]
    """(A,) threshold of being able to perform."""
    outstanding: NDArray[np.uint64]
    """(A,) threshold of an obligation at time zero, for each adult."""
    performed: NDArray[np.uint64]
    """(A,) weekly threshold of performance when nothing presses."""


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


def compile_tables(society: SocietyTables, names: Names, *, on: bool) -> Tables:
    """Compile habits to integer tables; with `on` false nobody does or owes anything."""
    acts = [society.act[name] for name in names.acts]
    levels = {name: _levels(table.ratio) for name, table in society.disposition.items()}
    rows: list[tuple[int, ...]] = []
    row = np.zeros((len(acts), len(names.bands) * STATICS), np.int32)
    never = np.zeros(len(acts), np.uint64)
    for code, act in enumerate(acts):
        factors, stratum = stratify(act.by, names)
        cap = act.top * act.largest_boost / WEEKS_A_YEAR
        multipliers = levels[act.disposition] if act.disposition else [Decimal(1)]
        start = len(rows)
        rows += [
            poisson_steps(CONTEXT.multiply(cap, CONTEXT.multiply(factor, level)))
            for factor in factors
            for level in multipliers
        ]
        row[code] = start + stratum * len(multipliers)
        never[code] = min((steps[0] for steps in rows[start:] if steps), default=int(CERTAIN))
    width = max([1, *map(len, rows)])
    steps = np.full((max(len(rows), 1), width), CERTAIN, np.uint64)
    for at, thresholds in enumerate(rows):
        steps[at, : len(thresholds)] = thresholds
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
    )


def thresholds_of(probabilities: Iterable[Decimal | None]) -> NDArray[np.uint64]:
    """Return the threshold of each probability, 0 for none."""
    return np.array([threshold(p or Decimal(0)) for p in probabilities], np.uint64)


def _levels(ratio: Decimal) -> list[Decimal]:
    """Return the 16 multipliers of a disposition: a geometric ladder with mean 1."""
    ladder = [power(ratio, Decimal(level) / (LEVELS - 1)) for level in range(LEVELS)]
    mean = sum(ladder, Decimal(0)) / LEVELS
    return [CONTEXT.divide(step, mean) for step in ladder]


@kernel
def candidates(
    first: int,
    citizens: int,
    week: int,
    key: tuple[Word, Word],
    people: People,
    tables: Tables,
    tally: NDArray[np.int64],
) -> tuple[Candidates, Word]:
    """Draw a block's candidates; return them with their hash, and count them by act.

    The hash is the wrapping sum of (word 2 << 32 | word 3) of the candidates' own blocks.
    """
    room = 2 * citizens + 64
    found = _room(room)
    count = 0
    words = np.empty((4, (citizens + 3) // 4), np.uint32)
    quads = np.empty(words.shape[1], np.int64)
    reached = np.empty(4 * words.shape[1], np.int64)
    joint = joint_strata(people, week)
    steps = tables.steps
    for act in range(tables.hash.shape[0]):
        never = tables.never[act]
        if never == CERTAIN:
            continue
        dice.fill_quads(
            words, U64(first >> 2), tables.hash[act], when(week, 0), COUNT, key[0], key[1]
        )
        before = count
        near = _reach(words, np.uint32(never), citizens, quads, reached)
        near = _at_least_one(
            words,
            tables.row[act],
            tables.leaning[act],
            near,
            joint,
            people.leanings,
            steps,
            reached,
        )
        while count + near * steps.shape[1] > room:
            room *= 2
            found = _grown(found, room)
        count += _count(
            words,
            tables.row[act],
            tables.leaning[act],
            near,
            joint,
            people.leanings,
            steps,
            reached,
            act,
            found.citizen[count:],
            found.act[count:],
            found.nth[count:],
        )
        tally[act] += count - before
    found = _cut(found, count)
    return found, _roll(first, week, key, found, tables.hash)


@kernel
def _reach(
    words: NDArray[np.uint32],
    never: np.uint32,
    citizens: int,
    quads: NDArray[np.int64],
    reached: NDArray[np.int64],
) -> int:
    """Fill `reached` with the citizens whose draw is not under `never`; return how many.

    Without a branch: each place is written, and kept by moving on. Most quads of most acts fall
    away at their largest word.
    """
    held = 0
    for quad in range(words.shape[1]):
        peak = max(max(words[0, quad], words[1, quad]), max(words[2, quad], words[3, quad]))
        quads[held] = quad
        held += whole(peak >= never)
    count = 0
    for place in range(held):
        quad = quads[place]
        for lane in range(4):
            i = 4 * quad + lane
            reached[count] = i
            count += whole((words[lane, quad] >= never) & (i < citizens))
    return count


@kernel
def _at_least_one(
    words: NDArray[np.uint32],
    rows: NDArray[np.int32],
    leaning: int,
    near: int,
    joint: NDArray[np.int32],
    leanings: NDArray[np.uint32],
    steps: NDArray[np.uint64],
    reached: NDArray[np.int64],
) -> int:
    """Keep of the first `near` in `reached` those with a candidate; return how many."""
    count = 0
    for place in range(near):
        i = reached[place]
        row = _row(rows, leaning, joint[i], leanings[i])
        reached[count] = i
        count += whole(U64(words[i & 3, i >> 2]) >= steps[row, 0])
    return count


@kernel
def _count(
    words: NDArray[np.uint32],
    rows: NDArray[np.int32],
    leaning: int,
    near: int,
    joint: NDArray[np.int32],
    leanings: NDArray[np.uint32],
    steps: NDArray[np.uint64],
    reached: NDArray[np.int64],
    act: int,
    citizen: NDArray[np.uint32],
    acts: NDArray[np.uint8],
    index: NDArray[np.uint8],
) -> int:
    """Write down the candidates of the first `near` in `reached`; return how many."""
    count = 0
    for place in range(near):
        i = reached[place]
        draw = U64(words[i & 3, i >> 2])
        row = _row(rows, leaning, joint[i], leanings[i])
        k = 0
        while k < steps.shape[1] and draw >= steps[row, k]:
            citizen[count] = i
            acts[count] = act
            index[count] = k
            count += 1
            k += 1
    return count


@inlined
def _row(rows: NDArray[np.int32], leaning: int, stratum: int, leanings: int) -> int:
    """Return the row of steps of a citizen."""
    row = whole(rows[stratum])
    return row + level_of(leanings, leaning) if leaning >= 0 else row


@kernel
def _roll(
    first: int, week: int, key: tuple[Word, Word], found: Candidates, hashes: NDArray[np.uint64]
) -> Word:
    """Draw each candidate's own block; return the candidates' hash."""
    digest = U64(0)
    citizen, act, nth, day, accept = found
    k0, k1 = key
    for at in range(act.shape[0]):
        w0, w1, w2, w3 = dice.philox(
            U64(first) + U64(citizen[at]), hashes[act[at]], when(week, nth[at]), CANDIDATE, k0, k1
        )
        day[at] = dice.below(w0, U64(7))
        accept[at] = w1
        digest += (w2 << U64(32)) | w3
    return digest


@kernel
def begin(
    first: int,
    citizens: int,
    key: tuple[Word, Word],
    people: People,
    tables: Tables,
) -> Array:
    """Return the obligations outstanding at time zero, by citizen and act."""
    found = np.empty(citizens * whole(np.sum(tables.obliges)), DUTY)
    count = 0
    for i in range(citizens):
        if years(people.age_weeks[i], 0) < ADULT:
            continue
        for act in range(tables.obliges.shape[0]):
            if tables.outstanding[act] == 0:
                continue
            w0, w1, _, _ = dice.philox(
                U64(first + i), tables.hash[act], when(0, 0), OUTSTANDING, key[0], key[1]
            )
            if w0 < tables.outstanding[act]:
                _open(found, count, first + i, act, BEFORE, 0, w1 < tables.able[act])
                count += 1
    return found[:count].copy()


@kernel
def oblige(
    first: int,
    week: int,
    key: tuple[Word, Word],
    done: Candidates,
    tables: Tables,
    duties: Array,
) -> Array:
    """Return the duties and, after them, the obligations that this week's acts leave."""
    count = 0
    for at in range(done.act.shape[0]):
        count += tables.obliges[done.act[at]]
    if count == 0:
        return duties
    longer = np.empty(duties.shape[0] + count, DUTY)
    copy_to(longer, duties)
    end = duties.shape[0]
    for at in range(done.act.shape[0]):
        act = done.act[at]
        if tables.obliges[act]:
            subject = first + whole(done.citizen[at])
            w0, _, _, _ = dice.philox(
                U64(subject), tables.hash[act], when(week, done.nth[at]), ABLE, key[0], key[1]
            )
            _open(longer, end, subject, act, week, done.nth[at], w0 < tables.able[act])
            end += 1
    return longer


@kernel
def perform(
    week: int,
    key: tuple[Word, Word],
    duties: Array,
    tables: Tables,
    pressed: NDArray[np.uint64],
    tally: NDArray[np.int64],
) -> tuple[Array, Array]:
    """Return the duties that stay open and those performed this week.

    `pressed` (lists, acts) is the weekly threshold of performance while a list holds the subject
    for the obligation; the highest of the lists that do counts.
    """
    performed = np.empty(duties.shape[0], PERFORMED)
    left = duties.copy()
    done = 0
    open_ = 0
    for at in range(duties.shape[0]):
        duty = duties[at]
        chance = tables.performed[duty.act]
        for listed in range(pressed.shape[0]):
            if (duty.lists >> np.uint32(listed)) & np.uint32(1):
                chance = max(chance, pressed[listed, duty.act])
        index = (whole(duty.week) << 8) | whole(duty.index)
        w0, w1, _, _ = dice.philox(
            U64(duty.subject), tables.hash[duty.act], when(week, index), PERFORM, key[0], key[1]
        )
        if duty.able and w0 < chance:
            performed[done].subject = duty.subject
            performed[done].lists = duty.lists
            performed[done].week = duty.week
            performed[done].index = duty.index
            performed[done].act = duty.act
            performed[done].day = dice.below(w1, U64(7))
            tally[duty.act] += 1
            done += 1
        else:
            left[open_] = duty
            open_ += 1
    return left[:open_].copy(), performed[:done].copy()


@inlined
def _open(
    duties: Array, at: int, subject: int, act: int, week: int, index: int, able: bool
) -> None:
    duty = duties[at]
    duty.subject = subject
    duty.lists = 0
    duty.week = week
    duty.index = index
    duty.act = act
    duty.able = able


@inlined
def _room(room: int) -> Candidates:
    return Candidates(
        np.empty(room, np.uint32),
        np.empty(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.uint32),
    )


@kernel
def _grown(found: Candidates, room: int) -> Candidates:
    """Return the same candidates with more room; their own blocks are not drawn yet."""
    bigger = _room(room)
    copy_to(bigger.citizen, found.citizen)
    copy_to(bigger.act, found.act)
    copy_to(bigger.nth, found.nth)
    return bigger


@inlined
def _cut(found: Candidates, count: int) -> Candidates:
    return Candidates(
        found.citizen[:count],
        found.act[:count],
        found.nth[:count],
        found.day[:count],
        found.accept[:count],
    )
