"""What officials do to records, and what audits find of it. The kernels of `office`."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import CERTAIN, U64, Word, address, both, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NOBODY
from upstanding.mechanisms.association import Board
from upstanding.mechanisms.cases import drawn_for
from upstanding.mechanisms.conduct import Candidates
from upstanding.mechanisms.office import SHIELDING, Tables
from upstanding.mechanisms.rows import (
    FABRICATED,
    MADE_UP,
    OFFICE,
    RECORD,
    SHIELDED,
    TRUE,
    Array,
    Row,
    Sheet,
    new_row,
)
from upstanding.mechanisms.state import Columns, Setting
from upstanding.mechanisms.strata import (
    is_counted,
    is_official,
    place_at_home,
    size_of_home,
)
from upstanding.mechanisms.tally import Tally

AUDIT, CRITIC = U64(address("office/audit")), U64(address("office/critic"))
TRIES = 16
CRITICAL = 128
"""The bit of the board's `penalised` that is set for a critic."""


@kernel
def risk_of(share: int, tables: Tables) -> NDArray[np.int64]:
    """Return the risk that is perceived at each act (A,) in 2**-8; -1 where it is her own fear.

    `share` of tampers are audited, in 2**-32.
    """
    level = whole(both(U64(share), CERTAIN - tables.league) >> U64(24))
    risk = np.empty(tables.tampers.shape[0], np.int64)
    for act in range(risk.shape[0]):
        risk[act] = -1
        if tables.heeds == 1 and tables.tampers[act] >= 0:
            risk[act] = min(level, 255)
    return risk


@kernel
def tamper(
    now: Setting,
    status: NDArray[np.uint32],
    done: Candidates,
    board: Board,
    share: int,
    hashes: NDArray[np.uint64],
    tables: Tables,
    tally: Tally,
) -> tuple[Array, Array, Array]:
    """Return the records that are made up or found, who shields, and who is now a critic.

    The latter two are places in the block. `share` of tampers are audited, in 2**-32; `hashes`
    (A,) are the acts' addresses.
    """
    if tables.on == 0:
        return np.empty(0, RECORD), np.empty(0, np.int64), np.empty(0, np.int64)
    act, citizen, nth, day, hidden = done.act, done.citizen, done.nth, done.day, done.hidden
    room, speaking = whole(0), whole(0)
    for at in range(act.shape[0]):
        room += whole(tables.tampers[act[at]] >= 0)
        speaking += whole(tables.critical[act[at]])
    guards, critics = np.empty(room, np.int64), np.empty(speaking, np.int64)
    # A tamper makes one record up at most, and its audit one more.
    records = np.empty(2 * room, RECORD)
    made, guarding, critical = whole(0), whole(0), whole(0)
    for at in range(act.shape[0]):
        i = whole(citizen[at])
        if tables.critical[act[at]] == 1 and hidden[at] == 0:
            critics[critical] = i
            critical += 1
        kind = tables.tampers[act[at]]
        if kind < 0:
            continue
        actor, one = now.first + i, is_counted(status[i])
        name = hashes[act[at]]
        if kind == SHIELDING:
            guards[guarding] = i
            guarding += 1
        else:
            subject = _critic(now, actor, name, nth[at], board)
            tally.critics[whole(subject < 0)] += one
            if subject < 0:
                continue
            record = records[made]
            _record(record, now.week, actor, nth[at], act[at], day[at], tables.says[2])
            record.subject = subject
            record.index = MADE_UP + (whole(nth[at]) & 63)
            record.act, record.sensor = tables.says[0], tables.says[1]
            record.truth = FABRICATED
            made += 1
        tally.tampers[kind, 0] += one
        at_week = when(now.week, nth[at])
        w0, w1, _, _ = dice.philox(U64(actor), name, at_week, AUDIT, now.key[0], now.key[1])
        if hidden[at] == 0 and w0 < U64(share) and w1 >= tables.league:
            tally.tampers[kind, 1] += one
            record = records[made]
            _record(record, now.week, actor, nth[at], act[at], day[at], tables.finds[1])
            record.sensor = tables.finds[0]
            record.truth = TRUE
            made += 1
    return records[:made].copy(), guards[:guarding].copy(), critics[:critical].copy()


