"""The second half of a week of the reference: what is posted, and what holds from then on."""

from functools import reduce
from operator import or_

from upstanding.clockwork.dice import address
from upstanding.clockwork.names import LIST_CLAUSES, NO_BYTE, NOBODY, OCCUPATIONS
from upstanding.clockwork.numbers import POINT, WEEKS_A_YEAR
from upstanding.engine.reference import platform, pooling, remedy
from upstanding.engine.reference.company import LARGEST, mix, within
from upstanding.engine.reference.minding import learn
from upstanding.engine.reference.office import kept_out
from upstanding.engine.reference.people import (
    Entry,
    Matter,
    Origin,
    Person,
    Record,
    Row,
    Stay,
    Strike,
    Wait,
)
from upstanding.engine.reference.publicity import publish
from upstanding.engine.reference.week import Week, age, both
from upstanding.mechanisms.lists import NO_TIER
from upstanding.mechanisms.rows import (
    CONDUCT,
    KIN,
    LIST_IN,
    LIST_OUT,
    LISTS,
    PERFORMANCE,
    POINTS,
    REFUSED,
    REMEDY,
    SCORING,
    SEEN,
    SERVICES,
)
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.services import MOST_REFUSALS

LEAVE, CATEGORY = address("lists/leave"), address("lists/category")
ENTER, PERFORMED, REPAIRED, OTHER, TERM, ABOVE, *_ = range(len(LIST_CLAUSES))
"""Clauses of a list, counted from its first."""


def close(week: Week, person: Person) -> None:
    """Post what reached somebody and settle how she stands."""
    before = weighed(week, person)
    won = remedy.decided(week, person)
    remedy.learn(week, person)
    pooling.join(week, person)
    post(week, person, won)
    settle(week, person)
    corrected = remedy.correct(week, person, won)
    stand(week, person, before)
    held = leave(week, person, corrected)
    decide(week, person, held)
    enter(week, person)
    publish(week, person)
    remedy.tidy(week, person)
    restrict(week, person)
    platform.close(week, person)
    refuse(week, person)
    learn(week, person)
    person.critic = person.spoke


def post(week: Week, person: Person, won: list[Matter]) -> None:
    """Post the records that are due; add their points, and what is given back, to her categories.

    `won` are the matters decided for her.
    """
    scoring, lists, points = week.tables.scoring, week.tables.lists, [0] * CATEGORIES
    for matter in won:
        for entry in matter.entries:
            points[entry.category] -= remedy.remainder(week, matter, entry)
    due = [record for record in person.records if record.due <= week.number]
    person.records = [record for record in person.records if record.due > week.number]
    due = sorted(due, key=lambda record: record.order)
    person.posted = [record for record in due if not kept_out(week, person, record)]
    for record in person.posted:
        act = record.case.act
        rules = list(scoring.rules[scoring.rules_from[act] : scoring.rules_from[act + 1]])
        if rules and not week.scores(person, record.case.week):
            week.counts(person).dropped[0] += 1
            rules = []
        entries, onto = [], {}
        for rule in rules:
            if scoring.sensors[rule] >> record.sensor & 1:
                entries.append(award(week, person, record, rule))
                points[scoring.category[rule]] += scoring.points[rule]
        for code in lists.lists[lists.lists_from[act] : lists.lists_from[act + 1]]:
            if origin := take(week, person, record, code):
                onto[code] = origin
        remedy.open_matter(week, person, record, entries, onto)
    for category, hundredths in enumerate(points):
        own = person.own[category] + (hundredths * POINT + 50) // 100
        person.own[category] = within(own, -LARGEST, LARGEST)


def award(week: Week, person: Person, record: Record, rule: int) -> Entry:
    """Write the entry of a record under a rule, which may be a strike."""
    scoring = week.tables.scoring
    said = {"rule": rule, "category": scoring.category[rule], "points": scoring.points[rule]}
    origin = person.write(week.number, POINTS, SCORING, said | posted(week, person, record))
    for code in range(len(week.tables.lists.hash)):
        if week.tables.lists.struck[rule] >> code & 1:
            person.strikes.append(Strike(code, origin))
        if week.tables.lists.repairing[rule] >> code & 1:
            person.good.append(Strike(code, origin))
    return Entry(origin, scoring.category[rule], scoring.points[rule])


