"""Corrections: what a decided case undoes. The kernels of `remedy` for the close.

*Points.* For each entry that the record made, a row of kind reversal gives back what is left of it:
the entry's points alone, taken by the same ticks from its posting to now (0 if a reset lies
between), rounded half up to hundredths, with the other sign. These points are added with those of
the week, before the close's own tick. *Lists.* For each list that the record led onto, a reversal
row of 0 points; waits that rest on it are cancelled, a stay ends at this close by that row, before
any other way out. *Strikes.* Reversed entries no longer count; where too few of those that led onto
a list remain, the wait or stay by strikes ends by the row that took the last. *Tier.* A stay by
tier of somebody whose points were corrected at this close ends by the first of these rows if her
tier is no longer the list's. Denials that named a stay that ends so are counted as flagged. Bounds
that a score has met, what her ties have made of it and who acted in truth are left alone.

Reversals go by the first row of the record, then in the order of the rows that they reverse. A
reversed row follows from the row that it reverses.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import CERTAIN, U64, Word, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NO_BYTE, NO_WORD, NOBODY
from upstanding.clockwork.numbers import POINT, WEEKS_A_YEAR
from upstanding.mechanisms import lists, scoring
from upstanding.mechanisms.cases import drawn_for, find_case, first_of
from upstanding.mechanisms.remedy import (
    APPEALED,
    DROPPED,
    LATENT,
    STAMP_BITS,
    Tables,
    arrival,
    hearing_of,
)
from upstanding.mechanisms.rows import (
    BINDING,
    REMEDY,
    REVERSAL,
    REVERSED,
    SUSPENDED,
    TRUE,
    Array,
    Row,
    Sheet,
    new_row,
)
from upstanding.mechanisms.state import Columns, Pending, Setting
from upstanding.mechanisms.strata import TAUGHT, is_counted, part_of
from upstanding.mechanisms.tally import Tally

DAYS = 7


@kernel
def decided(
    now: Setting,
    status: NDArray[np.uint32],
    cases: Array,
    act_hash: NDArray[np.uint64],
    tables: Tables,
    tally: Tally,
) -> tuple[Array, Array]:
    """Return the cases that are decided for the subject at this close, and those still open."""
    first, week, key = now.first, now.week, now.key
    won, left = np.zeros(cases.shape[0], np.bool_), np.zeros(cases.shape[0], np.bool_)
    for at in range(cases.shape[0]):
        case = cases[at]
        one = is_counted(status[whole(case.subject) - first])
        if case.stage == LATENT or case.ends >> STAMP_BITS > whole(week):
            left[at] = True
            tally.waiting[0] += one * whole(
                case.stage != LATENT and case.begins >> STAMP_BITS > whole(week)
            )
            continue
        wrong = whole(case.truth != TRUE)
        _, _, w2 = hearing_of(case, act_hash[case.act], key, tables)
        won[at] = w2 < tables.reversed[wrong]
        tally.decided[wrong, whole(won[at])] += one
        tally.waited[0] += one * whole(case.begins - case.arrives)
        tally.waited[1] += one * whole(case.begins > case.arrives)
        if won[at]:
            tally.delay[0] += one * DAYS * (whole(week) - whole(case.posted))
    return cases[won], cases[left]


@kernel
def learn(
    now: Setting,
    status: NDArray[np.uint32],
    denials: Array,
    held: Array,
    cases: Array,
    act_hash: NDArray[np.uint64],
    tables: Tables,
    tally: Tally,
) -> None:
    """Count the week's denials on the stays that they name, of which their subjects then know.

    A denial that rests on a stay of kin tells that person nothing, and is not counted on it.

    `held` and `cases` are in order of subject.
    """
    first, week, key = now.first, now.week, now.key
    for at in range(denials.shape[0]):
        denial = denials[at]
        if denial.origin_week == NO_WORD or denial.actor != NOBODY:
            continue
        place = first_of(held, whole(denial.subject))
        while (
            held[place].origin_week != denial.origin_week
            or held[place].origin_seq != denial.origin_seq
        ):
            place += 1
        stay = held[place]
        stay.denials = min(whole(stay.denials) + 1, NO_WORD)
        if stay.act == NO_BYTE:
            continue
        of = _find_open(cases, stay)
        if of < 0 or cases[of].stage != LATENT:
            continue
        case = cases[of]
        _, w1, w2, _ = dice.philox(
            U64(drawn_for(case)),
            act_hash[case.act],
            when(case.week, case.index),
            tables.case[case.sensor],
            key[0],
            key[1],
        )
        wrong = whole(case.truth != TRUE)
        knows = status[whole(case.subject) - first]
        tally.notices[1] += is_counted(knows)
        case.stage = DROPPED
        taught = part_of(knows, TAUGHT, 2)
        if w1 < tables.appeal[wrong, taught]:
            case.stage = APPEALED
            case.arrives = arrival(week, w2)
            tally.appeals[wrong] += is_counted(knows)


@kernel
def _find_open(cases: Array, stay: Row) -> int:
    """Return the case about the record that a stay rests on, or -1."""
    at = first_of(cases, whole(stay.subject))
    while at < cases.shape[0] and cases[at].subject == stay.subject:
        case = cases[at]
        same = case.act == stay.act and case.week == stay.week and case.index == stay.index
        here = (case.open >> np.uint32(stay.list)) & np.uint32(1)
        if same and case.actor == stay.actor and here == 1:
            return at
        at += 1
    return -1


@inlined
def _remainder(points: int, posted: int, week: int, decay: Word, reset: int) -> int:
    """Return what is left in hundredths at the close of `week` of points posted earlier."""
    if reset == 1 and posted // WEEKS_A_YEAR != week // WEEKS_A_YEAR:
        return whole(0)
    left = (points * POINT + 50) // 100
    if decay != CERTAIN:
        for _ in range(week - posted):
            size = whole((U64(abs(left)) * decay) >> U64(32))
            left = size if left > 0 else -size
    return (left * 100 + (1 << 15)) >> 16


@inlined
def _counts(rule: int, case: Row, scores: scoring.Tables) -> bool:
    """Return whether a case's record made an entry under a rule on its act."""
    sensed: bool = (scores.sensors[rule] >> np.uint32(case.sensor)) & np.uint32(1) == 1
    return sensed and whole(case.awards) > 0


