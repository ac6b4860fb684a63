"""Remedy in the reference: who learns and appeals, the offices event by event, what is undone."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from typing import Any

from upstanding.clockwork.names import NO_WORD
from upstanding.clockwork.numbers import POINT, WEEKS_A_YEAR
from upstanding.engine.reference.people import Entry, Matter, Origin, Person, Record, Stay, Wait
from upstanding.engine.reference.week import Week, both
from upstanding.engine.world import World
from upstanding.mechanisms.remedy import STAMPS
from upstanding.mechanisms.rows import REMEDY, REVERSAL
from upstanding.mechanisms.strata import TAUGHT

DAYS = 7


@dataclass
class Court:
    """The offices of a region, and who waits for one."""

    servers: int
    mean: int
    hearings: list[tuple[int, int, Matter]] = field(default_factory=list)
    """A heap of those in progress: when each ends, a number of its own, what is heard."""
    queue: deque[Matter] = field(default_factory=deque)
    begun: int = 0

    def begin(self, week: Week, matter: Matter, stamp: int) -> None:
        """Begin to hear a matter."""
        matter.begins = stamp
        matter.ends = stamp + service(week, matter, self.mean)
        self.begun += 1
        heappush(self.hearings, (matter.ends, self.begun, matter))

    def sit(self, week: Week, arrivals: Iterable[Matter]) -> None:
        """Go from event to event until the week's end."""
        coming = deque(arrivals)
        close = (week.number + 1) * STAMPS
        while True:
            end = self.hearings[0][0] if self.hearings else close
            arrival = coming[0].arrives if coming else close
            if min(end, arrival) >= close:
                return
            if end <= arrival:
                heappop(self.hearings)
                if self.queue:
                    self.begin(week, self.queue.popleft(), end)
            else:
                matter = coming.popleft()
                if len(self.hearings) < self.servers:
                    self.begin(week, matter, arrival)
                else:
                    self.queue.append(matter)


def courts_of(world: World) -> list[Court]:
    """Return the offices of all regions."""
    courts = world.courts
    return [
        Court(servers, mean)
        for servers, mean in zip(courts.servers.tolist(), courts.mean.tolist(), strict=True)
    ]


def service(week: Week, matter: Matter, mean: int) -> int:
    """Return how many stamps it takes to hear a matter."""
    remedy = week.tables.remedy
    w0, w1, _ = hearing(week, matter)
    zeros = 32 - w0.bit_length()
    unit = zeros * remedy.doubling + remedy.exponential[w1 >> 20]
    return int(max(1, (unit * mean + (1 << 31)) >> 32))


def hearing(week: Week, matter: Matter) -> tuple[int, int, int]:
    """Return the words that decide how long a matter is heard, and its outcome."""
    return drawn(week, matter.record, week.tables.remedy.hearing)[:3]


def drawn(week: Week, record: Record, purposes: Any) -> tuple[int, int, int, int]:
    """Return a draw about a record, of the week of its act."""
    case = record.case
    name, purpose = week.tables.conduct.hash[case.act], purposes[record.sensor]
    return week.draw(record.drawn_for, name, case.index, purpose, week=case.week)


