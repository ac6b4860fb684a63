"""Sensing: who sees an act, and whom the record names.

The essay: "Individuals are identified through the Government's surveillance system" (E4, E5). An
act that is carried out may be seen by each sensor that can see it; a sensor that sees makes a
record of an act and a *subject*, who is not always the actor.

*Equations.* With coverage c (by class of the actor's district), hit rate h, false-match rate f per
comparison and a gallery that represents n faces:

    names the actor, enrolled                 c h
    names somebody else, actor enrolled       c (1 - h) (1 - (1-f)**(n-1))
    names somebody else, actor not enrolled   c (1 - (1-f)**n)

(watch-list search; n is the gallery that the sample represents, not the sample). A sensor without
a gallery (a payment, a court) names the actor with c h, or nobody. Somebody else is drawn, with
chance `same-stratum`, among the enrolled of the actor's sex, age band at time zero and group in
the gallery, otherwise, or when there is no such person, among all enrolled in the gallery; never
the actor. A gallery of a district holds those of the actor's district. Where
the gallery holds nobody else there is no record. A person may check a match before it counts, and
rejects `human-check` of the wrong ones and `human-check-hits` of the right ones, the latter of
sensors without a gallery too.

Coverage may follow past finds, district by district (`allocation`).

*Parameters.* Scheme: `sensor.*`. *Reads* acts carried out, traits. *Writes* records, posted by
`scoring` and `lists` at the close of week w + delay; a record of another citizen travels as mail.

*Addresses* (actor, act, week << 20 | index, "sensing/<sensor>"): word 0 within reach and hit, 1
wrong match, 2 whom, 3 human check. "sensing/enrolled" at (citizen, sensor's address, 0): word 0.
*Rounding.* c h, c, and both wrong-match chances are thresholds rounded once. The hit is word 0 <
c h; a face within reach and missed is c h <= word 0 < c. A wrong match is word 1 < W; it is of
the same stratum if word 1 < W * same-stratum, multiplied at run time. Of m others the one of rank
(word 2 * m) >> 32 in ascending order is named. *Off* equals coverage 0.
"""

from collections.abc import Callable
from decimal import Decimal, localcontext
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, address, both, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import ACT_PLACES, HOLDERS, Names
from upstanding.clockwork.numbers import CONTEXT, power, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Count, Name, Number, Share, Sourced, Table, Weeks
from upstanding.mechanisms import conduct, platform, pooling, scoring
from upstanding.mechanisms.conduct import Candidates
from upstanding.mechanisms.galleries import (
    DISTRICT,
    NATION,
    NO_GALLERY,
    Galleries,
    is_enrolled,
    whom,
)
from upstanding.mechanisms.rows import RECORD, Array
from upstanding.mechanisms.state import Columns, Setting, Unwritten
from upstanding.mechanisms.strata import is_counted, is_urban
from upstanding.mechanisms.tally import Tally


class Sensor(Sourced):
    """A sensor: what it can see, how well, and with whom it may confuse the actor."""

    sees: Annotated[frozenset[Name], Field(min_length=1)]
    coverage: dict[Literal["urban", "rural"], Share]
    """Share of acts within its reach, by class of district; 0 where not named."""
    hit_rate: Share
    """Chance of naming the actor, given that the act is within reach."""
    gallery: Literal["none", "district", "nation"] = "none"
    """Among whom a face is looked for; "none" names the actor or nobody (a payment, a court)."""
    enrolled: Annotated[Share, Field(gt=0)] | None = None
    """Share of people whose face is in the gallery; 1 where not named, never 0."""
    false_match_rate: Annotated[Number, Field(ge=0, le=1)] | None = None
    """Chance of a false match, per comparison."""
    gallery_size: Count | None = None
    """Faces in the gallery that the sample represents."""
    same_stratum: Share | None = None
    """Chance that a wrong name is of the same sex, age band and group; 0 where not named."""
    human_check: Share | None = None
    """Share of wrong matches that a person rejects; 0 where not named."""
    human_check_hits: Share | None = None
    """Share of right matches that the same person rejects; 0 where not named."""
    delay_weeks: Weeks = 0
    awareness: Share | None = None
    """Share of people who know of it from the start; everybody where not named."""
    holder: Literal["state", "company"] = "state"
    allocation: Literal["fixed", "finds", "corrected"] = "fixed"
    """What its coverage of districts follows: nothing, past finds, or finds by coverage."""
    period_weeks: Annotated[int, Field(strict=True, ge=1, le=520)] | None = None
    """After how many weeks it is allocated anew."""
    floor: Share | None = None
    """Of its first coverage, what no district falls below; 0 where not named."""


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    sensor: dict[Name, Sensor] = {}


