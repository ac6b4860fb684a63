"""One week of one block, its second half: the close.

What reached a citizen is posted in the canonical order, her standing is folded, lists are left and
entered.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import entry, kernel
from upstanding.engine import counting, order, posting
from upstanding.engine.nation import Nation
from upstanding.engine.tables import Tables
from upstanding.mechanisms import (
    association,
    corrections,
    learning,
    lists,
    mixing,
    platform,
    pooling,
    reaching,
    remedy,
    scoring,
    services,
    showing,
    stays,
    tampering,
    thresholds,
)
from upstanding.mechanisms.rows import ASSOCIATED, ENTRY, Array, Sheet
from upstanding.mechanisms.state import Columns, Lived, Pending, Setting, State
from upstanding.mechanisms.strata import People, is_counted, joint_strata
from upstanding.mechanisms.tally import Tally
from upstanding.mechanisms.ties import Ties


@entry
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

    The order of the stages is that of a citizen's rows in the ledger; numbers are the steps of "A
    week" in docs/clockwork.md. Ties and board are the shard's. `records` are all records for the
    block's citizens, due or not, in any order; `duties` those that the week has left.
    """
    first, week, people = now.first, now.week, block.people
    state, sparse = block.state, block.sparse
    # Before points are added: without an anchor x carries forward, and takes only what is new.
    before = _weighed_before(state, tables)
    # 1. Decisions before records: what they give back is added in one sum with the week's points.
    pending, sums, denials = _hear(now, block, lived, tables, tally)
    # 1. Dossiers count what is due before an official may keep it out.
    due, later = posting.due(sparse.records, week)
    due = due[order.record(due, first, week)]
    pooling.join(first, due, tables.pooling, state.dossier)
    sheet = _sheet(now, block, lived, due, pending.won, tables)
    due = tampering.keep_out(
        sheet, now, block, due, lived.guards, tables.conduct.hash, tables.office, tally
    )
    pending = posting.post(sheet, now, block, due, pending, sums, tables, tally)
    scoring.add(state.own, sums)
    # 2. Performances, then reversals: an exit may rest on either, so both come before exits.
    pending, corrected = _amend(sheet, now, block, lived.performed, pending, tables, tally)
    # 3. Score and tier before lists, which are entered and left by tier.
    _stand(sheet, now, block, before, lived.pulled, tables, tally)
    # 4. Exits before entries: what is left at a close is not entered by strikes or tier at it.
    pending, lasting = _move(sheet, now, block, pending, corrected, tables, tally)
    # 5. Appeals first: a stay that one suspends closes nothing in the next week.
    pending = _tidy(first, pending, lasting, tables.remedy)
    _bind(first, week + 1, people, state, lasting, tables)
    repairs = thresholds.keep_repairs(now, pending.repairs, state.listed, tables.lists.repairs)
    # 6. Publications show the records that posted and the rows of the steps before.
    sheet = showing.publish(sheet, now, block, due, ties, board, tables.publicity, tally)
    # 7. The company is told of lists as they bind in the next week.
    platform.close(
        week, people, state, lived.company, lived.friends, nation.silent, tables.platform
    )
    # 8. Denials met what bound during the week, nothing of this close: their rows come last.
    services.refuse(
        sheet,
        now,
        people.status,
        state.refusals,
        denials,
        tables.lists.hash.shape[0],
        tables.services.hours,
        tally,
    )
    rows = sheet.rows[: sheet.used[0]]
    rows = rows[order.row(rows, first)]
    # 9. All rows are written now, and each may teach.
    _learn(first, people, state, lived, rows, nation.watched, tables.response.learning)
    if tables.office.on == 1:
        tampering.hold_for_critics(state.penalised, lived.critics)
    _count(now, block, lasting, rows, tables, tally)
    left = (
        later,
        sparse.duties,
        lasting,
        pending.waits,
        pending.strikes,
        repairs,
        pending.used,
        pending.cases,
    )
    return left, rows, sheet.seq.max()


@kernel
def _weighed_before(state: State, tables: Tables) -> NDArray[np.int64]:
    """Return everybody's weighted points without this week's, if ties carry them forward."""
    before = np.empty(state.score.shape[0], np.int64)
    if tables.association.carried == 1:
        scoring.weigh(state.own, tables.scoring.weight, before)
    return before


