"""The canonical orders: of records, of the sparse tables, of the ledger's rows.

Each packs what it orders by into 64-bit keys, the citizen as counted from the block's first.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import U64, whole
from upstanding.clockwork.kernel import entry, kernel
from upstanding.mechanisms.rows import Array, Entries, Stays


@kernel
def _order(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the stable order of keys, by merging ever longer runs."""
    count = keys.shape[0]
    order = np.empty(count, np.int64)
    for at in range(count):
        order[at] = at
    merged = np.empty(count, np.int64)
    run = 1
    while run < count:
        for begin in range(0, count, 2 * run):
            middle, end = min(begin + run, count), min(begin + 2 * run, count)
            left, right = begin, middle
            for at in range(begin, end):
                if right == end or (left < middle and keys[order[left]] <= keys[order[right]]):
                    merged[at] = order[left]
                    left += 1
                else:
                    merged[at] = order[right]
                    right += 1
        order, merged = merged, order
        run *= 2
    return order


@kernel
def record(due: Array, first: int, week: int) -> NDArray[np.int64]:
    """Order records: own by (day, act, index, sensor, lag), then mail.

    Mail goes by (actor, act, index, sensor, day, lag).
    """
    inner = np.empty(due.shape[0], np.uint64)
    outer = np.empty(due.shape[0], np.uint64)
    for at in range(due.shape[0]):
        record = due[at]
        case = U64(record.act) << U64(13) | U64(record.index) << U64(5) | U64(record.sensor)
        lag = U64(week - whole(record.week))
        if record.actor == record.subject:
            inner[at] = U64(record.day) << U64(33) | case << U64(12) | lag
        else:
            inner[at] = case << U64(15) | U64(record.day) << U64(12) | lag
        sender = U64(0)
        if record.actor != record.subject:
            sender = U64(1) << U64(32) | U64(record.actor)
        outer[at] = U64(whole(record.subject) - first) << U64(33) | sender
    within = _order(inner)
    return within[_order(outer[within])]


@kernel
def duty(duties: Array, first: int) -> NDArray[np.int64]:
    """Order obligations by subject, act and the week and index of the act."""
    keys = np.empty(duties.shape[0], np.uint64)
    for at in range(duties.shape[0]):
        owed = duties[at]
        case = U64(owed.act) << U64(20) | U64(owed.week) << U64(8) | U64(owed.index)
        keys[at] = U64(whole(owed.subject) - first) << U64(32) | case
    return _order(keys)


@kernel
def performed(performed: Array, first: int) -> NDArray[np.int64]:
    """Order performances by subject, day, act and the week and index of the act."""
    keys = np.empty(performed.shape[0], np.uint64)
    for at in range(performed.shape[0]):
        done = performed[at]
        case = U64(done.act) << U64(20) | U64(done.week) << U64(8) | U64(done.index)
        local = U64(whole(done.subject) - first)
        keys[at] = local << U64(32) | U64(done.day) << U64(28) | case
    return _order(keys)


@kernel
def strike(strikes: Array, first: int) -> NDArray[np.int64]:
    """Order strikes by subject, list, week and seq."""
    keys = np.empty(strikes.shape[0], np.uint64)
    for at in range(strikes.shape[0]):
        strike = strikes[at]
        local = U64(whole(strike.subject) - first)
        when = U64(strike.week) << U64(16) | U64(strike.seq)
        keys[at] = local << U64(40) | U64(strike.list) << U64(32) | when
    return _order(keys)


@kernel
def wait(waits: Array, first: int) -> NDArray[np.int64]:
    """Order waits by subject, list and origin."""
    keys = np.empty(waits.shape[0], np.uint64)
    for at in range(waits.shape[0]):
        wait = waits[at]
        local = U64(whole(wait.subject) - first)
        origin = U64(wait.origin_week) << U64(16) | U64(wait.origin_seq)
        keys[at] = local << U64(40) | U64(wait.list) << U64(32) | origin
    return _order(keys)


@entry
def stay(held: Stays, first: int) -> NDArray[np.int64]:
    """Order stays by subject, list, instant of entry and seq."""
    keys = np.empty(held.shape[0], np.uint64)
    for at in range(held.shape[0]):
        stay = held[at]
        local = U64(whole(stay.subject) - first)
        since = U64(whole(stay.since) + (1 << 15))
        keys[at] = local << U64(40) | U64(stay.list) << U64(32) | since << U64(16)
        keys[at] |= U64(stay.origin_seq)
    return _order(keys)


@kernel
def case(cases: Array, first: int) -> NDArray[np.int64]:
    """Order cases by subject and the first of their rows."""
    keys = np.empty(cases.shape[0], np.uint64)
    for at in range(cases.shape[0]):
        case = cases[at]
        local = U64(whole(case.subject) - first)
        keys[at] = local << U64(32) | U64(case.posted) << U64(16) | U64(case.seq)
    return _order(keys)


@kernel
def denial(denials: Array, first: int) -> NDArray[np.int64]:
    """Order denials by subject, day, service and index."""
    keys = np.empty(denials.shape[0], np.uint64)
    for at in range(denials.shape[0]):
        denial = denials[at]
        local = U64(whole(denial.subject) - first)
        what = U64(denial.day) << U64(24) | U64(denial.service) << U64(16) | U64(denial.index)
        keys[at] = local << U64(32) | what
    return _order(keys)


@entry
def row(rows: Entries, first: int) -> NDArray[np.int64]:
    """Order rows by subject and seq."""
    keys = np.empty(rows.shape[0], np.uint64)
    for at in range(rows.shape[0]):
        keys[at] = U64(whole(rows[at].subject) - first) << U64(16) | U64(rows[at].seq)
    return _order(keys)
