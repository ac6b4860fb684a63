"""Kin in the reference: whose restrictions reach whom, and which of them a denial rests on."""

from collections.abc import Iterator

from upstanding.clockwork.names import NO_BYTE, REACHED, ROLES, SCHOOLS
from upstanding.engine.reference.people import Blame, Person
from upstanding.engine.reference.week import Week, age
from upstanding.mechanisms.strata import ADULT

HEAD, SPOUSE, CHILD = map(ROLES.index, ("head", "spouse", "child"))


def household(week: Week, person: Person) -> list[Person]:
    """Return those who live together, herself among them."""
    begin = person.number - (person.home & 15)
    return week.people[begin : begin + (person.home >> 4)]


def elders(week: Week, person: Person) -> Iterator[tuple[Person, int]]:
    """Yield whose lists and tier may reach her, the head first, each with what she is to them."""
    for role in (HEAD, SPOUSE):
        for other in household(week, person):
            if other is person or other.role != role:
                continue
            if person.role == CHILD:
                yield other, REACHED.index("children")
            elif person.role in (HEAD, SPOUSE):
                yield other, REACHED.index("spouse")


def bind(week: Week, person: Person) -> None:
    """Close to her what kin's lists and tier reach, and leave open what is not for her anyway."""
    kin = week.tables.kin
    for other, whom in elders(week, person):
        for stay in other.stays:
            if not stay.suspended:
                person.closed |= kin.lists[whom][stay.on]
        if other.tier != NO_BYTE:
            person.closed |= kin.tiers[whom][other.tier]
    school = person.school if age(person, week.number + 1) < ADULT else SCHOOLS.index("none")
    person.closed &= week.tables.services.usable[school]


def pupils_services(week: Week, person: Person) -> list[int]:
    """Return the closed services that are for pupils of her school, and not for everybody."""
    usable = week.tables.services.usable
    none = usable[SCHOOLS.index("none")]
    return [
        service
        for service in range(len(week.tables.services.hash))
        if person.closed >> service & 1 and not none >> service & 1
    ]


def blame(week: Week, person: Person, service: int) -> Blame:
    """Return whose restriction keeps her from a service that nothing of her own closes."""
    kin, rank = week.tables.kin, {HEAD: 0, SPOUSE: 1}
    reaching = [
        ((stay.since, stay.on, rank[other.role], stay.origin), other, whom, stay)
        for other, whom in elders(week, person)
        for stay in other.stays
        if kin.lists[whom][stay.on] >> service & 1 and not stay.suspended
    ]
    if reaching:
        _, other, whom, stay = min(reaching, key=lambda each: each[0])
        return Blame(kin.list_clause[whom][stay.on], stay.origin, other.number)
    for other, whom in elders(week, person):
        if other.tier != NO_BYTE and kin.tiers[whom][other.tier] >> service & 1:
            return Blame(kin.tier_clause[whom][other.tier], None, other.number)
    raise AssertionError(f"nothing closes service {service} to citizen {person.number}")
