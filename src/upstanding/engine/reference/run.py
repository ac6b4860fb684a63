"""A run of the reference: everybody from time zero, week by week."""

from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise, product
from typing import cast

import numpy as np

from upstanding.clockwork.dice import address
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.reference import minding, platform, pooling
from upstanding.engine.reference.allocation import allocate, patrols_of
from upstanding.engine.reference.breach import breached
from upstanding.engine.reference.closing import close, place, restrict
from upstanding.engine.reference.company import acquaint, turn
from upstanding.engine.reference.counting import Ranking, count, rank
from upstanding.engine.reference.kin import bind
from upstanding.engine.reference.living import live
from upstanding.engine.reference.people import Case, Person, Stay, Tie
from upstanding.engine.reference.pooling import Totals, packed
from upstanding.engine.reference.publicity import drop
from upstanding.engine.reference.remedy import Court, courts_of, sit
from upstanding.engine.reference.week import Week, age, plain
from upstanding.engine.tables import Tables
from upstanding.engine.world import World
from upstanding.mechanisms.association import NONE
from upstanding.mechanisms.rows import BEFORE, ENTRY, LISTS, START, Array
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.state import State
from upstanding.mechanisms.strata import ADULT, unpack
from upstanding.mechanisms.tally import Tally, new_tally
from upstanding.mechanisms.ties import CUT, NOWHERE

OUTSTANDING, STARTS = address("conduct/outstanding"), address("lists/start")


@dataclass(frozen=True)
class Outcome:
    """What a run leaves."""

    rows: Array
    """The ledger, in order of week, subject and seq."""
    state: State
    tallies: list[Tally]
    """One a week."""
    rankings: list[Ranking]
    """One a week."""
    digest: int
    """The hash of all candidates."""
    pools: list[Totals]
    """One a week."""


def run(world: World, weeks: int) -> Outcome:
    """Run a world for so many weeks, at least one."""
    tables = cast("Tables", plain(world.tables))
    people = _people(world)
    apart = new_tally(world.names, CATEGORIES)
    moving = sum(moves >= 0 for moves in tables.sensing.moves)
    finds = moving, len(world.population.urban_districts())
    opening, *following = [
        Week(number, world, tables, people, new_tally(world.names, CATEGORIES, finds), apart)
        for number in range(-1, weeks)
    ]
    patrols = patrols_of(opening)
    ties = acquaint(world, people)
    courts = courts_of(world)
    for person in people:
        begin(opening, person)
    for person in people:
        bind(opening, person)
        platform.begin(opening, person)
        platform.count(opening, person)
    pooling.begin(opening)
    ledger, rankings, pools, silent = [], [], [], opening.tally.silent
    share, found, regime = world.regime.start, 0, world.regime
    for before, week in pairwise([opening, *following]):
        views = min(int(before.tally.strangers[0]), world.citizens)
        week.watched = minding.CERTAINTY * views // world.citizens
        week.share = share
        week.tally.inspected[:] = share >> 16
        week.patrols = patrols
        week.silent = tuple(silent.tolist()) or (0, 0)
        silent = week.tally.silent
        ledger.append(step(week, ties, courts))
        allocate(week)
        rankings.append(rank(week))
        pools.append(pooling.close(week))
        found += int(week.tally.tampers[:, 1].sum())
        if regime.every and (week.number + 1) % regime.every == 0:
            paid = min((found << 48) // regime.pays, 1 << 32)
            share = max(share + ((paid - share) * regime.speed >> 32), regime.least)
            found = 0
    return Outcome(
        np.concatenate(ledger),
        _state(
            people,
            len(world.names.categories),
            firm=bool(tables.platform.on),
            pools=bool(tables.pooling.on),
        ),
        [week.tally for week in following],
        rankings,
        sum(week.digest for week in following) % (1 << 64),
        pools,
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
    minding.begin(week, person)
    if week.scores(person, 0):
        place(week, person, total=0)
        if week.tables.association.rule != NONE:
            person.x = 0
    restrict(week, person)


def step(week: Week, ties: list[Tie], courts: list[Court]) -> Array:
    """Let everybody live and close a week; return its rows."""
    robbed = breached(week)
    for person in week.people:
        for record in live(week, person, robbed):
            week.people[record.subject].records.append(record)
    for tie in ties:
        drop(week, tie)
    if week.tables.association.rule != NONE:
        for tie in ties:
            turn(week, tie)
    sit(week, courts)
    for person in week.people:
        close(week, person)
    for person in week.people:
        bind(week, person)
        count(week, person)
    rows = [tuple(row.values()) for person in week.people for row in person.rows]
    for person in week.people:
        person.rows.clear()
    return np.array(rows, ENTRY)


def _marks(person: Person) -> int:
    """Return whether she was penalised, by which channels she was shown, and held for a critic."""
    shown = sum(2 << code for code in person.shown)
    return person.penalised + shown + 128 * person.critic


def _people(world: World) -> list[Person]:
    """Return everybody with her traits."""
    traits = world.population.people
    urban = unpack(traits.static)["urban"]
    columns = (
        traits.age_weeks,
        traits.static,
        urban,
        traits.leanings,
        traits.home,
        traits.status,
    )
    everybody = zip(*(column.tolist() for column in columns), strict=True)
    return [Person(number, *who) for number, who in enumerate(everybody)]


def _state(people: list[Person], categories: int, *, firm: bool, pools: bool) -> State:
    """Return the state of all people as the kernels hold it."""
    slots = range(len(people[0].ties))
    members = [person for person in people if firm]
    ties = np.full(len(people), NOWHERE, np.uint32)
    for person, slot in product(people, slots):
        if tie := person.ties[slot]:
            ties[person.number] ^= (CUT ^ tie.held) << 2 * slot
    return State(
        own=np.array([person.own[:categories] for person in people], np.int32).T,
        score=np.array([person.score for person in people], np.int32),
        x=np.array([person.x for person in people], np.int32),
        fear=np.array([person.fear for person in people], np.uint8),
        penalised=np.array([_marks(person) for person in people], np.uint8),
        risk=np.array([person.risk for person in people], np.uint16),
        known=np.array([person.known for person in people], np.uint32),
        swayed=np.array([person.swayed for person in people], np.uint8),
        term=np.array([person.term for person in people], np.int32),
        ties=ties,
        standing=np.array([person.standing for person in people], np.uint16),
        tier=np.array([person.tier for person in people], np.uint8),
        listed=np.array([person.listed for person in people], np.uint32),
        closed=np.array([person.closed for person in people], np.uint32),
        refusals=np.array([person.refusals for person in people], np.uint8),
        account=np.array([person.account for person in members], np.uint16),
        told=np.array([person.told for person in members], np.uint8),
        dossier=np.array([packed(person) for person in people if pools], np.uint32),
    )
