"""What acts leave to be performed. The kernels of `conduct` for obligations."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, when, whole
from upstanding.clockwork.kernel import entry, inlined, kernel
from upstanding.mechanisms.conduct import ABLE, OUTSTANDING, PERFORM, Candidates, Tables
from upstanding.mechanisms.rows import BEFORE, DUTY, PERFORMED, Array, Row, joined
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import ADULT, is_counted, years


@entry
def begin(now: Setting, age_weeks: NDArray[np.uint16], tables: Tables) -> Array:
    """Return the obligations outstanding at time zero, by citizen and act."""
    citizens = age_weeks.shape[0]
    k0, k1 = now.key
    found = np.empty(citizens * whole(np.sum(tables.obliges)), DUTY)
    count = 0
    for i in range(citizens):
        if years(age_weeks[i], 0) < ADULT:
            continue
        for act in range(tables.obliges.shape[0]):
            if tables.outstanding[act] == 0:
                continue
            subject, name = now.first + i, tables.hash[act]
            w0, w1, _, _ = dice.philox(U64(subject), name, when(0, 0), OUTSTANDING, k0, k1)
            if w0 < tables.outstanding[act]:
                _open(found[count], subject, act, BEFORE, 0, w1 < tables.able[act])
                count += 1
    return found[:count].copy()


@kernel
def oblige(now: Setting, done: Candidates, duties: Array, tables: Tables) -> Array:
    """Return the duties and, after them, the obligations that this week's acts leave."""
    count = 0
    for at in range(done.act.shape[0]):
        count += tables.obliges[done.act[at]]
    if count == 0:
        return duties
    left = np.empty(count, DUTY)
    end = 0
    k0, k1 = now.key
    for at in range(done.act.shape[0]):
        act = done.act[at]
        if tables.obliges[act]:
            subject, nth = now.first + whole(done.citizen[at]), done.nth[at]
            w0, _, _, _ = dice.philox(
                U64(subject), tables.hash[act], when(now.week, nth), ABLE, k0, k1
            )
            _open(left[end], subject, act, now.week, nth, w0 < tables.able[act])
            end += 1
    return joined(duties, left)


@kernel
def perform(
    now: Setting,
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
    k0, k1 = now.key
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
        at_week = when(now.week, index)
        w0, w1, _, _ = dice.philox(
            U64(duty.subject), tables.hash[duty.act], at_week, PERFORM, k0, k1
        )
        if duty.able and w0 < chance:
            performed[done].subject = duty.subject
            performed[done].lists = duty.lists
            performed[done].week = duty.week
            performed[done].index = duty.index
            performed[done].act = duty.act
            performed[done].day = dice.below(w1, U64(7))
            tally[duty.act] += is_counted(status[whole(duty.subject) - now.first])
            done += 1
        else:
            left[open_] = duty
            open_ += 1
    return left[:open_].copy(), performed[:done].copy()


@inlined
def _open(duty: Row, subject: int, act: int, week: int, index: int, able: bool) -> None:
    """Fill in an obligation, for which no list holds anybody yet."""
    duty.subject = subject
    duty.lists = 0
    duty.week = week
    duty.index = index
    duty.act = act
    duty.able = able
