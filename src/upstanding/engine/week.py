"""One week of one block: the data's way through the mechanisms.

*live*: each citizen lives alone against what stood at the week's opening. *close*: what reached
her is posted in the canonical order, her standing is folded, lists are left and entered. Between
the two, `engine.simulate` delivers what one citizen's week sends to another's.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import Word, whole
from upstanding.clockwork.kernel import kernel
from upstanding.clockwork.names import LIST_CLAUSES
from upstanding.engine import order
from upstanding.engine.tables import Tables
from upstanding.mechanisms import (
    candidates,
    lists,
    obligations,
    response,
    scoring,
    sensing,
    services,
    stays,
)
from upstanding.mechanisms.rows import ENTRY, FALSE_MATCH, STRIKE, WAIT, Array, Sheet
from upstanding.mechanisms.strata import People
from upstanding.mechanisms.tally import Tally


class State(NamedTuple):
    """A block's hot state, 34 bytes a citizen."""

    own: NDArray[np.int32]
    """(5, n) points by category in 2**-16 point."""
    score: NDArray[np.int32]
    """(n,) hundredths, or NO_SCORE."""
    tier: NDArray[np.uint8]
    """(n,)"""
    listed: NDArray[np.uint32]
    """(n,) a bit for each list."""
    closed: NDArray[np.uint32]
    """(n,) a bit for each service."""
    refusals: NDArray[np.uint8]
    """(n,) met so far, at most 255."""


class Sparse(NamedTuple):
    """A block's sparse tables."""

    records: Array
    """Records that are still to be posted."""
    duties: Array
    stays: Array
    waits: Array
    strikes: Array


class Lived(NamedTuple):
    """What a block's week leaves for the close."""

    inside: Array
    """Records that name citizens of the block."""
    mail: Array
    """Records that name others."""
    duties: Array
    performed: Array
    denials: Array


@kernel
def live(
    first: int,
    week: int,
    district_size: int,
    key: tuple[Word, Word],
    people: People,
    state: State,
    sparse: Sparse,
    tables: Tables,
    galleries: sensing.Galleries,
    tally: Tally,
) -> tuple[Lived, Word]:
    """Live one week; return what it leaves for the close and the hash of the candidates."""
    citizens = state.score.shape[0]
    found, digest = candidates.candidates(
        first, citizens, week, key, people, tables.conduct, tally.candidates
    )
    done = response.carry_out(found, people, tables.response, tally.acts)
    records = sensing.see(
        first,
        week,
        district_size,
        key,
        people,
        done,
        tables.conduct.hash,
        tables.sensing,
        galleries,
        tally.records,
    )
    inside, mail = _sorted_out(records, first, citizens)
    kept, performed = obligations.perform(
        week, key, sparse.duties, tables.conduct, tables.lists.pressed, tally.performed
    )
    duties = obligations.oblige(first, week, key, done, tables.conduct, kept)
    duties = duties[order.duty(duties, first)]
    denials = services.attempt(
        first,
        week,
        key,
        people,
        state.closed,
        state.tier,
        state.refusals,
        sparse.stays,
        tables.lists.closes,
        tables.lists.clause + (len(LIST_CLAUSES) - 1),
        tables.services,
    )
    return Lived(inside, mail, duties, performed, denials), digest


