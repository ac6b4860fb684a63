"""The candidates of a block's week. The kernels of `conduct` that draw them.

Most people have no candidate for most acts, and one byte tells: a block of Philox serves sixteen
citizens. Who may have a candidate by that byte draws the block of the first one, whose last word
holds the rest of the count.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import CERTAIN, U64, Word, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.mechanisms.conduct import (
    CANDIDATE,
    CERTAINLY,
    COUNT,
    DAYS,
    Candidates,
    Tables,
    cut,
    row_of,
)
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import CELL, PLANTED, People, is_counted, part_of

BYTES = 16
"""Citizens that one block of counts serves."""
LANES = 8
"""Citizens that are passed over at once."""


class Likely(NamedTuple):
    """Pairs of a citizen and an act for which the count's first byte leaves a candidate open."""

    citizen: NDArray[np.uint32]
    act: NDArray[np.uint8]
    byte: NDArray[np.uint8]
    row: NDArray[np.int32]
    """The row of steps of the pair."""


@kernel
def candidates(
    now: Setting,
    people: People,
    joint: NDArray[np.int32],
    tables: Tables,
    apart: NDArray[np.uint8],
    tally: NDArray[np.int64],
) -> tuple[Candidates, Word]:
    """Draw a block's candidates; return them with their hash, and count them by act.

    `joint` (n,) are the citizens' joint strata. Acts with `apart` (A,) 1 are drawn elsewhere. The
    hash is the wrapping sum of (word 2 << 32 | word 3) of the candidates' own blocks.
    """
    citizens = people.status.shape[0]
    likely = _likely(now, people.leanings, joint, tables)
    none_before = np.zeros(likely.act.shape[0], np.uint8)
    words = _draw(now, likely.citizen, likely.act, none_before, tables.hash)
    counts = _counts(likely, words[3], tables.steps)
    daily = DAYS * citizens * whole(np.sum(tables.daily & (np.uint8(1) - apart)))
    found = _room(whole(counts.sum()) + daily + tables.certain.shape[0])
    begin, digest = _place_first(likely, counts, words, found)
    end = _place_further(likely, counts, begin, found)
    for act in range(apart.shape[0]):
        if tables.daily[act] == 1 and apart[act] == 0:
            end = _place_daily(citizens, act, end, found)
    end = _place_certain(now.week, people.status, tables.certain, end, found)
    found = cut(found, end)
    # The first candidates came with their own blocks; now the others get theirs.
    digest += _roll(now, begin, tables, found)
    whose, acts, status = found.citizen, found.act, people.status
    for at in range(end):
        tally[acts[at]] += is_counted(status[whose[at]])
    return found, digest


