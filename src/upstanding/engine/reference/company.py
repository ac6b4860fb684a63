"""Company in the reference: whom people know, what that makes of standing, how ties turn."""

from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor

from upstanding.clockwork.dice import address
from upstanding.clockwork.numbers import POINT
from upstanding.engine.reference.people import Act, Person, Tie
from upstanding.engine.reference.week import Week, below
from upstanding.engine.world import World
from upstanding.mechanisms.association import GAPS, MEAN, NONE, PERIOD
from upstanding.mechanisms.rows import ASSOCIATED, ASSOCIATION
from upstanding.mechanisms.scoring import NO_SCORE
from upstanding.mechanisms.strata import CELL
from upstanding.mechanisms.ties import CUT, DORMANT, LIVING
from upstanding.society.network import weave

TURN = address("ties/turn")
LARGEST = (1 << 31) - 1
"""Points, x and term lie between this and its negative."""


def acquaint(world: World, people: list[Person]) -> list[Tie]:
    """Let everybody know whom the society ties her to; return the ties, each once."""
    with ThreadPoolExecutor(1) as pool:
        network = weave(world.society, world.population, world.key, 0, world.citizens, pool)
    ties: dict[tuple[int, int], Tie] = {}
    for person in people:
        number = person.number
        near = [number // CELL * CELL + place for place in network.ties.near[:, number].tolist()]
        held = int(network.bits[number])
        for slot, other in enumerate(near + network.ties.far[:, number].tolist()):
            tie, state = None, held >> 2 * slot & 3
            if state != CUT:
                ends = min(number, other), max(number, other)
                tie = ties.setdefault(ends, Tie(ends, state))
            person.ties.append(tie)
    return list(ties.values())


def friends(week: Week, person: Person) -> list[Person]:
    """Return those to whom a living tie leads and who have a score."""
    known = [tie.other(person.number) for tie in person.ties if tie and tie.held == LIVING]
    return [week.people[other] for other in known if week.people[other].score != NO_SCORE]


def has_company(week: Week, person: Person, act: Act) -> bool:
    """Return whether an act takes place that, if it is contact, needs a tie of low standing."""
    rules = week.tables.association
    if not rules.contact[act.case.act]:
        return True
    tie = person.ties[below(act.choice, len(person.ties))]
    if not tie or tie.held != LIVING:
        return False
    return bool(NO_SCORE < week.people[tie.other(person.number)].score < rules.low)


def pull(week: Week, person: Person) -> int | None:
    """Return what her ties make of the week's opening: the mean of their x, or points."""
    rules, known = week.tables.association, friends(week, person)
    if rules.rule == MEAN:
        count, total = len(known), sum(friend.x for friend in known)
        return (2 * total + count) // (2 * count) if count else None
    low, other = map(int, rules.per_tie)
    return sum(low if friend.score < rules.low else other for friend in known)


def mix(week: Week, person: Person, before: int, total: int) -> None:
    """Set x and the term from her weighted points without and with this week's."""
    rules = week.tables.association
    if rules.rule == NONE:
        return
    if rules.rule == MEAN:
        x, change = mean_of_ties(week, person, before, total)
    else:
        x, change = total, person.pulled or 0
    person.x = within(x, -LARGEST, LARGEST)
    step = rules.step
    term = within(step * ((2 * change + step) // (2 * step)), -LARGEST, LARGEST)
    if term != person.term:
        person.term = term
        clause, category = week.tables.short.association, rules.category
        said = {"rule": clause, "category": category, "points": term}
        person.write(week.number, ASSOCIATED, ASSOCIATION, said)


def mean_of_ties(week: Week, person: Person, before: int, total: int) -> tuple[int, int]:
    """Return x between herself and the mean of her ties, and its distance from her own points."""
    rules, x = week.tables.association, total
    carried = rules.carried
    if carried and person.x != NO_SCORE:
        x = person.x + total - before
    if person.pulled is not None:
        apart = within(person.pulled - x, -LARGEST, LARGEST)
        x += (int(rules.strength) * apart + (1 << 31)) >> 32
    if carried:
        start, lowest, highest = week.tables.scoring.bounds
        x = within(x, -((start - lowest) * POINT // 100), (highest - start) * POINT // 100)
    return x, ((x - total) * 100 + (1 << 15)) >> 16


def within(value: int, lowest: int, highest: int) -> int:
    """Return a value held within a range."""
    return max(min(value, highest), lowest)


def turns(week: Week, tie: Tie) -> int:
    """Return how many candidates for a turn a tie has in the period."""
    return bisect_right(week.tables.association.steps, drawn(week, tie, 0)[0])


def turn(week: Week, tie: Tie) -> None:
    """Cut a living tie or wake a dormant one, if a candidate for it comes this week."""
    rules = week.tables.association
    one, other = (week.people[end] for end in tie.ends)
    counts = week.counts(one if one.planted else other)
    gap = 0
    if NO_SCORE not in (one.score, other.score):
        gap = abs(one.score - other.score) * (GAPS - 1) // rules.width
    for index in range(1, turns(week, tie) + 1):
        w0, w1, w2, _ = drawn(week, tie, index)
        if below(w0, PERIOD) != week.number % PERIOD:
            continue
        if tie.held == LIVING and w1 < rules.cut[gap][max(one.fear, other.fear)]:
            tie.held = CUT
            counts.ties[1] += 1
            return
        if tie.held == DORMANT and w2 < rules.wake[gap]:
            tie.held = LIVING
            counts.ties[0] += 1
            return


def drawn(week: Week, tie: Tie, index: int) -> tuple[int, int, int, int]:
    """Return a draw of both ends of a tie in the period."""
    return week.draw(*tie.ends, index, TURN, week=week.number // PERIOD)
