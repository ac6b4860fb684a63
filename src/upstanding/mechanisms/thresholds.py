"""What a list is entered by but records, and left by good acts: strikes, tiers, categories."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import U64, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NO_BYTE, NO_WORD, NOBODY
from upstanding.mechanisms.cases import first_of
from upstanding.mechanisms.lists import CATEGORY, NO_TIER, Tables
from upstanding.mechanisms.rows import STRIKE, WAIT, Array, Row
from upstanding.mechanisms.state import Pending, Setting
from upstanding.mechanisms.strata import People, is_owner, years


@kernel
def decide(
    now: Setting,
    people: People,
    tier: NDArray[np.uint8],
    pending: Pending,
    tables: Tables,
    held: NDArray[np.uint32],
) -> tuple[Array, Array, Array]:
    """Return the waits, the new ones after them, and the strikes that still count.

    `held` has a bit for each list that a citizen is on or has just left. The strikes that are
    `pending` are in order of subject, list, week and seq. Those that led to a wait come after the
    used ones, which are returned last.
    """
    first, week, key = now.first, now.week, now.key
    waits, strikes, used = pending.waits, pending.strikes, pending.used
    lists = tables.hash.shape[0]
    for at in range(waits.shape[0]):
        local = whole(waits[at].subject) - first
        held[local] |= np.uint32(1) << np.uint32(waits[at].list)
    room = 0
    for code in range(lists):
        if tables.tier[code] != NO_TIER:
            for i in range(tier.shape[0]):
                room += tier[i] == tables.tier[code]
        if _may_begin(week, tables.ages[code, 0], tables.ages[code, 1]):
            for i in range(tier.shape[0]):
                room += _begins_to_fit(people, i, week, code, tables.category, tables.ages)
    longer = np.empty(waits.shape[0] + strikes.shape[0] + room, WAIT)
    copy_to(longer, waits)
    count = waits.shape[0]
    left = strikes.copy()
    kept = 0
    spent = np.empty(used.shape[0] + strikes.shape[0], STRIKE)
    copy_to(spent, used)
    gone = used.shape[0]
    begin = 0
    while begin < strikes.shape[0]:
        subject = strikes[begin].subject
        code = strikes[begin].list
        fresh = begin
        end = begin
        while (
            end < strikes.shape[0] and strikes[end].subject == subject and strikes[end].list == code
        ):
            if week - whole(strikes[end].week) >= tables.strikes[code, 1]:
                fresh = end + 1
            end += 1
        local = whole(subject) - first
        mark = np.uint32(1) << np.uint32(code)
        if (
            is_for(people.static[local], tables.firms[code])
            and end - fresh >= tables.strikes[code, 0]
            and held[local] & mark == 0
        ):
            last = strikes[end - 1]
            _wait(longer[count], subject, code, week, tables.delay[code], last.week, last.seq)
            held[local] |= mark
            count += 1
            for at in range(fresh, end):
                spent[gone] = strikes[at]
                gone += 1
        else:
            for at in range(fresh, end):
                left[kept] = strikes[at]
                kept += 1
        begin = end
    for code in range(lists):
        if tables.tier[code] == NO_TIER:
            continue
        mark = np.uint32(1) << np.uint32(code)
        for i in range(tier.shape[0]):
            if tier[i] == tables.tier[code] and held[i] & mark == 0:
                _wait(longer[count], first + i, code, week, tables.delay[code], NO_WORD, NO_WORD)
                count += 1
    for code in range(lists):
        if not _may_begin(week, tables.ages[code, 0], tables.ages[code, 1]):
            continue
        for i in range(tier.shape[0]):
            if _begins_to_fit(people, i, week, code, tables.category, tables.ages) == 0:
                continue
            w0, _, _, _ = dice.philox(
                U64(first + i), tables.hash[code], when(0, 0), CATEGORY, key[0], key[1]
            )
            if w0 < tables.share[code]:
                _wait(longer[count], first + i, code, week, tables.delay[code], NO_WORD, NO_WORD)
                count += 1
    return longer[:count].copy(), left[:kept].copy(), spent[:gone].copy()


@inlined
def is_for(static: int, firms: int) -> bool:
    """Return whether a list is for somebody: those for firms are for their owners."""
    meant: bool = firms == 0 or is_owner(static)
    return meant


@inlined
def _may_begin(week: int, youngest: int, oldest: int) -> bool:
    """Return whether anybody may begin to be of a list's category: by age, or when all begins."""
    possible: bool = youngest <= oldest and (week == 0 or youngest > 0)
    return possible


@inlined
def _begins_to_fit(
    people: People,
    i: int,
    week: int,
    code: int,
    category: NDArray[np.uint8],
    ages: NDArray[np.int64],
) -> int:
    """Return 1 at the first close at which the block's citizen i is of a list's category."""
    if category[code, people.static[i]] == 0:
        return whole(0)
    age = years(people.age_weeks[i], week)
    if age < ages[code, 0] or age > ages[code, 1]:
        return whole(0)
    return whole(week == 0 or years(people.age_weeks[i], week - 1) < ages[code, 0])


@inlined
def _wait(
    wait: Row, subject: int, code: int, week: int, delay: int, origin_week: int, origin_seq: int
) -> None:
    wait.subject = subject
    wait.actor = NOBODY
    wait.due = week + delay
    wait.week = week + delay
    wait.index = 0
    wait.origin_week = origin_week
    wait.origin_seq = origin_seq
    wait.list = code
    wait.act = NO_BYTE
    wait.truth = NO_BYTE


@kernel
def repaired(repairs: Array, stay: Row, week: int, enough: int, weeks: int) -> int:
    """Return the place of the newest good entry if there are enough since a stay began, or -1."""
    newest, count = whole(-1), whole(0)
    at = whole(first_of(repairs, whole(stay.subject)))
    while at < repairs.shape[0] and repairs[at].subject == stay.subject:
        posted = whole(repairs[at].week)
        if repairs[at].list == stay.list and posted > stay.since and week - posted < weeks:
            newest = at
            count += 1
        at += 1
    return newest if count >= enough else whole(-1)


@kernel
def keep_repairs(
    now: Setting, repairs: Array, listed: NDArray[np.uint32], needed: NDArray[np.int64]
) -> Array:
    """Return the good entries that may count at a later close: of those listed, and not too old.

    `needed` are, for each list, how many entries help off it and within how many weeks.
    """
    first, week = now.first, now.week
    kept = np.empty(repairs.shape[0], np.bool_)
    for at in range(repairs.shape[0]):
        good = repairs[at]
        on = (listed[whole(good.subject) - first] >> np.uint32(good.list)) & np.uint32(1) == 1
        kept[at] = on and week - whole(good.week) < needed[good.list, 1]
    return repairs[kept]
