"""One week of one block, its first half: each citizen lives alone.

Everybody lives against what stood at the week's opening. Between this and `engine.closing`,
`engine.blocks` delivers what one citizen's week sends to another's.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import Word
from upstanding.clockwork.kernel import kernel
from upstanding.engine import order, posting
from upstanding.engine.nation import Nation
from upstanding.engine.tables import Tables
from upstanding.mechanisms import (
    association,
    breach,
    candidates,
    days,
    learning,
    obligations,
    platform,
    pooling,
    response,
    sensing,
    services,
    showing,
    support,
    tampering,
    turning,
)
from upstanding.mechanisms.rows import Array
from upstanding.mechanisms.state import Columns, Setting, State
from upstanding.mechanisms.strata import is_counted, joint_strata
from upstanding.mechanisms.tally import (
    ACTS,
    Tally,
)
from upstanding.mechanisms.ties import Ties


@kernel
def live(
    now: Setting,
    block: Columns,
    nation: Nation,
    ties: Ties,
    board: association.Board,
    turns: turning.Turns,
    tables: Tables,
    tally: Tally,
) -> tuple[tuple[Array, ...], Word]:
    """Live one week; return what it leaves for the close, as `Lived`, and the candidates' hash.

    `turns` are the block's, ties and board those of its shard.
    """
    first, week, district_size, key = now.first, now.week, now.district_size, now.key
    people, scored_from, state, sparse = block.people, block.scored_from, block.state, block.sparse
    audits, board_first = nation.audits, board.first
    citizens = state.score.shape[0]
    joint = joint_strata(people, week)
    straight, apart = tables.short.straight, tables.short.apart
    found, digest = candidates.candidates(
        first, citizens, week, key, people, joint, tables.conduct, apart, tally.candidates
    )
    done = response.carry_out(
        found,
        people,
        joint,
        week,
        scored_from,
        state.fear,
        state.known,
        state.swayed,
        tables.conduct,
        tables.response,
        tampering.risk_of(audits, tables.office),
        tally,
    )
    support.sway(done, tables.response.support, state.swayed)
    if tables.association.contacts == 1:
        done = association.keep_company(
            first,
            ties,
            state.ties,
            board_first,
            board.score,
            tables.association,
            done,
            people.status,
            tally.acts,
        )
    acts = tally.cells[ACTS]
    for at in range(done.act.shape[0]):
        i = done.citizen[at]
        acts[joint[i]] += is_counted(people.status[i])
    short = np.any(straight)
    sums = np.zeros((state.own.shape[0] if short else 0, citizens), np.int32)
    lessons = tables.response.learning
    noted = np.zeros(citizens if short and lessons.notes == 1 else 0, np.uint32)
    for act in range(apart.shape[0]):
        if apart[act] == 1:
            digest += days.live_days(
                first,
                week,
                key,
                people,
                joint,
                state.fear,
                state.known,
                scored_from,
                act,
                tables.conduct,
                tables.response,
                tables.sensing,
                tables.scoring,
                sums,
                noted,
                tally,
            )
    pooling.count_people(week, people, state.dossier, tally)
    company = np.zeros(state.account.shape[0], np.int32)
    records = sensing.see(
        first,
        week,
        district_size,
        key,
        people,
        done,
        tables.conduct.hash,
        tables.sensing,
        nation.watch,
        nation.galleries,
        straight,
        scored_from,
        tables.scoring,
        tables.platform,
        tables.pooling,
        state.dossier,
        state.listed,
        company,
        sums,
        lessons.sensors,
        noted,
        tally,
    )
    records, guards, critics = tampering.tamper(
        first,
        week,
        district_size,
        key,
        people.status,
        done,
        records,
        audits,
        board_first,
        board.score.shape[0] - board.abroad.shape[0],
        board.penalised,
        tables.conduct.hash,
        tables.office,
        tally,
    )
    records = breach.expose(
        first, week, key, people.status, scored_from, records, tables.breach, tally
    )
    inside, mail = posting.sorted_out(records, first, citizens)
    kept, performed = obligations.perform(
        first,
        week,
        key,
        people.status,
        sparse.duties,
        tables.conduct,
        tables.lists.pressed,
        tally.performed,
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
        tables.lists.closing_clause,
        tables.services,
        tables.kin,
    )
    troubled = np.empty(citizens if lessons.heeds_ties == 1 else 0, np.uint16)
    learning.look_around(first - board_first, ties, state.ties, board.penalised, troubled)
    seen = np.empty(citizens if lessons.heeds_shown == 1 else 0, np.uint8)
    told = company.shape[0] > 0 and (week + 1) % platform.MONTH == 0
    friends = np.empty(citizens if told else 0, np.int32)
    platform.befriend(
        first - board_first, ties, state.ties, board.account, tables.platform, friends
    )
    pulled = _keep_ties(
        first,
        week,
        key,
        state,
        ties,
        board_first,
        board,
        turns,
        nation.uncounted,
        tables,
        seen,
        tally,
    )
    left = (
        sums,
        noted,
        company,
        inside,
        mail,
        guards,
        critics,
        duties,
        performed,
        denials,
        pulled,
        troubled,
        seen,
        friends,
    )
    return left, digest


@kernel
def _keep_ties(
    first: int,
    week: int,
    key: tuple[Word, Word],
    state: State,
    ties: Ties,
    board_first: int,
    board: association.Board,
    turns: turning.Turns,
    uncounted: NDArray[np.int64],
    tables: Tables,
    seen: NDArray[np.uint8],
    tally: Tally,
) -> NDArray[np.int32]:
    """Return what each one's ties make of last week's board; cut and wake ties.

    Who saw a tie shown in public is set in `seen`.
    """
    rules = tables.association
    pulls = rules.rule != association.NONE
    pulled = np.empty(state.score.shape[0] if pulls else 0, np.int32)
    if pulls:
        association.pull(first - board_first, ties, state.ties, board.x, board.score, rules, pulled)
    showing.look(
        first,
        week,
        key,
        ties,
        state.ties,
        board_first,
        board.penalised,
        board.abroad,
        uncounted,
        tables.publicity,
        seen,
        tally.shamed,
    )
    if pulls:
        turning.turn(
            first,
            week,
            key,
            ties,
            state.ties,
            board_first,
            board,
            rules,
            turns,
            uncounted,
            tally.ties,
        )
    return pulled
