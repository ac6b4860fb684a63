"""Platform: a company's score of its members, what they show of it, what the state gets to see.

The essay: "a private credit system called, Zhima (Sesame) Credit" that "rates people by their
consumption behavior and preferences", tells "if someone has been playing video games for 10 hours
a day" and "will then categorise this person as lazy" (E19); "people show off their high scores"
(E20); if the authorities "manage to get access to this information", total control (E21). Here that
last is a switch, `access`, and no output.

*Equations.* Members (a trait) have an account: hundredths of a point above the lowest score. With R
the width of the range, w the weights of five dimensions and levels v from 0 to 100, it fades to

    level = R * sum of w * v / 100 + friends,   friends = w_c * (m - R * v_c / 100)

v by income fifth or schooling where the dimension says so; m is the mean account of her living ties
who are members as it stood at the week's opening, w_c and v_c those of `connections`; friends is 0
without such ties. A record of an act that is `counts`-ed, by one of the company's sensors, adds
R * w * v / 100 of its dimension in the week of the act. At each close the week's sum is added and
the account held within 0 and R. At every fourth, where (w + 1) mod 4 = 0, then

    account = level + sign(d) * ((|d| * D) >> 32),   d = account - level,   D = 2**32 * 2**(-4/half)

held within 0 and R, the level too; and her score is told: the account, less `listed-points` while
she is on one of `lists` (the court's list, which the company was given in 2015), not below 0. It
has a band, which opens perks: nobody is refused any here, people in bands are counted. Between, the
account alone moves.

*Showing* (unravelling of disclosure: Grossman 1981, Milgrom 1981). Others take the score of who is
silent for the mean of the silent, A, as it stood at the week's opening; with nobody silent, for the
lowest. Hiding besides gains G. When her score is told, a member hides it iff score < A + G. At time
zero all are silent. Of scores uniform on [l, h] in the end those below l + 2 G are hidden.

*Access.* What the company's sensors record is a record for the state (rules, lists, pool) by
`access`: none of it; on request, of those on a list at the week's opening; compelled, a share; in
bulk. What does not pass makes no row, and feeds the account alone. What only the company sees, and
nothing passes of, nobody fears.

*Parameters.* Scheme: `platform`. *Reads* acts seen by the company's sensors, traits, ties, lists.
*Writes* account, whether it is shown, band; no row, for a company's score is not standing.

*Addresses.* (actor, act, week << 20 | index, "platform/share/<sensor>"): word 0, whether a record
passes where a share does. *Rounding.* Levels and records in hundredths, each rounded once; friends
is (K * (m - R v_c / 100) + 2**31) >> 32, K = round(2**32 * w_c); m and A are rounded half up.
*Off* equals access in bulk, and no members.
"""

from decimal import Decimal
from typing import Annotated, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.dice import CERTAIN, U64, Word, address, whole
from upstanding.clockwork.kernel import entry, inlined, kernel
from upstanding.clockwork.names import NO_BYTE, NO_WORD, SCHOOLING, Names, bits
from upstanding.clockwork.numbers import CONTEXT, ONE, power, scaled, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Number, Points, Share, Sourced, Table, Text
from upstanding.mechanisms.association import Board
from upstanding.mechanisms.state import State
from upstanding.mechanisms.strata import (
    FIFTHS,
    MEMBER,
    TAUGHT,
    People,
    fifth_of,
    is_counted,
    part_of,
)
from upstanding.mechanisms.tally import Tally
from upstanding.mechanisms.ties import LIVING, Ties, place_of

MONTH = 4
"""Weeks after which a score is told."""
NO_ACCOUNT = NO_WORD
NO_BAND = 15
Dimensions = Literal["credit-history", "ability-to-perform", "behaviour", "identity", "connections"]
CONNECTIONS: Dimensions = "connections"
Access = Literal["none", "on-request", "compelled", "bulk"]
ACCESS: tuple[Access, ...] = get_args(Access)
NOTHING, REQUEST, SHARE, BULK = range(len(ACCESS))
Level = Annotated[Number, Field(ge=0, le=100)]
"""A dimension's level in percent of its whole."""


