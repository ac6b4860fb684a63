"""A run of the reference: everybody from time zero, week by week."""

from bisect import bisect_right
from dataclasses import dataclass
from typing import cast

import numpy as np

from upstanding.clockwork.dice import address
from upstanding.clockwork.names import NO_BYTE
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.reference.closing import PERFORMED, close, fold, restrict
from upstanding.engine.reference.living import live
from upstanding.engine.reference.people import FALSE_MATCH, Case, Person, Stay
from upstanding.engine.reference.week import Week, age, plain
from upstanding.engine.tables import Tables
from upstanding.engine.week import State
from upstanding.engine.world import World
from upstanding.mechanisms.rows import (
    BEFORE,
    ENTRY,
    LIST_IN,
    LIST_OUT,
    LISTS,
    PERFORMANCE,
    POINTS,
    REFUSED,
    START,
    Array,
)
from upstanding.mechanisms.scoring import CATEGORIES, NO_SCORE
from upstanding.mechanisms.strata import ADULT, unpack
from upstanding.mechanisms.tally import Tally, new_tally

OUTSTANDING, STARTS = address("conduct/outstanding"), address("lists/start")


@dataclass(frozen=True)
class Outcome:
    """What a run leaves."""

    rows: Array
    """The ledger, in order of week, subject and seq."""
    state: State
    tallies: list[Tally]
    """One a week."""
    digest: int
    """The hash of all candidates."""


def run(world: World, weeks: int) -> Outcome:
    """Run a world for so many weeks, at least one."""
    tables = cast("Tables", plain(world.tables))
    opening, *following = [
        Week(number, world, tables, new_tally(world.names, CATEGORIES))
        for number in range(-1, weeks)
    ]
    people = _people(world)
    for person in people:
        begin(opening, person)
    ledger = [step(week, people) for week in following]
    return Outcome(
        np.concatenate(ledger),
        _state(people),
        [week.tally for week in following],
        sum(week.digest for week in following) % (1 << 64),
    )


def begin(week: Week, person: Person) -> None:
    """Let somebody have the obligations, stays and score of time zero."""
    conduct, lists = week.tables.conduct, week.tables.lists
    for act, name in enumerate(conduct.hash):
        w0, w1, _, _ = week.draw(person.number, name, 0, OUTSTANDING, week=0)
        if age(person, 0) >= ADULT and w0 < conduct.outstanding[act]:
            person.duties[Case(person.number, act, BEFORE, 0)] = w1 < conduct.able[act]
    for code, name in enumerate(lists.hash):
        w0, w1, _, _ = week.draw(person.number, name, 0, STARTS, week=0)
        for case in person.duties:
            if w0 < lists.start[code][case.act]:
                of_age = person.age_weeks - ADULT * WEEKS_A_YEAR
                stayed = min(bisect_right(lists.age[code], w1), of_age)
                said = {"rule": lists.start_clause[code], "object": code, "lag": stayed, "day": 0}
                origin = person.write(0, START, LISTS, said | person.names(case))
                person.stays.append(Stay(code, -1 - stayed, case, origin))
    fold(week, person)
    restrict(week, person)


def step(week: Week, people: list[Person]) -> Array:
    """Let everybody live and close a week; return its rows."""
    for person in people:
        for record in live(week, person):
            people[record.subject].records.append(record)
    for person in people:
        close(week, person)
        count(week, person)
    rows = [tuple(row.values()) for person in people for row in person.rows]
    for person in people:
        person.rows.clear()
    return np.array(rows, ENTRY)


def count(week: Week, person: Person) -> None:
    """Count what her rows of the week say, and how she stands at its close."""
    tally, tables = week.tally, week.tables
    for row in person.rows:
        kind, rule, act, about = row["kind"], row["rule"], row["act"], row["object"]
        if kind == POINTS:
            tally.entries[rule] += 1
            tally.points[row["category"]] += row["points"]
        elif kind == PERFORMANCE:
            tally.performed[act] += 1
        elif kind == LIST_IN:
            tally.entered[about] += 1
        elif kind == LIST_OUT:
            tally.left[about, rule - tables.lists.clause[about] - PERFORMED] += 1
        elif kind == REFUSED:
            service = about - len(tables.lists.hash)
            tally.denials[service] += 1
            tally.hours[service] += tables.services.hours[service]
    for case in person.duties:
        tally.outstanding[case.act] += 1
    for stay in person.stays:
        tally.mistaken[stay.on] += person.names(stay.case).get("truth") == FALSE_MATCH
    for on in {stay.on for stay in person.stays}:
        tally.listed[on] += 1
    if person.score != NO_SCORE:
        tally.score[:] += (person.score, 1)
    if person.tier != NO_BYTE:
        tally.tiers[person.tier] += 1


def _people(world: World) -> list[Person]:
    """Return everybody with her traits."""
    traits = world.population.people
    urban = unpack(traits.static)["urban"]
    columns = (traits.age_weeks, traits.static, urban, traits.leanings)
    everybody = zip(*(column.tolist() for column in columns), strict=True)
    return [Person(number, *who) for number, who in enumerate(everybody)]


def _state(people: list[Person]) -> State:
    """Return the state of all people as the kernels hold it."""
    return State(
        own=np.array([person.own for person in people], np.int32).T,
        score=np.array([person.score for person in people], np.int32),
        tier=np.array([person.tier for person in people], np.uint8),
        listed=np.array([person.listed for person in people], np.uint32),
        closed=np.array([person.closed for person in people], np.uint32),
        refusals=np.array([person.refusals for person in people], np.uint8),
    )
