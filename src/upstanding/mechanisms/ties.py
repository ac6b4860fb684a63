"""Ties: who knows whom, in four layers, each tie dormant, living or cut.

The essay: "who you befriend online" (E2), "I'm friends with someone who is 'free spirited'" (E34).
A citizen has up to 16 slots. Each slot pairs people at random within the layer's domain:

    circle         16 neighbours in number
    neighbourhood  the cell of 512
    district       the district
    nation         shells that double: [2**s, 2**(s+1)) in even slots, [3 * 2**s, 3 * 2**(s+1))
                   and the first three in odd ones

*Equations.* In a domain of m people slot r pairs the one at place i with p**-1(p(i) xor 1), p a
keyed permutation: six rounds of a Feistel network on the next power of four, walked along its
cycle until it falls below m. Whoever has no partner below m, or a partner who does not exist, has
no tie in the slot; nor have two who an earlier slot pairs already. The shells overlap, so that the
nation hangs together, and adding citizens changes nobody's ties (of the nation's, that is why it
has no single domain): it only fills what was empty. Of the pairs a tie exists with chance

    product of unlike[trait] over the traits (sex, age band, income fifth, group) that differ

and is living at time zero with chance `living`, otherwise dormant. Slots that hold no tie are as
cut ones. A tie turns as `association` says.

*Parameters.* Society: `ties`. *Reads* traits at time zero. *Writes* two bits a slot.

*Addresses.* society/permutation at (first citizen of the domain, slot, 0 and 1): the six round
keys, words 0 to 3 and 0 to 1. society/tie at (the smaller, the larger, 0): word 0 existence, 1
living. *Rounding.* Each product is a threshold rounded once.
The round function is the finaliser of MurmurHash3 (Appleby) of half + key, modulo 2**32.
"""

from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, address, whole
from upstanding.clockwork.kernel import entry, inlined, kernel
from upstanding.clockwork.names import GROUPS, OCCUPATIONS, PLACES
from upstanding.clockwork.numbers import CONTEXT, WEEKS_A_YEAR, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Rate, Share, Sourced, Table
from upstanding.mechanisms.strata import CELL, FIFTHS, People

PERMUTATION = U64(address("society/permutation"))
TIE = U64(address("society/tie"))

MOST_SLOTS = 16
CIRCLE = 16
LAYERS = ("circle", "neighbourhood", "district", "nation")
DORMANT, LIVING, CUT = range(3)
NOWHERE = np.uint32(0xAAAA_AAAA)
"""Sixteen slots that hold no tie."""
UNLIKE = ("sex", "age", "income", "group")
_ROUNDS = 6

Slot = Annotated[int, Field(strict=True, ge=0, le=MOST_SLOTS)]


class Slots(Sourced):
    """How many slots each citizen has in each layer; 16 in all at most."""

    circle: Slot = 0
    neighbourhood: Slot = 0
    district: Slot = 0
    nation: Slot = 0


class Unlike(Sourced):
    """Chance that a tie exists between two who differ in a trait, relative to two who do not."""

    sex: Share = Decimal(1)
    age: Share = Decimal(1)
    """The band of ages at time zero."""
    income: Share = Decimal(1)
    group: Share = Decimal(1)


class Generator(Sourced):
    """Ties of a textbook in place of layers, for checks: a ring, everybody, a small world."""

    kind: Literal["ring", "complete", "small-world"]
    neighbours: Annotated[int, Field(strict=True, ge=2, le=MOST_SLOTS, multiple_of=2)] = 2
    """On the ring that `ring` is and that `small-world` rewires."""
    rewired: Share = Decimal(0)
    """Of the ties of a small world."""


class Bonds(Sourced):
    """Whom people know, and how readily they drop and make ties."""

    slots: Slots | None = None
    unlike: Unlike | None = None
    generator: Generator | None = None
    living: Share
    """Of ties at time zero; the others are dormant."""
    cut_per_year: Rate
    """Rate at which a living tie is cut at the largest cost and certain fear."""
    wake_per_year: Rate
    """Rate at which a dormant tie between equals comes to life."""