class Dimension(Sourced):
    """A dimension of the company's score: its weight, and where it stands without records."""

    weight: Share
    level: Level
    """Of everybody; of connections, without friends who are members."""
    income: Annotated[tuple[Level, ...], Field(min_length=5, max_length=5)] | None = None
    """By income fifth, in place of `level`."""
    schooling: Annotated[tuple[Level, ...], Field(min_length=4, max_length=4)] | None = None
    """By schooling (none, primary, secondary, university), in place of `level`."""


class Counted(Sourced):
    """What a record of an act changes."""

    dimension: Dimensions
    level: Annotated[Number, Field(ge=-100, le=100)]
    """Added to the dimension's level."""


class Band(Sourced):
    """A band of scores: from <= score < below, without end on a side that is not named."""

    from_: Annotated[Points | None, Field(alias="from")] = None
    below: Points | None = None
    opens: frozenset[Name] = frozenset()
    """Perks by name; who could have each is counted by band."""
    note: Text | None = None


class Platform(Sourced):
    """A company that scores its members."""

    sensors: frozenset[Name]
    """The company's own; those with a gallery of faces cannot be."""
    range: tuple[Points, Points]
    half_life_weeks: Annotated[Number, Field(gt=0, le=5200)]
    """Of what records have changed."""
    hiding_gains: Annotated[Number, Field(ge=0, le=600)]
    """Points that it is worth to keep a score to oneself."""
    access: Access
    """What the state gets of the records."""
    share: Share | None = None
    """Of the records, where access is compelled; unused where it is not."""
    lists: frozenset[Name] = frozenset()
    """The state's lists that the company is given."""
    listed_points: Annotated[Number, Field(ge=-600, le=0)] = Decimal(0)
    """Of whoever is on one of them."""
    dimension: dict[Dimensions, Dimension] = {}
    counts: dict[Name, Counted] = {}
    """What the company makes of acts, by act."""
    band: dict[Name, Band] = {}


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    platform: Platform | None = None


class Tables(Struct):
    """A platform as integers; S sensors, A acts, B bands."""

    on: int
    """1 if there is one."""
    lowest: int
    """the lowest score in hundredths."""
    top: int
    """R in hundredths."""
    level: Annotated[NDArray[np.int64], 2]
    """(5, 4) hundredths by income fifth and schooling, without friends."""
    decay: np.uint64
    """D"""
    friends: NDArray[np.int64]
    """(2,) K, and R v_c / 100 in hundredths."""
    points: Annotated[NDArray[np.int64], 2]
    """(S, A) hundredths that a record of an act by a sensor adds."""
    holder: NDArray[np.uint8]
    """(S,) 1 for the company's."""
    access: int
    share: np.uint64
    """threshold."""
    purpose: NDArray[np.uint64]
    """(S,) addresses of the share's draws."""
    lists: np.uint32
    """a bit for each list that the company is given."""
    listed: int
    """hundredths that they cost."""
    gain: int
    """G in hundredths."""
    band_from: NDArray[np.int64]
    """(B,) hundredths above the lowest score."""
    band_below: NDArray[np.int64]
    """(B,)"""


