"""Who is scored, and from which week: the roll-out by district, consent, membership.

Part of `scoring`, whose docstring holds the rules and addresses.
"""

from decimal import Decimal
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork import dice
from upstanding.clockwork.dice import U64, Word, address
from upstanding.clockwork.numbers import WEEKS_A_YEAR, threshold
from upstanding.mechanisms.scoring import SchemeTables, Scored
from upstanding.mechanisms.strata import MEMBER, People

ENROL, CONSENT = U64(address("scoring/enrol")), U64(address("scoring/consent"))
NEVER = 0xFFFF


def enrolment(
    scheme: SchemeTables, urban: NDArray[np.bool_], key: tuple[Word, Word]
) -> NDArray[np.uint16]:
    """Return the week in which each district is enrolled, NEVER for none.

    `urban` (districts,) is its class.
    """
    weeks = np.full(urban.shape[0], NEVER, np.uint16)
    if scheme.score is None:
        return weeks
    ramps = scheme.scored.enrol if scheme.scored else {}
    shares = scheme.scored.districts if scheme.scored else {}
    places: tuple[Literal["rural"], Literal["urban"]] = ("rural", "urban")
    run = np.array([threshold(shares.get(place, Decimal(1))) for place in places], np.uint64)
    for district in np.flatnonzero(evenly(urban, run, ENROL, U64(1), key)):
        low, high = ramps.get(places[int(urban[district])], (0, 0))
        w0, _, _, _ = dice.block(U64(district), U64(0), U64(0), ENROL, *key)
        weeks[district] = low + (int(w0) * (high - low + 1) >> 32)
    return weeks


def evenly(
    urban: NDArray[np.bool_],
    shares: NDArray[np.uint64],
    purpose: Word,
    index: Word,
    key: tuple[Word, Word],
) -> NDArray[np.bool_]:
    """Return which districts are among a share of their class, spread evenly over it.

    `urban` (districts,) is the class of each, `shares` (2,) are thresholds: rural, urban.
    """
    start = dice.block(U64(0), U64(0), index, purpose, *key)
    among = np.zeros(urban.shape[0], np.bool_)
    seen = [0, 0]
    for district, city in enumerate(urban.astype(int)):
        turn = (int(start[city]) + _mirrored(seen[city])) % (1 << 32)
        seen[city] += 1
        among[district] = turn < int(shares[city])
    return among


def _mirrored(number: int) -> int:
    """Return a number with its 32 bits in reverse, which spreads any first few of them evenly."""
    return int(f"{number:032b}"[::-1], 2)


def scored_from(
    scored: Scored | None,
    people: People,
    enrolled: NDArray[np.uint16],
    district_size: int,
    key: tuple[Word, Word],
) -> NDArray[np.uint16]:
    """Return the first week in which each citizen has a score, NEVER for none.

    `enrolled` (districts,) are weeks of enrolment; `people` are all of them.
    """
    age_weeks = people.age_weeks
    first = np.repeat(enrolled, district_size)[: age_weeks.shape[0]]
    if scored is None:
        return first
    of_age = np.uint16(scored.min_age * WEEKS_A_YEAR)
    np.maximum(first, of_age - np.minimum(age_weeks, of_age), out=first)
    if scored.members:
        first[(people.status >> np.uint32(MEMBER)) & np.uint32(1) == 0] = NEVER
    if scored.consent is not None:
        first[~_agree(age_weeks.shape[0], scored.consent, key)] = NEVER
    return first


def _agree(citizens: int, share: Decimal, key: tuple[Word, Word]) -> NDArray[np.bool_]:
    """Return who of so many citizens agrees to be scored."""
    agreed = np.empty(citizens, np.bool_)
    at_once = 1 << 16
    for begin in range(0, citizens, at_once):
        part = agreed[begin : begin + at_once]
        counters = np.zeros((4, part.shape[0]), np.uint32)
        counters[0] = np.arange(begin, begin + part.shape[0])
        counters[3] = CONSENT
        drawn = np.empty_like(counters)
        dice.fill_blocks(counters, key, drawn)
        part[:] = drawn[0].astype(np.uint64) < U64(threshold(share))
    return agreed
