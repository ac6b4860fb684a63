"""The population cut into blocks, and one week of all of them.

A block is whole cells, so that its columns fit a core's cache. Threads take blocks in any order:
within a week no block reads what another writes, and what they send is delivered between the two
halves.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from upstanding.clockwork.names import NO_BYTE
from upstanding.engine import order, week
from upstanding.engine.week import Lived, Sparse, State
from upstanding.engine.world import World
from upstanding.errors import UpstandingError
from upstanding.mechanisms import lists, obligations, scoring, stays
from upstanding.mechanisms.rows import MOST_ROWS, RECORD, STRIKE, WAIT, Array
from upstanding.mechanisms.scoring import CATEGORIES, NO_SCORE
from upstanding.mechanisms.strata import People
from upstanding.mechanisms.tally import Tally, new_tally
from upstanding.society.traits import CELL

Item = TypeVar("Item")
BLOCK = 16 * CELL
"""Citizens of a block: 34 bytes each of hot state fill a third of a megabyte."""
LARGEST_BLOCK = 1 << 20
"""Sort keys have 24 bits for a citizen's place in a block."""


@dataclass
class Block:
    """A run of neighbouring citizens, their state and what they wait for."""

    first: int
    people: People
    state: State
    sparse: Sparse
    tally: Tally
    lived: Lived | None = None
    digest: int = 0
    rows: Array = field(default_factory=lambda: np.empty(0))

    @property
    def citizens(self) -> int:
        """How many they are."""
        return int(self.state.score.shape[0])


def cut(world: World, size: int = BLOCK) -> list[Block]:
    """Cut a world into blocks at time zero; their `rows` are the start rows.

    `size` is a multiple of 512.
    """
    return [
        _begin(world, first, min(size, world.citizens - first))
        for first in range(0, world.citizens, size)
    ]


def empty_state(citizens: int) -> State:
    """Return the state of people to whom nothing has happened."""
    return State(
        own=np.zeros((CATEGORIES, citizens), np.int32),
        score=np.full(citizens, NO_SCORE, np.int32),
        tier=np.full(citizens, NO_BYTE, np.uint8),
        listed=np.zeros(citizens, np.uint32),
        closed=np.zeros(citizens, np.uint32),
        refusals=np.zeros(citizens, np.uint8),
    )


def people_of(world: World, first: int, citizens: int) -> People:
    """Return the traits of a block."""
    age_weeks, static, leanings, band = world.population.people
    part = slice(first, first + citizens)
    return People(age_weeks[part], static[part], leanings[part], band)


def _begin(world: World, first: int, citizens: int) -> Block:
    people = people_of(world, first, citizens)
    state = empty_state(citizens)
    tables = world.tables
    duties = obligations.begin(first, citizens, world.key, people, tables.conduct)
    held, rows = lists.begin(first, world.key, people, duties, tables.lists)
    held = held[order.stay(held, first)]
    scoring.fold(
        first,
        -1,
        world.population.district_size,
        people,
        world.enrolled,
        tables.scoring,
        state.own,
        state.score,
        state.tier,
    )
    stays.restrict(
        first,
        held,
        state.tier,
        tables.services.tier_closes,
        tables.lists,
        state.listed,
        state.closed,
    )
    sparse = Sparse(np.empty(0, RECORD), duties, held, np.empty(0, WAIT), np.empty(0, STRIKE))
    tally = new_tally(world.names, CATEGORIES)
    return Block(first, people, state, sparse, tally, rows=rows[order.row(rows, first)])


def step(world: World, blocks: list[Block], at: int, pool: Executor) -> None:
    """Live and close week `at` of all blocks; each then holds its rows, tally and digest."""
    _each(pool, lambda block: _live(world, block, at), blocks)
    mail = _deliver(blocks)
    _each(pool, lambda pair: _close(world, *pair, at), zip(blocks, mail, strict=True))


def _each(pool: Executor, work: Callable[[Item], None], items: Iterable[Item]) -> None:
    for _ in pool.map(work, items):
        pass


def _live(world: World, block: Block, at: int) -> None:
    for counts in block.tally:
        counts[...] = 0
    block.lived, digest = week.live(
        block.first,
        at,
        world.population.district_size,
        world.key,
        block.people,
        block.state,
        block.sparse,
        world.tables,
        world.galleries,
        block.tally,
    )
    block.digest = int(digest)


def _deliver(blocks: list[Block]) -> Iterator[Array]:
    """Return for each block the records that other blocks' citizens made of its own."""
    sent = np.concatenate([block.lived.mail for block in blocks if block.lived])
    sent = sent[np.argsort(sent["subject"], kind="stable")]
    bounds = np.searchsorted(sent["subject"], [block.first for block in blocks])
    return iter(np.split(sent, bounds[1:]))


def _close(world: World, block: Block, mail: Array, at: int) -> None:
    lived = block.lived
    assert lived is not None
    records = np.concatenate([block.sparse.records, lived.inside, mail])
    block.sparse, block.rows, most = week.close(
        block.first,
        at,
        world.population.district_size,
        world.key,
        block.people,
        world.enrolled,
        block.state,
        block.sparse._replace(records=records, duties=lived.duties),
        lived.performed,
        lived.denials,
        world.tables,
        block.tally,
    )
    block.lived = None
    if most > MOST_ROWS:
        raise UpstandingError(
            f"in week {at} somebody got {most:,} entries; a ledger holds at most {MOST_ROWS:,} for "
            f"one citizen in one week: use fewer rules, sensors or wrong matches"
        )