@kernel
def close(
    first: int,
    week: int,
    district_size: int,
    key: tuple[Word, Word],
    people: People,
    enrolled: NDArray[np.uint16],
    state: State,
    sparse: Sparse,
    performed: Array,
    denials: Array,
    tables: Tables,
    tally: Tally,
) -> tuple[Sparse, Array, int]:
    """Close one week; return the sparse tables, the rows, and the most rows that a citizen has.

    Rows are in the order of the ledger.

    `sparse.records` holds all records for the block's citizens, due or not, in any order.
    """
    citizens = state.score.shape[0]
    due, later = _due(sparse.records, week)
    due = due[order.record(due, first, week)]
    room = _room(due, tables) + performed.shape[0] + 2 * sparse.stays.shape[0]
    room += sparse.waits.shape[0] + denials.shape[0] + sparse.strikes.shape[0]
    room += _strike_room(due, tables)
    room += citizens * np.sum(tables.lists.tier != lists.NO_TIER)
    sheet = Sheet(
        np.empty(room, ENTRY),
        np.zeros(1, np.int64),
        _first_seq(first, week, citizens, sparse.stays),
    )

    waits, strikes = _post(
        sheet, first, week, district_size, key, people, enrolled, state, sparse, due, tables, tally
    )
    waits = waits[order.wait(waits, first)]
    waits = stays.settle(
        sheet, first, week, performed[order.performed(performed, first)], sparse.stays, waits
    )
    scoring.fold(
        first,
        week,
        district_size,
        people,
        enrolled,
        tables.scoring,
        state.own,
        state.score,
        state.tier,
    )
    held = np.zeros(citizens, np.uint32)
    lasting = stays.leave(
        sheet, first, week, key, state.tier, sparse.duties, sparse.stays, tables.lists, held, tally
    )
    strikes = strikes[order.strike(strikes, first)]
    waits, strikes = stays.decide(first, week, state.tier, strikes, waits, tables.lists, held)
    waits = waits[order.wait(waits, first)]
    lasting, waits = stays.enter(
        sheet, first, week, sparse.duties, lasting, waits, tables.lists, tally
    )
    lasting = lasting[order.stay(lasting, first)]
    stays.restrict(
        first,
        lasting,
        state.tier,
        tables.services.tier_closes,
        tables.lists,
        state.listed,
        state.closed,
    )
    services.refuse(
        sheet,
        first,
        week,
        denials[order.denial(denials, first)],
        tables.lists.hash.shape[0],
        tables.services,
        state.refusals,
        tally.denials,
        tally.hours,
    )
    _count(state, sparse.duties, lasting, tally)
    rows = sheet.rows[: sheet.used[0]]
    rows = rows[order.row(rows, first)]
    return Sparse(later, sparse.duties, lasting, waits, strikes), rows, sheet.seq.max()


