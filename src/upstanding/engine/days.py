"""Daily acts of a block as columns: the same as the general way, where no row is to be written.

Where the ledger is off, an act that is done every day and leaves nothing but points, seen at once
by sensors that name the actor or nobody, needs neither candidates nor records of its own: each day
is one flat loop over the block's citizens. Addresses and rounding are those of `conduct`,
`response`, `sensing` and `scoring`. A run with a ledger goes the general way, and `tests/laws`
holds the two together to the bit.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, both, when, whole
from upstanding.clockwork.kernel import kernel
from upstanding.engine.tables import Tables
from upstanding.mechanisms import conduct, sensing
from upstanding.mechanisms.conduct import CANDIDATE, DAYS
from upstanding.mechanisms.learning import felt
from upstanding.mechanisms.rows import POINTS
from upstanding.mechanisms.state import Columns, Setting, Unwritten
from upstanding.mechanisms.strata import is_counted, is_urban
from upstanding.mechanisms.tally import ACTS, Tally

LANES = 1024
"""Citizens of a slice: its columns fit a core's first-level cache."""


@kernel
def live_days(
    now: Setting,
    block: Columns,
    joint: NDArray[np.int32],
    act: int,
    tables: Tables,
    unwritten: Unwritten,
    tally: Tally,
) -> Word:
    """Live a week's days of a daily act; return the hash of its candidates.

    What it comes to is added to what is `unwritten`. `joint` (n,) are the citizens' joint strata.
    """
    habits, accepts, sees = tables.conduct, tables.response, tables.sensing
    people, key = block.people, now.key
    citizens, other, name = joint.shape[0], habits.instead[act], habits.hash[act]
    name_of_other = habits.hash[other] if other >= 0 else name
    # The columns of a slice, one after the other in the same place.
    limit, done = np.empty(LANES, np.uint64), np.empty((DAYS, LANES), np.uint64)
    counted = np.empty(LANES, np.uint64)
    reach, seen = np.empty((2, LANES), np.uint64), np.empty((2, LANES), np.uint64)
    digest = U64(0)
    for begin in range(0, citizens, LANES):
        lanes = min(LANES, citizens - begin)
        first = U64(now.first + begin)
        _limits(begin, now.week, block, joint, act, tables, limit[:lanes])
        for day in range(DAYS):
            at = when(now.week, day)
            digest += _decide(first, name, at, key, accepts.mirror, limit[:lanes], done[day])
        for lane in range(lanes):
            counted[lane] = U64(is_counted(people.status[begin + lane]))
        _count_acts(act, other, joint[begin : begin + lanes], done, counted, tally)
        for sensor in range(sees.purpose.shape[0]):
            here = _looks(sees, sensor, act)
            there = other >= 0 and _looks(sees, sensor, other)
            if not here and not there:
                continue
            _cover(begin, lanes, people.static, sees.hit[sensor], here, there, reach)
            for lane in range(lanes):
                seen[0, lane] = seen[1, lane] = U64(0)
            for day in range(DAYS):
                _watch(
                    first,
                    name,
                    name_of_other,
                    when(now.week, day),
                    sees.purpose[sensor],
                    key,
                    sees.check[sensor, 0],
                    done[day, :lanes],
                    reach,
                    seen,
                )
            scored = block.scored_from[begin : begin + lanes]
            for each, times in ((act, seen[0]), (other, seen[1])):
                if each >= 0:
                    _award(
                        begin,
                        now.week,
                        sensor,
                        each,
                        times,
                        counted,
                        scored,
                        tables,
                        unwritten,
                        tally,
                    )
    return digest


@kernel
def _count_acts(
    act: int,
    other: int,
    joint: NDArray[np.int32],
    done: NDArray[np.uint64],
    counted: NDArray[np.uint64],
    tally: Tally,
) -> None:
    """Count the week's acts, and by joint stratum; with an `other` there is one a day."""
    heads, count = whole(0), whole(0)
    for lane in range(joint.shape[0]):
        heads += whole(counted[lane])
    for day in range(DAYS):
        for lane in range(joint.shape[0]):
            count += whole(done[day, lane] & counted[lane])
    tally.candidates[act] += DAYS * heads
    tally.acts[act] += count
    if other >= 0:
        tally.acts[other] += DAYS * heads - count
    cells = tally.cells[ACTS]
    for lane in range(joint.shape[0]):
        acts = whole(DAYS)
        if other < 0:
            acts = whole(0)
            for day in range(DAYS):
                acts += whole(done[day, lane])
        cells[joint[lane]] += acts * whole(counted[lane])


@kernel
def _looks(sees: sensing.Tables, sensor: int, act: int) -> bool:
    """Return whether a sensor can see an act."""
    for place in range(sees.seen_from[act], sees.seen_from[act + 1]):
        if sees.seen_by[place] == sensor:
            return True
    return False


