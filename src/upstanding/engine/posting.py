"""Posting: from records that are due to entries, strikes and waits, in the canonical order."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import Word, whole
from upstanding.clockwork.kernel import kernel
from upstanding.engine.tables import Tables
from upstanding.mechanisms import remedy, scoring, stays
from upstanding.mechanisms.rows import STRIKE, WAIT, Array, Sheet
from upstanding.mechanisms.state import Sparse
from upstanding.mechanisms.strata import TAUGHT, is_counted, is_owner, part_of
from upstanding.mechanisms.tally import Tally


@kernel
def post(
    sheet: Sheet,
    first: int,
    week: int,
    key: tuple[Word, Word],
    status: NDArray[np.uint32],
    static: NDArray[np.uint16],
    scored_from: NDArray[np.uint16],
    sparse: Sparse,
    pending: Array,
    due: Array,
    own: NDArray[np.int32],
    listed: NDArray[np.uint32],
    straight: NDArray[np.int32],
    tables: Tables,
    tally: Tally,
) -> tuple[Array, Array, Array, Array]:
    """Post the records that are due, in order; return waits, strikes, repairs and cases.

    New ones come last; the `pending` are the cases so far.

    Their points are added to `own`, together with those in `straight` of whom they name. Entries
    help off a list those whom `listed` has on it.
    """
    waits = np.empty(sparse.waits.shape[0] + _list_room(due, tables), WAIT)
    waiting = sparse.waits.shape[0]
    copy_to(waits, sparse.waits)
    struck_for, repairing = tables.lists.struck, tables.lists.repairing
    strikes = np.empty(sparse.strikes.shape[0] + room_of(due, struck_for, tables), STRIKE)
    struck = sparse.strikes.shape[0]
    copy_to(strikes, sparse.strikes)
    repairs = np.empty(sparse.repairs.shape[0] + room_of(due, repairing, tables), STRIKE)
    repaired = sparse.repairs.shape[0]
    copy_to(repairs, sparse.repairs)
    remedied = tables.remedy.on == 1
    cases, open_ = remedy.room(pending, due, tables.remedy), pending.shape[0]
    rules_from, rules = tables.scoring.rules_from, tables.scoring.rules
    category, points = tables.scoring.category, tables.scoring.points
    sensors = tables.scoring.sensors
    lists_from = tables.lists.lists_from
    rows, used, seq = sheet.rows, sheet.used, sheet.seq
    entries, summed = tally.entries, tally.points
    sums = np.zeros(own.shape[0], np.int64)
    for at in range(due.shape[0]):
        record = due[at]
        subject = whole(record.subject)
        local = subject - first
        act, one = record.act, is_counted(status[local])
        begun, awards, adverse = seq[local], whole(0), False
        ruled = rules_from[act + 1] > rules_from[act]
        if ruled and whole(scored_from[local]) <= whole(record.week):
            for place in range(rules_from[act], rules_from[act + 1]):
                rule = rules[place]
                if (sensors[rule] >> np.uint32(record.sensor)) & np.uint32(1) == 0:
                    continue
                award = points[rule]
                scoring.award(rows[used[0]], week, seq[local], record, rule, category[rule], award)
                sums[category[rule]] += award
                summed[category[rule]] += one * award
                entries[rule] += one
                awards += 1
                adverse |= award < 0
                if struck_for[rule] != 0:
                    struck = _strike(strikes, struck, subject, week, seq[local], struck_for[rule])
                if repairing[rule] & listed[local] != 0:
                    of = repairing[rule] & listed[local]
                    repaired = _strike(repairs, repaired, subject, week, seq[local], of)
                seq[local] += 1
                used[0] += 1
        elif ruled:
            tally.dropped[0] += one
        taken = np.uint32(0)
        for place in range(lists_from[act], lists_from[act + 1]):
            earlier = waiting
            waiting = stays.take(
                sheet,
                first,
                week,
                key,
                record,
                tables.conduct.hash[act],
                tables.conduct.obliges[act],
                whole(is_owner(static[local])),
                tables.lists.lists[place],
                tables.lists,
                sparse.duties,
                sparse.stays,
                sparse.waits,
                waits,
                waiting,
            )
            if waiting > earlier:
                taken |= np.uint32(1) << np.uint32(tables.lists.lists[place])
        if remedied and (adverse or taken != 0):
            open_ = remedy.open_case(
                cases,
                open_,
                record,
                week,
                begun,
                awards,
                whole(taken),
                part_of(status[local], TAUGHT, 2),
                one,
                tables.conduct.hash[act],
                key,
                tables.remedy,
                tally,
            )
        if at + 1 == due.shape[0] or due[at + 1].subject != record.subject:
            scoring.add_with(own, local, sums, straight)
    return (
        waits[:waiting].copy(),
        strikes[:struck].copy(),
        repairs[:repaired].copy(),
        cases[:open_].copy(),
    )


@kernel
def _strike(strikes: Array, struck: int, subject: int, week: int, seq: int, lists_: int) -> int:
    """Note an entry for each of the lists that count it; return how many are noted then."""
    for code in range(32):
        if (lists_ >> np.uint32(code)) & np.uint32(1):
            strikes[struck].subject = subject
            strikes[struck].week = week
            strikes[struck].seq = seq
            strikes[struck].list = code
            struck += 1
    return struck


@kernel
def sorted_out(records: Array, first: int, citizens: int) -> tuple[Array, Array]:
    """Return the records that name citizens of the block, and the others."""
    mine = np.empty(records.shape[0], np.bool_)
    for at in range(records.shape[0]):
        local = whole(records[at].subject) - first
        mine[at] = 0 <= local < citizens
    return records[mine], records[~mine]


@kernel
def due(records: Array, week: int) -> tuple[Array, Array]:
    """Return the records that post at this close, and those that post later."""
    ready = np.empty(records.shape[0], np.bool_)
    for at in range(records.shape[0]):
        ready[at] = whole(records[at].due) <= week
    return records[ready], records[~ready]


@kernel
def room(due: Array, tables: Tables) -> int:
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
def room_of(due: Array, counting: NDArray[np.uint32], tables: Tables) -> int:
    """Return how many entries the records may make at most that lists count, once for each list.

    `counting` has a bit for each list by rule.
    """
    room = whole(0)
    for at in range(due.shape[0]):
        act = due[at].act
        for place in range(tables.scoring.rules_from[act], tables.scoring.rules_from[act + 1]):
            of = counting[tables.scoring.rules[place]]
            for code in range(tables.lists.hash.shape[0]):
                room += whole((of >> np.uint32(code)) & np.uint32(1))
    return room


@kernel
def first_seq(first: int, week: int, citizens: int, held: Array) -> NDArray[np.int64]:
    """Return each citizen's first free `seq`: after her start rows in week 0."""
    seq = np.zeros(citizens, np.int64)
    if week == 0:
        for at in range(held.shape[0]):
            seq[whole(held[at].subject) - first] += 1
    return seq
