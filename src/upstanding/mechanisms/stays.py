"""The course of a stay on a list: taken, waiting, entered, left. The kernels of `lists`."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import U64, Word, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NO_BYTE, NO_WORD
from upstanding.mechanisms.cases import drawn_for, find_case, find_duty, first_of, same_case
from upstanding.mechanisms.lists import LEAVE, NO_TIER, Tables
from upstanding.mechanisms.rows import (
    BINDING,
    CONDUCT,
    LIST_IN,
    LIST_OUT,
    LISTS,
    PERFORMANCE,
    REMEDY,
    REVERSED,
    SEEN,
    STAY,
    STOLEN,
    TRUE,
    Array,
    Row,
    Sheet,
    new_row,
)
from upstanding.mechanisms.state import Columns, Setting, Sparse, State
from upstanding.mechanisms.stock import fill_stay
from upstanding.mechanisms.strata import is_counted
from upstanding.mechanisms.tally import Tally
from upstanding.mechanisms.thresholds import repaired

PERFORMED, REPAIRED, OTHER, TERM, ABOVE, REVERSAL = range(6)
"""Ways to leave, in the order of their clauses, which follow that of `enter`; the last is remedy's.
"""


@inlined
def is_taken(
    now: Setting,
    sparse: Sparse,
    waits: Array,
    record: Row,
    code: int,
    act_hash: Word,
    owed: bool,
    tables: Tables,
) -> bool:
    """Return whether a list takes a record.

    `waits` are those so far, first those of `sparse`; records come in order of subject. What is
    `owed` for an act of the subject's own is no ground any more once she has performed it.
    """
    w0, _, _, _ = dice.philox(
        U64(drawn_for(record)),
        act_hash,
        when(record.week, record.index),
        tables.take[code],
        now.key[0],
        now.key[1],
    )
    if w0 >= tables.share[code]:
        return False
    subject = whole(record.subject)
    must = owed and record.truth == TRUE
    if must and find_duty(sparse.duties, subject, record.act, record.week, record.index) < 0:
        return False
    # One case leads onto a list once, by however many sensors it was seen.
    earlier = sparse.waits
    if find_case(earlier, record, code) >= 0 or find_case(sparse.stays, record, code) >= 0:
        return False
    at = waits.shape[0] - 1
    while at >= earlier.shape[0] and waits[at].subject == subject:
        if same_case(waits[at], subject, record.actor, code, record.act, record.week, record.index):
            return False
        at -= 1
    return True


@inlined
def take(sheet: Sheet, now: Setting, record: Row, code: int, tables: Tables, wait: Row) -> None:
    """Write that a list takes a record, and fill in the wait that it begins."""
    week = now.week
    row = sheet.rows[new_row(sheet, now.first, record.subject, week, SEEN, LISTS)]
    row.actor = record.actor
    row.lag = week - whole(record.week)
    row.rule = tables.clause[code]
    row.day = record.day
    row.act = record.act
    row.sensor = record.sensor
    row.object = code
    row.truth = record.truth
    wait.subject = record.subject
    wait.actor = record.actor
    wait.due = week + tables.delay[code]
    wait.week = record.week
    wait.index = record.index
    wait.origin_week = week
    wait.origin_seq = row.seq
    wait.list = code
    wait.act = record.act
    wait.truth = record.truth


@kernel
def settle(sheet: Sheet, now: Setting, performed: Array, stays: Array, waits: Array) -> Array:
    """Write the week's performances, note them on their stays; return the waits not cancelled.

    A performance follows from the row of the stay for its obligation or, where there is none, from
    the record that waits for one; of several from that of the first list by name. `stays` and
    `waits` are in order of subject.
    """
    first, week = now.first, now.week
    for at in range(performed.shape[0]):
        done = performed[at]
        row = sheet.rows[new_row(sheet, first, done.subject, week, PERFORMANCE, CONDUCT)]
        row.day = done.day
        row.act = done.act
        row.truth = TRUE
        nearest = NO_BYTE
        place = first_of(waits, whole(done.subject)) - 1
        while place + 1 < waits.shape[0] and waits[place + 1].subject == done.subject:
            place += 1
            wait = waits[place]
            if wait.truth == TRUE and same_case(
                wait, done.subject, done.subject, wait.list, done.act, done.week, done.index
            ):
                if wait.list < nearest:
                    nearest = wait.list
                    _follow(row, wait)
                wait.list = NO_BYTE
        nearest = NO_BYTE
        place = first_of(stays, whole(done.subject)) - 1
        while place + 1 < stays.shape[0] and stays[place + 1].subject == done.subject:
            place += 1
            stay = stays[place]
            if stay.truth == TRUE and same_case(
                stay, done.subject, done.subject, stay.list, done.act, done.week, done.index
            ):
                if stay.list < nearest:
                    nearest = stay.list
                    _follow(row, stay)
                stay.performed = week
                stay.performed_seq = row.seq
    kept = 0
    for place in range(waits.shape[0]):
        if waits[place].list != NO_BYTE:
            waits[kept] = waits[place]
            kept += 1
    return waits[:kept].copy()


@inlined
def _follow(row: Row, cause: Row) -> None:
    """Let a row follow from that of a stay, or from the record that a wait rests on."""
    row.origin_subject = cause.subject
    row.origin_week = cause.origin_week
    row.origin_seq = cause.origin_seq


@kernel
def leave(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    repairs: Array,
    corrected: NDArray[np.int32],
    tables: Tables,
    remedy: int,
    tally: Tally,
) -> tuple[Array, NDArray[np.uint32]]:
    """Write the exits of the week; return the stays that last, and what people were on.

    That is a bit for each list that a citizen is on or has just left (n,). `repairs`, good entries,
    are in order of subject, list, week and seq. `corrected` is what `corrections.correct` returns,
    `remedy` the code of its clause.
    """
    first, week = now.first, now.week
    status, tier = block.people.status, block.state.tier
    stays, duties = block.sparse.stays, block.sparse.duties
    held = np.zeros(tier.shape[0], np.uint32)
    kept = 0
    lowest = tables.tier
    for at in range(stays.shape[0]):
        stay = stays[at]
        code = stay.list
        local = whole(stay.subject) - first
        held[local] |= np.uint32(1) << np.uint32(code)
        good = whole(-1)
        if tables.repairs[code, 0] > 0:
            good = repaired(repairs, stay, week, tables.repairs[code, 0], tables.repairs[code, 1])
        better = lowest[code] != NO_TIER and tier[local] != lowest[code]
        if better and corrected[local] > 0 and stay.bond != REVERSED:
            stay.bond = REVERSED
            stay.performed = week
            stay.performed_seq = corrected[local] - 1
        way = _way_out(stay, now, good >= 0, better, tables)
        if way < 0:
            stays[kept] = stay
            kept += 1
            continue
        row = sheet.rows[new_row(sheet, first, stay.subject, week, LIST_OUT, LISTS)]
        row.rule = tables.clause[code] + 1 + way
        if way == REVERSAL:
            row.rule = remedy
            row.mechanism = REMEDY
            tally.flagged[code] += whole(stay.denials) * is_counted(status[local])
        row.act = stay.act
        row.object = code
        row.truth = stay.truth
        row.origin_subject = stay.subject
        if way in (PERFORMED, REVERSAL):
            row.origin_week, row.origin_seq = stay.performed, stay.performed_seq
        elif way == REPAIRED:
            row.origin_week, row.origin_seq = repairs[good].week, repairs[good].seq
        else:
            row.origin_week, row.origin_seq = stay.origin_week, stay.origin_seq
        tally.left[code, way] += is_counted(status[local])
        if stay.act != NO_BYTE and stay.truth == TRUE:
            duty = find_duty(duties, whole(stay.subject), stay.act, stay.week, stay.index)
            if duty >= 0:
                duties[duty].lists &= ~(np.uint32(1) << np.uint32(code))
    return stays[:kept].copy(), held


@inlined
def _way_out(stay: Row, now: Setting, repaired: bool, better: bool, tables: Tables) -> int:
    """Return the way by which a stay ends at this close, or -1.

    `better` is whether her tier is not that of the list any more.
    """
    code, week = stay.list, now.week
    if stay.bond == REVERSED:
        return REVERSAL
    done = tables.performance[code] == 1 and stay.performed != NO_WORD
    if done and week >= whole(stay.performed) + tables.removal[code]:
        return PERFORMED
    if repaired:
        return REPAIRED
    case = (whole(stay.week) << 8) | whole(stay.index)
    w0, _, _, _ = dice.philox(
        U64(stay.subject), tables.hash[code], when(week, case), LEAVE, now.key[0], now.key[1]
    )
    if w0 < tables.other[code]:
        return OTHER
    if stay.until != NO_WORD and week >= whole(stay.until):
        return TERM
    return ABOVE if better and tables.above[code] == 1 else -1


@kernel
def enter(
    sheet: Sheet,
    now: Setting,
    status: NDArray[np.uint32],
    duties: Array,
    stays: Array,
    waits: Array,
    tables: Tables,
    tally: Tally,
) -> tuple[Array, Array]:
    """Write the entries that are due; return the stays, the new ones last, and the waits left.

    `waits` are in order of subject, list and origin.
    """
    first, week = now.first, now.week
    due = 0
    for at in range(waits.shape[0]):
        due += whole(waits[at].due) <= week
    longer = np.empty(stays.shape[0] + due, STAY)
    copy_to(longer, stays)
    count = stays.shape[0]
    kept = 0
    for at in range(waits.shape[0]):
        wait = waits[at]
        if whole(wait.due) > week:
            waits[kept] = wait
            kept += 1
            continue
        code = wait.list
        row = sheet.rows[new_row(sheet, first, wait.subject, week, LIST_IN, LISTS)]
        row.actor = wait.actor
        row.rule = tables.clause[code]
        row.act = wait.act
        row.object = code
        row.truth = wait.truth
        if wait.origin_week != NO_WORD:
            row.origin_subject = wait.subject
            row.origin_week = wait.origin_week
            row.origin_seq = wait.origin_seq
        stay: Row = longer[count]
        fill_stay(stay, wait.subject, wait.actor, code, week, tables.term[code])
        stay.week = wait.week
        stay.index = wait.index
        stay.act = wait.act
        stay.truth = wait.truth
        stay.origin_week = week
        stay.origin_seq = row.seq
        if wait.act != NO_BYTE and wait.truth == TRUE:
            duty = find_duty(duties, whole(wait.subject), wait.act, wait.week, wait.index)
            if duty >= 0:
                duties[duty].lists |= np.uint32(1) << np.uint32(code)
        one = is_counted(status[whole(wait.subject) - first])
        tally.entered[code] += one
        tally.robbed[code] += one * whole(wait.truth == STOLEN)
        count += 1
    return longer[:count].copy(), waits[:kept].copy()


@kernel
def restrict(
    first: int,
    state: State,
    stays: Array,
    list_closes: NDArray[np.uint32],
    tier_closes: NDArray[np.uint32],
) -> None:
    """Set each citizen's lists and closed services as they bind in the next week."""
    tier, listed, closed = state.tier, state.listed, state.closed
    for i in range(tier.shape[0]):
        listed[i] = np.uint32(0)
        closed[i] = tier_closes[tier[i]] if tier[i] != NO_BYTE else np.uint32(0)
    for at in range(stays.shape[0]):
        local = whole(stays[at].subject) - first
        listed[local] |= np.uint32(1) << np.uint32(stays[at].list)
        if stays[at].bond == BINDING:
            closed[local] |= list_closes[stays[at].list]
