"""Kin: penalties that reach the spouse and the children of somebody listed, or of low standing.

The essay: a journalist after a lost suit has "no private school for his child" (E7); seventeen who
refused to serve are told the same (E8, which the reports do not say); the blacklisted are barred
from "schools for children" (E14). A child has no score and is on no list; she meets the parent's.

*Rules.* Head and spouse of one household are each other's spouse, and parents of those whose role
there is `child`, of whatever age. `list.X.reach` names services that are closed to the children,
and to the spouse, of somebody on the list; `tier.X.reach` of somebody whose score is in the tier.
At each close, after everybody's own lists and tier are settled, a citizen's closed services are

    (own lists' | own tier's | what each parent's or the spouse's lists and tier reach) & usable

where `usable` are the services that are for everybody, or for pupils of her school (`services`).
Like restrictions of her own they bind in the next week, and from time zero on what stood then.

A denial rests on a restriction of her own if one closes the service (`services`). Otherwise it
rests on the oldest stay of a parent or of her spouse that reaches her for it: by instant of entry,
then name of the list, then the head's before the spouse's, then seq; on a tier only if no stay
does, the head's first. Its row then is of mechanism `kin`: `actor` is the parent or spouse, the
clause that of the reach, and it follows from the row of the parent's stay (from none, by tier).

*Parameters.* Scheme: `list.*.reach`, `tier.*.reach`. *Reads* roles, households and schools, lists
and tiers at the close. *Writes* closed services; rows of kind denial, in place of `services`.

*Addresses* none: an attempt is drawn as every other (`services`). *Rounding* none. *Off* equals no
reach. The kernels are in `reaching`.
"""

from collections.abc import Sequence
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.names import REACHED, ROLES, Names, bits
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Table

HEAD, SPOUSE, CHILD, _ = range(len(ROLES))
CHILDREN, SPOUSES = range(len(REACHED))


class Reach(Table):
    """Services closed to others for what somebody did."""

    children: frozenset[Name] = frozenset()
    """To the children of her household, if she is its head or spouse."""
    spouse: frozenset[Name] = frozenset()
    """To the other one of head and spouse."""


class Tables(Struct):
    """Reach as integers; L lists, T tiers, rows for children and for the spouse."""

    lists: Annotated[NDArray[np.uint32], 2]
    """(2, L) a bit for each service closed."""
    tiers: Annotated[NDArray[np.uint32], 2]
    """(2, T) a bit for each service closed."""
    list_clause: Annotated[NDArray[np.int64], 2]
    """(2, L) code of the clause."""
    tier_clause: Annotated[NDArray[np.int64], 2]
    """(2, T) code of the clause."""
    any: int
    """1 if anything reaches anybody."""


def compile_tables(
    lists: Sequence[Reach | None], tiers: Sequence[Reach | None], names: Names, *, on: bool
) -> Tables:
    """Compile the reach of each list and tier to integer tables; with `on` false nothing reaches.

    Both are in the order of their codes.
    """
    closed = {
        kind: np.array([[_bits(reach, whom, names) * on for reach in of] for whom in REACHED])
        for kind, of in (("list", lists), ("tier", tiers))
    }
    clauses = {
        kind: [
            [names.clauses.index(f"{kind}.{name}.reach.{whom}") for name in of] for whom in REACHED
        ]
        for kind, of in (("list", names.lists), ("tier", names.tiers))
    }
    return Tables(
        lists=closed["list"].astype(np.uint32),
        tiers=closed["tier"].astype(np.uint32),
        list_clause=np.array(clauses["list"], np.int64),
        tier_clause=np.array(clauses["tier"], np.int64),
        any=int(closed["list"].any() or closed["tier"].any()),
    )


def _bits(reach: Reach | None, whom: str, names: Names) -> int:
    chosen: frozenset[str] = getattr(reach, whom) if reach else frozenset()
    return bits(chosen, names.services)