def compile_tables(scheme: SchemeTables, names: Names, *, on: bool) -> Tables:
    """Compile a platform to integer tables; with `on` false there is none."""
    told = scheme.platform if on else None
    low, high = told.range if told else (Decimal(0), Decimal(0))
    width = CONTEXT.subtract(high, low)
    bands = [told.band[name] for name in names.company_bands or ()] if told else []
    points = np.zeros((len(names.sensors), len(names.acts)), np.int64)
    weight = {name: each.weight for name, each in told.dimension.items()} if told else {}
    for name, counted in told.counts.items() if told else ():
        each = _part(width, weight.get(counted.dimension, Decimal(0)), counted.level)
        for sensor in told.sensors if told else ():
            points[names.sensors.index(sensor), names.acts.index(name)] = scaled(each, 100)
    known = told.dimension.get(CONNECTIONS) if told else None
    half = CONTEXT.divide(-MONTH, told.half_life_weeks) if told else Decimal(0)
    given = told.lists if told else frozenset()
    return Tables(
        on=int(told is not None),
        lowest=scaled(low, 100),
        top=scaled(width, 100),
        level=_levels(told, width),
        decay=np.uint64(scaled(power(Decimal(2), half), ONE) if told else CERTAIN),
        friends=np.array(
            [scaled(known.weight, ONE), scaled(_part(width, Decimal(1), known.level), 100)]
            if known
            else [0, 0],
            np.int64,
        ),
        points=points,
        holder=np.array([told is not None and n in told.sensors for n in names.sensors], np.uint8),
        access=ACCESS.index(told.access if told else "bulk"),
        share=np.uint64(threshold((told and told.share) or Decimal(0))),
        purpose=np.array([address(f"platform/share/{name}") for name in names.sensors], np.uint64),
        lists=np.uint32(bits(given, names.lists)),
        listed=scaled(-told.listed_points, 100) if told else 0,
        gain=scaled(told.hiding_gains, 100) if told else 0,
        band_from=_edges([band.from_ for band in bands], low, -1),
        band_below=_edges([band.below for band in bands], low, NO_WORD),
    )


def _part(width: Decimal, weight: Decimal, level: Decimal) -> Decimal:
    """Return the points that a level of a dimension is worth."""
    return CONTEXT.multiply(CONTEXT.multiply(width, weight), CONTEXT.scaleb(level, -2))


def _levels(told: Platform | None, width: Decimal) -> NDArray[np.int64]:
    table = np.zeros((FIFTHS, len(SCHOOLING)), np.int64)
    for fifth in range(FIFTHS if told else 0):
        for taught in range(len(SCHOOLING)):
            total = Decimal(0)
            for each in told.dimension.values() if told else ():
                level = each.level
                if each.income is not None:
                    level = each.income[fifth]
                elif each.schooling is not None:
                    level = each.schooling[taught]
                total = CONTEXT.add(total, _part(width, each.weight, level))
            table[fifth, taught] = scaled(total, 100)
    return table


def _edges(edges: list[Decimal | None], low: Decimal, end: int) -> NDArray[np.int64]:
    return np.array([end if edge is None else scaled(edge - low, 100) for edge in edges], np.int64)


@inlined
def passes(
    actor: int,
    act: Word,
    at: Word,
    listed: int,
    sensor: int,
    tables: Tables,
    key: tuple[Word, Word],
) -> int:
    """Return 1 if a record of the company's becomes one for the state, else 0.

    `act` is the act's address, `at` week and index, `listed` the actor's lists.
    """
    if tables.access == REQUEST:
        return whole(listed != 0)
    if tables.access == SHARE:
        w0, _, _, _ = dice.philox(U64(actor), act, at, tables.purpose[sensor], key[0], key[1])
        return whole(w0 < tables.share)
    return whole(tables.access == BULK)


@kernel
def befriend(
    first: int,
    bits: NDArray[np.uint32],
    ties: Ties,
    board: Board,
    tables: Tables,
    adds: NDArray[np.int32],
) -> None:
    """Fill `adds` (n,) with what living ties add to each one's level; nothing if it is empty.

    `bits` (n,) are the ties of the block's citizens, from `first` on.
    """
    place, account = first - board.first, board.account
    near, far, share, common = ties.near, ties.far, tables.friends[0], tables.friends[1]
    for i in range(adds.shape[0]):
        total, count = whole(0), whole(0)
        for slot in range(near.shape[0] + far.shape[0]):
            if (bits[i] >> np.uint32(2 * slot)) & np.uint32(3) == LIVING:
                other = account[place_of(place + i, slot, near, far)]
                if other != NO_ACCOUNT:
                    total += whole(other)
                    count += 1
        adds[i] = 0
        if count > 0:
            mean = (2 * total + count) // (2 * count)
            adds[i] = (share * (mean - common) + (whole(1) << 31)) >> 32


