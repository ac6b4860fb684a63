"""The sparse tables: what concerns few people, as arrays of fixed records, and the ledger's row.

All hold codes (see `clockwork.names`). Weeks are those of the run; a week of NO_WORD is none, and
BEFORE stands for "before time zero".
"""

from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import KINDS, MECHANISMS, NO_BYTE, NO_WORD, NOBODY

BEFORE = 4095
"""The week of an obligation that was outstanding at time zero."""

RECORD = np.dtype(
    [
        ("subject", "u4"),
        ("actor", "u4"),
        ("week", "u2"),
        ("due", "u2"),
        ("index", "u2"),
        ("act", "u1"),
        ("sensor", "u1"),
        ("day", "u1"),
        ("truth", "u1"),
    ],
    align=True,
)
"""A record: an act seen in `week`, naming a subject, to be posted at the close of week `due`."""

DUTY = np.dtype(
    [
        ("subject", "u4"),
        ("lists", "u4"),
        ("week", "u2"),
        ("index", "u2"),
        ("act", "u1"),
        ("able", "u1"),
    ],
    align=True,
)
"""An open obligation; `lists` has a bit for each list on which it holds the subject."""

PERFORMED = np.dtype(
    [
        ("subject", "u4"),
        ("lists", "u4"),
        ("week", "u2"),
        ("index", "u2"),
        ("act", "u1"),
        ("day", "u1"),
    ],
    align=True,
)
"""An obligation that was performed this week."""

WAIT = np.dtype(
    [
        ("subject", "u4"),
        ("actor", "u4"),
        ("due", "u2"),
        ("week", "u2"),
        ("index", "u2"),
        ("origin_week", "u2"),
        ("origin_seq", "u2"),
        ("list", "u1"),
        ("act", "u1"),
        ("truth", "u1"),
    ],
    align=True,
)
"""An entry onto a list that is decided and posts at the close of week `due`."""

STAY = np.dtype(
    [
        ("subject", "u4"),
        ("actor", "u4"),
        ("since", "i2"),
        ("until", "u2"),
        ("week", "u2"),
        ("index", "u2"),
        ("origin_week", "u2"),
        ("origin_seq", "u2"),
        ("performed", "u2"),
        ("performed_seq", "u2"),
        ("denials", "u2"),
        ("list", "u1"),
        ("act", "u1"),
        ("truth", "u1"),
        ("bond", "u1"),
    ],
    align=True,
)
"""A stay on a list, entered at the close of week `since` (below zero: before time zero).

Remedy counts the denials that named it, and sets the bond: whether it binds, or is reversed at this
close, by the row that `performed` then names.
"""
BINDING, SUSPENDED, REVERSED = range(3)
"""Bonds of a stay."""

STRIKE = np.dtype([("subject", "u4"), ("week", "u2"), ("seq", "u2"), ("list", "u1")], align=True)
"""An entry that counts toward a list, for entry or for repair while on it; or has led onto it."""

CASE = np.dtype(
    [
        ("arrives", "i8"),
        ("begins", "i8"),
        ("ends", "i8"),
        ("subject", "u4"),
        ("actor", "u4"),
        ("lists", "u4"),
        ("open", "u4"),
        ("posted", "u2"),
        ("seq", "u2"),
        ("week", "u2"),
        ("index", "u2"),
        ("act", "u1"),
        ("sensor", "u1"),
        ("truth", "u1"),
        ("awards", "u1"),
        ("stage", "u1"),
    ],
    align=True,
)
"""A posted record that may be corrected: `awards` rows of points from `seq` on, then one of each
list in `lists`; on those in `open` somebody still is, or waits for, by it. Stamps are of 1/1024
week."""

DENIAL = np.dtype(
    [
        ("subject", "u4"),
        ("actor", "u4"),
        ("clause", "u2"),
        ("origin_week", "u2"),
        ("origin_seq", "u2"),
        ("index", "u2"),
        ("service", "u1"),
        ("day", "u1"),
    ],
    align=True,
)
"""A refused attempt at a service; `actor` is whose restriction it is, if another's."""