def sit(week: Week, courts: list[Court]) -> None:
    """Let all offices sit for a week."""
    coming = [
        matter
        for person in week.people
        for matter in person.matters
        if matter.stage != "latent" and matter.arrives // STAMPS == week.number
    ]
    size = week.world.courts.region_size
    for region, court in enumerate(courts):
        mine = [matter for matter in coming if matter.record.subject // size == region]
        court.sit(week, sorted(mine, key=lambda matter: matter.order))
        waiting = [week.people[matter.record.subject] for matter in court.queue]
        week.tally.waiting[0] += sum(not person.planted for person in waiting)


def open_matter(
    week: Week, person: Person, record: Record, entries: list[Entry], onto: dict[int, Origin]
) -> None:
    """Open a matter about a record that was posted, if it is adverse and one may come of it."""
    remedy, tally = week.tables.remedy, week.counts(person)
    if not remedy.on or not (onto or any(entry.points < 0 for entry in entries)):
        return
    w0, w1, w2, w3 = drawn(week, record, remedy.case)
    false = record.case.actor != person.number
    matter = Matter(record, week.number, entries, onto, set(onto))
    if w3 < remedy.audit:
        matter.stage = "audited"
        tally.audited[int(false)] += 1
    elif w0 < remedy.notice:
        tally.notices[0] += 1
        if not appeals(week, person, w1, false=false):
            return
        matter.stage = "appealed"
    elif not onto:
        return
    if matter.stage != "latent":
        matter.arrives = (week.number + 1) * STAMPS + (w2 >> 22)
    person.matters.append(matter)


def appeals(week: Week, person: Person, word: int, *, false: bool) -> bool:
    """Return whether somebody who knows of a record appeals; count her if she does."""
    taught = person.status >> TAUGHT & 3
    willing: bool = word < week.tables.remedy.appeal[false][taught]
    week.counts(person).appeals[int(false)] += willing
    return willing


def decided(week: Week, person: Person) -> list[Matter]:
    """Close the matters whose hearing ended this week; return those decided for her, in order."""
    won, tally = [], week.counts(person)
    for matter in sorted(person.matters, key=lambda matter: matter.origin):
        if matter.ends is None or matter.ends // STAMPS > week.number:
            continue
        assert matter.begins is not None
        person.matters.remove(matter)
        false = matter.record.case.actor != person.number
        reversed_ = hearing(week, matter)[2] < week.tables.remedy.reversed[false]
        tally.decided[int(false), int(reversed_)] += 1
        tally.waited[:] += (matter.begins - matter.arrives, matter.begins > matter.arrives)
        if reversed_:
            tally.delay[0] += DAYS * (week.number - matter.posted)
            won.append(matter)
    return won


def learn(week: Week, person: Person) -> None:
    """Let her learn of the records behind the stays that her denials name."""
    if not week.tables.remedy.on:
        return
    for denial in person.denials:
        if denial.blame.whose != person.number:
            continue
        for stay in (stay for stay in person.stays if stay.origin == denial.blame.origin):
            stay.denials = min(stay.denials + 1, NO_WORD)
            for matter in list(person.matters):
                if stay.on in matter.open and stay.case == matter.record.case:
                    ask(week, person, matter)


def ask(week: Week, person: Person, matter: Matter) -> None:
    """Let her decide on a matter of which she has just learned, if she has."""
    if matter.stage != "latent":
        return
    week.counts(person).notices[1] += 1
    _, w1, w2, _ = drawn(week, matter.record, week.tables.remedy.case)
    if appeals(week, person, w1, false=matter.record.case.actor != person.number):
        matter.stage, matter.arrives = "appealed", (week.number + 1) * STAMPS + (w2 >> 22)
    else:
        person.matters.remove(matter)


def remainder(week: Week, matter: Matter, entry: Entry) -> int:
    """Return what is left of an entry in hundredths, before the ticks of this close."""
    scoring = week.tables.scoring
    own = (entry.points * POINT + 50) // 100
    for earlier in range(matter.posted, week.number):
        if scoring.reset and (earlier + 1) % WEEKS_A_YEAR == 0:
            own = 0
        decay = int(scoring.decay)
        own = both(own, decay) if own > 0 else -both(-own, decay)
    return int(own * 100 + (1 << 15)) >> 16


def correct(week: Week, person: Person, won: list[Matter]) -> Origin | None:
    """Write what is reversed and mark the stays that end; return the first reversal of points."""
    first, clause = None, week.tables.remedy.clause
    for matter in won:
        said = {"rule": clause} | person.names(matter.record.case)
        for entry in matter.entries:
            back = {"category": entry.category, "points": -remainder(week, matter, entry)}
            week.counts(person).returned[entry.category] += back["points"]
            row = person.write(
                week.number, REVERSAL, REMEDY, said | back | person.follows(entry.origin)
            )
            first = first or row
            unstrike(week, person, entry.origin, row)
        for code, origin in matter.onto.items():
            row = person.write(
                week.number, REVERSAL, REMEDY, said | {"object": code} | person.follows(origin)
            )
            if code in matter.open:
                for thing in resting(person, code, matter.record):
                    end(person, thing, row)
    return first


def resting(person: Person, code: int, record: Record) -> Iterator[Stay | Wait]:
    """Yield what rests on a record: a stay on a list, or a wait for it."""
    yield from [stay for stay in person.stays if (stay.on, stay.case) == (code, record.case)]
    yield from [wait for wait in person.waits if (wait.onto, wait.case) == (code, record.case)]


def end(person: Person, thing: Stay | Wait, row: Origin) -> None:
    """End a stay at this close, or cancel a wait."""
    if isinstance(thing, Wait):
        person.waits.remove(thing)
    else:
        thing.reversed = thing.reversed or row


def unstrike(week: Week, person: Person, origin: Origin, row: Origin) -> None:
    """Let an entry no longer count as a strike, nor hold her on a list that it led onto."""
    person.strikes = [strike for strike in person.strikes if strike.origin != origin]
    gone = [strike.onto for strike in person.used if strike.origin == origin]
    person.used = [strike for strike in person.used if strike.origin != origin]
    for code in gone:
        left = sum(strike.onto == code for strike in person.used)
        if left < week.tables.lists.strikes[code][0]:
            for stay in [stay for stay in person.stays if (stay.on, stay.case) == (code, None)]:
                end(person, stay, row)
            for wait in [wait for wait in person.waits if (wait.onto, wait.case) == (code, None)]:
                end(person, wait, row)


def tidy(week: Week, person: Person) -> None:
    """Let go of matters and strikes of which nothing can come; suspend what is appealed."""
    held = {stay.on for stay in person.stays} | {wait.onto for wait in person.waits}
    person.used = [strike for strike in person.used if strike.onto in held]
    for stay in person.stays:
        stay.suspended = False
    for matter in list(person.matters):
        things = {code: list(resting(person, code, matter.record)) for code in matter.open}
        matter.open = {code for code, found in things.items() if found}
        if matter.stage == "latent" and not matter.open:
            person.matters.remove(matter)
        if matter.stage == "appealed" and week.tables.remedy.suspensive:
            for thing in (thing for found in things.values() for thing in found):
                if isinstance(thing, Stay):
                    thing.suspended = True
