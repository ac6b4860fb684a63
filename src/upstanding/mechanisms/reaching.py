"""Restrictions that reach somebody's kin, and the one that a denial rests on: `kin`'s kernels."""

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.dice import whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NO_BYTE, NO_WORD, NOBODY
from upstanding.mechanisms.cases import first_of
from upstanding.mechanisms.kin import CHILD, CHILDREN, HEAD, SPOUSE, SPOUSES, Tables
from upstanding.mechanisms.rows import BINDING, Array
from upstanding.mechanisms.strata import ROLE, People, part_of, place_at_home, size_of_home


@inlined
def _home(people: People, i: int) -> tuple[int, int]:
    """Return where the household of the block's citizen i begins, and ends; both in the block."""
    begin = i - place_at_home(people.home[i])
    return begin, min(begin + size_of_home(people.home[i]), people.home.shape[0])


@inlined
def _role(people: People, i: int) -> int:
    return part_of(people.status[i], ROLE, 2)


@inlined
def _is_elder(people: People, i: int) -> bool:
    """Return whether somebody is the head or the spouse of her household, the first two roles."""
    return _role(people, i) <= SPOUSE


@kernel
def reach(
    first: int,
    people: People,
    tier: NDArray[np.uint8],
    stays: Array,
    tables: Tables,
    closed: NDArray[np.uint32],
) -> None:
    """Close services to the children and spouses of a block's citizens as these stand."""
    if tables.any == 0:
        return
    for i in range(closed.shape[0]):
        if tier[i] != NO_BYTE:
            to_children, to_spouse = tables.tiers[CHILDREN, tier[i]], tables.tiers[SPOUSES, tier[i]]
            if to_children | to_spouse != 0:
                _close(people, i, to_children, to_spouse, closed)
    for at in range(stays.shape[0]):
        stay = stays[at]
        if stay.bond == BINDING:
            to_children, to_spouse = (
                tables.lists[CHILDREN, stay.list],
                tables.lists[SPOUSES, stay.list],
            )
            _close(people, whole(stay.subject) - first, to_children, to_spouse, closed)


@inlined
def _close(
    people: People, i: int, to_children: int, to_spouse: int, closed: NDArray[np.uint32]
) -> None:
    """Close services to the children and the spouse of the block's citizen i, if she has any."""
    if not _is_elder(people, i):
        return
    begin, end = _home(people, i)
    for other in range(begin, end):
        if _role(people, other) == CHILD:
            closed[other] |= to_children
        elif other != i and _is_elder(people, other):
            closed[other] |= to_spouse


@kernel
def blame(
    first: int,
    i: int,
    service: int,
    people: People,
    tier: NDArray[np.uint8],
    stays: Array,
    tables: Tables,
) -> tuple[int, int, int, int]:
    """Return whose restriction closes a service to the block's citizen i, whom only kin's reach.

    That is: who, the clause, and week and seq of the row of the stay (NO_WORD by tier). `stays` are
    in order of subject.
    """
    whom = CHILDREN if _role(people, i) == CHILD else SPOUSES
    mark = np.uint32(1) << np.uint32(service)
    begin, end = _home(people, i)
    oldest = whole(-1)
    for role in (HEAD, SPOUSE):
        for other in range(begin, end):
            if other == i or _role(people, other) != role:
                continue
            at = whole(first_of(stays, first + other))
            while at < stays.shape[0] and whole(stays[at].subject) == first + other:
                reaches = tables.lists[whom, stays[at].list] & mark != 0
                binds = stays[at].bond == BINDING
                if binds and reaches and (oldest < 0 or _precedes(stays, at, oldest)):
                    oldest = at
                at += 1
    if oldest >= 0:
        stay = stays[oldest]
        clause = tables.list_clause[whom, stay.list]
        return whole(stay.subject), clause, whole(stay.origin_week), whole(stay.origin_seq)
    for role in (HEAD, SPOUSE):
        for other in range(begin, end):
            if other == i or _role(people, other) != role or tier[other] == NO_BYTE:
                continue
            if tables.tiers[whom, tier[other]] & mark:
                clause = tables.tier_clause[whom, tier[other]]
                return whole(first + other), clause, whole(NO_WORD), whole(NO_WORD)
    return whole(NOBODY), whole(NO_WORD), whole(NO_WORD), whole(NO_WORD)


@inlined
def _precedes(stays: Array, one: int, other: int) -> bool:
    """Return whether a stay is older than another, or as old and on a list of an earlier name."""
    since, than = whole(stays[one].since), whole(stays[other].since)
    earlier: bool = since < than or (since == than and stays[one].list < stays[other].list)
    return earlier