class SocietyTables(Table):
    """What this mechanism adds to a society file."""

    ties: Bonds | None = None


class Ties(Struct):
    """Who is tied to whom: the slots of a run of citizens, cells whole, first near then far.

    A slot without a tie holds the citizen herself; whether it is one her two bits say.
    """

    near: Annotated[NDArray[np.uint16], 2]
    """(circle and neighbourhood slots, n) the tie's place in the cell."""
    far: Annotated[NDArray[np.uint32], 2]
    """(district and nation slots, n) the tie's place on the board."""


class Tables(Struct):
    """Ties as integers."""

    slots: NDArray[np.int64]
    """(4,) by layer; all 0 with a generator."""
    exists: NDArray[np.uint64]
    """(16,) threshold of existence by the traits in which two differ, a bit for each of UNLIKE."""
    living: np.uint64


def compile_tables(society: SocietyTables) -> Tables:
    """Compile whom people know to integer tables; nobody where the society has no ties."""
    bonds = society.ties
    slots = bonds.slots if bonds else None
    unlike = bonds.unlike if bonds else None
    chances = []
    for differ in range(1 << len(UNLIKE)):
        chance = Decimal(1)
        for bit, trait in enumerate(UNLIKE):
            if unlike and differ >> bit & 1:
                chance = CONTEXT.multiply(chance, getattr(unlike, trait))
        chances.append(threshold(chance))
    return Tables(
        slots=np.array([getattr(slots, layer) if slots else 0 for layer in LAYERS], np.int64),
        exists=np.array(chances, np.uint64),
        living=np.uint64(threshold(bonds.living) if bonds else 0),
    )


@entry
def find_partners(
    first: int,
    layer: int,
    slot: int,
    district_size: int,
    citizens: int,
    key: tuple[Word, Word],
    partner: NDArray[np.int64],
) -> None:
    """Fill `partner` (n,) with whom a slot of a layer pairs the citizens from `first` on; -1: none.

    `citizens` is how many people there are.
    """
    keys = np.empty(_ROUNDS, np.uint32)
    start, size = whole(0), whole(0)
    for i in range(partner.shape[0]):
        if first + i >= start + size:
            start, size = _domain(first + i, layer, slot, district_size)
            _round_keys(U64(start), U64(slot), key, keys)
        place = _permuted(first + i - start, size, keys) ^ 1
        partner[i] = -1
        if place < size:
            other = start + _restored(place, size, keys)
            if other < citizens:
                partner[i] = other


@entry
def tie(
    first: int,
    partner: NDArray[np.int64],
    earlier: Annotated[NDArray[np.int64], 2],
    slot: int,
    key: tuple[Word, Word],
    people: People,
    tables: Tables,
    bits: NDArray[np.uint32],
) -> None:
    """Decide which pairs of a slot are ties: set the slot's bits, and `partner` to -1 where not.

    `earlier` (slots before, n) are the partners of the slots before, ties or not. `people` are
    everybody, `bits` (n,) is full of slots that hold no tie.
    """
    age_weeks, static, band = people.age_weeks, people.static, people.band
    for i in range(partner.shape[0]):
        j = partner[i]
        for before in range(earlier.shape[0]):
            if earlier[before, i] == j:
                j = -1
        if j < 0:
            partner[i] = -1
            continue
        one = first + i
        low, high = min(one, j), max(one, j)
        w0, w1, _, _ = dice.philox(U64(low), U64(high), U64(0), TIE, key[0], key[1])
        if w0 >= tables.exists[_differences(one, j, age_weeks, static, band)]:
            partner[i] = -1
            continue
        held = LIVING if w1 < tables.living else DORMANT
        bits[i] = bits[i] & ~(np.uint32(3) << np.uint32(2 * slot))
        bits[i] |= np.uint32(held) << np.uint32(2 * slot)