ENTRY = np.dtype(
    [
        ("subject", "u4"),
        ("actor", "u4"),
        ("points", "i4"),
        ("origin_subject", "u4"),
        ("origin_week", "u2"),
        ("origin_seq", "u2"),
        ("week", "u2"),
        ("lag", "u2"),
        ("seq", "u2"),
        ("rule", "u2"),
        ("day", "u1"),
        ("act", "u1"),
        ("sensor", "u1"),
        ("mechanism", "u1"),
        ("kind", "u1"),
        ("object", "u1"),
        ("category", "u1"),
        ("truth", "u1"),
    ],
    align=True,
)
"""A row of the ledger (CLOCKWORK 6); `rule` is the code of the clause that it rests on.

Every row has subject, week, seq, mechanism, kind and rule (none for performance); besides:

    start          day 0, lag: the age of the stay, act, object, truth
    shielded       lag, day, act, sensor, truth of a record kept out; actor: the official who did
                   it, none where the scheme itself spares
    points         actor, lag, day, act, sensor, category, points, truth
    record         actor, lag, day, act, sensor, object, truth
    performance    day, act, truth, origin (the stay for it, else the record waiting, else none)
    reversal       act, points, truth, origin (the row reversed), category or object
    association    category, points: the term that replaces the last one
    list-out       act, object, truth, origin (a reversal where remedy ends the stay)
    list-in        actor, act, object, truth, origin (none of actor, act, truth by strikes and tier)
    publication    actor, lag, day, act, sensor, object, truth: those of what it shows; origin (the
                   row shown; none of a record that is shown by itself)
    denial         day, object, origin (the row of the stay; none by tier); of kin: actor, whose
                   stay or tier it is

What is not named is none, day 6, and lag and points 0.
"""

TRUE, FALSE_MATCH, FABRICATED, STOLEN = 0, 1, 2, 3
"""Codes of truths: the record is of the subject's own act, of somebody else's, made up by the
actor, or of whoever used the subject's identity."""
MADE_UP, USED = 128, 192
"""Indices of acts: candidates have lower ones; what is made up, and what is done in a stolen name,
have their own from these on."""
START, SHIELDED, POINTS, SEEN, PERFORMANCE, REVERSAL, ASSOCIATED = range(7)
LIST_OUT, LIST_IN, SHOWN, REFUSED = range(7, len(KINDS))
CONDUCT, RESPONSE, SENSING, SCORING, RANKING, ASSOCIATION, LISTS, SERVICES = range(8)
KIN, PUBLICITY, OFFICE, REMEDY = map(MECHANISMS.index, ("kin", "publicity", "office", "remedy"))

MOST_ROWS = 1 << 16
"""Rows that a citizen may have in a week: `seq` is of 16 bits."""

Array = NDArray[Any]
"""A sparse table or a ledger."""
Records = Annotated[Array, RECORD]
Duties = Annotated[Array, DUTY]
Stays = Annotated[Array, STAY]
Cases = Annotated[Array, CASE]
Entries = Annotated[Array, ENTRY]
"""Arrays of which a kernel is told what they hold."""
Row = Any
"""One of its rows; the fields are those of its dtype."""


class Sheet(NamedTuple):
    """The rows that a block writes at one close, and the next `seq` of each of its citizens."""

    rows: Array
    used: NDArray[np.int64]
    """Shape (1,): how many of the rows are filled."""
    seq: NDArray[np.int64]
    """Shape (citizens of the block,)."""


@kernel
def joined(rows: Array, more: Array) -> Array:
    """Return rows of a sparse table and, after them, more of them."""
    if more.shape[0] == 0:
        return rows
    longer = np.empty(rows.shape[0] + more.shape[0], rows.dtype)
    copy_to(longer, rows)
    copy_to(longer[rows.shape[0] :], more)
    return longer


@inlined
def is_wrong(truth: int) -> int:
    """Return 1 for a record of what its subject did not do, 0 for a true one and for none."""
    return whole(truth != TRUE) & whole(truth != NO_BYTE)


@inlined
def new_row(sheet: Sheet, first: int, subject: int, week: int, kind: int, mechanism: int) -> int:
    """Take the next row of the sheet for a subject, all other fields none; return its place."""
    at = whole(sheet.used[0])
    sheet.used[0] = at + 1
    local = whole(subject) - first
    fill_row(sheet.rows[at], subject, week, sheet.seq[local], kind, mechanism)
    sheet.seq[local] += 1
    return at


@inlined
def fill_row(row: Row, subject: int, week: int, seq: int, kind: int, mechanism: int) -> None:
    """Begin a row: all that is not given is none."""
    row.subject = subject
    row.actor = NOBODY
    row.points = 0
    row.origin_subject = NOBODY
    row.origin_week = NO_WORD
    row.origin_seq = NO_WORD
    row.week = week
    row.lag = 0
    row.seq = seq
    row.rule = NO_WORD
    row.day = 6
    row.act = NO_BYTE
    row.sensor = NO_BYTE
    row.mechanism = mechanism
    row.kind = kind
    row.object = NO_BYTE
    row.category = NO_BYTE
    row.truth = NO_BYTE