class Tables(Struct):
    """Sensors as integers; S sensors, A acts, V pairs of an act and a sensor that can see it."""

    purpose: NDArray[np.uint64]
    """(S,) the address of each sensor's block."""
    seen_from: NDArray[np.int64]
    """(A + 1,) where the sensors of an act begin in `seen_by`."""
    seen_by: NDArray[np.int64]
    """(V,)"""
    hit: Annotated[NDArray[np.uint64], 2]
    """(S, 2) threshold of naming the actor by class of district: rural, urban."""
    reach: Annotated[NDArray[np.uint64], 2]
    """(S, 2) threshold of being within reach."""
    wrong: Annotated[NDArray[np.uint64], 2]
    """(S, 2) threshold of a wrong match of an actor not enrolled, enrolled."""
    same: NDArray[np.uint64]
    """(S,) threshold of the same stratum."""
    check: Annotated[NDArray[np.uint64], 2]
    """(S, 2) threshold of rejection of a right, a wrong match."""
    enrolled: NDArray[np.uint64]
    """(S,)"""
    gallery: NDArray[np.int64]
    """(S,) none, district or nation."""
    delay: NDArray[np.int64]
    """(S,) weeks from act to posting."""
    holder: NDArray[np.int64]
    """(S,) the state or a company."""
    place: NDArray[np.int64]
    """(A,) where the act is done."""
    moves: NDArray[np.int64]
    """(S,) the place among the M sensors whose coverage follows finds, -1 for the others."""
    corrected: NDArray[np.uint8]
    """(M,) 1 if finds are divided by coverage."""
    period: NDArray[np.int64]
    """(M,) weeks."""
    floor: NDArray[np.uint64]
    """(M,)"""
    rate: NDArray[np.uint64]
    """(M,) threshold of naming the actor within reach."""


class Watch(Struct):
    """Where sensors look that follow their finds (`allocation`); M of them, D districts."""

    reach: Annotated[NDArray[np.uint64], 2]
    """(M, D) threshold of being within reach."""
    hit: Annotated[NDArray[np.uint64], 2]
    """(M, D) threshold of naming the actor."""
    finds: Annotated[NDArray[np.int64], 2]
    """(M, D) records since the last allocation."""


class Seeing(Struct):
    """What `see` reads beside a block and its acts: of this mechanism, and of others."""

    tables: Tables
    watch: Watch
    galleries: Galleries
    hash: NDArray[np.uint64]
    """(A,) the addresses of the acts."""
    scores: scoring.Tables
    firm: platform.Tables
    pool: pooling.Tables
    straight: NDArray[np.uint8]
    """(A,) 1 for acts whose records leave nothing but points, where no row is written."""
    marks: NDArray[np.uint32]
    """(S,) the mark that a penalty by a sensor leaves."""


def compile_tables(
    scheme: SchemeTables, habits: conduct.SocietyTables, names: Names, *, on: bool
) -> Tables:
    """Compile sensors to integer tables; with `on` false nothing is seen."""
    sensors = [scheme.sensor[name] for name in names.sensors]
    seen = [
        [code for code, sensor in enumerate(sensors) if on and act in sensor.sees]
        for act in names.acts
    ]

    def table(chances: Callable[[Sensor], list[Decimal]], width: int) -> NDArray[np.uint64]:
        rows = [[threshold(chance) for chance in chances(sensor)] for sensor in sensors]
        return np.array(rows, np.uint64).reshape(len(sensors), width)

    def single(share: Callable[[Sensor], Decimal | None], default: int) -> NDArray[np.uint64]:
        return table(lambda s: [_or(share(s), default)], 1)[:, 0].copy()

    hit, reach = covered(sensors, [Decimal(1)] * len(sensors))
    galleries = {"none": NO_GALLERY, "district": DISTRICT, "nation": NATION}
    following = [on and sensor.allocation != "fixed" for sensor in sensors]
    moving = [sensor for sensor, moves in zip(sensors, following, strict=True) if moves]
    return Tables(
        purpose=np.array([address(f"sensing/{name}") for name in names.sensors], np.uint64),
        seen_from=np.cumsum([0, *map(len, seen)]).astype(np.int64),
        seen_by=np.array([code for codes in seen for code in codes], np.int64),
        hit=hit,
        reach=reach,
        wrong=table(_wrong, 2),
        same=single(lambda s: s.same_stratum, 0),
        check=table(lambda s: [_or(s.human_check_hits, 0), _or(s.human_check, 0)], 2),
        enrolled=single(lambda s: s.enrolled, 1),
        gallery=np.array([galleries[sensor.gallery] for sensor in sensors], np.int64),
        delay=np.array([sensor.delay_weeks for sensor in sensors], np.int64),
        holder=np.array([HOLDERS.index(sensor.holder) for sensor in sensors], np.int64),
        place=np.array([ACT_PLACES.index(habits.act[act].place) for act in names.acts], np.int64),
        moves=np.where(following, np.cumsum(following) - 1, -1).astype(np.int64),
        corrected=np.array([sensor.allocation == "corrected" for sensor in moving], np.uint8),
        period=np.array([sensor.period_weeks or 1 for sensor in moving], np.int64),
        floor=np.array([threshold(_or(sensor.floor, 0)) for sensor in moving], np.uint64),
        rate=np.array([threshold(sensor.hit_rate) for sensor in moving], np.uint64),
    )