@kernel
def _post(
    sheet: Sheet,
    first: int,
    week: int,
    district_size: int,
    key: tuple[Word, Word],
    people: People,
    enrolled: NDArray[np.uint16],
    state: State,
    sparse: Sparse,
    due: Array,
    tables: Tables,
    tally: Tally,
) -> tuple[Array, Array]:
    """Post the records that are due, in order; return the waits and the strikes, new ones last."""
    waits = np.empty(sparse.waits.shape[0] + _list_room(due, tables), WAIT)
    waiting = sparse.waits.shape[0]
    copy_to(waits, sparse.waits)
    strikes = np.empty(sparse.strikes.shape[0] + _strike_room(due, tables), STRIKE)
    struck = sparse.strikes.shape[0]
    copy_to(strikes, sparse.strikes)
    rules_from, rules = tables.scoring.rules_from, tables.scoring.rules
    category, points = tables.scoring.category, tables.scoring.points
    sensors, struck_for = tables.scoring.sensors, tables.lists.struck
    lists_from = tables.lists.lists_from
    rows, used, seq = sheet
    own, age_weeks, min_age = state.own, people.age_weeks, tables.scoring.min_age[0]
    entries, summed = tally.entries, tally.points
    sums = np.zeros(own.shape[0], np.int64)
    for at in range(due.shape[0]):
        record = due[at]
        subject = whole(record.subject)
        local = subject - first
        act = record.act
        ruled = rules_from[act + 1] > rules_from[act]
        if ruled and scoring.is_scored(
            age_weeks[local], record.week, enrolled[subject // district_size], min_age
        ):
            for place in range(rules_from[act], rules_from[act + 1]):
                rule = rules[place]
                if (sensors[rule] >> np.uint32(record.sensor)) & np.uint32(1) == 0:
                    continue
                award = points[rule]
                scoring.award(rows[used[0]], week, seq[local], record, rule, category[rule], award)
                sums[category[rule]] += award
                summed[category[rule]] += award
                entries[rule] += 1
                if struck_for[rule] != 0:
                    struck = _strike(strikes, struck, subject, week, seq[local], struck_for[rule])
                seq[local] += 1
                used[0] += 1
        elif ruled:
            tally.dropped[0] += 1
        for place in range(lists_from[act], lists_from[act + 1]):
            waiting = stays.take(
                sheet,
                first,
                week,
                key,
                record,
                tables.conduct.hash[act],
                tables.conduct.obliges[act],
                tables.lists.lists[place],
                tables.lists,
                sparse.duties,
                sparse.stays,
                sparse.waits,
                waits,
                waiting,
            )
        if at + 1 == due.shape[0] or due[at + 1].subject != record.subject:
            scoring.add(own, local, sums)
    return waits[:waiting].copy(), strikes[:struck].copy()


@kernel
def _strike(strikes: Array, struck: int, subject: int, week: int, seq: int, lists_: int) -> int:
    """Note an entry as a strike for each of its lists; return how many strikes there are then."""
    for code in range(32):
        if (lists_ >> np.uint32(code)) & np.uint32(1):
            strikes[struck].subject = subject
            strikes[struck].week = week
            strikes[struck].seq = seq
            strikes[struck].list = code
            struck += 1
    return struck


@kernel
def _sorted_out(records: Array, first: int, citizens: int) -> tuple[Array, Array]:
    """Return the records that name citizens of the block, and the others."""
    mine = np.empty(records.shape[0], np.bool_)
    for at in range(records.shape[0]):
        local = whole(records[at].subject) - first
        mine[at] = 0 <= local < citizens
    return records[mine], records[~mine]


@kernel
def _due(records: Array, week: int) -> tuple[Array, Array]:
    """Return the records that post at this close, and those that post later."""
    ready = np.empty(records.shape[0], np.bool_)
    for at in range(records.shape[0]):
        ready[at] = whole(records[at].due) <= week
    return records[ready], records[~ready]


@kernel
def _room(due: Array, tables: Tables) -> int:
    """Return how many rows the records may make at most."""
    room = _list_room(due, tables)
    for at in range(due.shape[0]):
        act = due[at].act
        room += tables.scoring.rules_from[act + 1] - tables.scoring.rules_from[act]
    return 2 * room


@kernel
def _list_room(due: Array, tables: Tables) -> int:
    room = whole(0)
    for at in range(due.shape[0]):
        act = due[at].act
        room += tables.lists.lists_from[act + 1] - tables.lists.lists_from[act]
    return room


@kernel
def _strike_room(due: Array, tables: Tables) -> int:
    room = whole(0)
    for at in range(due.shape[0]):
        act = due[at].act
        for place in range(tables.scoring.rules_from[act], tables.scoring.rules_from[act + 1]):
            struck = tables.lists.struck[tables.scoring.rules[place]]
            for code in range(tables.lists.hash.shape[0]):
                room += whole((struck >> np.uint32(code)) & np.uint32(1))
    return room


@kernel
def _first_seq(first: int, week: int, citizens: int, held: Array) -> NDArray[np.int64]:
    """Return each citizen's first free `seq`: after her start rows in week 0."""
    seq = np.zeros(citizens, np.int64)
    if week == 0:
        for at in range(held.shape[0]):
            seq[whole(held[at].subject) - first] += 1
    return seq


@kernel
def _count(state: State, duties: Array, held: Array, tally: Tally) -> None:
    """Count how things stand at the close."""
    for at in range(duties.shape[0]):
        tally.outstanding[duties[at].act] += 1
    for at in range(held.shape[0]):
        tally.mistaken[held[at].list] += whole(held[at].truth == FALSE_MATCH)
    for i in range(state.score.shape[0]):
        if state.score[i] != scoring.NO_SCORE:
            tally.score[0] += state.score[i]
            tally.score[1] += 1
        if state.tier[i] < tally.tiers.shape[0]:
            tally.tiers[state.tier[i]] += 1
        if state.listed[i] != 0:
            for code in range(tally.listed.shape[0]):
                tally.listed[code] += whole((state.listed[i] >> np.uint32(code)) & np.uint32(1))
