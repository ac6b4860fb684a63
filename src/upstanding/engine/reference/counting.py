"""What the reference counts in a week, and where everybody ranks at its close."""

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np

from upstanding.clockwork.names import NO_BYTE, NO_WORD
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.engine.reference import platform
from upstanding.engine.reference.closing import PERFORMED
from upstanding.engine.reference.kin import pupils_services
from upstanding.engine.reference.people import STOLEN, TRUE, Person
from upstanding.engine.reference.week import Week, age
from upstanding.mechanisms import tally as counts
from upstanding.mechanisms.ranking import DECILES, FIFTHS, SUMS, WHOLE
from upstanding.mechanisms.rows import (
    KIN,
    LIST_IN,
    LIST_OUT,
    PERFORMANCE,
    POINTS,
    REFUSED,
    REMEDY,
    SHOWN,
)
from upstanding.mechanisms.scoring import NO_SCORE
from upstanding.mechanisms.strata import ADULT
from upstanding.mechanisms.tally import Counts


def count(week: Week, person: Person) -> None:
    """Count what her rows of the week say, and how she stands at its close."""
    tally, tables = week.counts(person), week.tables
    cell = tally.cells[:, week.stratum(person)]
    for row in person.rows:
        kind, rule, act, about = row["kind"], row["rule"], row["act"], row["object"]
        if kind == POINTS:
            tally.entries[rule] += 1
            tally.points[row["category"]] += row["points"]
            cell[counts.WRONG] += row["truth"] != TRUE
        elif kind == PERFORMANCE:
            tally.performed[act] += 1
        elif kind == LIST_IN:
            tally.entered[about] += 1
            tally.robbed[about] += row["truth"] == STOLEN
            cell[counts.LIST_IN] += 1
        elif kind == LIST_OUT:
            way = rule - tables.lists.clause[about] - PERFORMED
            tally.left[about, -1 if row["mechanism"] == REMEDY else way] += 1
        elif kind == SHOWN:
            cell[counts.SHOWINGS] += 1
            cell[counts.WRONG_SHOWINGS] += row["truth"] not in (TRUE, NO_BYTE)
        elif kind == REFUSED:
            service = about - len(tables.lists.hash)
            tally.denials[service] += 1
            tally.hours[service] += tables.services.hours[service]
            cell[counts.DENIALS] += 1
            tally.of_kin[service] += row["mechanism"] == KIN
            cell[counts.OF_KIN] += row["mechanism"] == KIN
    for case in person.duties:
        tally.outstanding[case.act] += 1
    for stay in person.stays:
        if truth := person.names(stay.case).get("truth", TRUE):
            tally.mistaken[stay.on, truth - 1] += 1
    for on in {stay.on for stay in person.stays}:
        tally.listed[on] += 1
    if person.tier != NO_BYTE:
        tally.tiers[person.tier] += 1
    tally.risk[0] += person.risk
    cell[counts.PEOPLE] += 1
    cell[counts.LISTED] += person.listed != 0
    cell[counts.BARRED] += person.closed != 0
    if age(person, week.number) < ADULT:
        tally.children[pupils_services(week, person)] += 1
        cell[counts.CHILDREN] += bool(pupils_services(week, person))
    platform.count(week, person)
    if person.score != NO_SCORE:
        tally.score[:] += (person.score, 1)
        cell[counts.SCORED] += 1
        cell[counts.SCORE] += person.score
        cell[counts.TERM] += person.term


def _zeros(*shape: int) -> Counts:
    return np.zeros(shape, np.int64)


@dataclass
class Ranking:
    """The ranking at a close, and how it differs from that of a year before."""

    deciles: Counts = field(default_factory=lambda: _zeros(DECILES))
    moves: Counts = field(default_factory=lambda: _zeros(FIFTHS, FIFTHS))
    sums: Counts = field(default_factory=lambda: _zeros(SUMS))


def rank(week: Week) -> Ranking:
    """Rank everybody; once a year, compare each with the year before."""
    ranking = Ranking()
    ranked = [person for person in week.people if person.score != NO_SCORE]
    if not week.tables.ranks or not ranked:
        return ranking
    scores = sorted(person.score for person in ranked)
    counted = sorted(person.score for person in ranked if not person.planted)
    for tenth in range(1, DECILES + 1) if counted else ():
        ranking.deciles[tenth - 1] = counted[-(-tenth * len(counted) // 10) - 1]
    if (week.number + 1) % WEEKS_A_YEAR == 0:
        for person in ranked:
            before = person.standing
            after = WHOLE * bisect_left(scores, person.score) // len(scores)
            person.standing = after
            if before != NO_WORD and not person.planted:
                ranking.moves[FIFTHS * before // WHOLE, FIFTHS * after // WHOLE] += 1
                ranking.sums += (1, before, after, before * before, after * after, before * after)
    return ranking
