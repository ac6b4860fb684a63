"""Pooling: in some districts sources are joined into dossiers, and a few people are watched more.

The essay: a platform "in particular locations" that "captures and pools information about citizens'
bank records, computer details and legal pasts" (E15), "in parallel to the social credit system"
(E16), with "categories of people who the authorities consider as focused personnel" (E17).

*Limits, which hold whatever a file says.* Records are joined by five abstract classes and no finer,
each record counts one, nothing is tuned, no flag is judged against an offence. Focus means more
watching, and nothing else here. No row and no citizen column tells of it; a story or a but-for
never names it. What leaves the engine are totals: flags by district and group, none under ten
people. What was done to real people is told by sources alone, and is no output.

*Equations.* A dossier, of whoever lives in one of the pool's districts, counts the records of the
pooled sensors that name her, by class of the act: no more than 7 each of faith, movement, home and
communications, and 8 of association, the shares of 36 that these have of the kinds of person that
the platform attends to (EV 5.3). Its level is the sum. At the close of every week w with
(w + 1) mod period = 0 a district puts on its focus list

    q = (capacity * adults + 2**31) >> 32

of its adults, those of the highest level; a lot decides among equals. Until the next choice the
coverage of the pooled sensors is multiplied for them, at most to 1:

    within reach    min(times * c, 1),    names the actor    min(times * c, 1) h

so that whoever is watched is recorded more, and stays on the list more easily.

*Parameters.* Scheme: `pooling`. *Reads* records posted, where people live, ages. *Writes* dossiers.

*Addresses.* pooling/district at (0, 0, 0): words 0 and 1 for the rural and the urban class, of
which districts are taken evenly, as those that run a scheme are (`scoring`). pooling/lot at
(citizen, 0, week): of equals those with the lowest word 0, then 1, then number. *Rounding.*
capacity is a threshold; reach and hit are rounded once. *Off* equals no district.
"""

from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import U64, Word, address, whole
from upstanding.clockwork.kernel import entry, inlined, kernel
from upstanding.clockwork.names import NO_BYTE, Names, bits
from upstanding.clockwork.numbers import threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Number, Share, Sourced, Table, Text
from upstanding.mechanisms.enrolment import evenly
from upstanding.mechanisms.rows import Array
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import ADULT, People, is_counted, years

DISTRICTS, LOT = U64(address("pooling/district")), U64(address("pooling/lot"))
CLASSES = ("faith", "movement", "home", "communications", "association")
MOST = (7, 7, 7, 7, 8)
"""Records of each class that count."""
LEVELS = sum(MOST) + 1
NOBODYS = NO_BYTE
"""The level of who cannot be put on the list."""
_BITS = 4
_ALL = (1 << _BITS) - 1
HARMFUL, FOCUS, POOLED = (1 << (_BITS * len(CLASSES) + at) for at in range(3))
"""Bits of a dossier above its five counts of four bits: a record of an act that harms others is in
it; she is on the focus list; she lives where there is a pool."""


class Classes(Sourced):
    """The acts of each class."""

    faith: frozenset[Name] = frozenset()
    movement: frozenset[Name] = frozenset()
    home: frozenset[Name] = frozenset()
    """Home and utilities."""
    communications: frozenset[Name] = frozenset()
    association: frozenset[Name] = frozenset()
    """With other people."""


class Pooling(Sourced):
    """A pool of sources in some districts."""

    districts: dict[Literal["urban", "rural"], Share]
    """Share of the districts of a class; none where not named."""
    sensors: frozenset[Name]
    """Sources that are joined."""
    capacity: Share
    """Of a district's adults, on the focus list."""
    period_weeks: Annotated[int, Field(strict=True, ge=1, le=520)]
    """From one choice to the next."""
    coverage_times: Annotated[Number, Field(ge=1, le=1000)]
    """Factor on the coverage of these sensors, for who is on the list."""
    classes: Classes
    note: Text | None = None


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    pooling: Pooling | None = None


class Tables(Struct):
    """A pool as integers; S sensors, A acts."""

    on: int
    """1 if there is one."""
    districts: NDArray[np.uint64]
    """(2,) threshold of a rural, an urban district."""
    sensors: np.uint32
    """a bit for each pooled sensor."""
    kind: NDArray[np.uint8]
    """(A,) the class, or NO_BYTE."""
    harms: NDArray[np.uint8]
    """(A,) 1 for an act that harms others."""
    capacity: np.uint64
    """threshold."""
    period: int
    hit: Annotated[NDArray[np.uint64], 2]
    """(S, 2) as `sensing`'s, of who is on the list."""
    reach: Annotated[NDArray[np.uint64], 2]
    """(S, 2)"""