@kernel
def _limits(
    begin: int,
    week: int,
    block: Columns,
    joint: NDArray[np.int32],
    act: int,
    tables: Tables,
    limit: NDArray[np.uint64],
) -> None:
    """Fill `limit` with the threshold of doing the act, of the citizens from place `begin` on."""
    habits, accepts = tables.conduct, tables.response
    rows, leaning, chance = habits.row[act], habits.leaning[act], habits.chance
    accept, known_by = accepts.accept[:, act], accepts.learning.known_by[:, act]
    leanings, scored_from = block.people.leanings, block.scored_from
    fear, known = block.state.fear, block.state.known
    for lane in range(limit.shape[0]):
        i = begin + lane
        row = conduct.row_of(rows, leaning, joint[i], leanings[i])
        scored = whole(whole(scored_from[i]) <= week)
        limit[lane] = both(chance[row], accept[scored, felt(fear[i], known[i], known_by[scored])])


@kernel
def _decide(
    first: Word,
    name: Word,
    at: Word,
    key: tuple[Word, Word],
    mirror: Word,
    limit: NDArray[np.uint64],
    done: NDArray[np.uint64],
) -> Word:
    """Fill `done` with 1 for who does the act on a day; return the candidates' hash."""
    k0, k1 = key
    digest = U64(0)
    for lane in range(limit.shape[0]):
        _, w1, w2, w3 = dice.philox(first + U64(lane), name, at, CANDIDATE, k0, k1)
        done[lane] = U64(w1 ^ mirror < limit[lane])
        digest += (w2 << U64(32)) | w3
    return digest


@kernel
def _cover(
    begin: int,
    lanes: int,
    static: NDArray[np.uint16],
    hit: NDArray[np.uint64],
    here: bool,
    there: bool,
    reach: NDArray[np.uint64],
) -> None:
    """Fill `reach` with the thresholds of a hit on the act (1) and on what is done instead (0)."""
    for lane in range(lanes):
        chance = hit[is_urban(static[begin + lane])]
        reach[1, lane] = chance if here else U64(0)
        reach[0, lane] = chance if there else U64(0)


@kernel
def _watch(
    first: Word,
    name: Word,
    other: Word,
    at: Word,
    purpose: Word,
    key: tuple[Word, Word],
    check: Word,
    done: NDArray[np.uint64],
    reach: NDArray[np.uint64],
    seen: NDArray[np.uint64],
) -> None:
    """Count in `seen` who is seen on a day: doing the act (row 0), or what is done instead."""
    k0, k1 = key
    of_act, of_other = reach[1], reach[0]
    right, instead = seen[0], seen[1]
    for lane in range(done.shape[0]):
        does = done[lane] == U64(1)
        act = name if does else other
        w0, _, _, w3 = dice.philox(first + U64(lane), act, at, purpose, k0, k1)
        limit = of_act[lane] if does else of_other[lane]
        hit = U64(w0 < limit) & U64(w3 >= check)
        right[lane] += hit & done[lane]
        instead[lane] += hit & ~done[lane] & U64(1)


@kernel
def _award(
    begin: int,
    week: int,
    sensor: int,
    act: int,
    seen: NDArray[np.uint64],
    counted: NDArray[np.uint64],
    scored_from: NDArray[np.uint16],
    tables: Tables,
    unwritten: Unwritten,
    tally: Tally,
) -> None:
    """Award the points of an act to those who were seen at it; a penalty leaves its mark.

    `seen`, `counted` and `scored_from` are those of the citizens from place `begin` on; who has no
    score is taken out of `seen`.
    """
    scores, sees = tables.scoring, tables.sensing
    noted, mark = unwritten.noted, tables.response.learning.sensors[sensor]
    times, valid, rows = whole(0), whole(0), whole(0)
    for lane in range(scored_from.shape[0]):
        times += whole(seen[lane] * counted[lane])
        if whole(scored_from[lane]) > week:
            seen[lane] = U64(0)
        valid += whole(seen[lane] * counted[lane])
        rows += whole(seen[lane])
    tally.records[sensor, 0] += times
    tally.privacy[sees.holder[sensor], sees.place[act]] += times
    low, high = scores.rules_from[act], scores.rules_from[act + 1]
    if high > low:
        tally.dropped[0] += times - valid
    for place in range(low, high):
        rule = scores.rules[place]
        if (scores.sensors[rule] >> np.uint32(sensor)) & np.uint32(1) == 0:
            continue
        category, points = scores.category[rule], scores.points[rule]
        tally.entries[rule] += valid
        tally.points[category] += valid * points
        tally.unwritten[POINTS] += rows
        column = unwritten.sums[category]
        for lane in range(scored_from.shape[0]):
            column[begin + lane] += whole(seen[lane]) * points
        if points < 0 and noted.shape[0] > 0:
            for lane in range(scored_from.shape[0]):
                if seen[lane] > U64(0):
                    noted[begin + lane] |= mark