@kernel
def with_remainders(
    now: Setting, won: Array, scores: scoring.Tables, sums: NDArray[np.int32], shape: int
) -> NDArray[np.int32]:
    """Return the week's sums (shape, n) with what won cases give back; they may be (0, n)."""
    first, week = now.first, now.week
    if won.shape[0] == 0:
        return sums
    if sums.shape[0] == 0:
        sums = np.zeros((shape, sums.shape[1]), np.int32)
    for at in range(won.shape[0]):
        case = won[at]
        for place in range(scores.rules_from[case.act], scores.rules_from[case.act + 1]):
            rule = scores.rules[place]
            if _counts(rule, case, scores):
                left = _remainder(
                    scores.points[rule],
                    whole(case.posted),
                    whole(week),
                    scores.decay,
                    scores.reset,
                )
                sums[scores.category[rule], whole(case.subject) - first] -= left
    return sums


@kernel
def room(won: Array, codes: int) -> int:
    """Return how many rows of reversals won cases make at most."""
    room = whole(0)
    for at in range(won.shape[0]):
        room += whole(won[at].awards) + codes
    return room


@kernel
def correct(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    pending: Pending,
    scores: scoring.Tables,
    rules: lists.Tables,
    clause: int,
    tally: Tally,
) -> tuple[Pending, NDArray[np.int32]]:
    """Write the reversals of the won cases, in order, and end what rests on them.

    Return what is left of the tables, and the `seq` + 1 of each one's first reversal of points
    (n,), 0 for none; stays that end are marked. `pending` waits, used strikes and those that the
    block had before are in order of subject.
    """
    corrected = np.zeros(sheet.seq.shape[0], np.int32)
    won, waits, strikes, used = pending.won, pending.waits, pending.strikes, pending.used
    if won.shape[0] == 0:
        return pending, corrected
    first, week, status = now.first, now.week, block.people.status
    held, earlier = block.sparse.stays, block.sparse.strikes.shape[0]
    for at in range(won.shape[0]):
        case = won[at]
        local = whole(case.subject) - first
        nth = whole(case.seq)
        for place in range(scores.rules_from[case.act], scores.rules_from[case.act + 1]):
            rule = scores.rules[place]
            if not _counts(rule, case, scores):
                continue
            left = _remainder(
                scores.points[rule],
                whole(case.posted),
                whole(week),
                scores.decay,
                scores.reset,
            )
            row = sheet.rows[_reverse(sheet, first, week, clause, case, nth)]
            row.category = scores.category[rule]
            row.points = -left
            tally.returned[row.category] -= left * is_counted(status[local])
            if corrected[local] == 0:
                corrected[local] = row.seq + 1
            for code in range(rules.hash.shape[0]):
                if (rules.struck[rule] >> np.uint32(code)) & np.uint32(1):
                    _unstrike(strikes, earlier, case, nth, code)
                    if _unstrike(used, used.shape[0], case, nth, code):
                        _miss(week, row.seq, case, code, rules.strikes[code, 0], used, held, waits)
            nth += 1
        for code in range(rules.hash.shape[0]):
            mark = np.uint32(1) << np.uint32(code)
            if case.lists & mark == 0:
                continue
            row = sheet.rows[_reverse(sheet, first, week, clause, case, nth)]
            row.object = code
            nth += 1
            if case.open & mark == 0:
                continue
            on = find_case(held, case, code)
            if on >= 0:
                _end(held[on], week, row.seq)
            wait = find_case(waits, case, code)
            if wait >= 0:
                waits[wait].list = NO_BYTE
    remaining = Pending(
        won,
        pending.cases,
        waits[_named(waits)],
        strikes[_named(strikes)],
        pending.repairs,
        used[_named(used)],
    )
    return remaining, corrected


