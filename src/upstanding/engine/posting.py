"""Posting: from records that are due to entries, strikes and waits, in the canonical order."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import kernel
from upstanding.engine.tables import Tables
from upstanding.mechanisms import remedy, scoring, stays
from upstanding.mechanisms.rows import STRIKE, WAIT, Array, Sheet
from upstanding.mechanisms.state import Columns, Pending, Setting
from upstanding.mechanisms.strata import is_counted
from upstanding.mechanisms.tally import Tally
from upstanding.mechanisms.thresholds import is_for


@kernel
def post(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    due: Array,
    pending: Pending,
    sums: NDArray[np.int32],
    tables: Tables,
    tally: Tally,
) -> Pending:
    """Post the records that are due, in order; return the tables with what is new, each last.

    Points are added to everybody's own, together with those in `sums` of whom the records name,
    which are cleared. Entries help off a list those who were on it in the week.
    """
    first, week = now.first, now.week
    people, scored_from, sparse = block.people, block.scored_from, block.sparse
    own, listed, status = block.state.own, block.state.listed, people.status
    lists_from, codes, firms = tables.lists.lists_from, tables.lists.lists, tables.lists.firms
    rules_from, rules = tables.scoring.rules_from, tables.scoring.rules
    category, points = tables.scoring.category, tables.scoring.points
    sensors = tables.scoring.sensors
    struck_for, repairing = tables.lists.struck, tables.lists.repairing
    waiting, struck = pending.waits.shape[0], pending.strikes.shape[0]
    repaired, opened = pending.repairs.shape[0], pending.cases.shape[0]
    waits = np.empty(waiting + _list_room(due, lists_from), WAIT)
    copy_to(waits, pending.waits)
    strikes = np.empty(struck + room_of(due, struck_for, rules_from, rules), STRIKE)
    copy_to(strikes, pending.strikes)
    repairs = np.empty(repaired + room_of(due, repairing, rules_from, rules), STRIKE)
    copy_to(repairs, pending.repairs)
    remedied = tables.remedy.on == 1
    cases = remedy.room(pending.cases, due) if remedied else pending.cases
    rows, used, seq = sheet.rows, sheet.used, sheet.seq
    entries, summed = tally.entries, tally.points
    added = np.zeros(own.shape[0], np.int64)
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
                added[category[rule]] += award
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
        # Lists take a record whether or not its subject has a score.
        act_hash, owed = tables.conduct.hash[act], tables.conduct.obliges[act] == 1
        taken = np.uint32(0)
        for place in range(lists_from[act], lists_from[act + 1]):
            code, so_far = codes[place], waits[:waiting]
            if is_for(people.static[local], firms[code]) and stays.is_taken(
                now, sparse, so_far, record, code, act_hash, owed, tables.lists
            ):
                stays.take(sheet, now, record, code, tables.lists, waits[waiting])
                waiting += 1
                taken |= np.uint32(1) << np.uint32(code)
        if remedied and (adverse or taken != 0):
            stage, arrives = remedy.take_up(
                now, record, whole(taken), status[local], act_hash, tables.remedy, tally
            )
            if stage != remedy.DROPPED:
                remedy.open_case(
                    cases[opened], record, week, begun, awards, whole(taken), stage, arrives
                )
                opened += 1
        # Records come by subject: after her last, all her points are known and rounded once.
        if at + 1 == due.shape[0] or due[at + 1].subject != record.subject:
            scoring.add_with(own, local, added, sums)
    return Pending(
        pending.won,
        cases[:opened].copy(),
        waits[:waiting].copy(),
        strikes[:struck].copy(),
        repairs[:repaired].copy(),
        pending.used,
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
def room(due: Array, rules_from: NDArray[np.int64], lists_from: NDArray[np.int64]) -> int:
    """Return how many rows the records may make at most, and the entries that follow from them."""
    room = _list_room(due, lists_from)
    for at in range(due.shape[0]):
        act = due[at].act
        room += rules_from[act + 1] - rules_from[act]
    return 2 * room


@kernel
def _list_room(due: Array, lists_from: NDArray[np.int64]) -> int:
    room = whole(0)
    for at in range(due.shape[0]):
        act = due[at].act
        room += lists_from[act + 1] - lists_from[act]
    return room


@kernel
def room_of(
    due: Array,
    counting: NDArray[np.uint32],
    rules_from: NDArray[np.int64],
    rules: NDArray[np.int64],
) -> int:
    """Return how many entries the records may make at most that lists count, once for each list.

    `counting` has a bit for each list by rule.
    """
    room = whole(0)
    for at in range(due.shape[0]):
        act = due[at].act
        for place in range(rules_from[act], rules_from[act + 1]):
            of = counting[rules[place]]
            while of != 0:
                room += 1
                of &= of - np.uint32(1)
    return room


@kernel
def first_seq(now: Setting, citizens: int, held: Array) -> NDArray[np.int64]:
    """Return each citizen's first free `seq`: after her start rows in week 0."""
    seq = np.zeros(citizens, np.int64)
    if now.week == 0:
        for at in range(held.shape[0]):
            seq[whole(held[at].subject) - now.first] += 1
    return seq