@kernel
def _likely(
    now: Setting, leanings: NDArray[np.uint32], joint: NDArray[np.int32], tables: Tables
) -> Likely:
    """Return the pairs whose first byte reaches that of the first step."""
    citizens = joint.shape[0]
    room = 2 * citizens + 64
    found = _likely_room(room)
    count = 0
    words = np.zeros(((citizens + CELL - 1) // CELL, 4, CELL // BYTES), np.uint32)
    drawn = words.reshape(-1).view(np.uint8)
    flags = np.zeros(drawn.shape[0], np.uint8)
    groups = np.empty(flags.shape[0] // LANES, np.int64)
    reached = np.empty(flags.shape[0] + 1, np.int64)
    for act in range(tables.hash.shape[0]):
        never = tables.never[act]
        if never == CERTAIN:
            continue
        block = U64(now.first // BYTES)
        dice.fill(words, block, tables.hash[act], when(now.week, 0), COUNT, now.key)
        _flag(drawn, citizens, np.uint8(never >> U64(24)), flags)
        near = _reach(flags, groups, reached)
        while count + near > room:
            room *= 2
            found = _longer(found, room)
        count = _weigh(act, drawn, reached[:near], leanings, joint, tables, count, found)
    return Likely(found.citizen[:count], found.act[:count], found.byte[:count], found.row[:count])


@kernel
def _flag(
    drawn: NDArray[np.uint8], citizens: int, never: np.uint8, flags: NDArray[np.uint8]
) -> None:
    """Set a flag for each citizen whose byte reaches the least with which anybody has any."""
    for i in range(citizens):
        flags[i] = drawn[i] >= never


@kernel
def _reach(flags: NDArray[np.uint8], groups: NDArray[np.int64], reached: NDArray[np.int64]) -> int:
    """Fill `reached` with the citizens who are flagged; return how many.

    Without a branch: each place is written, and kept by moving on. Most groups have no flag.
    """
    eights = flags.view(np.uint64)
    held = 0
    for group in range(eights.shape[0]):
        groups[held] = group
        held += whole(eights[group] != U64(0))
    count = 0
    for place in range(held):
        for i in range(LANES * groups[place], LANES * (groups[place] + 1)):
            reached[count] = i
            count += whole(flags[i])
    return count


@kernel
def _weigh(
    act: int,
    drawn: NDArray[np.uint8],
    reached: NDArray[np.int64],
    leanings: NDArray[np.uint32],
    joint: NDArray[np.int32],
    tables: Tables,
    begin: int,
    found: Likely,
) -> int:
    """Note, from `begin` on, those in `reached` whose byte leaves a candidate open.

    Return where they end. There is room for all: each is written, and kept by moving on.
    """
    citizen, acts, byte, row = found.citizen, found.act, found.byte, found.row
    rows, leaning, steps = tables.row[act], tables.leaning[act], tables.steps
    count = whole(begin)
    for place in range(reached.shape[0]):
        i = reached[place]
        own = row_of(rows, leaning, joint[i], leanings[i])
        citizen[count] = i
        acts[count] = act
        byte[count] = drawn[i]
        row[count] = own
        count += whole(U64(drawn[i]) >= steps[own, 0] >> U64(24))
    return count


@kernel
def _draw(
    now: Setting,
    citizen: NDArray[np.uint32],
    act: NDArray[np.uint8],
    nth: NDArray[np.uint8],
    hashes: NDArray[np.uint64],
) -> NDArray[np.uint32]:
    """Return the own blocks (4, n) of candidates."""
    counters, words = np.empty((4, act.shape[0]), np.uint32), np.empty((4, act.shape[0]), np.uint32)
    who, what, when_, purpose = counters[0], counters[1], counters[2], counters[3]
    first, week = now.first, now.week
    for at in range(act.shape[0]):
        who[at] = first + citizen[at]
        what[at] = hashes[act[at]]
        when_[at] = when(week, nth[at])
        purpose[at] = CANDIDATE
    dice.fill_blocks(counters, now.key, words)
    return words


@kernel
def _counts(
    likely: Likely, rest: NDArray[np.uint32], steps: NDArray[np.uint64]
) -> NDArray[np.uint8]:
    """Return how many candidates each pair has: the steps that byte and `rest` (L,) reach."""
    counts = np.empty(rest.shape[0], np.uint8)
    row, byte = likely.row, likely.byte
    for at in range(rest.shape[0]):
        draw = U64(byte[at]) << U64(24) | U64(rest[at]) & U64(0xFFFFFF)
        k = whole(0)
        while k < steps.shape[1] and draw >= steps[row[at], k]:
            k += 1
        counts[at] = k
    return counts


@kernel
def _place_first(
    likely: Likely, counts: NDArray[np.uint8], words: NDArray[np.uint32], found: Candidates
) -> tuple[int, Word]:
    """Write down the pairs' first candidates; return how many they are and their hash."""
    citizen, act, nth, day, accept, choice, _ = found
    of, done = likely.citizen, likely.act
    count, digest = whole(0), U64(0)
    for at in range(counts.shape[0]):
        if counts[at] == 0:
            continue
        citizen[count] = of[at]
        act[count] = done[at]
        nth[count] = 0
        day[count] = dice.below(U64(words[0, at]), U64(DAYS))
        accept[count] = words[1, at]
        choice[count] = words[2, at]
        digest += (U64(words[2, at]) << U64(32)) | U64(words[3, at])
        count += 1
    return count, digest


@kernel
def _place_further(likely: Likely, counts: NDArray[np.uint8], begin: int, found: Candidates) -> int:
    """Write down the pairs' further candidates from `begin` on; return where they end."""
    count = whole(begin)
    for at in range(counts.shape[0]):
        for k in range(1, whole(counts[at])):
            found.citizen[count] = likely.citizen[at]
            found.act[count] = likely.act[at]
            found.nth[count] = k
            count += 1
    return count


@kernel
def _place_daily(citizens: int, act: int, begin: int, found: Candidates) -> int:
    """Write down a candidate for each citizen and day from `begin` on; return where they end."""
    count = whole(begin)
    for i in range(citizens):
        for day in range(DAYS):
            found.citizen[count] = i
            found.act[count] = act
            found.nth[count] = day
            count += 1
    return count


@kernel
def _place_certain(
    week: int, status: NDArray[np.uint32], certain: NDArray[np.int64], begin: int, found: Candidates
) -> int:
    """Write down what the planted do for certain this week, from `begin` on; return the end."""
    count = whole(begin)
    for at in range(certain.shape[0]):
        if certain[at, 2] != week:
            continue
        for i in range(status.shape[0]):
            if part_of(status[i], PLANTED, 5) == certain[at, 0]:
                found.citizen[count] = i
                found.act[count] = certain[at, 1]
                found.nth[count] = CERTAINLY
                count += 1
    return count


@kernel
def _roll(now: Setting, begin: int, tables: Tables, found: Candidates) -> Word:
    """Draw the own blocks of the candidates from `begin` on; return their hash."""
    daily = tables.daily
    citizen, act, nth = found.citizen[begin:], found.act[begin:], found.nth[begin:]
    day, accept, choice = found.day[begin:], found.accept[begin:], found.choice[begin:]
    words = _draw(now, citizen, act, nth, tables.hash)
    digest = U64(0)
    for at in range(act.shape[0]):
        word = dice.below(U64(words[0, at]), U64(DAYS))
        day[at] = nth[at] if daily[act[at]] == 1 else word
        accept[at] = words[1, at]
        choice[at] = words[2, at]
        digest += (U64(words[2, at]) << U64(32)) | U64(words[3, at])
    return digest


@inlined
def _likely_room(room: int) -> Likely:
    return Likely(
        np.empty(room, np.uint32),
        np.empty(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.int32),
    )


@kernel
def _longer(found: Likely, room: int) -> Likely:
    """Return the same pairs with more room."""
    longer = _likely_room(room)
    copy_to(longer.citizen, found.citizen)
    copy_to(longer.act, found.act)
    copy_to(longer.byte, found.byte)
    copy_to(longer.row, found.row)
    return longer


@inlined
def _room(room: int) -> Candidates:
    return Candidates(
        np.empty(room, np.uint32),
        np.empty(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.uint32),
        np.empty(room, np.uint32),
        np.empty(room, np.uint8),
    )
