"""The network of ties of a run of citizens: a pure function of (society, seed).

Layers come from `mechanisms.ties`. A society may name a generator of textbook ties in place of
them, for checks; those need everybody at once, and their ties depend on how many people there are.

*Addresses.* society/rewire at (citizen, neighbour, index): word 0 of index 0 whether a tie of the
small world is rewired, word 1 of index 1, 2, ... to whom: the first that makes neither a loop nor a
double tie and has a slot free.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, address
from upstanding.clockwork.numbers import threshold
from upstanding.mechanisms import ties
from upstanding.mechanisms.strata import CELL
from upstanding.mechanisms.ties import LIVING, MOST_SLOTS, NOWHERE, Generator, Ties
from upstanding.society.model import SocietyFile
from upstanding.society.traits import Population

CHUNK = 16 * CELL
"""Citizens whose ties are found at a time."""
REWIRE = U64(address("society/rewire"))
NEAR_LAYERS = 2
"""Layers within a cell come first: their ties are kept as places in it."""


class Network(NamedTuple):
    """The ties of the citizens from `first` on, as a shard holds them."""

    ties: Ties
    bits: NDArray[np.uint32]
    """(n,) the state of each slot at time zero."""
    abroad: NDArray[np.uint32]
    """(m,) ascending: other shards' citizens, at the places n, n + 1, ... of the board."""


def weave(
    society: SocietyFile,
    population: Population,
    key: tuple[Word, Word],
    first: int,
    citizens: int,
    pool: Executor,
) -> Network:
    """Return the network of some citizens, whole districts or the last ones."""
    tables = ties.compile_tables(society)
    bonds = society.ties
    if bonds is not None and bonds.generator is not None:
        pairs = _textbook(bonds.generator, population.household.shape[0], key)
        return _of_pairs(pairs, first, citizens)
    near = int(tables.slots[:NEAR_LAYERS].sum())
    far = int(tables.slots[NEAR_LAYERS:].sum())
    held = Ties(np.empty((near, citizens), np.uint16), np.empty((far, citizens), np.uint32))
    bits = np.full(citizens, NOWHERE, np.uint32)
    if near + far:
        starts = range(0, citizens, CHUNK)

        def fill(start: int) -> None:
            part = slice(start, min(start + CHUNK, citizens))
            _fill(
                first + start,
                population,
                key,
                tables,
                held.near[:, part],
                held.far[:, part],
                bits[part],
            )

        for _ in pool.map(fill, starts):
            pass
    return _localised(held, bits, first)


def _fill(
    first: int,
    population: Population,
    key: tuple[Word, Word],
    tables: ties.Tables,
    near: NDArray[np.uint16],
    far: NDArray[np.uint32],
    bits: NDArray[np.uint32],
) -> None:
    """Fill the slots of a chunk; far ties hold the numbers of citizens."""
    everybody = population.people
    number = np.arange(first, first + bits.shape[0])
    layers = np.repeat(np.arange(len(ties.LAYERS)), tables.slots)
    possible = np.empty((layers.shape[0], bits.shape[0]), np.int64)
    for slot, layer in enumerate(layers):
        ties.find_partners(
            first,
            int(layer),
            slot,
            population.district_size,
            everybody.static.shape[0],
            key,
            possible[slot],
        )
        partner = possible[slot].copy()
        ties.tie(
            first,
            partner,
            possible[:slot],
            slot,
            key,
            everybody,
            tables,
            bits,
        )
        whom = np.where(partner < 0, number, partner)
        if slot < near.shape[0]:
            near[slot] = whom % CELL
        else:
            far[slot - near.shape[0]] = whom


def _localised(held: Ties, bits: NDArray[np.uint32], first: int) -> Network:
    """Turn the numbers of far ties into places on the shard's board, in place."""
    far, citizens = held.far, bits.shape[0]
    if first == 0 and far.max(initial=0) < citizens:
        return Network(held, bits, np.empty(0, np.uint32))
    outside = (far < first) | (far >= first + citizens)
    abroad = np.unique(far[outside])
    places = citizens + np.searchsorted(abroad, far[outside])
    far -= np.uint32(first)
    far[outside] = places
    return Network(held, bits, abroad)


def _of_pairs(pairs: NDArray[np.int64], first: int, citizens: int) -> Network:
    """Return the network that a list of ties (m, 2) makes, all living."""
    width = int(np.bincount(pairs.ravel()).max(initial=0))
    ends = np.concatenate([pairs, pairs[:, ::-1]])
    ends = ends[(ends[:, 0] >= first) & (ends[:, 0] < first + citizens)]
    ends = ends[np.lexsort((ends[:, 1], ends[:, 0]))]
    one = ends[:, 0] - first
    slot = np.arange(one.shape[0]) - np.searchsorted(one, one)
    far = np.tile(np.arange(first, first + citizens, dtype=np.uint32), (width, 1))
    bits = np.full(citizens, NOWHERE, np.uint32)
    if width > MOST_SLOTS:
        raise AssertionError("a generator made more ties than there are slots")
    far[slot, one] = ends[:, 1]
    for place in range(width):
        held = one[slot == place]
        bits[held] &= ~np.uint32(3 << 2 * place)
        bits[held] |= np.uint32(LIVING << 2 * place)
    return _localised(Ties(np.empty((0, citizens), np.uint16), far), bits, first)


def _textbook(kind: Generator, citizens: int, key: tuple[Word, Word]) -> NDArray[np.int64]:
    """Return the ties of a generator, each once."""
    if kind.kind == "complete":
        return np.argwhere(np.triu(np.ones((citizens, citizens), bool), 1))
    ring = _ring(citizens, kind.neighbours)
    if kind.kind == "ring":
        return np.array(sorted(ring), np.int64).reshape(-1, 2)
    return np.array(sorted(_rewired(ring, citizens, kind, key)), np.int64).reshape(-1, 2)


def _ring(citizens: int, neighbours: int) -> set[tuple[int, int]]:
    steps = range(1, neighbours // 2 + 1)
    around = ((i, (i + step) % citizens) for i in range(citizens) for step in steps)
    return {(min(pair), max(pair)) for pair in around if pair[0] != pair[1]}


def _rewired(
    ring: Iterable[tuple[int, int]], citizens: int, kind: Generator, key: tuple[Word, Word]
) -> set[tuple[int, int]]:
    """Rewire one end of each tie with some chance, as Watts and Strogatz (1998) do.

    A citizen whose slots are full is passed over.
    """
    share = threshold(kind.rewired)
    made = set(ring)
    degree = np.bincount(np.array(sorted(made), np.int64).ravel(), minlength=citizens)
    for low, high in sorted(made):
        draws = _draws(low, high, key)
        if next(draws)[0] >= share:
            continue
        for word in (whom for _, whom in draws):
            end = word * citizens >> 32
            pair = (min(low, end), max(low, end))
            if end != low and pair not in made and degree[end] < MOST_SLOTS:
                break
        else:
            continue
        made.remove((low, high))
        made.add(pair)
        degree[high] -= 1
        degree[end] += 1
    return made


def _draws(one: int, other: int, key: tuple[Word, Word]) -> Iterator[tuple[int, int]]:
    """Yield words 0 and 1 of one index after the other, in week 0."""
    for index in range(dice.INDEXES):
        w0, w1, _, _ = dice.block(U64(one), U64(other), U64(index), REWIRE, *key)
        yield int(w0), int(w1)
