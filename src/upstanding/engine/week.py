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
    association,
    candidates,
    days,
    lists,
    obligations,
    response,
    scoring,
    sensing,
    services,
    stays,
)
from upstanding.mechanisms.rows import (
    ENTRY,
    FALSE_MATCH,
    LIST_IN,
    POINTS,
    REFUSED,
    STRIKE,
    WAIT,
    Array,
    Sheet,
)
from upstanding.mechanisms.strata import People, is_urban, joint_strata
from upstanding.mechanisms.tally import (
    ACTS,
    BARRED,
    DENIALS,
    LISTED,
    PEOPLE,
    SCORE,
    SCORED,
    TERM,
    WRONG,
    Tally,
)
from upstanding.mechanisms.tally import LIST_IN as LISTINGS
from upstanding.mechanisms.ties import Ties


class State(NamedTuple):
    """A block's hot state: 29 bytes a citizen, and 4 for each category of points."""

    own: NDArray[np.int32]
    """(C, n) points by category in 2**-16 point."""
    score: NDArray[np.int32]
    """(n,) hundredths, or NO_SCORE. Others may read it a week later, and x and fear."""
    x: NDArray[np.int32]
    """(n,) in 2**-16 point, what ties pull with; NO_SCORE without score or association."""
    fear: NDArray[np.uint8]
    """(n,) perceived risk in 2**-8."""
    term: NDArray[np.int32]
    """(n,) hundredths that ties add to the score."""
    ties: NDArray[np.uint32]
    """(n,) two bits a slot: dormant, living, cut."""
    standing: NDArray[np.uint16]
    """(n,) percentile at the last yearly comparison, or NO_WORD."""
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

    sums: NDArray[np.int32]
    """(C, n) hundredths of points that no row is written for; (0, n) if all rows are."""
    pulled: NDArray[np.int32]
    """(n,) what her ties make of last week's board; (0,) without association."""
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
    scored_from: NDArray[np.uint16],
    state: State,
    sparse: Sparse,
    tables: Tables,
    galleries: sensing.Galleries,
    ties: Ties,
    board_first: int,
    board: association.Board,
    turns: association.Turns,
    tally: Tally,
) -> tuple[Lived, Word]:
    """Live one week; return what it leaves for the close and the hash of the candidates.

    `turns` are the block's, `ties` and board the shard's, which begins at citizen `board_first`.
    """
    citizens = state.score.shape[0]
    joint = joint_strata(people, week)
    straight, apart = tables.short.straight, tables.short.apart
    found, digest = candidates.candidates(
        first, citizens, week, key, people, joint, tables.conduct, apart, tally.candidates
    )
    done = response.carry_out(
        found, people, joint, state.fear, tables.conduct, tables.response, tally.acts
    )
    if tables.association.contacts[0] == 1:
        done = association.keep_company(
            first, ties, state.ties, board_first, board.score, tables.association, done, tally.acts
        )
    acts = tally.cells[ACTS]
    for at in range(done.act.shape[0]):
        acts[joint[done.citizen[at]]] += 1
    sums = np.zeros((state.own.shape[0] if np.any(straight) else 0, citizens), np.int32)
    for act in range(apart.shape[0]):
        if apart[act] == 1:
            digest += days.live_days(
                first,
                week,
                key,
                people,
                joint,
                state.fear,
                scored_from,
                act,
                tables.conduct,
                tables.response,
                tables.sensing,
                tables.scoring,
                sums,
                tally,
            )
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
        straight,
        scored_from,
        tables.scoring,
        sums,
        tally,
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
    pulled = _keep_ties(first, week, key, state, ties, board_first, board, turns, tables, tally)
    return Lived(sums, pulled, inside, mail, duties, performed, denials), digest