@kernel
def _hear(
    now: Setting, block: Columns, lived: Lived, tables: Tables, tally: Tally
) -> tuple[Pending, NDArray[np.int32], Array]:
    """Decide the cases whose hearing ended; let people learn of lists where they are refused.

    Return the tables with the cases that are won and those still open, the week's sums with what
    is given back, and the denials in order.
    """
    sparse, sums = block.sparse, lived.sums
    won, cases = sparse.cases, sparse.cases
    denials = lived.denials[order.denial(lived.denials, now.first)]
    if tables.remedy.on == 1:
        status, act_hash = block.people.status, tables.conduct.hash
        won, cases = corrections.decided(now, status, cases, act_hash, tables.remedy, tally)
        corrections.learn(now, status, denials, sparse.stays, cases, act_hash, tables.remedy, tally)
        sums = corrections.with_remainders(now, won, tables.scoring, sums, block.state.own.shape[0])
    pending = Pending(won, cases, sparse.waits, sparse.strikes, sparse.repairs, sparse.used)
    return pending, sums, denials


@kernel
def _sheet(
    now: Setting, block: Columns, lived: Lived, due: Array, won: Array, tables: Tables
) -> Sheet:
    """Return a sheet with room for all rows of the close but publications, which count theirs."""
    sparse, scores, listing = block.sparse, tables.scoring, tables.lists
    citizens = block.state.score.shape[0]
    # A record is kept out, or makes entries and leads onto lists, each with an entry to follow.
    room = due.shape[0] + posting.room(due, scores.rules_from, listing.lists_from)
    # Performances, stays that end, waits and strikes that come due, denials.
    room += lived.performed.shape[0] + 2 * sparse.stays.shape[0]
    room += sparse.waits.shape[0] + lived.denials.shape[0] + sparse.strikes.shape[0]
    room += posting.room_of(due, listing.struck, scores.rules_from, scores.rules)
    # Anybody may enter each list by tier or category, and have a row for her ties' term.
    room += citizens * np.sum(listing.tier != lists.NO_TIER)
    room += citizens * np.sum(listing.ages[:, 0] <= listing.ages[:, 1])
    room += tables.short.written * lived.pulled.shape[0]
    room += corrections.room(won, listing.hash.shape[0])
    return Sheet(
        np.empty(room, ENTRY),
        np.zeros(1, np.int64),
        posting.first_seq(now, citizens, sparse.stays),
    )


@kernel
def _amend(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    performed: Array,
    pending: Pending,
    tables: Tables,
    tally: Tally,
) -> tuple[Pending, NDArray[np.int32]]:
    """Write performances, then reversals; return the tables, and whose points were corrected.

    That is as `corrections.correct` says.
    """
    performed = performed[order.performed(performed, now.first)]
    waits = pending.waits[order.wait(pending.waits, now.first)]
    waits = stays.settle(sheet, now, performed, block.sparse.stays, waits)
    settled = Pending(
        pending.won, pending.cases, waits, pending.strikes, pending.repairs, pending.used
    )
    return corrections.correct(
        sheet, now, block, settled, tables.scoring, tables.lists, tables.remedy.clause, tally
    )


@kernel
def _stand(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    before: NDArray[np.int64],
    pulled: NDArray[np.int32],
    tables: Tables,
    tally: Tally,
) -> None:
    """Fold everybody's points into score and tier, her ties' pull among them; count moves.

    `before` (n,) are the weighted points without this week's, if they are carried forward.
    """
    scores, rules, state = tables.scoring, tables.association, block.state
    if scores.scores == 0:
        return
    week, scored_from = now.week, block.scored_from
    total = np.empty(state.score.shape[0], np.int64)
    scoring.fade(week, scores, state.own)
    scoring.weigh(state.own, scores.weight, total)
    if rules.rule != association.NONE:
        changed = mixing.mix(week, scored_from, state, before, total, pulled, scores.bounds, rules)
        if tables.short.written == 1:
            mixing.tell(sheet, now, changed, state.term, rules.category, tables.short.association)
        else:
            tally.unwritten[ASSOCIATED] += whole(np.sum(changed))
    was = state.tier.copy()
    scoring.place(week, scored_from, state, total, scores)
    _count_moves(was, state.tier, block.people.status, tally)