@inlined
def _differences(
    i: int,
    j: int,
    age_weeks: NDArray[np.uint16],
    static: NDArray[np.uint16],
    band: NDArray[np.uint8],
) -> int:
    """Return a bit for each trait of UNLIKE in which two citizens differ."""
    jobs = len(OCCUPATIONS)
    places = len(PLACES) * len(GROUPS) * jobs
    one, other = whole(static[i]), whole(static[j])
    sex = whole(one // (FIFTHS * places) != other // (FIFTHS * places))
    ages = band[age_weeks[i] // WEEKS_A_YEAR], band[age_weeks[j] // WEEKS_A_YEAR]
    income = whole(one // places % FIFTHS != other // places % FIFTHS)
    group = whole(one // jobs % len(GROUPS) != other // jobs % len(GROUPS))
    return sex | whole(ages[0] != ages[1]) << 1 | income << 2 | group << 3


@inlined
def _domain(citizen: int, layer: int, slot: int, district_size: int) -> tuple[int, int]:
    """Return the first citizen and the size of the domain within which a slot pairs a citizen."""
    if layer < 3:
        size = CIRCLE if layer == 0 else CELL if layer == 1 else district_size
        return citizen // size * size, whole(size)
    if slot & 1 == 0:
        step = whole(1)
        while 2 * step <= citizen:
            step *= 2
        return (step, step) if citizen > 0 else (whole(0), whole(1))
    step = whole(3)
    while 2 * step <= citizen:
        step *= 2
    return (step, step) if citizen >= 3 else (whole(0), whole(3))


@kernel
def _round_keys(start: Word, slot: Word, key: tuple[Word, Word], keys: NDArray[np.uint32]) -> None:
    w0, w1, w2, w3 = dice.philox(start, slot, U64(0), PERMUTATION, key[0], key[1])
    w4, w5, _, _ = dice.philox(start, slot, U64(1), PERMUTATION, key[0], key[1])
    keys[0], keys[1], keys[2], keys[3] = w0, w1, w2, w3
    keys[4], keys[5] = w4, w5


@inlined
def _half(size: int) -> int:
    """Return the bits of a half of the network: the least h with 4**h >= size, at least 1."""
    half = whole(1)
    while whole(1) << (2 * half) < size:
        half += 1
    return half


@inlined
def _mixed(half: int, key: np.uint32) -> int:
    """Return the round function of a half."""
    x = (U64(half) + U64(key)) & U64(0xFFFFFFFF)
    x ^= x >> U64(16)
    x = x * U64(0x85EBCA6B) & U64(0xFFFFFFFF)
    x ^= x >> U64(13)
    x = x * U64(0xC2B2AE35) & U64(0xFFFFFFFF)
    return whole(x ^ (x >> U64(16)))


@kernel
def _permuted(place: int, size: int, keys: NDArray[np.uint32]) -> int:
    """Return p(place) in a domain of some size."""
    half = _half(size)
    mask = (whole(1) << half) - 1
    at = whole(place)
    while True:
        left, right = at >> half, at & mask
        for turn in range(_ROUNDS):
            left, right = right, left ^ (_mixed(right, keys[turn]) & mask)
        at = left << half | right
        if at < size:
            return at


@kernel
def _restored(place: int, size: int, keys: NDArray[np.uint32]) -> int:
    """Return the place whose p is `place`."""
    half = _half(size)
    mask = (whole(1) << half) - 1
    at = whole(place)
    while True:
        left, right = at >> half, at & mask
        for turn in range(_ROUNDS - 1, -1, -1):
            left, right = right ^ (_mixed(left, keys[turn]) & mask), left
        at = left << half | right
        if at < size:
            return at


@inlined
def place_of(place: int, slot: int, near: NDArray[np.uint16], far: NDArray[np.uint32]) -> int:
    """Return where on the board a tie of the citizen is whose own place is `place`."""
    if slot < near.shape[0]:
        return place // CELL * CELL + whole(near[slot, place])
    return whole(far[slot - near.shape[0], place])