@kernel
def _keep_ties(
    first: int,
    week: int,
    key: tuple[Word, Word],
    state: State,
    ties: Ties,
    board_first: int,
    board: association.Board,
    turns: association.Turns,
    tables: Tables,
    tally: Tally,
) -> NDArray[np.int32]:
    """Return what each one's ties make of last week's board; cut and wake ties."""
    rules = tables.association
    if rules.rule[0] == association.NONE:
        return np.empty(0, np.int32)
    pulled = np.empty(state.score.shape[0], np.int32)
    association.pull(first - board_first, ties, state.ties, board.x, board.score, rules, pulled)
    association.turn(
        first, week, key, ties, state.ties, board_first, board, rules, turns, tally.ties
    )
    return pulled


@kernel
def close(
    first: int,
    week: int,
    district_size: int,
    key: tuple[Word, Word],
    people: People,
    scored_from: NDArray[np.uint16],
    state: State,
    sparse: Sparse,
    straight: NDArray[np.int32],
    pulled: NDArray[np.int32],
    performed: Array,
    denials: Array,
    tables: Tables,
    tally: Tally,
) -> tuple[Sparse, Array, int]:
    """Close one week; return the sparse tables, the rows, and the most rows that a citizen has.

    Rows are in the order of the ledger.

    `sparse.records` holds all records for the block's citizens, due or not, in any order;
    `straight` and `pulled` are what `Lived` calls `sums` and `pulled`.
    """
    citizens = state.score.shape[0]
    written = tables.short.written[0]
    before = np.empty(citizens, np.int64)
    if tables.association.carried[0] == 1:
        scoring.weigh(state.own, tables.scoring, before)
    due, later = _due(sparse.records, week)
    due = due[order.record(due, first, week)]
    room = _room(due, tables) + performed.shape[0] + 2 * sparse.stays.shape[0]
    room += sparse.waits.shape[0] + denials.shape[0] + sparse.strikes.shape[0]
    room += _strike_room(due, tables)
    room += citizens * np.sum(tables.lists.tier != lists.NO_TIER)
    room += written * pulled.shape[0]
    sheet = Sheet(
        np.empty(room, ENTRY),
        np.zeros(1, np.int64),
        _first_seq(first, week, citizens, sparse.stays),
    )

    waits, strikes = _post(
        sheet, first, week, key, scored_from, sparse, due, state.own, straight, tables, tally
    )
    scoring.add(state.own, straight)
    waits = waits[order.wait(waits, first)]
    waits = stays.settle(
        sheet, first, week, performed[order.performed(performed, first)], sparse.stays, waits
    )
    _stand(sheet, first, week, scored_from, before, pulled, state, tables, tally)
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
    rows = sheet.rows[: sheet.used[0]]
    rows = rows[order.row(rows, first)]
    joint = joint_strata(people, week)
    _count_open(sparse.duties, lasting, tally)
    _count_people(joint, state, tally)
    _count_rows(joint, first, rows, tally.cells)
    return Sparse(later, sparse.duties, lasting, waits, strikes), rows, sheet.seq.max()


@kernel
def _post(
    sheet: Sheet,
    first: int,
    week: int,
    key: tuple[Word, Word],
    scored_from: NDArray[np.uint16],
    sparse: Sparse,
    due: Array,
    own: NDArray[np.int32],
    straight: NDArray[np.int32],
    tables: Tables,
    tally: Tally,
) -> tuple[Array, Array]:
    """Post the records that are due, in order; return the waits and the strikes, new ones last.

    Their points are added to `own`, together with those in `straight` of whom they name.
    """
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
    entries, summed = tally.entries, tally.points
    sums = np.zeros(own.shape[0], np.int64)
    for at in range(due.shape[0]):
        record = due[at]
        subject = whole(record.subject)
        local = subject - first
        act = record.act
        ruled = rules_from[act + 1] > rules_from[act]
        if ruled and whole(scored_from[local]) <= whole(record.week):
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
            scoring.add_with(own, local, sums, straight)
    return waits[:waiting].copy(), strikes[:struck].copy()


