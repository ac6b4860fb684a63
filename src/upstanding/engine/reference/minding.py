"""What people of the reference fear, know and say, and what a week teaches them."""

from collections.abc import Iterable

from upstanding.clockwork.dice import CERTAIN, address
from upstanding.clockwork.names import OUTCOMES
from upstanding.engine.reference.people import Act, Person
from upstanding.engine.reference.week import Week, both
from upstanding.mechanisms.rows import LIST_IN, POINTS, REFUSED
from upstanding.mechanisms.support import MOST_PRAISE
from upstanding.mechanisms.ties import LIVING

AWARE = address("response/aware")
EVERYBODY = 1 << 31
"""What everybody knows, in `known`."""
CERTAINTY = (1 << 16) - 1
COMPLIED, CENSORED, IN_PART, DEFIED = OUTCOMES


def begin(week: Week, person: Person) -> None:
    """Let somebody perceive the ambient risk, and know what she knows at time zero."""
    learning = week.tables.response.learning
    person.risk = learning.ambient[person.urban]
    person.known = EVERYBODY
    for code, (place, share) in enumerate(zip(learning.hidden, learning.aware, strict=True)):
        if week.draw(person.number, place, 0, AWARE, week=0)[0] < share:
            person.known |= 1 << code


def felt(week: Week, person: Person, act: int) -> int:
    """Return the risk that she perceives at an act: none if she knows of no way to a penalty."""
    known_by = week.tables.response.learning.known_by[scored(week, person)][act]
    return person.fear if person.known & known_by else 0


def scored(week: Week, person: Person) -> int:
    """Return 1 if points can touch her this week, 0 if she has no score."""
    return int(week.scores(person, week.number))


def conviction(week: Week, person: Person) -> int:
    """Return the threshold of how far she supports the state: (1 + c) / 2."""
    level = person.status >> 8 & 15
    return int(week.tables.response.support.meant[level][person.swayed])


def is_said(week: Week, person: Person, wanted: Act) -> bool:
    """Return whether she says what she is ready to do, if it is saying something; count it."""
    response, act = week.tables.response, wanted.case.act
    place = response.speech.place[scored(week, person)][act]
    if place >= 0:
        outcome = decision(week, person, wanted)
        week.counts(person).speech[place, OUTCOMES.index(outcome)] += 1
        return outcome != CENSORED
    if not response.support.supports[act]:
        return True
    meant = conviction(week, person)
    fear = person.fear if scored(week, person) and response.support.pays[act] else 0
    feared = both(CERTAIN.item() - meant, fear << 24)
    if wanted.choice >= meant + feared:
        return False
    week.counts(person).praise[:] += (1, wanted.choice >= meant)
    return True


def is_tolerated(week: Week, person: Person, wanted: Act) -> bool:
    """Return whether it is dissent that is let pass."""
    if week.tables.response.speech.place[scored(week, person)][wanted.case.act] < 0:
        return False
    return decision(week, person, wanted) == COMPLIED


def decision(week: Week, person: Person, wanted: Act) -> str:
    """Return what becomes of her dissent."""
    speech, act = week.tables.response.speech, wanted.case.act
    dissent = both(
        wanted.choice, CERTAIN.item() - both(conviction(week, person), speech.loyal[act])
    )
    leaning = speech.leaning[act]
    boldness = person.leanings >> 4 * leaning & 15 if leaning >= 0 else 0
    row, risk = speech.row[act] + boldness, felt(week, person, act)
    if dissent < speech.tolerated:
        return COMPLIED
    if dissent < speech.censored[row][risk]:
        return CENSORED
    return DEFIED if dissent < speech.defied[row][risk] else IN_PART


def uttered(week: Week, person: Person, done: Iterable[Act]) -> None:
    """Let the praise that she has uttered move her, from next week on."""
    support = week.tables.response.support
    if support.sways:
        count = sum(support.supports[act.case.act] for act in done)
        person.swayed = min(person.swayed + count, MOST_PRAISE)


def trouble(week: Week, person: Person) -> int:
    """Return the share of her living ties who were penalised at the last close."""
    if not week.tables.response.learning.heeds_ties:
        return 0
    others = [tie.other(person.number) for tie in person.ties if tie and tie.held == LIVING]
    struck = sum(week.people[other].penalised for other in others)
    return CERTAINTY * struck // max(len(others), 1)


def learn(week: Week, person: Person) -> None:
    """Let her learn from the penalties of the week: her own, and what she saw of her ties'."""
    learning = week.tables.response.learning
    if not learning.notes:
        return
    marks = [mark for row in person.rows if (mark := penalty(week, row))]
    decay, ties, own, published = learning.rates
    risk = person.risk
    gap = learning.ambient[person.urban] - risk
    step = -(-abs(gap) * decay >> 32)
    risk += step if gap > 0 else -step
    risk += (CERTAINTY - risk) * (person.troubled * ties >> 16) >> 32
    shown = CERTAINTY if person.seen else week.watched
    risk += (CERTAINTY - risk) * (shown * published >> 16) >> 32
    if marks:
        risk += (CERTAINTY - risk) * own >> 32
    person.risk, person.penalised = risk, bool(marks)
    for mark in marks:
        person.known |= mark


def penalty(week: Week, row: dict[str, int]) -> int:
    """Return what she learns of by a row: 0 if it is no penalty."""
    learning = week.tables.response.learning
    if row["kind"] == POINTS and row["points"] < 0:
        return int(learning.sensors[row["sensor"]])
    if row["kind"] == LIST_IN:
        return int(learning.lists[row["object"]])
    return EVERYBODY if row["kind"] == REFUSED else 0