@kernel
def _count_moves(
    was: NDArray[np.uint8], now: NDArray[np.uint8], status: NDArray[np.uint32], tally: Tally
) -> None:
    """Count people by their tier before and after, and those in each."""
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
def _move(
    sheet: Sheet,
    now: Setting,
    block: Columns,
    pending: Pending,
    corrected: NDArray[np.int32],
    tables: Tables,
    tally: Tally,
) -> tuple[Pending, Array]:
    """Write exits, then entries; return the tables, and the stays that last, in order."""
    first, people, duties = now.first, block.people, block.sparse.duties
    repairs = pending.repairs[order.strike(pending.repairs, first)]
    lasting, held = stays.leave(
        sheet, now, block, repairs, corrected, tables.lists, tables.remedy.clause, tally
    )
    strikes = pending.strikes[order.strike(pending.strikes, first)]
    ordered = Pending(pending.won, pending.cases, pending.waits, strikes, repairs, pending.used)
    waits, strikes, used = thresholds.decide(
        now, people, block.state.tier, ordered, tables.lists, held
    )
    waits = waits[order.wait(waits, first)]
    lasting, waits = stays.enter(
        sheet, now, people.status, duties, lasting, waits, tables.lists, tally
    )
    left = Pending(pending.won, pending.cases, waits, strikes, repairs, used)
    return left, lasting[order.stay(lasting, first)]


@kernel
def _tidy(first: int, pending: Pending, lasting: Array, rules: remedy.Tables) -> Pending:
    """Return the tables without cases and used strikes of which nothing can come any more."""
    used, cases = pending.used[:0].copy(), pending.cases
    if rules.on == 1:
        used = pending.used[order.strike(pending.used, first)]
        cases, used = corrections.tidy(cases, used, lasting, pending.waits, rules.suspensive)
        cases = cases[order.case(cases, first)]
    return Pending(pending.won, cases, pending.waits, pending.strikes, pending.repairs, used)


@kernel
def _bind(first: int, week: int, people: People, state: State, held: Array, tables: Tables) -> None:
    """Set lists and closed services as they bind in a week: her own, then her kin's."""
    stays.restrict(first, state, held, tables.lists.closes, tables.services.tier_closes)
    reaching.reach(first, people, state.tier, held, tables.kin, state.closed)
    services.narrow(week, people, tables.services.usable, state.closed)


@kernel
def _learn(
    first: int,
    people: People,
    state: State,
    lived: Lived,
    rows: Array,
    watched: int,
    tables: learning.Tables,
) -> None:
    """Let everybody learn from the week's penalties: those of its rows, and those `noted`."""
    if tables.notes == 0:
        return
    marks = lived.noted
    if marks.shape[0] == 0:
        marks = np.zeros(state.risk.shape[0], np.uint32)
    learning.note(rows, first, tables, marks)
    learning.learn(people.static, state, marks, lived.troubled, lived.seen, watched, tables)


@kernel
def _count(
    now: Setting, block: Columns, lasting: Array, rows: Array, tables: Tables, tally: Tally
) -> None:
    """Count how people stand at the close, and what the week's rows brought."""
    first, week, people, state = now.first, now.week, block.people, block.state
    joint, status = joint_strata(people, week), people.status
    counting.count_open(first, status, block.sparse.duties, lasting, tally)
    counting.count_people(joint, status, state, tally)
    counting.count_children(joint, week, people, state.closed, tables.services.for_pupils, tally)
    platform.count(status, state, tables.platform, tally)
    counting.count_rows(joint, first, status, rows, tally.cells)


@entry
def begin(now: Setting, block: Columns, tables: Tables) -> None:
    """Let everybody stand as she does at time zero, by the stays of then."""
    people, scored_from, state = block.people, block.scored_from, block.state
    learning.begin(now, people.static, state, tables.response.learning)
    if tables.scoring.scores == 1:
        citizens = state.score.shape[0]
        if tables.association.rule != association.NONE:
            for i in range(citizens):
                if scored_from[i] == 0:
                    state.x[i] = 0
        scoring.place(-1, scored_from, state, np.zeros(citizens, np.int64), tables.scoring)
    _bind(now.first, 0, people, state, block.sparse.stays, tables)
    platform.begin(people, state, tables.platform)
