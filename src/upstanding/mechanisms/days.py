"""Daily acts of a block as columns: the same as the general way, where no row is to be written.

Where the ledger is off, an act that is done every day and leaves nothing but points, seen at once
by sensors that name the actor or nobody, needs neither candidates nor records of its own: each day
is one flat loop over the block's citizens. Addresses and rounding are those of `conduct`,
`response`, `sensing` and `scoring`.
"""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, both, when, whole
from upstanding.clockwork.kernel import kernel
from upstanding.mechanisms import conduct, response, scoring, sensing
from upstanding.mechanisms.conduct import CANDIDATE, DAYS
from upstanding.mechanisms.learning import felt
from upstanding.mechanisms.rows import POINTS
from upstanding.mechanisms.strata import People, is_counted, is_urban
from upstanding.mechanisms.tally import ACTS, Tally

LANES = 1024
"""Citizens of a slice: its columns fit a core's first-level cache."""


@kernel
def live_days(
    first: int,
    week: int,
    key: tuple[Word, Word],
    people: People,
    joint: NDArray[np.int32],
    fear: NDArray[np.uint8],
    known: NDArray[np.uint32],
    scored_from: NDArray[np.uint16],
    act: int,
    habits: conduct.Tables,
    accepts: response.Tables,
    sees: sensing.Tables,
    scores: scoring.Tables,
    sums: NDArray[np.int32],
    noted: NDArray[np.uint32],
    tally: Tally,
) -> Word:
    """Live a week's days of a daily act; add to the hundredths `sums` (C, n), return the hash.

    Penalties leave the sensors' marks in `noted` (n,), which may be empty.
    """
    citizens = joint.shape[0]
    other = habits.instead[act]
    limit, done = np.empty(LANES, np.uint64), np.empty((DAYS, LANES), np.uint64)
    counted = np.empty(LANES, np.uint64)
    reach, seen = np.empty((2, LANES), np.uint64), np.empty((2, LANES), np.uint64)
    digest = U64(0)
    for begin in range(0, citizens, LANES):
        lanes = min(LANES, citizens - begin)
        _limits(
            begin,
            lanes,
            joint,
            people.leanings,
            week,
            scored_from,
            fear,
            known,
            accepts.learning.known_by[:, act],
            habits.row[act],
            habits.leaning[act],
            habits.chance,
            accepts.accept[:, act],
            limit,
        )
        heads, count = whole(0), whole(0)
        for lane in range(lanes):
            counted[lane] = U64(is_counted(people.status[begin + lane]))
            heads += whole(counted[lane])
        for day in range(DAYS):
            digest += _decide(
                U64(first + begin),
                habits.hash[act],
                when(week, day),
                key,
                accepts.mirror,
                limit[:lanes],
                done[day],
            )
            for lane in range(lanes):
                count += whole(done[day, lane] & counted[lane])
        tally.candidates[act] += DAYS * heads
        tally.acts[act] += count
        if other >= 0:
            tally.acts[other] += DAYS * heads - count
        _count_acts(joint[begin : begin + lanes], done, counted, other >= 0, tally.cells[ACTS])
        for sensor in range(sees.purpose.shape[0]):
            here = _looks(sees, sensor, act)
            there = other >= 0 and _looks(sees, sensor, other)
            if not here and not there:
                continue
            _cover(begin, lanes, people.static, sees.hit[sensor], here, there, reach)
            name = habits.hash[other] if other >= 0 else habits.hash[act]
            for lane in range(lanes):
                seen[0, lane] = seen[1, lane] = U64(0)
            for day in range(DAYS):
                _watch(
                    U64(first + begin),
                    habits.hash[act],
                    name,
                    when(week, day),
                    sees.purpose[sensor],
                    key,
                    sees.check[sensor, 0],
                    done[day, :lanes],
                    reach,
                    seen,
                )
            scored = scored_from[begin : begin + lanes]
            mark = accepts.learning.sensors[sensor]
            for each, times in ((act, seen[0]), (other, seen[1])):
                if each >= 0:
                    _award(
                        begin,
                        week,
                        sensor,
                        each,
                        times,
                        counted,
                        scored,
                        tally.privacy[sees.holder[sensor]],
                        sees.place[each],
                        scores,
                        sums,
                        mark,
                        noted,
                        tally,
                    )
    return digest


@kernel
def _count_acts(
    joint: NDArray[np.int32],
    done: NDArray[np.uint64],
    counted: NDArray[np.uint64],
    instead: bool,
    cells: NDArray[np.int64],
) -> None:
    """Count the week's acts by joint stratum; there is one a day if something is done instead."""
    for lane in range(joint.shape[0]):
        acts = whole(DAYS)
        if not instead:
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
    lanes: int,
    joint: NDArray[np.int32],
    leanings: NDArray[np.uint32],
    week: int,
    scored_from: NDArray[np.uint16],
    fear: NDArray[np.uint8],
    known: NDArray[np.uint32],
    known_by: NDArray[np.uint32],
    rows: NDArray[np.int32],
    leaning: int,
    chance: NDArray[np.uint64],
    accept: NDArray[np.uint64],
    limit: NDArray[np.uint64],
) -> None:
    """Fill `limit` with the threshold of doing the act."""
    for lane in range(lanes):
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
    scored: NDArray[np.uint16],
    places: NDArray[np.int64],
    of_act: int,
    scores: scoring.Tables,
    sums: NDArray[np.int32],
    mark: int,
    noted: NDArray[np.uint32],
    tally: Tally,
) -> None:
    """Award the points of an act to those who were seen at it; a penalty leaves its mark.

    Records are counted in `places` as well, at that of the act.
    """
    times, valid, rows = whole(0), whole(0), whole(0)
    for lane in range(scored.shape[0]):
        times += whole(seen[lane] * counted[lane])
        if whole(scored[lane]) > week:
            seen[lane] = U64(0)
        valid += whole(seen[lane] * counted[lane])
        rows += whole(seen[lane])
    tally.records[sensor, 0] += times
    places[of_act] += times
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
        column = sums[category]
        for lane in range(scored.shape[0]):
            column[begin + lane] += whole(seen[lane]) * points
        if points < 0 and noted.shape[0] > 0:
            for lane in range(scored.shape[0]):
                if seen[lane] > U64(0):
                    noted[begin + lane] |= np.uint32(mark)