@kernel
def _stand(
    sheet: Sheet,
    first: int,
    week: int,
    scored_from: NDArray[np.uint16],
    before: NDArray[np.int64],
    pulled: NDArray[np.int32],
    state: State,
    tables: Tables,
    tally: Tally,
) -> None:
    """Fold everybody's points into score and tier, her ties' pull among them; count moves.

    `before` (n,) are the weighted points without this week's, if they are carried forward.
    """
    if tables.scoring.scores[0] == 0:
        return
    total = np.empty(state.score.shape[0], np.int64)
    scoring.fade(week, tables.scoring, state.own)
    scoring.weigh(state.own, tables.scoring, total)
    if tables.association.rule[0] != association.NONE:
        association.mix(
            sheet,
            first,
            week,
            tables.short.written[0],
            scored_from,
            tables.scoring.bounds,
            before,
            total,
            pulled,
            tables.short.association[0],
            tables.association,
            state.x,
            state.term,
            tally.unwritten,
        )
    was, now = state.tier.copy(), state.tier
    scoring.place(week, scored_from, total, state.term, tables.scoring, state.score, now)
    none = tally.tiers.shape[0]
    moves = np.zeros((none + 1, none + 1), np.int64)
    for i in range(was.shape[0]):
        moves[min(whole(was[i]), none), min(whole(now[i]), none)] += 1
    for earlier in range(none + 1):
        for after in range(none + 1):
            tally.moved[earlier, after] += moves[earlier, after]
            if after < none:
                tally.tiers[after] += moves[earlier, after]


@kernel
def begin(
    first: int,
    scored_from: NDArray[np.uint16],
    people: People,
    state: State,
    held: Array,
    tables: Tables,
) -> None:
    """Let everybody stand as she does at time zero; `held` are the stays of then."""
    citizens = state.score.shape[0]
    for i in range(citizens):
        state.fear[i] = tables.response.fear[is_urban(people.static[i])]
    if tables.scoring.scores[0] == 1:
        if tables.association.rule[0] != association.NONE:
            for i in range(citizens):
                if scored_from[i] == 0:
                    state.x[i] = 0
        total = np.zeros(citizens, np.int64)
        scoring.place(-1, scored_from, total, state.term, tables.scoring, state.score, state.tier)
    stays.restrict(
        first,
        held,
        state.tier,
        tables.services.tier_closes,
        tables.lists,
        state.listed,
        state.closed,
    )


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
def _count_open(duties: Array, held: Array, tally: Tally) -> None:
    """Count open obligations, and stays that rest on somebody else's act."""
    for at in range(duties.shape[0]):
        tally.outstanding[duties[at].act] += 1
    for at in range(held.shape[0]):
        tally.mistaken[held[at].list] += whole(held[at].truth == FALSE_MATCH)


@kernel
def _count_people(joint: NDArray[np.int32], state: State, tally: Tally) -> None:
    """Count how people stand at the close, by joint stratum and in all."""
    people, listed, barred = tally.cells[PEOPLE], tally.cells[LISTED], tally.cells[BARRED]
    scored, scores, terms = tally.cells[SCORED], tally.cells[SCORE], tally.cells[TERM]
    score, term, lists_, closed = state.score, state.term, state.listed, state.closed
    total, count = whole(0), whole(0)
    for i in range(joint.shape[0]):
        cell = joint[i]
        people[cell] += 1
        barred[cell] += whole(closed[i] != 0)
        if score[i] != scoring.NO_SCORE:
            scored[cell] += 1
            scores[cell] += score[i]
            terms[cell] += term[i]
            total += whole(score[i])
            count += 1
        if lists_[i] != 0:
            listed[cell] += 1
            for code in range(tally.listed.shape[0]):
                tally.listed[code] += whole((lists_[i] >> np.uint32(code)) & np.uint32(1))
    tally.score[0] += total
    tally.score[1] += count


@kernel
def _count_rows(
    joint: NDArray[np.int32], first: int, rows: Array, cells: NDArray[np.int64]
) -> None:
    """Count by joint stratum what the week's rows brought."""
    for at in range(rows.shape[0]):
        row = rows[at]
        cell = joint[whole(row.subject) - first]
        cells[LISTINGS, cell] += whole(row.kind == LIST_IN)
        cells[DENIALS, cell] += whole(row.kind == REFUSED)
        cells[WRONG, cell] += whole(row.kind == POINTS and row.truth == FALSE_MATCH)