@kernel
def _critic(now: Setting, actor: int, name: Word, nth: int, board: Board) -> int:
    """Return a critic of an official's district, or -1 where 16 tries meet none.

    A district lies within a shard, so its people are on the shard's board.
    """
    home = actor // now.district_size * now.district_size
    for attempt in range(TRIES):
        at_week = when(now.week, (whole(nth) << 4) | attempt)
        w0, _, _, _ = dice.philox(U64(actor), name, at_week, CRITIC, now.key[0], now.key[1])
        met = home + whole(dice.below(w0, U64(now.district_size)))
        place = met - board.first
        # The last district may not be full.
        if met == actor or place >= board.citizens:
            continue
        if whole(board.penalised[place]) & CRITICAL != 0:
            return met
    return whole(-1)


@inlined
def _record(record: Row, week: int, actor: int, nth: int, act: int, day: int, delay: int) -> None:
    """Fill in a record of an official's own act, all but its sensor and truth."""
    record.subject = actor
    record.actor = actor
    record.week = week
    record.due = week + delay
    record.index = nth
    record.act = act
    record.day = day


@kernel
def keep_out(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    due: Array,
    guards: Array,
    act_hash: NDArray[np.uint64],
    tables: Tables,
    tally: Tally,
) -> Array:
    """Write a row for each adverse record that is shielded or spared; return the other records.

    `guards` are the places of those who shield.
    """
    first, week, key = now.first, now.week, now.key
    people, scored_from = block.people, block.scored_from
    spares = tables.spared != U64(0)
    if tables.on == 0 or (guards.shape[0] == 0 and not spares):
        return due
    posted = np.ones(due.shape[0], np.bool_)
    for at in range(due.shape[0]):
        record = due[at]
        local = whole(record.subject) - first
        scored = whole(whole(scored_from[local]) <= whole(record.week))
        if (
            tables.adverse[scored, record.act, record.sensor] == 0
            or tables.tampers[record.act] >= 0
        ):
            continue
        by, spared = _guard(local, people.home, guards), whole(0)
        if by < 0 and spares and is_official(people.static[local]):
            at_week, purpose = when(record.week, record.index), tables.purpose[record.sensor]
            whose, name = U64(drawn_for(record)), act_hash[record.act]
            w0, _, _, _ = dice.philox(whose, name, at_week, purpose, key[0], key[1])
            spared = whole(w0 < tables.spared)
        if by < 0 and spared == 0:
            continue
        posted[at] = False
        row = sheet.rows[new_row(sheet, first, record.subject, week, SHIELDED, OFFICE)]
        row.actor = first + by if by >= 0 else NOBODY
        row.lag = week - whole(record.week)
        row.rule = tables.clause[spared]
        row.day = record.day
        row.act = record.act
        row.sensor = record.sensor
        row.truth = record.truth
        tally.kept_out[spared] += is_counted(people.status[local])
    return due[posted]


@inlined
def _guard(local: int, home: NDArray[np.uint8], guards: Array) -> int:
    """Return the place of the first by number who shields somebody's household, or -1."""
    begin = local - place_at_home(home[local])
    end = begin + size_of_home(home[local])
    least = whole(-1)
    for at in range(guards.shape[0]):
        if begin <= guards[at] < end and (least < 0 or guards[at] < least):
            least = guards[at]
    return least


@kernel
def hold_for_critics(penalised: NDArray[np.uint8], critics: Array) -> None:
    """Note on the board who is a critic from now on, by their places, and who no longer is."""
    for i in range(penalised.shape[0]):
        penalised[i] = whole(penalised[i]) & ~CRITICAL
    for at in range(critics.shape[0]):
        penalised[critics[at]] = whole(penalised[critics[at]]) | CRITICAL
