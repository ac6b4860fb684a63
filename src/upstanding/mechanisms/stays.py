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
from upstanding.mechanisms.stock import fill_stay
from upstanding.mechanisms.strata import is_counted
from upstanding.mechanisms.tally import Tally
from upstanding.mechanisms.thresholds import repaired

PERFORMED, REPAIRED, OTHER, TERM, ABOVE, REVERSAL = range(6)
"""Ways to leave, in the order of their clauses, which follow that of `enter`; the last is remedy's.
"""


@inlined
def take(
    sheet: Sheet,
    first: int,
    week: int,
    key: tuple[Word, Word],
    record: Row,
    act_hash: Word,
    obliges: int,
    owner: int,
    code: int,
    tables: Tables,
    duties: Array,
    stays: Array,
    earlier: Array,
    waits: Array,
    waiting: int,
) -> int:
    """Take a record up for a list if the rules say so; return how many are waiting then.

    `owner` is 1 if the subject owns a firm.

    Records come in order of subject. `waits` has room; the first `waiting` are filled, `earlier`
    first, which are in order of subject, as are `duties` and `stays`.
    """
    if tables.firms[code] == 1 and owner == 0:
        return waiting
    w0, _, _, _ = dice.philox(
        U64(drawn_for(record)),
        act_hash,
        when(record.week, record.index),
        tables.take[code],
        key[0],
        key[1],
    )
    if w0 >= tables.share[code]:
        return waiting
    must = obliges == 1 and record.truth == TRUE
    subject = whole(record.subject)
    if must and find_duty(duties, subject, record.act, record.week, record.index) < 0:
        return waiting
    if find_case(earlier, record, code) >= 0 or find_case(stays, record, code) >= 0:
        return waiting
    at = waiting - 1
    while at >= earlier.shape[0] and waits[at].subject == subject:
        if same_case(waits[at], subject, record.actor, code, record.act, record.week, record.index):
            return waiting
        at -= 1
    row = sheet.rows[new_row(sheet, first, record.subject, week, SEEN, LISTS)]
    row.actor = record.actor
    row.lag = week - whole(record.week)
    row.rule = tables.clause[code]
    row.day = record.day
    row.act = record.act
    row.sensor = record.sensor
    row.object = code
    row.truth = record.truth
    wait = waits[waiting]
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
    return waiting + 1


@kernel
def settle(
    sheet: Sheet, first: int, week: int, performed: Array, stays: Array, waits: Array
) -> Array:
    """Write the week's performances, note them on their stays; return the waits not cancelled.

    A performance follows from the row of the stay for its obligation or, where there is none, from
    the record that waits for one; of several from that of the first list by name. `stays` and
    `waits` are in order of subject.
    """
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
    first: int,
    week: int,
    key: tuple[Word, Word],
    status: NDArray[np.uint32],
    tier: NDArray[np.uint8],
    duties: Array,
    stays: Array,
    repairs: Array,
    tables: Tables,
    corrected: NDArray[np.int32],
    remedy: int,
    held: NDArray[np.uint32],
    tally: Tally,
) -> Array:
    """Write the exits of the week; return the stays that last.

    `held` gets a bit for each list that a citizen is on or has just left. `repairs`, good entries,
    are in order of subject, list, week and seq. `corrected` is what `corrections.correct` returns,
    `remedy` the code of its clause.
    """
    kept = 0
    k0, k1 = key
    hashes, performance, removal = tables.hash, tables.performance, tables.removal
    other, above, lowest = tables.other, tables.above, tables.tier
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
        way = _way_out(
            stay,
            week,
            k0,
            k1,
            hashes[code],
            performance[code] == 1,
            removal[code],
            good >= 0,
            other[code],
            above[code] == 1 and better,
        )
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
    return stays[:kept].copy()


@inlined
def _way_out(
    stay: Row,
    week: int,
    k0: Word,
    k1: Word,
    list_hash: Word,
    performance: bool,
    removal: int,
    repaired: bool,
    other: Word,
    better: bool,
) -> int:
    """Return the way by which a stay ends at this close, or -1."""
    if stay.bond == REVERSED:
        return REVERSAL
    done = performance and stay.performed != NO_WORD
    if done and week >= whole(stay.performed) + removal:
        return PERFORMED
    if repaired:
        return REPAIRED
    case = (whole(stay.week) << 8) | whole(stay.index)
    w0, _, _, _ = dice.philox(U64(stay.subject), list_hash, when(week, case), LEAVE, k0, k1)
    if w0 < other:
        return OTHER
    if stay.until != NO_WORD and week >= whole(stay.until):
        return TERM
    return ABOVE if better else -1


@kernel
def enter(
    sheet: Sheet,
    first: int,
    week: int,
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
    stays: Array,
    tier: NDArray[np.uint8],
    tier_closes: NDArray[np.uint32],
    tables: Tables,
    listed: NDArray[np.uint32],
    closed: NDArray[np.uint32],
) -> None:
    """Set each citizen's lists and closed services as they bind in the next week."""
    for i in range(tier.shape[0]):
        listed[i] = np.uint32(0)
        closed[i] = tier_closes[tier[i]] if tier[i] != NO_BYTE else np.uint32(0)
    for at in range(stays.shape[0]):
        local = whole(stays[at].subject) - first
        listed[local] |= np.uint32(1) << np.uint32(stays[at].list)
        if stays[at].bond == BINDING:
            closed[local] |= tables.closes[stays[at].list]
