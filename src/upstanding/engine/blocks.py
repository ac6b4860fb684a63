"""The population cut into shards and blocks, and one week of all of them.

A block is whole cells, so that its columns fit a core's cache. Threads take blocks in any order:
within a week no block reads what another writes. A shard is whole districts, with a board of its
own: what its citizens' ties may read of last week, its own people first, then those of other
shards. Between shards go only the boards of those abroad, mail, and totals.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from queue import SimpleQueue
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.names import NO_BYTE, NO_WORD
from upstanding.engine import closing, living, order
from upstanding.engine.nation import Nation, seeing_of
from upstanding.engine.places import Places
from upstanding.engine.pool import Pool
from upstanding.engine.world import World
from upstanding.errors import UpstandingError
from upstanding.mechanisms import (
    allocation,
    learning,
    obligations,
    office,
    platform,
    pooling,
    remedy,
    sensing,
    stock,
)
from upstanding.mechanisms.association import PERIOD, Board
from upstanding.mechanisms.rows import CASE, MOST_ROWS, RECORD, STRIKE, WAIT, Array
from upstanding.mechanisms.scoring import CATEGORIES, NO_SCORE
from upstanding.mechanisms.state import Columns, Lived, Setting, Sparse, State
from upstanding.mechanisms.strata import CELL, People
from upstanding.mechanisms.tally import Tally, flat, new_tally
from upstanding.mechanisms.ties import Ties
from upstanding.mechanisms.turning import Turns, foresee
from upstanding.society.network import weave

Item = TypeVar("Item")
LARGE_BLOCK = 32 * CELL
"""Citizens of a block at most, unless asked for: their hot state fits a second-level cache, while
each block costs the interpreter a fraction of a millisecond a week."""
LARGEST_BLOCK = 1 << 20
"""Sort keys have 24 bits for a citizen's place in a block."""


@dataclass
class Block:
    """A run of neighbouring citizens, their state and what they wait for."""

    first: int
    people: People
    state: State
    sparse: Sparse
    shard: "Shard"
    turns: Turns | None = None
    """Candidates for a turn of ties in the present period; found again after a resume."""
    lived: Lived | None = None
    digest: int = 0
    rows: Array = field(default_factory=lambda: np.empty(0))

    @property
    def citizens(self) -> int:
        """How many they are."""
        return int(self.state.score.shape[0])


@dataclass
class Shard:
    """Whole districts with a board; of its columns, blocks have views under the same names."""

    first: int
    citizens: int
    ties: Ties
    board: Board
    parts: list[Block] = field(default_factory=list)


@dataclass
class Everybody:
    """All people, in shards and blocks, their places in the ranking, the audits of officials."""

    shards: list[Shard]
    places: Places
    audits: office.Audits
    watch: sensing.Watch
    """Where sensors look that follow their finds."""
    pool: Pool
    silent: NDArray[np.int64]
    """Sum and number of the scores with the company that were hidden at the last close."""
    tallies: list[Tally] = field(default_factory=list)
    """One for each thread; used again each week."""
    views: int = 0
    """How often strangers saw somebody shown at the last close."""

    @property
    def parts(self) -> list[Block]:
        """All blocks, in order."""
        return [block for shard in self.shards for block in shard.parts]

    def forget_ties(self) -> None:
        """Let go of the ties: after the last week nobody asks for them, and they are a third."""
        for shard in self.shards:
            shard.ties = Ties(*(np.empty((0, 0), column.dtype) for column in shard.ties))

    def column(self, name: str, first: int, end: int) -> NDArray[Any]:
        """Return a column of the state, (..., end - first), of the citizens from `first` on."""
        return np.concatenate(
            [
                getattr(block.state, name)[..., max(first - block.first, 0) : end - block.first]
                for block in self.parts
                if block.first < end and first < block.first + block.citizens
            ],
            axis=-1,
        )


