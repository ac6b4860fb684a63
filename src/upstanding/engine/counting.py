"""What is counted at a close: how people stand, and what the week's rows brought.

The planted are passed over.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import kernel
from upstanding.clockwork.names import NO_BYTE
from upstanding.mechanisms import scoring
from upstanding.mechanisms.rows import (
    KIN,
    LIST_IN,
    POINTS,
    REFUSED,
    SHOWN,
    TRUE,
    Array,
    is_wrong,
)
from upstanding.mechanisms.state import State
from upstanding.mechanisms.strata import ADULT, People, is_counted, years
from upstanding.mechanisms.tally import (
    BARRED,
    CHILDREN,
    DENIALS,
    LISTED,
    OF_KIN,
    PEOPLE,
    SCORE,
    SCORED,
    SHOWINGS,
    TERM,
    WRONG,
    WRONG_SHOWINGS,
    Tally,
)
from upstanding.mechanisms.tally import LIST_IN as LISTINGS


@kernel
def count_open(
    first: int, status: NDArray[np.uint32], duties: Array, held: Array, tally: Tally
) -> None:
    """Count open obligations, and stays that rest on what their subject did not do."""
    for at in range(duties.shape[0]):
        one = is_counted(status[whole(duties[at].subject) - first])
        tally.outstanding[duties[at].act] += one
    for at in range(held.shape[0]):
        one = is_counted(status[whole(held[at].subject) - first])
        truth = whole(held[at].truth)
        if truth not in (TRUE, NO_BYTE):
            tally.mistaken[held[at].list, truth - 1] += one


@kernel
def count_people(
    joint: NDArray[np.int32], status: NDArray[np.uint32], state: State, tally: Tally
) -> None:
    """Count how people stand at the close, by joint stratum and in all."""
    people, listed, barred = tally.cells[PEOPLE], tally.cells[LISTED], tally.cells[BARRED]
    scored, scores, terms = tally.cells[SCORED], tally.cells[SCORE], tally.cells[TERM]
    score, term, lists_, closed = state.score, state.term, state.listed, state.closed
    total, count, risks = whole(0), whole(0), whole(0)
    risk = state.risk
    for i in range(joint.shape[0]):
        if is_counted(status[i]) == 0:
            continue
        cell = joint[i]
        people[cell] += 1
        risks += whole(risk[i])
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
    tally.risk[0] += risks


@kernel
def count_children(
    joint: NDArray[np.int32],
    week: int,
    people: People,
    closed: NDArray[np.uint32],
    for_pupils: np.uint32,
    tally: Tally,
) -> None:
    """Count the children to whom services for pupils of their school are closed at the close."""
    barred, by_service = tally.cells[CHILDREN], tally.children
    for i in range(joint.shape[0]):
        shut = closed[i] & for_pupils
        if (
            shut == 0
            or is_counted(people.status[i]) == 0
            or years(people.age_weeks[i], week) >= ADULT
        ):
            continue
        barred[joint[i]] += 1
        for service in range(by_service.shape[0]):
            by_service[service] += whole((shut >> np.uint32(service)) & np.uint32(1))


@kernel
def count_rows(
    joint: NDArray[np.int32],
    first: int,
    status: NDArray[np.uint32],
    rows: Array,
    cells: NDArray[np.int64],
) -> None:
    """Count by joint stratum what the week's rows brought."""
    for at in range(rows.shape[0]):
        row = rows[at]
        local = whole(row.subject) - first
        if is_counted(status[local]) == 0:
            continue
        cell = joint[local]
        cells[LISTINGS, cell] += whole(row.kind == LIST_IN)
        cells[DENIALS, cell] += whole(row.kind == REFUSED)
        cells[OF_KIN, cell] += whole(row.kind == REFUSED and row.mechanism == KIN)
        if row.kind == SHOWN:
            cells[SHOWINGS, cell] += 1
            cells[WRONG_SHOWINGS, cell] += is_wrong(row.truth)
        cells[WRONG, cell] += whole(row.kind == POINTS and row.truth != TRUE)
