"""Breach: data that leave a store, and what is done with them in stolen names.

The essay fears hacking (E25) and asks for data protection (E29): a database of everybody can be
taken from everybody. The like has happened: EV 4.4 has 2.5 million people whose faces and positions
lay open for months.

*Rules.* A store is a file on many people: of the state, on all who have a score (on everybody,
where nobody is scored); of the platform, on its members. In a week it may be robbed from without
(theft) and sold from within (sale). At a breach a share of the people in the store is exposed. Of
those a share has her identity used: within a year a record of an act that she did not do, by the
sensor that the scheme names, is posted against her. Nobody acted; it goes the way of every other
record. In place of chance a breach may be set for one week, since what follows is told *given one
breach*.

*Equations.* With a yearly probability q of theft a week has 1 - (1 - q)^(1/52), so that a year has
at least one with q; of sale likewise. A store of N people exposes N share at a breach: with m ways
of it N m q share a year for small q. Victims of a breach are N share fraud; a record posts after 1
to `within-weeks` weeks, each as likely.

*Parameters.* Scheme: `breach.*`. *Reads* who is scored, membership. *Writes* records.

*Addresses.* (0, store's hash, week << 20, "breach/theft") and ("breach/sale"): word 0. (Citizen,
store's hash, week << 20 | way, "breach/person"), way 0 theft, 1 sale: word 0 exposed, 1 victim, 2
delay (1 + below `within-weeks`), 3 day. *Rounding.* Thresholds, each rounded once. The record has
no actor and the index 192 + 2 store + way, stores by name; draws about it lie at its subject's
number. *Off* equals theft and sale at 0 and no week set.
"""

from decimal import Decimal, localcontext
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.dice import CERTAIN, U64, address, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NOBODY, Names
from upstanding.clockwork.numbers import CONTEXT, WEEKS_A_YEAR, power, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Share, Sourced, Table, Weeks
from upstanding.mechanisms.rows import RECORD, STOLEN, USED, Array, joined
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import MEMBER, is_counted, part_of
from upstanding.mechanisms.tally import Tally

PERSON = U64(address("breach/person"))
WAYS = ("theft", "sale")
BOTH = len(WAYS)
Store = Literal["platform", "state"]
EVERYBODY, THE_SCORED, MEMBERS = range(3)
"""On whom a store is."""


class Breach(Sourced):
    """How a store is breached, and what becomes of it."""

    theft: Share = Decimal(0)
    """Chance a year of being robbed from without."""
    sale: Share = Decimal(0)
    """Chance a year of being sold from within."""
    at_week: Weeks | None = None
    """The week of the one breach that there is, in place of chance."""
    share: Share
    """Of the people in the store, who are exposed at a breach."""
    fraud: Share
    """Share of the exposed whose identity is used."""
    act: Name
    """What the record of it says."""
    sensor: Name
    """The sensor that it names."""
    within_weeks: Annotated[int, Field(strict=True, ge=1, le=52)] = WEEKS_A_YEAR
    """The longest time from a breach to a record."""


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    breach: dict[Store, Breach] = {}


class Tables(Struct):
    """Breaches as integers; B stores."""

    store: NDArray[np.uint64]
    """(B,) the address of each store."""
    ways: NDArray[np.uint64]
    """(2,) the purposes of theft and sale."""
    chance: Annotated[NDArray[np.uint64], 2]
    """(B, 2) weekly thresholds of theft and sale."""
    at_week: NDArray[np.int64]
    """(B,) the week of the one breach, -1 for none."""
    holds: NDArray[np.int64]
    """(B,) EVERYBODY, THE_SCORED, MEMBERS."""
    share: NDArray[np.uint64]
    """(B,)"""
    fraud: NDArray[np.uint64]
    """(B,)"""
    says: Annotated[NDArray[np.int64], 2]
    """(B, 3) act, sensor and longest delay of the record."""