def take(week: Week, person: Person, record: Record, code: int) -> Origin | None:
    """Take a record up for a list if the list's rules say so; return the row that says it."""
    conduct, lists, case = week.tables.conduct, week.tables.lists, record.case
    name, purpose = conduct.hash[case.act], lists.take[code]
    if lists.firms[code] and not is_owner(person):
        return None
    w0 = week.draw(record.drawn_for, name, case.index, purpose, week=case.week)[0]
    if w0 >= lists.share[code]:
        return None
    if conduct.obliges[case.act] and case.actor == person.number and case not in person.duties:
        return None
    if any((wait.onto, wait.case) == (code, case) for wait in person.waits):
        return None
    if any((stay.on, stay.case) == (code, case) for stay in person.stays):
        return None
    said = {"rule": lists.clause[code] + ENTER, "object": code}
    origin = person.write(week.number, SEEN, LISTS, said | posted(week, person, record))
    person.waits.append(Wait(code, week.number + lists.delay[code], case, origin))
    return origin


def posted(week: Week, person: Person, record: Record) -> Row:
    """Return how a row names the record that it posts."""
    actor, lag = record.case.actor, week.number - record.case.week
    seen = {"actor": actor, "lag": lag, "day": record.day, "sensor": record.sensor}
    return seen | person.names(record.case)


def settle(week: Week, person: Person) -> None:
    """Post her performances; each is noted on its stays and cancels the waits for it."""
    for day, case in sorted(person.performed):
        held = sorted((stay.on, stay.origin) for stay in person.stays if stay.case == case)
        asked = sorted((wait.onto, wait.origin) for wait in person.waits if wait.case == case)
        cause = person.follows((held or asked)[0][1]) if held or asked else {}
        said = {"day": day} | person.names(case) | cause
        origin = person.write(week.number, PERFORMANCE, CONDUCT, said)
        for stay in person.stays:
            if stay.case == case:
                stay.performed = origin
        person.waits = [wait for wait in person.waits if wait.case != case]


def stand(week: Week, person: Person, before: int) -> None:
    """Set score and tier as they hold next week; `before` are her weighted points without this."""
    was = person.tier
    if week.scores(person, week.number + 1):
        fade(week, person)
        total = weighed(week, person)
        mix(week, person, before, total)
        place(week, person, total)
    if week.tables.scoring.scores:
        none = len(week.tables.scoring.tier_from)
        week.counts(person).moved[min(was, none), min(person.tier, none)] += 1


def fade(week: Week, person: Person) -> None:
    """Reset or decay her points."""
    scoring = week.tables.scoring
    if scoring.reset and (week.number + 1) % WEEKS_A_YEAR == 0:
        person.own = [0] * CATEGORIES
    decay = int(scoring.decay)
    person.own = [both(own, decay) if own > 0 else -both(-own, decay) for own in person.own]


def weighed(week: Week, person: Person) -> int:
    """Return her points weighted by category."""
    weights = week.tables.scoring.weight
    total: int = sum(weight * own for weight, own in zip(weights, person.own, strict=True))
    return (total + (1 << 15)) >> 16


def place(week: Week, person: Person, total: int) -> None:
    """Turn her weighted points and what her ties add into score and tier."""
    scoring = week.tables.scoring
    start, lowest, highest = scoring.bounds
    score = start + ((total * 100 + (1 << 15)) >> 16) + person.term
    person.score = within(score, lowest, highest)
    person.tier = NO_BYTE
    for tier, bottom in enumerate(scoring.tier_from):
        if bottom <= person.score < scoring.tier_below[tier]:
            person.tier = tier


def leave(week: Week, person: Person, corrected: Origin | None) -> set[int]:
    """End the stays that have a way out; return the lists that she was on.

    `corrected` is the first of this close's reversals of points.
    """
    lists, lasting = week.tables.lists, []
    for stay in person.stays:
        if corrected and lists.tier[stay.on] not in (NO_TIER, person.tier):
            stay.reversed = stay.reversed or corrected
        if stay.reversed:
            week.counts(person).flagged[stay.on] += stay.denials
            said = {"rule": week.tables.remedy.clause, "object": stay.on}
            said |= person.names(stay.case) | person.follows(stay.reversed)
            person.write(week.number, LIST_OUT, REMEDY, said)
            continue
        way = way_out(week, person, stay)
        if way is None:
            lasting.append(stay)
            continue
        said = {"rule": lists.clause[stay.on] + way, "object": stay.on} | person.names(stay.case)
        repaired = good_since(week, person, stay)[-1:]
        origin = {PERFORMED: stay.performed, REPAIRED: next(iter(repaired), None)}.get(
            way, stay.origin
        )
        person.write(week.number, LIST_OUT, LISTS, said | person.follows(origin))
    held = {stay.on for stay in person.stays}
    person.stays = lasting
    return held