def compile_tables(
    scheme: SchemeTables,
    focused: tuple[NDArray[np.uint64], NDArray[np.uint64]],
    harms: list[bool],
    names: Names,
    *,
    on: bool,
) -> Tables:
    """Compile a pool to integer tables; with `on` false there is none.

    `focused` are hit and reach of who is on the list, `harms` tells which acts do.
    """
    told = scheme.pooling if on else None
    shares = told.districts if told else {}
    chosen = told.sensors if told else frozenset()
    kind = [
        next(
            (code for code, of in enumerate(CLASSES) if told and act in getattr(told.classes, of)),
            NO_BYTE,
        )
        for act in names.acts
    ]
    return Tables(
        on=int(told is not None),
        districts=np.array(
            [threshold(shares.get(place, Decimal(0))) for place in ("rural", "urban")], np.uint64
        ),
        sensors=np.uint32(bits(chosen, names.sensors)),
        kind=np.array(kind, np.uint8),
        harms=np.array(harms, np.uint8),
        capacity=np.uint64(threshold(told.capacity if told else Decimal(0))),
        period=told.period_weeks if told else 1,
        hit=focused[0],
        reach=focused[1],
    )


def multiplied(told: Pooling | None, name: str) -> Decimal:
    """Return the factor on a sensor's coverage for who is on the list."""
    return told.coverage_times if told and name in told.sensors else Decimal(1)


def pools(tables: Tables, urban: NDArray[np.bool_], key: tuple[Word, Word]) -> NDArray[np.bool_]:
    """Return which districts have a pool; `urban` (districts,) is the class of each."""
    return evenly(urban, tables.districts, DISTRICTS, U64(0), key)


@entry
def begin(now: Setting, pooled: NDArray[np.bool_], dossier: NDArray[np.uint32]) -> None:
    """Open the dossiers (n,) of a block, all of them empty; `pooled` is by district."""
    first, district_size = now.first, now.district_size
    for i in range(dossier.shape[0]):
        if pooled[(first + i) // district_size]:
            dossier[i] = POOLED


@kernel
def join(first: int, due: Array, tables: Tables, dossier: NDArray[np.uint32]) -> None:
    """Count the records that are due in the dossiers (n,) of whom they name."""
    if dossier.shape[0] == 0:
        return
    for at in range(due.shape[0]):
        record = due[at]
        local, kind = whole(record.subject) - first, whole(tables.kind[record.act])
        if (
            kind == NO_BYTE
            or dossier[local] & np.uint32(POOLED) == 0
            or (tables.sensors >> np.uint32(record.sensor)) & np.uint32(1) == 0
        ):
            continue
        if part(dossier[local], kind) < MOST[kind]:
            dossier[local] += np.uint32(1) << np.uint32(_BITS * kind)
        if tables.harms[record.act] == 1:
            dossier[local] |= np.uint32(HARMFUL)


@inlined
def part(dossier: int, kind: int) -> int:
    """Return the records of a class in a dossier."""
    return whole((np.uint32(dossier) >> np.uint32(_BITS * kind)) & np.uint32(_ALL))


@entry
def rate(
    week: int,
    age_weeks: NDArray[np.uint16],
    dossier: NDArray[np.uint32],
    level: NDArray[np.uint8],
) -> None:
    """Fill the level (n,) of the dossiers of adults at a week, NOBODYS for everybody else."""
    for i in range(dossier.shape[0]):
        level[i] = NOBODYS
        if dossier[i] & np.uint32(POOLED) and years(age_weeks[i], week) >= ADULT:
            total = whole(0)
            for kind in range(len(MOST)):
                total += part(dossier[i], kind)
            level[i] = total


@kernel
def count_people(
    week: int, people: People, dossier: NDArray[np.uint32], tally: NDArray[np.int64]
) -> None:
    """Count the adults under a pool in `tally` (2, 2), off and on the focus list, in a week."""
    for i in range(dossier.shape[0]):
        if is_watched(week, people, i, dossier[i]) == 1:
            tally[on_list(dossier[i]), 1] += 1


@inlined
def is_watched(week: int, people: People, i: int, dossier: int) -> int:
    """Return 1 for an adult under a pool who is in the figures, else 0."""
    pooled = np.uint32(dossier) & np.uint32(POOLED) != 0
    adult = years(people.age_weeks[i], week) >= ADULT
    return whole(pooled and adult and is_counted(people.status[i]) == 1)


@inlined
def on_list(dossier: int) -> int:
    """Return 1 for who is on the focus list, else 0."""
    return whole(np.uint32(dossier) & np.uint32(FOCUS) != 0)
