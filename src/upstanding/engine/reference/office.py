"""Office in the reference: who tampers with records, what audits find, what is kept out."""

from collections.abc import Iterator

from upstanding.clockwork.dice import CERTAIN, address
from upstanding.clockwork.names import NOBODY
from upstanding.engine.reference.people import Act, Case, Person, Record
from upstanding.engine.reference.week import Week, below, both
from upstanding.mechanisms.office import FABRICATING, SHIELDING
from upstanding.mechanisms.rows import MADE_UP, OFFICE, SHIELDED
from upstanding.mechanisms.strata import OFFICIAL, unpack

AUDIT, CRITIC = address("office/audit"), address("office/critic")


def tamper(week: Week, person: Person, done: list[Act]) -> Iterator[Record]:
    """Yield the records that she makes up, and those of what an audit finds."""
    office = week.tables.office
    if not office.on:
        return
    person.spoke = any(office.critical[act.case.act] for act in done if not act.hidden)
    kinds = [office.tampers[act.case.act] for act in done]
    person.shields = SHIELDING in kinds
    for act, kind in zip(done, kinds, strict=True):
        case, tally = act.case, week.counts(person)
        if kind == FABRICATING:
            critic = met(week, person, act)
            tally.critics[int(critic is None)] += 1
            if critic is None:
                continue
            what, sensor, delay = office.says
            told = Case(person.number, what, week.number, MADE_UP + case.index % 64)
            yield Record(critic.number, told, sensor, act.day, week.number + delay)
        if kind >= 0:
            tally.tampers[kind, 0] += 1
            name = week.tables.conduct.hash[case.act]
            w0, w1, _, _ = week.draw(person.number, name, case.index, AUDIT)
            if w0 < week.share and w1 >= office.league and not act.hidden:
                tally.tampers[kind, 1] += 1
                sensor, delay = office.finds
                yield Record(person.number, case, sensor, act.day, week.number + delay)


def met(week: Week, person: Person, act: Act) -> Person | None:
    """Return the first critic of her district among 16 people at random."""
    name = week.tables.conduct.hash[act.case.act]
    size = week.world.population.district_size
    for attempt in range(16):
        w0 = week.draw(person.number, name, act.case.index << 4 | attempt, CRITIC)[0]
        number = week.district(person.number) * size + below(w0, size)
        if number < len(week.people) and number != person.number and week.people[number].critic:
            return week.people[number]
    return None


def audited(week: Week, act: int) -> int | None:
    """Return the risk perceived at an act that is audited, in 2**-8."""
    office = week.tables.office
    if not office.heeds or office.tampers[act] < 0:
        return None
    return min(both(week.share, CERTAIN.item() - int(office.league)) >> 24, 255)


def kept_out(week: Week, person: Person, record: Record) -> bool:
    """Keep a record that is due out of her file if an official, or the scheme, wants it."""
    office, case = week.tables.office, record.case
    scored = week.scores(person, case.week)
    if not office.on or office.tampers[case.act] >= 0:
        return False
    if not office.adverse[scored][case.act][record.sensor]:
        return False
    home, size = person.number - (person.home & 15), person.home >> 4
    guards = [other for other in week.people[home : home + size] if other.shields]
    said = {"rule": office.clause[0], "actor": guards[0].number if guards else NOBODY}
    if not guards:
        occupation = unpack(week.world.population.people.static[person.number])["occupation"]
        name, purpose = week.tables.conduct.hash[case.act], office.purpose[record.sensor]
        w0 = week.draw(record.drawn_for, name, case.index, purpose, week=case.week)[0]
        if occupation != OFFICIAL or w0 >= office.spared:
            return False
        said["rule"] = office.clause[1]
    seen = {"lag": week.number - case.week, "day": record.day, "sensor": record.sensor}
    person.write(week.number, SHIELDED, OFFICE, said | seen | person.names(case))
    week.counts(person).kept_out[int(not guards)] += 1
    return True
