"""Showing people in public, and what their ties make of it: `publicity`'s kernels."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import U64, Word, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.mechanisms.association import Board, citizen_at
from upstanding.mechanisms.publicity import BY_CHANNEL, Tables
from upstanding.mechanisms.rows import (
    ENTRY,
    LIST_IN,
    POINTS,
    PUBLICITY,
    SHOWN,
    Array,
    Row,
    Sheet,
    is_wrong,
    new_row,
)
from upstanding.mechanisms.state import Columns, Setting
from upstanding.mechanisms.strata import is_counted
from upstanding.mechanisms.tally import (
    MISSHOWN,
    PEOPLE_SHOWN,
    PUBLISHED,
    SEEN_BY_STRANGERS,
    SEEN_BY_TIES,
    Tally,
)
from upstanding.mechanisms.ties import CUT, LIVING, Ties, place_of
from upstanding.mechanisms.turning import is_among


@kernel
def publish(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    due: Array,
    ties: Ties,
    board: Board,
    tables: Tables,
    tally: Tally,
) -> Sheet:
    """Write the publications of the week; return the sheet, which has room for them.

    `due` are the records that post, in their order. By whom somebody is shown is set in
    `penalised`, a bit each from the second on.
    """
    if tables.any == 0:
        return sheet
    first, week, key = now.first, now.week, now.key
    status, bits, penalised = block.people.status, block.state.ties, block.state.penalised
    for i in range(penalised.shape[0]):
        penalised[i] = 0
    posted, room = whole(sheet.used[0]), _room(sheet, due, tables)
    rows = np.empty(sheet.rows.shape[0] + room, ENTRY)
    copy_to(rows, sheet.rows[:posted])
    sheet = Sheet(rows, sheet.used, sheet.seq)
    for channel in range(tables.purpose.shape[0]):
        bit = np.uint32(1) << np.uint32(channel)
        for at in range(due.shape[0]):
            record = due[at]
            if tables.records[record.act, record.sensor] & bit == 0:
                continue
            row = rows[new_row(sheet, first, record.subject, week, SHOWN, PUBLICITY)]
            row.lag = week - whole(record.week)
            _carry(row, record, channel, tables)
        for at in range(posted):
            source = rows[at]
            if source.kind == POINTS:
                if tables.rules[source.rule] & bit == 0:
                    continue
            elif source.kind != LIST_IN or tables.lists[source.object] & bit == 0:
                continue
            row = rows[new_row(sheet, first, source.subject, week, SHOWN, PUBLICITY)]
            row.lag = source.lag
            _carry(row, source, channel, tables)
            row.origin_subject = source.subject
            row.origin_week = week
            row.origin_seq = source.seq
    for at in range(posted, sheet.used[0]):
        row = rows[at]
        local = whole(row.subject) - first
        channel, one = whole(row.object) - tables.object[0], is_counted(status[local])
        mark = np.uint8(2 << channel)
        counts = tally.published[channel]
        counts[PUBLISHED] += one
        counts[MISSHOWN] += one * is_wrong(row.truth)
        counts[PEOPLE_SHOWN] += one * whole(penalised[local] & mark == 0)
        counts[SEEN_BY_STRANGERS] += one * tables.persons[channel]
        tally.strangers[0] += tables.persons[channel]
        penalised[local] |= mark
        for slot in range(ties.near.shape[0] + ties.far.shape[0]):
            if (bits[local] >> np.uint32(2 * slot)) & np.uint32(3) != LIVING:
                continue
            there = place_of(first + local - board.first, slot, ties.near, ties.far)
            other = board.first + there
            if there >= board.citizens:
                other = whole(board.abroad[there - board.citizens])
            sees, _ = _drawn(row.subject, other, week, tables.purpose[channel], key)
            counts[SEEN_BY_TIES] += one * whole(sees < tables.ties[channel])
    return sheet


@kernel
def _room(sheet: Sheet, due: Array, tables: Tables) -> int:
    """Return how many publications there will be."""
    room = whole(0)
    for channel in range(tables.purpose.shape[0]):
        bit = np.uint32(1) << np.uint32(channel)
        for at in range(due.shape[0]):
            room += whole(tables.records[due[at].act, due[at].sensor] & bit != 0)
        for at in range(sheet.used[0]):
            row = sheet.rows[at]
            if row.kind == POINTS:
                room += whole(tables.rules[row.rule] & bit != 0)
            elif row.kind == LIST_IN:
                room += whole(tables.lists[row.object] & bit != 0)
    return room


@inlined
def _carry(row: Row, source: Row, channel: int, tables: Tables) -> None:
    """Let a publication say what it shows."""
    row.actor = source.actor
    row.day = source.day
    row.act = source.act
    row.sensor = source.sensor
    row.truth = source.truth
    row.rule = tables.clause[channel]
    row.object = tables.object[channel]


@inlined
def _drawn(
    shown: int, other: int, week: int, purpose: Word, key: tuple[Word, Word]
) -> tuple[Word, Word]:
    """Return the draws of whether a tie sees somebody, and of whether she drops her for it."""
    w0, w1, _, _ = dice.philox(U64(shown), U64(other), when(week, 0), purpose, key[0], key[1])
    return w0, w1


@kernel
def look(
    now: Setting,
    bits: NDArray[np.uint32],
    ties: Ties,
    board: Board,
    uncounted: NDArray[np.int64],
    tables: Tables,
    seen: NDArray[np.uint8],
    tally: NDArray[np.int64],
) -> None:
    """Set in `seen` (n,) who saw a tie who was shown at the last close; cut the ties that it costs.

    `bits` (n,) are the citizens' ties, and are set right. `seen` may be empty. `tally` (1,) counts
    pairs cut, by the smaller end, but for those of the `uncounted`.
    """
    for i in range(seen.shape[0]):
        seen[i] = 0
    if tables.any == 0 or (seen.shape[0] == 0 and tables.cut == 0):
        return
    near, far, penalised, cut = ties.near, ties.far, board.penalised, tables.cut
    first, shown_in = now.first, now.week - 1
    concerned = np.empty(bits.shape[0], np.uint8)
    for slot in range(near.shape[0] + far.shape[0]):
        _concern(first - board.first, slot, ties, bits, penalised, concerned)
        for i in range(bits.shape[0]):
            if concerned[i] == 0:
                continue
            here = first + i - board.first
            there = place_of(here, slot, near, far)
            mine = (whole(penalised[here]) & BY_CHANNEL) >> 1
            hers = (whole(penalised[there]) & BY_CHANNEL) >> 1
            other = citizen_at(board, there)
            drops = False
            for channel in range(tables.purpose.shape[0]):
                purpose, limit = tables.purpose[channel], tables.ties[channel]
                if (hers >> channel) & 1 == 1:
                    sees, cuts = _drawn(other, first + i, shown_in, purpose, now.key)
                    drops |= bool(sees < limit and cuts < cut)
                    if sees < limit and seen.shape[0] > 0:
                        seen[i] = 1
                if (mine >> channel) & 1 == 1:
                    sees, cuts = _drawn(first + i, other, shown_in, purpose, now.key)
                    drops |= bool(sees < limit and cuts < cut)
            if drops:
                bits[i] ^= np.uint32(LIVING ^ CUT) << np.uint32(2 * slot)
                if first + i < other:
                    tally[0] += 1 - max(is_among(uncounted, first + i), is_among(uncounted, other))


@kernel
def _concern(
    place: int,
    slot: int,
    ties: Ties,
    bits: NDArray[np.uint32],
    penalised: NDArray[np.uint8],
    concerned: NDArray[np.uint8],
) -> None:
    """Set in `concerned` (n,) whose tie of a slot lives and has an end that was shown.

    `place` is that of the block's first citizen on the board. No branch: few are, and none can tell
    which.
    """
    near, far = ties.near, ties.far
    for i in range(bits.shape[0]):
        living = whole((bits[i] >> np.uint32(2 * slot)) & np.uint32(3) == np.uint32(LIVING))
        marks = penalised[place + i] | penalised[place_of(place + i, slot, near, far)]
        concerned[i] = living & whole(marks & np.uint8(BY_CHANNEL) != 0)
