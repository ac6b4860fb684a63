"""The first half of a week of the reference: what people do, who sees it, what they are refused."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from upstanding.clockwork.dice import address
from upstanding.clockwork.names import NO_BYTE
from upstanding.engine.reference import platform, pooling
from upstanding.engine.reference.allocation import covered, find
from upstanding.engine.reference.breach import stolen
from upstanding.engine.reference.company import has_company, pull
from upstanding.engine.reference.kin import blame
from upstanding.engine.reference.minding import (
    felt,
    is_said,
    is_tolerated,
    scored,
    trouble,
    uttered,
)
from upstanding.engine.reference.office import audited, tamper
from upstanding.engine.reference.people import Act, Blame, Case, Denial, Person, Record
from upstanding.engine.reference.publicity import saw
from upstanding.engine.reference.week import Week, below, both
from upstanding.mechanisms.conduct import CERTAINLY, DAYS
from upstanding.mechanisms.galleries import DISTRICT, NO_GALLERY
from upstanding.mechanisms.strata import CELL
from upstanding.mechanisms.tally import ACTS

COUNT, CANDIDATE = address("conduct/count"), address("conduct/candidate")
ABLE, PERFORM = address("conduct/able"), address("conduct/perform")
ENROLLED = address("sensing/enrolled")
ATTEMPTS, ATTEMPT = address("services/count"), address("services/attempt")
NOTHING = -1
"""What is done instead of most acts."""


def live(week: Week, person: Person, robbed: list[tuple[int, int]]) -> list[Record]:
    """Let somebody live a week; return the records that come of it.

    `robbed` are this week's breaches.
    """
    done = [act for wanted in candidates(week, person) for act in carried_out(week, person, wanted)]
    uttered(week, person, done)
    perform(week, person)
    oblige(week, person, done)
    person.denials = sorted(refusals(week, person))
    person.pulled = pull(week, person)
    person.troubled = trouble(week, person)
    person.seen = saw(week, person)
    person.friends = platform.befriend(week, person)
    person.company = 0
    pooling.look(week, person)
    seen = [act for act in done if not act.hidden]
    made = [record for act in seen for record in records(week, person, act)]
    return [*made, *tamper(week, person, done), *stolen(week, person, robbed)]


def candidates(week: Week, person: Person) -> Iterator[Act]:
    """Yield what she would do if nothing held her back."""
    conduct, citizen = week.tables.conduct, person.number
    for act, name in enumerate(conduct.hash):
        certain = [CERTAINLY] if [person.planted, act, week.number] in conduct.certain else []
        for index in [*range(how_many(week, person, act)), *certain]:
            w0, w1, w2, w3 = week.draw(citizen, name, index, CANDIDATE)
            week.digest += w2 << 32 | w3
            week.counts(person).candidates[act] += 1
            day = index if conduct.daily[act] else below(w0, DAYS)
            yield Act(Case(citizen, act, week.number, index), day, accept=w1, choice=w2)


def how_many(week: Week, person: Person, act: int) -> int:
    """Return how many candidates for an act she has: one a day, or as many as her draw says."""
    conduct, citizen = week.tables.conduct, person.number
    if conduct.daily[act]:
        return DAYS
    cell, place = divmod(citizen, CELL)
    block = week.draw(cell << 5 | place >> 2 & 31, conduct.hash[act], 0, COUNT)
    shared = block[place >> 7]
    byte, rest = (
        shared >> 8 * (citizen & 3) & 255,
        week.draw(citizen, conduct.hash[act], 0, CANDIDATE)[3],
    )
    word = byte << 24 | rest & 0xFFFFFF
    if word < conduct.never[act]:
        return 0
    return bisect_right(conduct.steps[habit(week, person, act)], word)


def habit(week: Week, person: Person, act: int) -> int:
    """Return the row of the tables that says how often she does an act."""
    conduct = week.tables.conduct
    row, leaning = int(conduct.row[act][week.stratum(person)]), int(conduct.leaning[act])
    return row + (person.leanings >> 4 * leaning & 15) if leaning >= 0 else row


def carried_out(week: Week, person: Person, wanted: Act) -> Iterator[Act]:
    """Yield what comes of a candidate: the act, what is done instead, or nothing."""
    conduct, response, act = week.tables.conduct, week.tables.response, wanted.case.act
    has, risk = scored(week, person), felt(week, person, act)
    if (of_audit := audited(week, act)) is not None:
        risk = of_audit
    limits = [response.accept[has][act][risk], response.anyhow[has][act][risk]]
    if conduct.daily[act]:
        limits = [both(conduct.chance[habit(week, person, act)], limit) for limit in limits]
    word = wanted.accept ^ response.mirror
    openly, anyhow = (word < limit for limit in limits)
    done = act if anyhow else conduct.instead[act]
    if wanted.case.index == CERTAINLY:
        done, hidden = act, False
    elif done == NOTHING or (openly and not is_said(week, person, wanted)):
        return
    else:
        hidden = (anyhow and not openly) or (openly and is_tolerated(week, person, wanted))
    deed = wanted._replace(case=replace(wanted.case, act=done), hidden=hidden)
    if has_company(week, person, deed):
        week.counts(person).acts[done] += 1
        week.counts(person).cells[ACTS, week.stratum(person)] += 1
        yield deed


def records(week: Week, person: Person, act: Act) -> Iterator[Record]:
    """Yield the records of an act; each names the actor or somebody else."""
    sensing, citizen, kind = week.tables.sensing, person.number, act.case.act
    for sensor in sensing.seen_by[sensing.seen_from[kind] : sensing.seen_from[kind + 1]]:
        purpose = sensing.purpose[sensor]
        name = week.tables.conduct.hash[kind]
        w0, w1, w2, w3 = week.draw(citizen, name, act.case.index, purpose)
        reach, hit = covered(week, sensor, citizen, person.urban)
        if person.focus:
            pool = week.tables.pooling
            reach = max(reach, pool.reach[sensor][person.urban])
            hit = max(hit, pool.hit[sensor][person.urban])
        if w0 >= reach:
            continue
        known = sensing.gallery[sensor] == NO_GALLERY or (
            week.draw(citizen, purpose, 0, ENROLLED, week=0)[0] < sensing.enrolled[sensor]
        )
        wrong = sensing.wrong[sensor][known]
        subject: int | None = None
        if known and w0 < hit:
            subject = citizen
        elif w1 < wrong:
            similar = w1 < both(wrong, sensing.same[sensor])
            subject = somebody_else(week, citizen, sensor, w2, similar=similar)
        if subject is None or w3 < sensing.check[sensor][subject != citizen]:
            continue
        find(week, sensor, citizen)
        counts = week.counts(person)
        counts.records[sensor, int(subject != citizen)] += 1
        counts.privacy[sensing.holder[sensor], sensing.place[kind]] += 1
        if not platform.take_note(week, person, act, sensor):
            continue
        pooling.notice(week, person, sensor)
        yield Record(subject, act.case, sensor, act.day, week.number + sensing.delay[sensor])


def somebody_else(week: Week, citizen: int, sensor: int, word: int, *, similar: bool) -> int | None:
    """Return for whom a sensor takes somebody; none where its gallery holds nobody else."""
    held = week.world.galleries
    nationwide = week.tables.sensing.gallery[sensor] != DISTRICT
    area = 0 if nationwide else week.district(citizen)
    face = held.face[citizen]
    everybody = held.everybody[slice(*held.all_from[sensor, area : area + 2])]
    alike = held.stratum[slice(*held.same_from[sensor, area, face : face + np.uint64(2)])]
    for members in (alike, everybody) if similar else (everybody,):
        others = members[members != citizen]
        if others.size:
            return int(others[below(word, others.size)])
    return None


def perform(week: Week, person: Person) -> None:
    """Let her perform obligations; the most pressing list that holds her for one counts."""
    conduct, pressed = week.tables.conduct, week.tables.lists.pressed
    person.performed = []
    for case, able in list(person.duties.items()):
        on = [stay.on for stay in person.stays if stay.case == case]
        chance = max([conduct.performed[case.act], *(pressed[code][case.act] for code in on)])
        index = case.week << 8 | case.index
        w0, w1, _, _ = week.draw(person.number, conduct.hash[case.act], index, PERFORM)
        if able and w0 < chance:
            del person.duties[case]
            person.performed.append((below(w1, DAYS), case))


def oblige(week: Week, person: Person, done: list[Act]) -> None:
    """Let her owe what her acts of the week leave open, which she may perform from the next on."""
    conduct = week.tables.conduct
    for case in (act.case for act in done):
        if conduct.obliges[case.act]:
            w0 = week.draw(person.number, conduct.hash[case.act], case.index, ABLE)[0]
            person.duties[case] = w0 < conduct.able[case.act]


def refusals(week: Week, person: Person) -> Iterator[Denial]:
    """Yield her attempts at services that are closed to her."""
    services = week.tables.services
    for service, name in enumerate(services.hash):
        if not person.closed >> service & 1:
            continue
        word = week.draw(person.number, name, 0, ATTEMPTS)[0]
        row = services.row[service][week.stratum(person)]
        for index in range(bisect_right(services.steps[row], word)):
            w0, w1, _, _ = week.draw(person.number, name, index, ATTEMPT)
            if w1 < services.learned[service][person.refusals]:
                yield Denial(below(w0, DAYS), service, index, reason(week, person, service))


def reason(week: Week, person: Person, service: int) -> Blame:
    """Return what a denial rests on: the oldest restriction of her own, or else of kin's."""
    lists, services = week.tables.lists, week.tables.services
    closing = [
        stay for stay in person.stays if lists.closes[stay.on] >> service & 1 and not stay.suspended
    ]
    if closing:
        oldest = min(closing, key=lambda stay: (stay.since, stay.order))
        return Blame(lists.closing_clause[oldest.on], oldest.origin, person.number)
    if person.tier != NO_BYTE and services.tier_closes[person.tier] >> service & 1:
        return Blame(services.tier_clause[person.tier], None, person.number)
    return blame(week, person, service)
