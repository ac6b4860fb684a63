"""The company in the reference: its accounts of members, what these show, what the state gets."""

from upstanding.clockwork.dice import address
from upstanding.engine.reference.people import Act, Person
from upstanding.engine.reference.week import Week, both
from upstanding.mechanisms.platform import (
    BULK,
    MONTH,
    NO_ACCOUNT,
    NO_BAND,
    REQUEST,
    SHARE,
)
from upstanding.mechanisms.strata import MEMBER, TAUGHT, unpack
from upstanding.mechanisms.ties import LIVING


def take_note(week: Week, person: Person, act: Act, sensor: int) -> bool:
    """Let the company note what its sensor saw; return whether the state gets the record."""
    firm, kind = week.tables.platform, act.case.act
    if not firm.holder[sensor]:
        return True
    person.company += firm.points[sensor][kind]
    if firm.access == SHARE:
        name = week.tables.conduct.hash[kind]
        purpose = address(f"platform/share/{week.world.names.sensors[sensor]}")
        word = week.draw(person.number, name, act.case.index, purpose)[0]
        passes = bool(word < firm.share)
    else:
        passes = firm.access == BULK or (firm.access == REQUEST and person.listed != 0)
    if passes:
        week.counts(person).passed[sensor] += 1
    return passes


def befriend(week: Week, person: Person) -> int:
    """Return what her friends add to the level of her account."""
    known = [tie.other(person.number) for tie in person.ties if tie and tie.held == LIVING]
    accounts = [week.people[other].account for other in known]
    accounts = [account for account in accounts if account != NO_ACCOUNT]
    if not accounts:
        return 0
    share, common = week.tables.platform.friends
    mean = (2 * sum(accounts) + len(accounts)) // (2 * len(accounts))
    return int(share * (mean - common) + (1 << 31)) >> 32


def level(week: Week, person: Person, friends: int) -> int:
    """Return to what her account fades."""
    firm = week.tables.platform
    fifth = int(unpack(week.world.population.people.static[[person.number]])["income"][0])
    taught = person.status >> TAUGHT & 3
    return int(max(min(firm.level[fifth][taught] + friends, firm.top), 0))


def score(week: Week, person: Person) -> int:
    """Return her score with the company, in hundredths above the lowest."""
    firm = week.tables.platform
    return max(person.account - (firm.listed if person.listed & firm.lists else 0), 0)


def begin(week: Week, person: Person) -> None:
    """Open her account, if she is a member and there is a company."""
    if week.tables.platform.on and person.status >> MEMBER & 1:
        person.account = level(week, person, 0)
        tell(week, person, hidden=True)


def tell(week: Week, person: Person, *, hidden: bool) -> None:
    """Tell her the score, which she hides or shows."""
    firm, points = week.tables.platform, score(week, person)
    edges = enumerate(zip(firm.band_from, firm.band_below, strict=True))
    bands = [band for band, (low, high) in edges if low <= points < high]
    person.told = int(hidden) | (bands or [NO_BAND])[0] << 1


def close(week: Week, person: Person) -> None:
    """Add up her account, and in a fourth week tell her the score."""
    if person.account == NO_ACCOUNT:
        return
    firm = week.tables.platform
    top = firm.top
    person.account = max(min(person.account + person.company, top), 0)
    if (week.number + 1) % MONTH:
        return
    at = level(week, person, person.friends)
    apart = person.account - at
    left = both(abs(apart), int(firm.decay))
    person.account = max(min(at + (left if apart > 0 else -left), top), 0)
    total, silent = week.silent
    assumed = (2 * total + silent) // (2 * silent) if silent else 0
    tell(week, person, hidden=score(week, person) < assumed + firm.gain)


def count(week: Week, person: Person) -> None:
    """Count her score, and whether she hides it."""
    if person.account == NO_ACCOUNT:
        return
    tally, points = week.counts(person), score(week, person)
    tally.company[:] += (points, 1)
    if person.told & 1:
        tally.silent[:] += (points, 1)
    if person.told >> 1 != NO_BAND:
        tally.banded[person.told >> 1] += 1
