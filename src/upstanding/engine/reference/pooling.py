"""The pool in the reference: dossiers, and who is watched more."""

from typing import NamedTuple

import numpy as np

from upstanding.clockwork.names import GROUPS
from upstanding.engine.reference.people import Person
from upstanding.engine.reference.week import Week, age
from upstanding.mechanisms.pooling import CLASSES, FOCUS, HARMFUL, LOT, MOST, POOLED
from upstanding.mechanisms.strata import ADULT, unpack
from upstanding.mechanisms.tally import Counts


class Totals(NamedTuple):
    """What leaves a pool at a close."""

    flags: Counts
    """(districts with a pool, groups, 3) adults, on the focus list, lawful ones of them."""
    filled: Counts
    """(6,) adults under a pool, and those with a record of each class; (0,) without one."""


def begin(week: Week) -> None:
    """Open the dossiers of those who live where there is a pool."""
    for person in week.people:
        person.pooled = bool(week.world.pooled[week.district(person.number)])


def notice(week: Week, person: Person, sensor: int) -> None:
    """Count a record of a pooled sensor by whether the actor is watched more."""
    if week.tables.pooling.sensors >> sensor & 1 and _is_adult(week, person, week.number):
        week.counts(person).watched[int(person.focus), 0] += 1


def look(week: Week, person: Person) -> None:
    """Count her among those who are watched more, or are not."""
    if _is_adult(week, person, week.number):
        week.counts(person).watched[int(person.focus), 1] += 1


def _is_adult(week: Week, person: Person, number: int) -> bool:
    """Return whether she is an adult under a pool at a week."""
    return person.pooled and age(person, number) >= ADULT


def join(week: Week, person: Person) -> None:
    """Count in her dossier what is posted to her."""
    tables = week.tables.pooling
    for record in person.records:
        act = record.case.act
        pooled = person.pooled and tables.sensors >> record.sensor & 1
        if pooled and record.due <= week.number and tables.kind[act] < len(CLASSES):
            kind = tables.kind[act]
            person.dossier[kind] = min(person.dossier[kind] + 1, MOST[kind])
            person.harmful |= bool(tables.harms[act])


def close(week: Week) -> Totals:
    """Choose the focus lists, if it is time; return the totals."""
    tables = week.tables.pooling
    adults = [person for person in week.people if _is_adult(week, person, week.number + 1)]
    districts = np.flatnonzero(week.world.pooled).tolist()
    flags = np.zeros((len(districts), len(GROUPS), 3), np.int64)
    filled = np.zeros(1 + len(CLASSES) if tables.on else 0, np.int64)
    for place, district in enumerate(districts):
        here = [person for person in adults if week.district(person.number) == district]
        if (week.number + 1) % tables.period == 0:
            choose(week, here, (len(here) * int(tables.capacity) + (1 << 31)) >> 32)
        for person in (person for person in here if not person.planted):
            group = int(unpack(np.array([person.static], np.uint16))["group"][0])
            lawful = person.focus and not person.harmful
            flags[place, group] += (1, person.focus, lawful)
            filled += [1, *(count > 0 for count in person.dossier)]
    return Totals(flags, filled)


def choose(week: Week, adults: list[Person], quota: int) -> None:
    """Put so many adults of a district on its list, those of whom there are most records."""

    def place(person: Person) -> tuple[int, ...]:
        w0, w1, _, _ = week.draw(person.number, 0, 0, int(LOT))
        return -sum(person.dossier), w0, w1, person.number

    for at, person in enumerate(sorted(adults, key=place)):
        person.focus = at < quota


def packed(person: Person) -> int:
    """Return her dossier as the kernels hold it."""
    counts = sum(count << 4 * kind for kind, count in enumerate(person.dossier))
    bits = (person.harmful, HARMFUL), (person.focus, FOCUS), (person.pooled, POOLED)
    return counts | sum(bit for said, bit in bits if said)
