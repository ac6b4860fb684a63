"""One week of one block, its second half: the close.

What reached a citizen is posted in the canonical order, her standing is folded, lists are left and
entered.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import Word, whole
from upstanding.clockwork.kernel import kernel
from upstanding.engine import counting, order, posting
from upstanding.engine.nation import Nation
from upstanding.engine.tables import Tables
from upstanding.mechanisms import (
    association,
    corrections,
    learning,
    lists,
    platform,
    pooling,
    reaching,
    scoring,
    services,
    showing,
    stays,
    tampering,
    thresholds,
)
from upstanding.mechanisms.rows import (
    ENTRY,
    Array,
    Sheet,
)
from upstanding.mechanisms.state import Columns, Lived, Setting, Sparse, State
from upstanding.mechanisms.strata import People, is_counted, joint_strata
from upstanding.mechanisms.tally import (
    Tally,
)
from upstanding.mechanisms.ties import Ties


@kernel
def close(
    now: Setting,
    block: Columns,
    lived: Lived,
    nation: Nation,
    ties: Ties,
    board: association.Board,
    tables: Tables,
    tally: Tally,
) -> tuple[tuple[Array, ...], Array, int]:
    """Close one week; return what is left in the sparse tables, the rows, and the most of one's.

    Rows are in the order of the ledger.

    `sparse.records` holds all records for the block's citizens, due or not, in any order. Ties and
    board are the shard's.
    """
    first, week, district_size, key = now.first, now.week, now.district_size, now.key
    people, scored_from, state, sparse = block.people, block.scored_from, block.state, block.sparse
    straight, pulled, troubled, seen = lived.sums, lived.pulled, lived.troubled, lived.seen
    noted, company, friends = lived.noted, lived.company, lived.friends
    performed, denials, guards, critics = (
        lived.performed,
        lived.denials,
        lived.guards,
        lived.critics,
    )
    watched, silent, board_first = nation.watched, nation.silent, board.first
    citizens = state.score.shape[0]
    written = tables.short.written
    before = np.empty(citizens, np.int64)
    if tables.association.carried == 1:
        scoring.weigh(state.own, tables.scoring, before)
    due, later = posting.due(sparse.records, week)
    due = due[order.record(due, first, week)]
    pooling.join(first, due, tables.pooling, state.dossier)
    room = due.shape[0] + posting.room(due, tables) + performed.shape[0] + 2 * sparse.stays.shape[0]
    room += sparse.waits.shape[0] + denials.shape[0] + sparse.strikes.shape[0]
    room += posting.room_of(due, tables.lists.struck, tables)
    room += citizens * np.sum(tables.lists.tier != lists.NO_TIER)
    room += citizens * np.sum(tables.lists.ages[:, 0] <= tables.lists.ages[:, 1])
    room += written * pulled.shape[0]
    denials = denials[order.denial(denials, first)]
    won, pending, straight = _hear(
        first, week, key, people, state, sparse, denials, straight, tables, tally
    )
    room += corrections.room(won, tables.lists.hash.shape[0])
    sheet = Sheet(
        np.empty(room, ENTRY),
        np.zeros(1, np.int64),
        posting.first_seq(first, week, citizens, sparse.stays),
    )

    due = tampering.keep_out(
        sheet,
        first,
        week,
        key,
        people,
        scored_from,
        due,
        guards,
        tables.conduct.hash,
        tables.office,
        tally,
    )
    waits, strikes, repairs, cases = posting.post(
        sheet,
        first,
        week,
        key,
        people.status,
        people.static,
        scored_from,
        sparse,
        pending,
        due,
        state.own,
        state.listed,
        straight,
        tables,
        tally,
    )
    scoring.add(state.own, straight)
    waits = waits[order.wait(waits, first)]
    waits = stays.settle(
        sheet, first, week, performed[order.performed(performed, first)], sparse.stays, waits
    )
    waits, strikes, used, corrected = corrections.correct(
        sheet,
        first,
        week,
        people.status,
        won,
        tables.scoring,
        tables.lists,
        tables.remedy.clause,
        sparse.stays,
        waits,
        strikes,
        sparse.strikes.shape[0],
        sparse.used,
        tally,
    )
    _stand(sheet, first, week, people.status, scored_from, before, pulled, state, tables, tally)
    held = np.zeros(citizens, np.uint32)
    repairs = repairs[order.strike(repairs, first)]
    lasting = stays.leave(
        sheet,
        first,
        week,
        key,
        people.status,
        state.tier,
        sparse.duties,
        sparse.stays,
        repairs,
        tables.lists,
        corrected,
        tables.remedy.clause,
        held,
        tally,
    )
    strikes = strikes[order.strike(strikes, first)]
    waits, strikes, used = thresholds.decide(
        first, week, key, people, state.tier, strikes, used, waits, tables.lists, held
    )
    waits = waits[order.wait(waits, first)]
    lasting, waits = stays.enter(
        sheet, first, week, people.status, sparse.duties, lasting, waits, tables.lists, tally
    )
    lasting = lasting[order.stay(lasting, first)]
    sheet = showing.publish(
        sheet,
        first,
        week,
        key,
        people.status,
        due,
        state.ties,
        ties,
        board_first,
        board.abroad,
        board.score.shape[0] - board.abroad.shape[0],
        tables.publicity,
        state.penalised,
        tally,
    )
    cases, used = _tidy(first, cases, used, lasting, waits, tables)
    _bind(first, week + 1, people, lasting, state, tables)
    platform.close(
        week,
        people,
        state.listed,
        company,
        friends,
        silent,
        tables.platform,
        state.account,
        state.told,
    )
    repairs = thresholds.keep_repairs(first, week, repairs, state.listed, tables.lists)
    services.refuse(
        sheet,
        first,
        week,
        people.status,
        denials,
        tables.lists.hash.shape[0],
        tables.services,
        state.refusals,
        tally.denials,
        tally.hours,
        tally.of_kin,
    )
    rows = sheet.rows[: sheet.used[0]]
    rows = rows[order.row(rows, first)]
    joint = joint_strata(people, week)
    _learn(first, people, rows, troubled, seen, watched, noted, state, tables.response.learning)
    tampering.hold_for_critics(state.penalised, critics, tables.office)
    counting.count_open(first, people.status, sparse.duties, lasting, tally)
    counting.count_people(joint, people.status, state, tally)
    counting.count_children(joint, week, people, state.closed, tables.services.for_pupils, tally)
    platform.count(people.status, state.listed, tables.platform, state.account, state.told, tally)
    counting.count_rows(joint, first, people.status, rows, tally.cells)
    left = (later, sparse.duties, lasting, waits, strikes, repairs, used, cases)
    return left, rows, sheet.seq.max()


@kernel
def _hear(
    first: int,
    week: int,
    key: tuple[Word, Word],
    people: People,
    state: State,
    sparse: Sparse,
    denials: Array,
    straight: NDArray[np.int32],
    tables: Tables,
    tally: Tally,
) -> tuple[Array, Array, NDArray[np.int32]]:
    """Decide the cases whose hearing ended; let people learn of lists where they are refused.

    Return the cases that are won, those still open, and the week's sums with what is given back.
    """
    if tables.remedy.on == 0:
        return sparse.cases, sparse.cases, straight
    act_hash = tables.conduct.hash
    won, cases = corrections.decided(
        week, first, key, people.status, sparse.cases, act_hash, tables.remedy, tally
    )
    corrections.learn(
        week,
        first,
        key,
        people.status,
        denials,
        sparse.stays,
        cases,
        act_hash,
        tables.remedy,
        tally,
    )
    straight = corrections.with_remainders(
        first, week, won, tables.scoring, straight, state.own.shape[0]
    )
    return won, cases, straight


@kernel
def _tidy(
    first: int, cases: Array, used: Array, held: Array, waits: Array, tables: Tables
) -> tuple[Array, Array]:
    """Return the cases and used strikes of which something may still come, in order."""
    if tables.remedy.on == 0:
        return cases, used[:0].copy()
    cases, used = corrections.tidy(
        cases, used[order.strike(used, first)], held, waits, tables.remedy.suspensive
    )
    return cases[order.case(cases, first)], used


@kernel
def _bind(first: int, week: int, people: People, held: Array, state: State, tables: Tables) -> None:
    """Set lists and closed services as they bind in a week: her own, then her kin's."""
    stays.restrict(
        first,
        held,
        state.tier,
        tables.services.tier_closes,
        tables.lists,
        state.listed,
        state.closed,
    )
    reaching.reach(first, people, state.tier, held, tables.kin, state.closed)
    services.narrow(people, week, tables.services, state.closed)


