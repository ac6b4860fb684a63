"""Whom a restriction reaches: the kernel beside what the docstring says, on any households."""

from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from upstanding.clockwork.names import NO_BYTE, ROLES
from upstanding.mechanisms import kin, reaching
from upstanding.mechanisms.rows import BINDING, STAY
from upstanding.mechanisms.strata import ROLE, People

LISTS, TIERS, SERVICES = 3, 2, 4
CLOSED = st.integers(0, (1 << SERVICES) - 1)


class Household(NamedTuple):
    """A household of a block, and how its members stand: role, lists, tier."""

    members: list[tuple[str, int, int]]


member = st.tuples(
    st.sampled_from(ROLES),
    st.integers(0, (1 << LISTS) - 1),
    st.sampled_from([0, 1, NO_BYTE]),
)
households = st.lists(st.builds(Household, st.lists(member, min_size=1, max_size=9)), min_size=1)


def people_of(homes: list[Household], cut: int) -> People:
    """Return the people of some households, of the last of which `cut` are not there."""
    home = [at | len(h.members) << 4 for h in homes for at in range(len(h.members))]
    status = [ROLES.index(role) << ROLE for h in homes for role, _, _ in h.members]
    count = len(home) - cut
    blank = np.zeros(count, np.uint16)
    return People(
        blank,
        blank,
        blank.astype(np.uint32),
        np.array(home[:count], np.uint8),
        np.array(status[:count], np.uint32),
        np.zeros(121, np.uint8),
    )


@settings(max_examples=200, deadline=None)
@given(
    homes=households,
    lists=st.lists(CLOSED, min_size=2 * LISTS, max_size=2 * LISTS),
    tiers=st.lists(CLOSED, min_size=2 * TIERS, max_size=2 * TIERS),
    data=st.data(),
)
def test_what_reaches_whom(
    homes: list[Household], lists: list[int], tiers: list[int], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(homes[-1].members) - 1), label="cut")
    people = people_of(homes, cut)
    count = people.home.shape[0]
    stand = [each for home in homes for each in home.members][:count]
    tables = kin.Tables(
        lists=np.array(lists, np.uint32).reshape(2, LISTS),
        tiers=np.array(tiers, np.uint32).reshape(2, TIERS),
        list_clause=np.arange(2 * LISTS).reshape(2, LISTS),
        tier_clause=np.arange(100, 100 + 2 * TIERS).reshape(2, TIERS),
        any=1,
    )
    tier = np.array([each[2] for each in stand], np.uint8)
    # Everybody on a list has been on it since as many weeks as the list's code says.
    stays = [
        (who, code)
        for who, (_, on, _) in enumerate(stand)
        for code in range(LISTS)
        if on >> code & 1
    ]
    held = np.zeros(len(stays), STAY)
    for stay, (who, code) in zip(held, stays, strict=True):
        stay["subject"], stay["list"], stay["since"] = who, code, code
        stay["origin_week"], stay["origin_seq"], stay["bond"] = 0, code, BINDING
    closed = np.zeros(count, np.uint32)
    reaching.reach(0, people, tier, held, tables, closed)

    begin = 0
    for home in homes:
        there = range(begin, min(begin + len(home.members), count))
        begin += len(home.members)
        for who in there:
            role = stand[who][0]
            whom = 0 if role == "child" else 1
            elders = [
                other
                for elder in ("head", "spouse")
                for other in there
                if other != who and stand[other][0] == elder and role != "other"
            ]
            ways = [
                (
                    code,
                    rank,
                    other,
                    int(tables.list_clause[whom, code]),
                    int(tables.lists[whom, code]),
                )
                for rank, other in enumerate(elders)
                for code in range(LISTS)
                if stand[other][1] >> code & 1
            ]
            by_tier = [
                (other, int(tables.tier_clause[whom, at]), int(tables.tiers[whom, at]))
                for other in elders
                if (at := stand[other][2]) != NO_BYTE
            ]
            assert closed[who] == np.bitwise_or.reduce([0, *(w[-1] for w in ways + by_tier)])
            for service in range(SERVICES):
                if not closed[who] >> np.uint32(service) & 1:
                    continue
                first = [w for w in sorted(ways) if w[-1] >> service & 1]
                tiered = [w for w in by_tier if w[-1] >> service & 1]
                expected = (
                    (first[0][2], first[0][3], 0, first[0][0])
                    if first
                    else (*tiered[0][:2], 0xFFFF, 0xFFFF)
                )
                assert reaching.blame(0, who, service, people, tier, held, tables) == expected
