"""Finding what rests on one act: rows of waits, stays and obligations in order of subject."""

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NOBODY
from upstanding.mechanisms.rows import Array, Row


@inlined
def drawn_for(record: Row) -> int:
    """Return at whose number the draws about a record lie: the actor's or, of nobody's, hers."""
    actor, subject = whole(record.actor), whole(record.subject)
    return subject if actor == NOBODY else actor


@inlined
def same_case(
    row: Row, subject: int, actor: int, code: int, act: int, week: int, index: int
) -> bool:
    """Return whether a wait or a stay rests on this very act."""
    person: bool = row.subject == subject and row.actor == actor and row.list == code
    case: bool = row.act == act and row.week == week and row.index == index
    return person and case


@kernel
def first_of(rows: Array, subject: int) -> int:
    """Return where the rows of a subject begin, or would, in a table in order of subject."""
    low, high = 0, rows.shape[0]
    while low < high:
        middle = (low + high) // 2
        if whole(rows[middle].subject) < subject:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def find_duty(duties: Array, subject: int, act: int, week: int, index: int) -> int:
    """Return the place of an open obligation, or -1; `duties` are in order of subject."""
    at = first_of(duties, subject)
    while at < duties.shape[0] and duties[at].subject == subject:
        duty = duties[at]
        if duty.act == act and duty.week == week and duty.index == index:
            return at
        at += 1
    return -1


@kernel
def find_case(rows: Array, record: Row, code: int) -> int:
    """Return the place of a wait or a stay that rests on a record, or -1.

    `rows` are in order of subject.
    """
    at = first_of(rows, whole(record.subject))
    while at < rows.shape[0] and rows[at].subject == record.subject:
        if same_case(
            rows[at], record.subject, record.actor, code, record.act, record.week, record.index
        ):
            return at
        at += 1
    return -1