def block_size(citizens: int, threads: int) -> int:
    """Return a size that gives each thread as many blocks as the others."""
    rounds = -(-citizens // (threads * LARGE_BLOCK))
    return max(-(-citizens // (threads * rounds * CELL)), 1) * CELL


def cut(world: World, pool: Executor, size: int = LARGE_BLOCK, shards: int = 1) -> Everybody:
    """Cut a world into shards and blocks at time zero; the blocks' `rows` are the start rows.

    `size` is a multiple of 512. Shards are whole districts, as many as asked for and there are.
    """
    district = world.population.district_size
    districts = -(-world.citizens // district)
    shards = min(shards, districts)
    bounds = [min(districts * at // shards * district, world.citizens) for at in range(shards + 1)]
    made = []
    for first, end in pairwise(bounds):
        network = weave(world.society, world.population, world.key, first, end - first, pool)
        board = _blank_board(world, network.abroad, first, end - first)
        shard = Shard(first, end - first, network.ties, board)
        for begin in range(first, end, size):
            shard.parts.append(_block(world, shard, begin, min(size, end - begin), network.bits))
        for _ in pool.map(lambda block: _begin(world, block), shard.parts):
            pass
        made.append(shard)
    uncounted = world.uncounted
    blocks = [(part.first, part.first + part.citizens) for shard in made for part in shard.parts]
    within = [uncounted[(first <= uncounted) & (uncounted < end)] - first for first, end in blocks]
    opening = new_tally(world.names, CATEGORIES)
    for part in (part for shard in made for part in shard.parts):
        platform.count(part.people.status, part.state, world.tables.platform, opening)
    return Everybody(
        made,
        Places(world.tables, within),
        office.Audits(world.regime.start),
        allocation.begin(world.tables.sensing, world.urban),
        Pool(world),
        opening.silent,
    )


def _blank_board(world: World, abroad: Array, first: int, citizens: int) -> Board:
    width = citizens + abroad.shape[0]
    members = width * int(world.tables.platform.on)
    return Board(
        first,
        citizens,
        np.full(width, NO_SCORE, np.int32),
        np.full(width, NO_SCORE, np.int32),
        np.zeros(width, np.uint8),
        np.zeros(width, np.uint8),
        np.full(members, platform.NO_ACCOUNT, np.uint16),
        abroad,
    )


def people_of(world: World, first: int, citizens: int) -> People:
    """Return the traits of a block."""
    return world.population.people.stretch(first, citizens)


def _block(world: World, shard: Shard, first: int, citizens: int, bits: Array) -> Block:
    part = slice(first - shard.first, first - shard.first + citizens)
    members = citizens * int(world.tables.platform.on)
    state = State(
        own=np.zeros((len(world.names.categories), citizens), np.int32),
        score=shard.board.score[part],
        x=shard.board.x[part],
        fear=shard.board.fear[part],
        penalised=shard.board.penalised[part],
        risk=np.zeros(citizens, np.uint16),
        known=np.zeros(citizens, np.uint32),
        swayed=np.zeros(citizens, np.uint8),
        term=np.zeros(citizens, np.int32),
        ties=bits[part].copy(),
        standing=np.full(citizens, NO_WORD, np.uint16),
        tier=np.full(citizens, NO_BYTE, np.uint8),
        listed=np.zeros(citizens, np.uint32),
        closed=np.zeros(citizens, np.uint32),
        refusals=np.zeros(citizens, np.uint8),
        account=shard.board.account[part],
        told=np.full(members, NO_BYTE, np.uint8),
        dossier=np.zeros(citizens * int(world.tables.pooling.on), np.uint32),
    )
    nothing = Sparse(*(np.empty(0),) * len(Sparse.names()))
    return Block(first, people_of(world, first, citizens), state, nothing, shard)


def _begin(world: World, block: Block) -> None:
    tables, first, people = world.tables, block.first, block.people
    now = _setting(world, block, 0)
    duties = obligations.begin(now, people.age_weeks, tables.conduct)
    held, rows = stock.begin(now, people, duties, tables.lists)
    held = held[order.stay(held, first)]
    pooling.begin(now, world.pooled, block.state.dossier)
    block.sparse = Sparse(
        records=np.empty(0, RECORD),
        duties=duties,
        stays=held,
        waits=np.empty(0, WAIT),
        strikes=np.empty(0, STRIKE),
        repairs=np.empty(0, STRIKE),
        used=np.empty(0, STRIKE),
        cases=np.empty(0, CASE),
    )
    closing.begin(now, _columns(world, block, block.sparse), tables)
    block.rows = rows[order.row(rows, first)]


def _scored_from(world: World, block: Block) -> Array:
    return world.scored_from[block.first : block.first + block.citizens]


def step(world: World, society: Everybody, at: int, pool: Executor, threads: int) -> Tally:
    """Live and close week `at` of everybody; return its counts.

    Each block then holds its rows and the hash of its candidates.
    """
    watch = society.watch
    tallies = society.tallies
    while len(tallies) < threads:
        tallies.append(new_tally(world.names, CATEGORIES, watch.finds.shape))
    free: SimpleQueue[Tally] = SimpleQueue()
    for tally in tallies:
        flat(tally)[:] = 0
        free.put(tally)
    nation = _nation(world, society)
    parts = society.parts
    _read_abroad(society.shards)
    _each(
        pool,
        lambda block: _with(free, lambda tally: _live(world, nation, block, at, tally)),
        parts,
    )
    mail = _deliver(parts)
    _hear(world, parts, at)
    _each(
        pool,
        lambda pair: _with(free, lambda tally: _close(world, nation, *pair, at, tally)),
        zip(parts, mail, strict=True),
    )
    society.places.rank(at, [block.state for block in parts], pool)
    society.pool.close(at, [(block.first, block.people, block.state) for block in parts])
    tally = new_tally(world.names, CATEGORIES, watch.finds.shape)
    for some in tallies:
        flat(tally)[:] += flat(some)
    tally.inspected[:] = society.audits.share >> 16
    society.views = int(tally.strangers[0])
    society.silent = tally.silent
    society.audits.follow(at, int(tally.tampers[:, 1].sum()), world.regime)
    allocation.follow(world.tables.sensing, world.urban, watch, tally.finds, at)
    return tally


def _nation(world: World, society: Everybody) -> Nation:
    return Nation(
        seeing=seeing_of(world.tables, world.galleries, society.watch),
        uncounted=world.uncounted,
        audits=society.audits.share,
        watched=learning.MOST * min(society.views, world.citizens) // world.citizens,
        silent=society.silent,
    )


def _each(pool: Executor, work: Callable[[Item], None], items: Iterable[Item]) -> None:
    for _ in pool.map(work, items):
        pass


def _with(free: "SimpleQueue[Tally]", work: Callable[[Tally], None]) -> None:
    """Work with a tally that nobody uses: sums of integers do not care which."""
    tally = free.get()
    try:
        work(tally)
    finally:
        free.put(tally)


def _read_abroad(shards: list[Shard]) -> None:
    """Bring to each shard what its ties may read of the others' people."""
    firsts = np.array([shard.first for shard in shards])
    for shard in shards:
        abroad, here = shard.board.abroad, shard.citizens
        owner = np.searchsorted(firsts, abroad, side="right") - 1
        for code in np.unique(owner):
            other = shards[code]
            at = np.flatnonzero(owner == code)
            whom = abroad[at] - other.first
            for name in ("x", "score", "fear", "penalised", "account"):
                column = getattr(shard.board, name)
                if column.size:
                    column[here + at] = getattr(other.board, name)[whom]


def _live(world: World, nation: Nation, block: Block, at: int, tally: Tally) -> None:
    shard, now = block.shard, _setting(world, block, at)
    if block.turns is None or at % PERIOD == 0:
        block.turns = foresee(
            now, block.state.ties, shard.ties, shard.board, world.tables.association
        )
    left, digest = living.live(
        now,
        _columns(world, block, block.sparse),
        nation,
        shard.ties,
        shard.board,
        block.turns,
        world.tables,
        tally,
    )
    block.lived = Lived(*left)
    block.lived = block.lived.replaced(sums=_narrow(block.lived.sums))
    block.digest = int(digest)


def _setting(world: World, block: Block, week: int) -> Setting:
    return Setting(block.first, week, world.population.district_size, world.key)


def _columns(world: World, block: Block, sparse: Sparse) -> Columns:
    return Columns(block.people, _scored_from(world, block), block.state, sparse)


def _narrow(sums: Array) -> Array:
    """Return a block's sums in 16 bits if they fit: everybody's are held until the close."""
    small = np.iinfo(np.int16)
    if sums.size and small.min <= sums.min() and sums.max() <= small.max:
        return sums.astype(np.int16)
    return sums


def _deliver(blocks: list[Block]) -> Iterator[Array]:
    """Return for each block the records that other blocks' citizens made of its own."""
    sent = _joined([block.lived.mail for block in blocks if block.lived])
    if not sent.size:
        return repeat(sent, len(blocks))
    sent = sent[np.argsort(sent["subject"], kind="stable")]
    bounds = np.searchsorted(sent["subject"], [block.first for block in blocks])
    return iter(np.split(sent, bounds[1:]))


def _joined(tables: list[Array]) -> Array:
    """Return tables of records as one.

    As bytes, of those that hold any: NumPy would look at each field of each record.
    """
    held = [table for table in tables if table.size]
    if len(held) < 2:
        return held[0] if held else tables[0]
    kind = held[0].dtype
    return np.concatenate([table.view(f"V{kind.itemsize}") for table in held]).view(kind)


def _hear(world: World, blocks: list[Block], at: int) -> None:
    """Let the offices of each region hear the cases that arrive this week."""
    courts = world.courts
    if not courts.servers.size:
        return
    tables = [block.sparse.cases for block in blocks]
    cases = np.concatenate(tables)
    if not cases.size:
        return
    subject = cases["subject"]
    ordered = np.lexsort(
        (cases["seq"], cases["posted"], subject, cases["arrives"], subject // courts.region_size)
    )
    remedy.hear(
        at,
        world.key,
        cases,
        ordered,
        courts,
        world.tables.conduct.hash,
        world.tables.remedy,
    )
    parts = np.split(cases, np.cumsum([len(table) for table in tables])[:-1])
    for block, part in zip(blocks, parts, strict=True):
        block.sparse = block.sparse.replaced(cases=part)


def _close(world: World, nation: Nation, block: Block, mail: Array, at: int, tally: Tally) -> None:
    lived, shard = block.lived, block.shard
    assert lived is not None
    records = _joined([block.sparse.records, lived.inside, mail])
    sparse = block.sparse.replaced(records=records, duties=lived.duties)
    left, block.rows, most = closing.close(
        _setting(world, block, at),
        _columns(world, block, sparse),
        lived.replaced(sums=lived.sums.astype(np.int32)),
        nation,
        shard.ties,
        shard.board,
        world.tables,
        tally,
    )
    block.sparse = Sparse(*left)
    block.lived = None
    if most > MOST_ROWS:
        raise UpstandingError(
            f"in week {at} somebody got {most:,} entries; a ledger holds at most {MOST_ROWS:,} for "
            f"one citizen in one week: use fewer rules, sensors or wrong matches"
        )