@inlined
def _reverse(sheet: Sheet, first: int, week: int, clause: int, case: Row, seq: int) -> int:
    """Begin the reversal of a row of a case's record; return its place."""
    at = new_row(sheet, first, case.subject, week, REVERSAL, REMEDY)
    row = sheet.rows[at]
    row.rule = clause
    row.act = case.act
    row.truth = case.truth
    row.origin_subject = case.subject
    row.origin_week = case.posted
    row.origin_seq = seq
    return at


@inlined
def _end(stay: Row, week: int, seq: int) -> None:
    """Let a stay end at this close by the reversal `seq`, unless another has ended it already."""
    if stay.bond != REVERSED:
        stay.bond = REVERSED
        stay.performed = week
        stay.performed_seq = seq


@kernel
def _unstrike(strikes: Array, count: int, case: Row, seq: int, code: int) -> bool:
    """Take out a strike if it is among the first `count`, in order of subject; return whether."""
    at = first_of(strikes[:count], whole(case.subject))
    while at < count and strikes[at].subject == case.subject:
        strike = strikes[at]
        if strike.list == code and strike.week == case.posted and strike.seq == seq:
            strike.list = NO_BYTE
            return True
        at += 1
    return False


@kernel
def _miss(
    week: int, seq: int, case: Row, code: int, needed: int, used: Array, held: Array, waits: Array
) -> None:
    """End a subject's wait or stay by strikes if too few of them remain."""
    subject = whole(case.subject)
    left = 0
    at = first_of(used, subject)
    while at < used.shape[0] and used[at].subject == subject:
        left += used[at].list == code
        at += 1
    if left >= needed:
        return
    at = first_of(held, subject)
    while at < held.shape[0] and held[at].subject == subject:
        if held[at].list == code and held[at].act == NO_BYTE:
            _end(held[at], week, seq)
        at += 1
    at = first_of(waits, subject)
    while at < waits.shape[0] and waits[at].subject == subject:
        if waits[at].list == code and waits[at].act == NO_BYTE:
            waits[at].list = NO_BYTE
        at += 1


@kernel
def _named(rows: Array) -> NDArray[np.bool_]:
    """Return which rows still name a list."""
    named = np.empty(rows.shape[0], np.bool_)
    for at in range(rows.shape[0]):
        named[at] = rows[at].list != NO_BYTE
    return named


@kernel
def tidy(
    cases: Array, used: Array, held: Array, waits: Array, suspensive: int
) -> tuple[Array, Array]:
    """Return the cases and used strikes of which something may still come; suspend stays.

    `held` and `waits` are those after the close, in order of subject.
    """
    for at in range(held.shape[0]):
        held[at].bond = BINDING
    kept = np.zeros(cases.shape[0], np.bool_)
    for at in range(cases.shape[0]):
        case = cases[at]
        left = np.uint32(0)
        for code in range(32):
            mark = np.uint32(1) << np.uint32(code)
            if case.open & mark == 0:
                continue
            on = find_case(held, case, code)
            if on >= 0 or find_case(waits, case, code) >= 0:
                left |= mark
            if on >= 0 and suspensive == 1 and case.stage == APPEALED:
                held[on].bond = SUSPENDED
        case.open = left
        kept[at] = case.stage != DROPPED and (case.stage != LATENT or left != 0)
    lasting = np.zeros(used.shape[0], np.bool_)
    for at in range(used.shape[0]):
        lasting[at] = _is_held(held, used[at]) or _is_held(waits, used[at])
    return cases[kept], used[lasting]


@kernel
def _is_held(rows: Array, strike: Row) -> bool:
    """Return whether somebody is on the list of a strike, or waits for it."""
    at = first_of(rows, whole(strike.subject))
    while at < rows.shape[0] and rows[at].subject == strike.subject:
        if rows[at].list == strike.list:
            return True
        at += 1
    return False
