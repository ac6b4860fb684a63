"""The candidates of a block's week. The kernels of `conduct` that draw them."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import CERTAIN, U64, Word, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.mechanisms.conduct import CANDIDATE, COUNT, DAYS, Candidates, Tables, cut, row_of
from upstanding.mechanisms.strata import People


@kernel
def candidates(
    first: int,
    citizens: int,
    week: int,
    key: tuple[Word, Word],
    people: People,
    joint: NDArray[np.int32],
    tables: Tables,
    apart: NDArray[np.uint8],
    tally: NDArray[np.int64],
) -> tuple[Candidates, Word]:
    """Draw a block's candidates; return them with their hash, and count them by act.

    `joint` (citizens,) are their joint strata. Acts with `apart` (A,) 1 are drawn elsewhere.

    The hash is the wrapping sum of (word 2 << 32 | word 3) of the candidates' own blocks.
    """
    room = 2 * citizens + 64
    found = _room(room)
    count = 0
    words = np.empty((4, (citizens + 3) // 4), np.uint32)
    peaks = np.empty(words.shape[1], np.uint32)
    quads = np.empty(words.shape[1], np.int64)
    reached = np.empty(4 * words.shape[1], np.int64)
    steps = tables.steps
    for act in range(tables.hash.shape[0]):
        if tables.daily[act] == 1 and apart[act] == 0:
            while count + DAYS * citizens > room:
                room *= 2
                found = _grown(found, room)
            _every_day(citizens, act, found.citizen[count:], found.act[count:], found.nth[count:])
            count += DAYS * citizens
            tally[act] += DAYS * citizens
        never = tables.never[act]
        if never == CERTAIN:
            continue
        dice.fill_quads(
            words, peaks, U64(first >> 2), tables.hash[act], when(week, 0), COUNT, key[0], key[1]
        )
        before = count
        near = _reach(words, peaks, np.uint32(never), citizens, quads, reached)
        near = _at_least_one(
            words,
            tables.row[act],
            tables.leaning[act],
            near,
            joint,
            people.leanings,
            steps,
            reached,
        )
        while count + near * steps.shape[1] > room:
            room *= 2
            found = _grown(found, room)
        count += _count(
            words,
            tables.row[act],
            tables.leaning[act],
            near,
            joint,
            people.leanings,
            steps,
            reached,
            act,
            found.citizen[count:],
            found.act[count:],
            found.nth[count:],
        )
        tally[act] += count - before
    found = cut(found, count)
    return found, _roll(first, week, key, found, tables.hash, tables.daily)


@kernel
def _every_day(
    citizens: int,
    act: int,
    citizen: NDArray[np.uint32],
    acts: NDArray[np.uint8],
    nth: NDArray[np.uint8],
) -> None:
    """Write down a candidate for each citizen and day."""
    for i in range(citizens):
        for day in range(DAYS):
            citizen[DAYS * i + day] = i
            acts[DAYS * i + day] = act
            nth[DAYS * i + day] = day


@kernel
def _reach(
    words: NDArray[np.uint32],
    peaks: NDArray[np.uint32],
    never: np.uint32,
    citizens: int,
    quads: NDArray[np.int64],
    reached: NDArray[np.int64],
) -> int:
    """Fill `reached` with the citizens whose draw is not under `never`; return how many.

    Without a branch: each place is written, and kept by moving on. Most quads of most acts fall
    away at their largest word.
    """
    held = 0
    for quad in range(words.shape[1]):
        quads[held] = quad
        held += whole(peaks[quad] >= never)
    count = 0
    for place in range(held):
        quad = quads[place]
        for lane in range(4):
            i = 4 * quad + lane
            reached[count] = i
            count += whole((words[lane, quad] >= never) & (i < citizens))
    return count


@kernel
def _at_least_one(
    words: NDArray[np.uint32],
    rows: NDArray[np.int32],
    leaning: int,
    near: int,
    joint: NDArray[np.int32],
    leanings: NDArray[np.uint32],
    steps: NDArray[np.uint64],
    reached: NDArray[np.int64],
) -> int:
    """Keep of the first `near` in `reached` those with a candidate; return how many."""
    count = 0
    for place in range(near):
        i = reached[place]
        row = row_of(rows, leaning, joint[i], leanings[i])
        reached[count] = i
        count += whole(U64(words[i & 3, i >> 2]) >= steps[row, 0])
    return count


@kernel
def _count(
    words: NDArray[np.uint32],
    rows: NDArray[np.int32],
    leaning: int,
    near: int,
    joint: NDArray[np.int32],
    leanings: NDArray[np.uint32],
    steps: NDArray[np.uint64],
    reached: NDArray[np.int64],
    act: int,
    citizen: NDArray[np.uint32],
    acts: NDArray[np.uint8],
    index: NDArray[np.uint8],
) -> int:
    """Write down the candidates of the first `near` in `reached`; return how many."""
    count = 0
    for place in range(near):
        i = reached[place]
        draw = U64(words[i & 3, i >> 2])
        row = row_of(rows, leaning, joint[i], leanings[i])
        k = 0
        while k < steps.shape[1] and draw >= steps[row, k]:
            citizen[count] = i
            acts[count] = act
            index[count] = k
            count += 1
            k += 1
    return count


@kernel
def _roll(
    first: int,
    week: int,
    key: tuple[Word, Word],
    found: Candidates,
    hashes: NDArray[np.uint64],
    daily: NDArray[np.uint8],
) -> Word:
    """Draw each candidate's own block; return the candidates' hash."""
    digest = U64(0)
    citizen, act, nth, day, accept, choice = found
    k0, k1 = key
    for at in range(act.shape[0]):
        w0, w1, w2, w3 = dice.philox(
            U64(first) + U64(citizen[at]), hashes[act[at]], when(week, nth[at]), CANDIDATE, k0, k1
        )
        day[at] = nth[at] if daily[act[at]] == 1 else dice.below(w0, U64(DAYS))
        accept[at] = w1
        choice[at] = w2
        digest += (w2 << U64(32)) | w3
    return digest


@inlined
def _room(room: int) -> Candidates:
    return Candidates(
        np.empty(room, np.uint32),
        np.empty(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.uint8),
        np.empty(room, np.uint32),
        np.empty(room, np.uint32),
    )


@kernel
def _grown(found: Candidates, room: int) -> Candidates:
    """Return the same candidates with more room; their own blocks are not drawn yet."""
    bigger = _room(room)
    copy_to(bigger.citizen, found.citizen)
    copy_to(bigger.act, found.act)
    copy_to(bigger.nth, found.nth)
    return bigger
