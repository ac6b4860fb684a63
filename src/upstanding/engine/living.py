"""One week of one block, its first half: each citizen lives alone.

Everybody lives against what stood at the week's opening. Between this and `engine.closing`,
`engine.blocks` delivers what one citizen's week sends to another's.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import U64, Word
from upstanding.clockwork.kernel import entry, kernel
from upstanding.engine import days, order, posting
from upstanding.engine.nation import Nation
from upstanding.engine.tables import Tables
from upstanding.mechanisms import (
    association,
    breach,
    candidates,
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
from upstanding.mechanisms.association import Board
from upstanding.mechanisms.conduct import Candidates
from upstanding.mechanisms.rows import Array, joined
from upstanding.mechanisms.state import Columns, Setting, State, Unwritten
from upstanding.mechanisms.strata import is_counted, joint_strata
from upstanding.mechanisms.tally import ACTS, Tally
from upstanding.mechanisms.ties import Ties


@entry
def live(
    now: Setting,
    block: Columns,
    nation: Nation,
    ties: Ties,
    board: Board,
    turns: turning.Turns,
    tables: Tables,
    tally: Tally,
) -> tuple[tuple[Array, ...], Word]:
    """Live one week; return what it leaves for the close, as `Lived`, and the candidates' hash.

    The stages are those of "A week" in docs/clockwork.md, in their order. `turns` are the block's,
    ties and board those of its shard.
    """
    people, state, habits = block.people, block.state, tables.conduct
    joint = joint_strata(people, now.week)
    # Candidates: drawn without a look at rules or state, so that twins share every one.
    apart = tables.short.apart
    found, digest = candidates.candidates(now, people, joint, habits, apart, tally.candidates)
    # Acceptance, and what is said. Praise moves conviction from the next week on.
    risks = tampering.risk_of(nation.audits, tables.office)
    done = response.carry_out(now.week, block, found, joint, habits, tables.response, risks, tally)
    support.sway(done, tables.response.support, state.swayed)
    # Contacts: what was meant for a tie of low standing is done if she is one.
    done = association.keep_company(
        now.first, people.status, state.ties, done, ties, board, tables.association, tally.acts
    )
    _count_acts(done, people.status, joint, tally.cells[ACTS])
    # Daily acts that leave points alone are done, seen and paid in columns.
    unwritten = _nothing_yet(state, tables)
    digest += _live_days(now, block, joint, tables, unwritten, tally)
    # Sensing. Records that name somebody of another block are mail.
    records, guards, critics = _see(now, block, done, nation, board, tables, unwritten, tally)
    inside, mail = posting.sorted_out(records, now.first, joint.shape[0])
    # Performances, before this week's acts leave obligations: those wait for the next week.
    duties, performed = _perform(now, block, done, tables, tally)
    # Attempts: services are closed, and refused so far, as they were at the opening.
    denials = services.attempt(
        now, block, tables.lists.closes, tables.lists.closing_clause, tables.services, tables.kin
    )
    # What ties make of the board, while they are still those of the opening.
    pulled, troubled, friends = _read_board(now, state, ties, board, tables)
    # Only then ties are cut by who saw somebody shown; and last, what is left of them turns.
    seen = _turn_ties(now, state.ties, turns, ties, board, nation.uncounted, tables, tally)
    left = (
        unwritten.sums,
        unwritten.noted,
        unwritten.company,
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
def _count_acts(
    done: Candidates,
    status: NDArray[np.uint32],
    joint: NDArray[np.int32],
    cells: NDArray[np.int64],
) -> None:
    """Count acts carried out by joint stratum (J,)."""
    citizen = done.citizen
    for at in range(citizen.shape[0]):
        cells[joint[citizen[at]]] += is_counted(status[citizen[at]])


@kernel
def _nothing_yet(state: State, tables: Tables) -> Unwritten:
    """Return zeros for all that no row is written for, empty where there is no such thing."""
    citizens, short = state.score.shape[0], np.any(tables.short.straight)
    notes = short and tables.response.learning.notes == 1
    return Unwritten(
        np.zeros((state.own.shape[0] if short else 0, citizens), np.int32),
        np.zeros(citizens if notes else 0, np.uint32),
        np.zeros(state.account.shape[0], np.int32),
    )


@kernel
def _live_days(
    now: Setting,
    block: Columns,
    joint: NDArray[np.int32],
    tables: Tables,
    unwritten: Unwritten,
    tally: Tally,
) -> Word:
    """Live the acts that are lived in columns; return the hash of their candidates."""
    digest = U64(0)
    for act in range(tables.short.apart.shape[0]):
        if tables.short.apart[act] == 1:
            digest += days.live_days(now, block, joint, act, tables, unwritten, tally)
    return digest


@kernel
def _see(
    now: Setting,
    block: Columns,
    done: Candidates,
    nation: Nation,
    board: Board,
    tables: Tables,
    unwritten: Unwritten,
    tally: Tally,
) -> tuple[Array, Array, Array]:
    """Return the week's records, who shields her household's, and who is now a critic.

    Records are what sensors saw, what officials made up, what audits found of that, and what was
    done in stolen names: in any order, as they post in their own.
    """
    status = block.people.status
    pooling.count_people(now.week, block.people, block.state.dossier, tally.watched)
    records = sensing.see(now, block, done, nation.seeing, unwritten, tally)
    made, guards, critics = tampering.tamper(
        now, status, done, board, nation.audits, tables.conduct.hash, tables.office, tally
    )
    records = joined(records, made)
    records = breach.expose(now, status, block.scored_from, records, tables.breach, tally)
    return records, guards, critics


@kernel
def _perform(
    now: Setting, block: Columns, done: Candidates, tables: Tables, tally: Tally
) -> tuple[Array, Array]:
    """Return the obligations that are open after the week, in order, and those performed in it."""
    kept, performed = obligations.perform(
        now,
        block.people.status,
        block.sparse.duties,
        tables.conduct,
        tables.lists.pressed,
        tally.performed,
    )
    duties = obligations.oblige(now, done, kept, tables.conduct)
    return duties[order.duty(duties, now.first)], performed


@kernel
def _read_board(
    now: Setting, state: State, ties: Ties, board: Board, tables: Tables
) -> tuple[NDArray[np.int32], NDArray[np.uint16], NDArray[np.int32]]:
    """Return what living ties make of last week's board.

    That is: what they pull each one's standing to, the share of them who were penalised, and what
    they add to an account with the company; each is empty where nothing asks for it.
    """
    citizens, lessons = state.score.shape[0], tables.response.learning
    pulls = tables.association.rule != association.NONE
    pulled = np.empty(citizens if pulls else 0, np.int32)
    if pulls:
        association.pull(now.first, state.ties, ties, board, tables.association, pulled)
    troubled = np.empty(citizens if lessons.heeds_ties == 1 else 0, np.uint16)
    learning.look_around(now.first, state.ties, ties, board, troubled)
    told = state.account.shape[0] > 0 and (now.week + 1) % platform.MONTH == 0
    friends = np.empty(citizens if told else 0, np.int32)
    platform.befriend(now.first, state.ties, ties, board, tables.platform, friends)
    return pulled, troubled, friends


@kernel
def _turn_ties(
    now: Setting,
    bits: NDArray[np.uint32],
    turns: turning.Turns,
    ties: Ties,
    board: Board,
    uncounted: NDArray[np.int64],
    tables: Tables,
    tally: Tally,
) -> NDArray[np.uint8]:
    """Cut and wake ties (n,); return who saw one shown, empty where nobody learns by that."""
    heeds = tables.response.learning.heeds_shown == 1
    seen = np.empty(bits.shape[0] if heeds else 0, np.uint8)
    showing.look(now, bits, ties, board, uncounted, tables.publicity, seen, tally.shamed)
    if tables.association.rule != association.NONE:
        turning.turn(now, bits, turns, ties, board, uncounted, tables.association, tally.ties)
    return seen