def covered(
    sensors: list[Sensor], times: list[Decimal]
) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Return the thresholds of a hit and of being within reach (S, 2), by class of district.

    Coverage is multiplied by `times`, a factor for each sensor, at most to 1.
    """
    places: tuple[Literal["rural"], Literal["urban"]] = ("rural", "urban")
    hit, reach = np.zeros((2, len(sensors), len(places)), np.uint64)
    for code, (sensor, factor) in enumerate(zip(sensors, times, strict=True)):
        for at in range(len(places)):
            cover = CONTEXT.multiply(sensor.coverage.get(places[at], Decimal(0)), factor)
            cover = min(cover, Decimal(1))
            reach[code, at] = threshold(cover)
            hit[code, at] = threshold(CONTEXT.multiply(cover, sensor.hit_rate))
    return hit, reach


def _or(share: Decimal | None, default: int) -> Decimal:
    return Decimal(default) if share is None else share


def _wrong(sensor: Sensor) -> list[Decimal]:
    """Return the chance of a wrong match of somebody not enrolled, and of somebody missed."""
    if sensor.false_match_rate is None or not sensor.gallery_size:
        return [Decimal(0), Decimal(0)]
    with localcontext(CONTEXT):
        kept = 1 - sensor.false_match_rate
        faces = Decimal(sensor.gallery_size)
        return [1 - power(kept, faces), 1 - power(kept, faces - 1)]


@kernel
def see(
    now: Setting,
    block: Columns,
    done: Candidates,
    seeing: Seeing,
    unwritten: Unwritten,
    tally: Tally,
) -> Array:
    """Return the records that this week's acts make, those apart that are hidden.

    A right record without delay of an act that goes `straight` is no record: its points are added
    to what is `unwritten`, and a penalty leaves its mark there. What the company sees is added
    there too, and is a record if it passes. Who is on a focus list is covered as the pool says.
    """
    tables, scores, firm, pool = seeing.tables, seeing.scores, seeing.firm, seeing.pool
    people, scored_from = block.people, block.scored_from
    dossier, listed = block.state.dossier, block.state.listed
    first, week, key = now.first, now.week, now.key
    citizen, acts, nth, day = done.citizen, done.act, done.nth, done.day
    sums, noted, company = unwritten
    place, by, drawn = _draw(now, done, seeing.hash, tables)
    records = np.empty(place.shape[0], RECORD)
    count = 0
    for pair in range(place.shape[0]):
        at, sensor = place[pair], whole(by[pair])
        act, i = acts[at], whole(citizen[at])
        w0 = U64(drawn[0, pair])
        hit, reach = _covers(now, block, i, sensor, seeing)
        if w0 >= reach:
            continue
        w1, w2, w3 = U64(drawn[1, pair]), U64(drawn[2, pair]), U64(drawn[3, pair])
        actor, subject, known = first + i, first + i, whole(1)
        if tables.gallery[sensor] != NO_GALLERY:
            known = is_enrolled(actor, tables.purpose[sensor], tables.enrolled[sensor], key)
        mistaken = whole(known == 0 or w0 >= hit)
        if mistaken == 1:
            subject = _mistakes(now, actor, sensor, known, w1, w2, seeing)
        if subject < 0 or w3 < tables.check[sensor, mistaken]:
            continue
        one = is_counted(people.status[i])
        tally.records[sensor, mistaken] += one
        tally.privacy[tables.holder[sensor], tables.place[act]] += one
        moves = tables.moves[sensor]
        if moves >= 0:
            tally.finds[moves, actor // now.district_size] += 1
        # The company makes of it what it will, before the state gets any of it.
        if firm.holder[sensor] == 1:
            company[i] += firm.points[sensor, act]
            name, at_week = seeing.hash[act], when(week, nth[at])
            if platform.passes(actor, name, at_week, listed[i], sensor, firm, key) == 0:
                continue
            tally.passed[sensor] += one
        if dossier.shape[0] > 0 and (pool.sensors >> np.uint32(sensor)) & np.uint32(1):
            adult = pooling.is_watched(week, people, i, dossier[i])
            tally.watched[pooling.on_list(dossier[i]), 0] += adult
        if seeing.straight[act] == 1 and mistaken == 0 and tables.delay[sensor] == 0:
            scored = whole(scored_from[i]) <= week
            loses = scoring.award_straight(i, act, sensor, one, scored, scores, sums, tally)
            if loses and noted.shape[0] > 0:
                noted[i] |= seeing.marks[sensor]
            continue
        record = records[count]
        record.subject = subject
        record.actor = actor
        record.week = week
        record.due = week + tables.delay[sensor]
        record.index = nth[at]
        record.act = act
        record.sensor = sensor
        record.day = day[at]
        record.truth = mistaken
        count += 1
    return records[:count].copy()


@kernel
def _draw(
    now: Setting, done: Candidates, hashes: NDArray[np.uint64], tables: Tables
) -> tuple[NDArray[np.int64], NDArray[np.uint8], NDArray[np.uint32]]:
    """Return place, sensor and the four words of the block of each pair of an act and a sensor."""
    citizen, act, nth, hidden = done.citizen, done.act, done.nth, done.hidden
    seen_from, seen_by, purposes = tables.seen_from, tables.seen_by, tables.purpose
    first, week = now.first, now.week
    room = 0
    for at in range(act.shape[0]):
        if hidden[at] == 0:
            room += seen_from[act[at] + 1] - seen_from[act[at]]
    place, by = np.empty(room, np.int64), np.empty(room, np.uint8)
    counters, drawn = np.empty((4, room), np.uint32), np.empty((4, room), np.uint32)
    who, what, at_week, purpose = counters[0], counters[1], counters[2], counters[3]
    count = 0
    for at in range(act.shape[0]):
        if hidden[at] == 1:
            continue
        for pair in range(seen_from[act[at]], seen_from[act[at] + 1]):
            place[count] = at
            by[count] = seen_by[pair]
            who[count] = first + citizen[at]
            what[count] = hashes[act[at]]
            at_week[count] = when(week, nth[at])
            purpose[count] = purposes[seen_by[pair]]
            count += 1
    dice.fill_blocks(counters, now.key, drawn)
    return place, by, drawn


@inlined
def _covers(now: Setting, block: Columns, i: int, sensor: int, seeing: Seeing) -> tuple[Word, Word]:
    """Return the thresholds of naming the block's citizen i and of her being within reach."""
    tables, watch, pool, dossier = seeing.tables, seeing.watch, seeing.pool, block.state.dossier
    urban = is_urban(block.people.static[i])
    hit, reach, moves = tables.hit[sensor, urban], tables.reach[sensor, urban], tables.moves[sensor]
    if moves >= 0:
        district = (now.first + i) // now.district_size
        hit, reach = watch.hit[moves, district], watch.reach[moves, district]
    if dossier.shape[0] > 0 and pooling.on_list(dossier[i]) == 1:
        hit, reach = max(hit, pool.hit[sensor, urban]), max(reach, pool.reach[sensor, urban])
    return hit, reach


@inlined
def _mistakes(
    now: Setting, actor: int, sensor: int, known: int, match: Word, word: Word, seeing: Seeing
) -> int:
    """Return whom a sensor takes the actor for that did not recognise her, -1 for nobody.

    `known` is 1 if her face is in the gallery; `match` is the draw of a wrong match, `word` that of
    whom it is with.
    """
    tables = seeing.tables
    wrong = tables.wrong[sensor, known]
    if match >= wrong:
        return whole(-1)
    similar = whole(match < both(wrong, tables.same[sensor]))
    local = whole(tables.gallery[sensor] == DISTRICT)
    galleries, size = seeing.galleries, now.district_size
    return whom(actor, word, similar, sensor, size, known, local, galleries)