@inlined
def _level(people: People, i: int, adds: int, tables: Tables) -> int:
    """Return the level to which the account of the block's citizen i fades."""
    fixed = tables.level[fifth_of(people.static[i]), part_of(people.status[i], TAUGHT, 2)]
    level: int = max(min(whole(fixed) + whole(adds), tables.top), 0)
    return level


@inlined
def _score(account: int, listed: int, tables: Tables) -> int:
    """Return a member's score in hundredths above the lowest, given her lists."""
    lost = tables.listed if (listed & tables.lists) != 0 else whole(0)
    return max(whole(account) - lost, 0)


@inlined
def _told(score: int, hidden: bool, tables: Tables) -> int:
    """Return what is told of a score: 1 if it is hidden, and its band << 1."""
    band = whole(NO_BAND)
    for code in range(tables.band_from.shape[0]):
        if tables.band_from[code] <= score < tables.band_below[code]:
            band = whole(code)
    return whole(hidden) | band << 1


@kernel
def begin(people: People, state: State, tables: Tables) -> None:
    """Open the accounts of time zero, when everybody is silent."""
    account, told, listed = state.account, state.told, state.listed
    for i in range(account.shape[0]):
        account[i], told[i] = NO_ACCOUNT, NO_BYTE
        if part_of(people.status[i], MEMBER, 1) == 1:
            account[i] = _level(people, i, 0, tables)
            told[i] = _told(_score(account[i], listed[i], tables), True, tables)


@kernel
def close(
    week: int,
    people: People,
    state: State,
    seen: NDArray[np.int32],
    adds: NDArray[np.int32],
    silent: NDArray[np.int64],
    tables: Tables,
) -> None:
    """Add the week's hundredths `seen` (n,) to the accounts; in a fourth week, tell scores.

    `silent` are sum and number of hidden scores at the week's opening; `adds` (n,) what ties add.
    """
    if tables.on == 0:
        return
    account, told, listed = state.account, state.told, state.listed
    monthly = (week + 1) % MONTH == 0
    assumed, top = whole(0), tables.top
    if silent[1] > 0:
        assumed = (2 * silent[0] + silent[1]) // (2 * silent[1])
    for i in range(account.shape[0]):
        if account[i] == NO_ACCOUNT:
            continue
        held = max(min(whole(account[i]) + whole(seen[i]), top), 0)
        if monthly:
            level = _level(people, i, adds[i] if adds.shape[0] > 0 else whole(0), tables)
            apart = held - level
            size = whole((U64(abs(apart)) * tables.decay) >> U64(32))
            held = max(min(level + (size if apart > 0 else -size), top), 0)
            score = _score(held, listed[i], tables)
            told[i] = _told(score, score < assumed + tables.gain, tables)
        account[i] = held


@entry
def count(status: NDArray[np.uint32], state: State, tables: Tables, tally: Tally) -> None:
    """Count the members' scores, those of the silent, and who is in which band."""
    account, told, listed = state.account, state.told, state.listed
    for i in range(account.shape[0]):
        if account[i] == NO_ACCOUNT or is_counted(status[i]) == 0:
            continue
        score = _score(account[i], listed[i], tables)
        tally.company[0] += score
        tally.company[1] += 1
        if told[i] & np.uint8(1):
            tally.silent[0] += score
            tally.silent[1] += 1
        band = whole(told[i]) >> 1
        if band != NO_BAND:
            tally.banded[band] += 1