def good_since(week: Week, person: Person, stay: Stay) -> list[Origin]:
    """Return the entries that help her off a list, since a stay on it began and not too old."""
    weeks = week.tables.lists.repairs[stay.on][1]
    good = [entry.origin for entry in person.good if entry.onto == stay.on]
    return [o for o in good if stay.since < o.week and week.number - o.week < weeks]


def way_out(week: Week, person: Person, stay: Stay) -> int | None:
    """Return the first clause under which a stay ends at this close."""
    lists, on = week.tables.lists, stay.on
    performed = stay.performed if lists.performance[on] else None
    if performed and week.number >= performed.week + lists.removal[on]:
        return PERFORMED
    enough = lists.repairs[on][0]
    if enough and len(good_since(week, person, stay)) >= enough:
        return REPAIRED
    entered, index = (stay.case.week, stay.case.index) if stay.case else (stay.since, 0)
    w0 = week.draw(person.number, lists.hash[on], entered << 8 | index, LEAVE)[0]
    if w0 < lists.other[on]:
        return OTHER
    if lists.term[on] and week.number >= stay.since + lists.term[on]:
        return TERM
    if lists.above[on] and lists.tier[on] not in (NO_TIER, person.tier):
        return ABOVE
    return None


def decide(week: Week, person: Person, held: set[int]) -> None:
    """Decide on entries but those by record, onto lists that she was not on nor waits for."""
    lists = week.tables.lists
    held = held | {wait.onto for wait in person.waits}
    strikes = []
    for code, (count, weeks) in enumerate(lists.strikes):
        due = week.number + lists.delay[code]
        against = [strike.origin for strike in person.strikes if strike.onto == code]
        fresh = [origin for origin in against if week.number - origin.week < weeks]
        meant = is_owner(person) or not lists.firms[code]
        if code not in held and meant and fresh and len(fresh) >= count:
            person.waits.append(Wait(code, due, None, fresh[-1]))
            person.used += [Strike(code, origin) for origin in fresh]
            fresh = []
        if code not in held and person.tier == lists.tier[code]:
            person.waits.append(Wait(code, due, None, None))
        if begins_to_fit(week, person, code):
            drawn = week.draw(person.number, lists.hash[code], 0, CATEGORY, week=0)[0]
            if drawn < lists.share[code]:
                person.waits.append(Wait(code, due, None, None))
        strikes += [Strike(code, origin) for origin in fresh]
    person.strikes = strikes


def begins_to_fit(week: Week, person: Person, code: int) -> bool:
    """Return whether this is the first close at which she is of a list's category."""
    lists = week.tables.lists
    youngest, oldest = lists.ages[code]
    now, before = (age(person, week.number - earlier) for earlier in (0, 1))
    fits = lists.category[code][person.static] and youngest <= now <= oldest
    return bool(fits) and (week.number == 0 or before < youngest)


def is_owner(person: Person) -> bool:
    """Return whether she owns a firm."""
    return OCCUPATIONS[person.static % len(OCCUPATIONS)] == "business-owner"


def enter(week: Week, person: Person) -> None:
    """Let her enter the lists that she has waited for."""
    lists = week.tables.lists
    due = [wait for wait in person.waits if wait.due <= week.number]
    person.waits = [wait for wait in person.waits if wait.due > week.number]
    for wait in sorted(due, key=lambda wait: wait.order):
        said = {"rule": lists.clause[wait.onto] + ENTER, "object": wait.onto}
        said["actor"] = wait.case.actor if wait.case else NOBODY
        said |= person.names(wait.case) | person.follows(wait.origin)
        origin = person.write(week.number, LIST_IN, LISTS, said)
        person.stays.append(Stay(wait.onto, week.number, wait.case, origin))
    person.stays.sort(key=lambda stay: stay.order)


def restrict(week: Week, person: Person) -> None:
    """Set the lists that hold her and the services closed to her next week, a bit for each."""
    closes = [week.tables.lists.closes[stay.on] for stay in person.stays if not stay.suspended]
    if person.tier != NO_BYTE:
        closes.append(week.tables.services.tier_closes[person.tier])
    person.listed = reduce(or_, (1 << stay.on for stay in person.stays), 0)
    person.closed = reduce(or_, closes, 0)


def refuse(week: Week, person: Person) -> None:
    """Post her denials."""
    for denial in person.denials:
        clause, origin, whose = denial.blame
        service = len(week.tables.lists.hash) + denial.service
        said = {"rule": clause, "day": denial.day, "object": service}
        of_kin = whose != person.number
        if of_kin:
            said["actor"] = whose
        mechanism = KIN if of_kin else SERVICES
        person.write(week.number, REFUSED, mechanism, said | person.follows(origin, whose))
        person.refusals = min(person.refusals + 1, MOST_REFUSALS)
