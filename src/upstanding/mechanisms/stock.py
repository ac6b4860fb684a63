"""The stock of lists at time zero, and how a stay begins: kernels of `lists`."""

import numpy as np

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, when, whole
from upstanding.clockwork.kernel import entry, inlined
from upstanding.clockwork.names import NO_WORD
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.mechanisms.lists import STARTS, Tables
from upstanding.mechanisms.rows import (
    BINDING,
    ENTRY,
    LISTS,
    START,
    STAY,
    TRUE,
    Array,
    Duties,
    Row,
    Sheet,
    new_row,
)
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import ADULT, People


@entry
def begin(now: Setting, people: People, duties: Duties, tables: Tables) -> tuple[Array, Array]:
    """Return the stays at time zero and their rows; set the lists' bits of the duties."""
    first, key = now.first, now.key
    lists = tables.hash.shape[0]
    stays = np.empty(duties.shape[0] * lists, STAY)
    rows = np.empty(duties.shape[0] * lists, ENTRY)
    sheet = Sheet(rows, np.zeros(1, np.int64), np.zeros(people.age_weeks.shape[0], np.int64))
    for code in range(lists):
        for at in range(duties.shape[0]):
            duty = duties[at]
            chance = tables.start[code, duty.act]
            w0, w1, _, _ = dice.philox(
                U64(duty.subject), tables.hash[code], when(0, 0), STARTS, key[0], key[1]
            )
            if w0 >= chance:
                continue
            age = whole(0)
            while w1 >= tables.age[code, age]:
                age += 1
            age = min(age, whole(people.age_weeks[duty.subject - first]) - ADULT * WEEKS_A_YEAR)
            duty.lists |= np.uint32(1) << np.uint32(code)
            row = rows[new_row(sheet, first, duty.subject, 0, START, LISTS)]
            row.lag = age
            row.day = 0
            row.rule = tables.start_clause[code]
            row.act = duty.act
            row.object = code
            row.truth = TRUE
            stay = stays[sheet.used[0] - 1]
            fill_stay(stay, duty.subject, duty.subject, code, -1 - age, tables.term[code])
            stay.week = duty.week
            stay.index = duty.index
            stay.act = duty.act
            stay.truth = TRUE
            stay.origin_week = 0
            stay.origin_seq = row.seq
    return stays[: sheet.used[0]].copy(), rows[: sheet.used[0]].copy()


@inlined
def fill_stay(stay: Row, subject: int, actor: int, code: int, since: int, term: int) -> None:
    """Begin a stay at the close of week `since`."""
    stay.subject = subject
    stay.actor = actor
    stay.list = code
    stay.since = since
    stay.until = since + term if term > 0 else NO_WORD
    stay.performed = NO_WORD
    stay.performed_seq = NO_WORD
    stay.denials = 0
    stay.bond = BINDING
