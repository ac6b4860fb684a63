"""Where the reference's sensors look that follow their finds."""

from dataclasses import dataclass
from fractions import Fraction

from upstanding.engine.reference.week import Week, both

WHOLE = 1 << 32


@dataclass
class Patrol:
    """A sensor whose coverage follows its finds; by district."""

    start: list[int]
    reach: list[int]
    finds: list[int]


def patrols_of(week: Week) -> list[Patrol]:
    """Return the sensors that move, as they stand at time zero."""
    sensing, urban = week.tables.sensing, week.world.population.urban_districts().tolist()
    moving = [code for code, moves in enumerate(sensing.moves) if moves >= 0]
    starts = [[sensing.reach[code][city] for city in urban] for code in moving]
    return [Patrol(start, list(start), [0] * len(urban)) for start in starts]


def covered(week: Week, sensor: int, citizen: int, urban: int) -> tuple[int, int]:
    """Return the thresholds of being within a sensor's reach and of being named."""
    sensing = week.tables.sensing
    moves = sensing.moves[sensor]
    if moves < 0:
        return sensing.reach[sensor][urban], sensing.hit[sensor][urban]
    reach = week.patrols[moves].reach[week.district(citizen)]
    return reach, both(reach, sensing.rate[moves])


def find(week: Week, sensor: int, citizen: int) -> None:
    """Note a record of somebody's act."""
    moves = week.tables.sensing.moves[sensor]
    if moves >= 0:
        week.patrols[moves].finds[week.district(citizen)] += 1
        week.tally.finds[moves, week.district(citizen)] += 1


def allocate(week: Week) -> None:
    """Let sensors look anew whose period ends with this week."""
    sensing = week.tables.sensing
    for code, patrol in enumerate(week.patrols):
        if (week.number + 1) % sensing.period[code]:
            continue
        floors = [both(start, sensing.floor[code]) for start in patrol.start]
        weights = dict(enumerate(patrol.finds))
        if sensing.corrected[code]:
            weights = {
                d: f * WHOLE // (patrol.reach[d] or WHOLE * WHOLE + 1) for d, f in weights.items()
            }
        weights = {d: weight for d, weight in weights.items() if weight and patrol.start[d]}
        if weights:
            patrol.reach = floors
            spread(patrol, sum(patrol.start) - sum(floors), weights)
        patrol.finds = [0] * len(floors)


def spread(patrol: Patrol, rest: int, weights: dict[int, int]) -> None:
    """Share the rest by weights on top of what is there; what exceeds certainty goes to others."""
    if not weights:
        return
    each = Fraction(rest, sum(weights.values()))
    over = {d for d, weight in weights.items() if patrol.reach[d] + int(each * weight) > WHOLE}
    if not over:
        for district, weight in weights.items():
            patrol.reach[district] += int(each * weight)
        return
    for district in over:
        rest -= WHOLE - patrol.reach[district]
        patrol.reach[district] = WHOLE
    spread(patrol, rest, {d: weight for d, weight in weights.items() if d not in over})
