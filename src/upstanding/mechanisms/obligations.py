"""What acts leave to be performed. The kernels of `conduct` for obligations."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import U64, Word, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.mechanisms.conduct import ABLE, OUTSTANDING, PERFORM, Candidates, Tables
from upstanding.mechanisms.rows import BEFORE, DUTY, PERFORMED, Array
from upstanding.mechanisms.strata import ADULT, People, is_counted, years


@kernel
def begin(
    first: int,
    citizens: int,
    key: tuple[Word, Word],
    people: People,
    tables: Tables,
) -> Array:
    """Return the obligations outstanding at time zero, by citizen and act."""
    found = np.empty(citizens * whole(np.sum(tables.obliges)), DUTY)
    count = 0
    for i in range(citizens):
        if years(people.age_weeks[i], 0) < ADULT:
            continue
        for act in range(tables.obliges.shape[0]):
            if tables.outstanding[act] == 0:
                continue
            w0, w1, _, _ = dice.philox(
                U64(first + i), tables.hash[act], when(0, 0), OUTSTANDING, key[0], key[1]
            )
            if w0 < tables.outstanding[act]:
                _open(found, count, first + i, act, BEFORE, 0, w1 < tables.able[act])
                count += 1
    return found[:count].copy()


@kernel
def oblige(
    first: int,
    week: int,
    key: tuple[Word, Word],
    done: Candidates,
    tables: Tables,
    duties: Array,
) -> Array:
    """Return the duties and, after them, the obligations that this week's acts leave."""
    count = 0
    for at in range(done.act.shape[0]):
        count += tables.obliges[done.act[at]]
    if count == 0:
        return duties
    longer = np.empty(duties.shape[0] + count, DUTY)
    copy_to(longer, duties)
    end = duties.shape[0]
    for at in range(done.act.shape[0]):
        act = done.act[at]
        if tables.obliges[act]:
            subject = first + whole(done.citizen[at])
            w0, _, _, _ = dice.philox(
                U64(subject), tables.hash[act], when(week, done.nth[at]), ABLE, key[0], key[1]
            )
            _open(longer, end, subject, act, week, done.nth[at], w0 < tables.able[act])
            end += 1
    return longer


@kernel
def perform(
    first: int,
    week: int,
    key: tuple[Word, Word],
    status: NDArray[np.uint32],
    duties: Array,
    tables: Tables,
    pressed: NDArray[np.uint64],
    tally: NDArray[np.int64],
) -> tuple[Array, Array]:
    """Return the duties that stay open and those performed this week.

    `pressed` (lists, acts) is the weekly threshold of performance while a list holds the subject
    for the obligation; the highest of the lists that do counts.
    """
    performed = np.empty(duties.shape[0], PERFORMED)
    left = duties.copy()
    done = 0
    open_ = 0
    for at in range(duties.shape[0]):
        duty = duties[at]
        chance = tables.performed[duty.act]
        for listed in range(pressed.shape[0]):
            if (duty.lists >> np.uint32(listed)) & np.uint32(1):
                chance = max(chance, pressed[listed, duty.act])
        index = (whole(duty.week) << 8) | whole(duty.index)
        w0, w1, _, _ = dice.philox(
            U64(duty.subject), tables.hash[duty.act], when(week, index), PERFORM, key[0], key[1]
        )
        if duty.able and w0 < chance:
            performed[done].subject = duty.subject
            performed[done].lists = duty.lists
            performed[done].week = duty.week
            performed[done].index = duty.index
            performed[done].act = duty.act
            performed[done].day = dice.below(w1, U64(7))
            tally[duty.act] += is_counted(status[whole(duty.subject) - first])
            done += 1
        else:
            left[open_] = duty
            open_ += 1
    return left[:open_].copy(), performed[:done].copy()


@inlined
def _open(
    duties: Array, at: int, subject: int, act: int, week: int, index: int, able: bool
) -> None:
    duty = duties[at]
    duty.subject = subject
    duty.lists = 0
    duty.week = week
    duty.index = index
    duty.act = act
    duty.able = able