@kernel
def _stand(
    sheet: Sheet,
    first: int,
    week: int,
    status: NDArray[np.uint32],
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
    if tables.scoring.scores == 0:
        return
    total = np.empty(state.score.shape[0], np.int64)
    scoring.fade(week, tables.scoring, state.own)
    scoring.weigh(state.own, tables.scoring, total)
    if tables.association.rule != association.NONE:
        association.mix(
            sheet,
            first,
            week,
            tables.short.written,
            scored_from,
            tables.scoring.bounds,
            before,
            total,
            pulled,
            tables.short.association,
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
        moves[min(whole(was[i]), none), min(whole(now[i]), none)] += is_counted(status[i])
    for earlier in range(none + 1):
        for after in range(none + 1):
            tally.moved[earlier, after] += moves[earlier, after]
            if after < none:
                tally.tiers[after] += moves[earlier, after]


@kernel
def _learn(
    first: int,
    people: People,
    rows: Array,
    troubled: NDArray[np.uint16],
    seen: NDArray[np.uint8],
    watched: int,
    noted: NDArray[np.uint32],
    state: State,
    tables: learning.Tables,
) -> None:
    """Let everybody learn from the week's penalties: those of its rows, and those `noted`."""
    if tables.notes == 0:
        return
    marks = noted if noted.shape[0] > 0 else np.zeros(state.risk.shape[0], np.uint32)
    learning.note(rows, first, tables, marks)
    learning.learn(
        people.static,
        marks,
        troubled,
        seen,
        watched,
        tables,
        state.risk,
        state.fear,
        state.penalised,
        state.known,
    )


@kernel
def begin(
    first: int,
    key: tuple[Word, Word],
    scored_from: NDArray[np.uint16],
    people: People,
    state: State,
    held: Array,
    tables: Tables,
) -> None:
    """Let everybody stand as she does at time zero; `held` are the stays of then."""
    citizens = state.score.shape[0]
    learning.begin(
        first,
        key,
        people.static,
        tables.response.learning,
        state.risk,
        state.fear,
        state.known,
    )
    if tables.scoring.scores == 1:
        if tables.association.rule != association.NONE:
            for i in range(citizens):
                if scored_from[i] == 0:
                    state.x[i] = 0
        total = np.zeros(citizens, np.int64)
        scoring.place(-1, scored_from, total, state.term, tables.scoring, state.score, state.tier)
    _bind(first, 0, people, held, state, tables)
    platform.begin(people, state.listed, tables.platform, state.account, state.told)