def compile_tables(scheme: SchemeTables, names: Names, *, scores: bool, on: bool) -> Tables:
    """Compile breaches to integer tables; with `on` false there is none.

    `scores` tells whether anybody has a score.
    """
    told = [scheme.breach[store] for store in names.stores]  # type: ignore[index]
    whole_state = THE_SCORED if scores else EVERYBODY
    holds = {"platform": MEMBERS, "state": whole_state}
    chances = [
        [_weekly(chance) if on and one.at_week is None else 0 for chance in (one.theft, one.sale)]
        for one in told
    ]
    weeks = [one.at_week if on and one.at_week is not None else -1 for one in told]
    says = [
        (names.acts.index(one.act), names.sensors.index(one.sensor), one.within_weeks)
        for one in told
    ]
    return Tables(
        store=np.array([address(store) for store in names.stores], np.uint64),
        ways=np.array([address(f"breach/{way}") for way in WAYS], np.uint64),
        chance=np.array(chances, np.uint64).reshape(len(told), len(WAYS)),
        at_week=np.array(weeks, np.int64),
        holds=np.array([holds[store] for store in names.stores], np.int64),
        share=np.array([threshold(one.share) for one in told], np.uint64),
        fraud=np.array([threshold(one.fraud) for one in told], np.uint64),
        says=np.array(says, np.int64).reshape(len(told), 3),
    )


def _weekly(chance_a_year: Decimal) -> int:
    """Return the threshold of a week."""
    if chance_a_year == 1:
        return int(CERTAIN)
    with localcontext(CONTEXT):
        return threshold(1 - power(1 - chance_a_year, 1 / Decimal(WEEKS_A_YEAR)))


@inlined
def _is_breached(now: Setting, store: int, way: int, tables: Tables) -> bool:
    """Return whether a store is breached in one of the ways in a week."""
    if tables.at_week[store] == now.week and way == 0:
        return True
    k0, k1 = now.key
    at_week = when(now.week, 0)
    w0, _, _, _ = dice.philox(U64(0), tables.store[store], at_week, tables.ways[way], k0, k1)
    found: bool = w0 < tables.chance[store, way]
    return found


@kernel
def expose(
    now: Setting,
    status: NDArray[np.uint32],
    scored_from: NDArray[np.uint16],
    records: Array,
    tables: Tables,
    tally: Tally,
) -> Array:
    """Return the records with those, after them, of whoever is a victim of a breach of the week."""
    for store in range(tables.store.shape[0]):
        for way in range(BOTH):
            if _is_breached(now, store, way, tables):
                # A breach is the nation's: the first block counts it.
                tally.breaches[store, 0] += whole(now.first == 0)
                stolen = _rob(now, store, way, status, scored_from, tables, tally)
                records = joined(records, stolen)
    return records


@kernel
def _rob(
    now: Setting,
    store: int,
    way: int,
    status: NDArray[np.uint32],
    scored_from: NDArray[np.uint16],
    tables: Tables,
    tally: Tally,
) -> Array:
    """Expose the people in a store; return the records of its victims."""
    holds, within = tables.holds[store], U64(tables.says[store, 2])
    first, week = now.first, now.week
    k0, k1 = now.key
    made = np.empty(status.shape[0], RECORD)
    count, at_week = whole(0), when(week, way)
    for i in range(status.shape[0]):
        if holds == THE_SCORED and whole(scored_from[i]) > week:
            continue
        if holds == MEMBERS and part_of(status[i], MEMBER, 1) == 0:
            continue
        w0, w1, w2, w3 = dice.philox(U64(first + i), tables.store[store], at_week, PERSON, k0, k1)
        if w0 >= tables.share[store]:
            continue
        one = is_counted(status[i])
        tally.breaches[store, 1] += one
        if w1 >= tables.fraud[store]:
            continue
        tally.breaches[store, 2] += one
        record = made[count]
        record.subject = first + i
        record.actor = NOBODY
        record.week = week
        record.due = week + 1 + whole(dice.below(w2, within))
        record.index = USED + BOTH * store + way
        record.act = tables.says[store, 0]
        record.sensor = tables.says[store, 1]
        record.day = dice.below(w3, U64(7))
        record.truth = STOLEN
        count += 1
    return made[:count].copy()
