"""Breach in the reference: what leaves a store, and the records in stolen names."""

from collections.abc import Iterator
from itertools import product

from upstanding.clockwork.dice import address
from upstanding.clockwork.names import NOBODY
from upstanding.engine.reference.people import Case, Person, Record
from upstanding.engine.reference.week import Week, below
from upstanding.mechanisms.breach import MEMBERS, THE_SCORED, WAYS
from upstanding.mechanisms.rows import USED
from upstanding.mechanisms.strata import MEMBER

PERSON = address("breach/person")


def breached(week: Week) -> list[tuple[int, int]]:
    """Return which stores are breached this week, and in which way."""
    breach, found = week.tables.breach, []
    for store, way in product(range(len(breach.store)), range(len(WAYS))):
        w0 = week.draw(0, breach.store[store], 0, breach.ways[way])[0]
        set_for = breach.at_week[store] == week.number and WAYS[way] == "theft"
        if set_for or w0 < breach.chance[store][way]:
            found.append((store, way))
            week.tally.breaches[store, 0] += 1
    return found


def stolen(week: Week, person: Person, found: list[tuple[int, int]]) -> Iterator[Record]:
    """Yield the records that come of her being exposed in this week's breaches."""
    breach, tally = week.tables.breach, week.counts(person)
    for store, way in found:
        if breach.holds[store] == THE_SCORED and not week.scores(person, week.number):
            continue
        if breach.holds[store] == MEMBERS and not person.status >> MEMBER & 1:
            continue
        w0, w1, w2, w3 = week.draw(person.number, breach.store[store], way, PERSON)
        if w0 >= breach.share[store]:
            continue
        tally.breaches[store, 1] += 1
        if w1 < breach.fraud[store]:
            tally.breaches[store, 2] += 1
            act, sensor, within = breach.says[store]
            case = Case(NOBODY, act, week.number, USED + 2 * store + way)
            due = week.number + 1 + below(w2, within)
            yield Record(person.number, case, sensor, below(w3, 7), due)
