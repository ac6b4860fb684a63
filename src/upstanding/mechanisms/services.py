"""Services: what is attempted, what is refused, and what a refusal costs.

The essay: the blacklisted may be barred from "public transport, flying, restaurants, hotels"
(E14). A service is open or closed to a citizen as her lists and her tier stood at the week's
opening. Attempts are drawn only for those to whom it is closed; addressed draws make that free.

*Equations.* In week w a citizen to whom service v is closed has a Poisson number of attempts,
mean demand * factor(stratum) * attempted / 52; `attempted` holds retries less the trips not even
tried. Each is made with probability (1 - learning)**n, n the refusals that she has met before
this week (at most 255), and is then a denial. It names the oldest open restriction that closes
the service: by instant of entry, then name of the list, then order of entry; tiers last; and what
reaches her from kin (`kin`) only if nothing of her own closes it. A service with `school` concerns
the pupils of such schools alone: nobody else attempts it, and to nobody else is it closed.

*Parameters.* Society: `service.*`. *Reads* restrictions, traits. *Writes* rows of kind denial;
leaves what is not for her out of closed services.

*Addresses* (citizen, service, week << 20 | index, purpose): services/count index 0, word 0;
services/ attempt index k: word 0 day (below 7), word 1 learning. *Rounding.* As `conduct`; (1 -
learning)**n rounded once for each n. *Off* equals demand 0.
"""

from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import U64, address, when, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NO_BYTE, NO_WORD, NOBODY, SCHOOLS, Names
from upstanding.clockwork.numbers import (
    CONTEXT,
    WEEKS_A_YEAR,
    poisson_table,
    power,
    scaled,
    tabulated,
)
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Number, Rate, Share, Sourced, Table, Text
from upstanding.mechanisms import kin, reaching
from upstanding.mechanisms.rows import (
    BINDING,
    DENIAL,
    KIN,
    REFUSED,
    SERVICES,
    Array,
    Row,
    Sheet,
    new_row,
)
from upstanding.mechanisms.state import Columns, Setting
from upstanding.mechanisms.strata import (
    ADULT,
    SCHOOL,
    STATICS,
    People,
    Strata,
    is_counted,
    joint_stratum,
    part_of,
    stratify,
    years,
)
from upstanding.mechanisms.tally import Tally

COUNT = U64(address("services/count"))
ATTEMPT = U64(address("services/attempt"))
MOST_REFUSALS = 255


class Service(Sourced):
    """Something that people attempt to use and that a scheme may close."""

    title: Text
    demand: Rate
    """Uses per person-year, before factors, by somebody to whom it is open."""
    by: Strata = Strata()
    school: Annotated[
        frozenset[Literal["public", "private", "high-fee"]] | None, Field(min_length=1)
    ] = None
    """Only pupils of such a school attempt it, or are kept from it; everybody where not named."""
    attempted: Annotated[Number, Field(ge=0, le=20)]
    """Refused attempts for each use that is wanted while closed: retries less those not tried."""
    learning: Share | None = None
    """Share by which each refusal so far lowers further attempts; 0 where not named."""
    hours_lost: Annotated[Number, Field(ge=0, le=1000)] | None = None
    """Hours that a refusal costs, a slower substitute included; 0 where not named."""
    domain: Name | None = None


class SocietyTables(Table):
    """What this mechanism adds to a society file."""

    service: dict[Name, Service] = {}


class Tables(Struct):
    """Demand as integers; V services, J joint strata, R rows, K steps, T tiers."""

    hash: NDArray[np.uint64]
    """(V,) the address of each service's name."""
    row: Annotated[NDArray[np.int32], 2]
    """(V, J)"""
    steps: Annotated[NDArray[np.uint64], 2]
    """(R, K) the count of attempts is the number of steps that a draw reaches."""
    learned: Annotated[NDArray[np.uint64], 2]
    """(V, 256) threshold of an attempt after so many refusals."""
    hours: NDArray[np.int64]
    """(V,) hundredths of hours."""
    tier_closes: NDArray[np.uint32]
    """(T,) a bit for each service that a tier closes."""
    tier_clause: NDArray[np.int64]
    """(T,) code of the clause."""
    usable: NDArray[np.uint32]
    """(4,) by school, a bit for each service that its pupils may attempt."""
    for_pupils: np.uint32
    """a bit for each service that only pupils of some schools may attempt."""


def compile_tables(
    society: SocietyTables, tier_closes: list[int], names: Names, *, on: bool
) -> Tables:
    """Compile demand to integer tables; with `on` false nobody attempts anything."""
    means: list[Decimal] = []
    row = np.zeros((len(names.services), len(names.bands) * STATICS), np.int32)
    services = [society.service[name] for name in names.services]
    for code, service in enumerate(services):
        factors, stratum = stratify(service.by, names)
        row[code] = len(means) + stratum
        wanted = CONTEXT.multiply(service.demand, service.attempted) / WEEKS_A_YEAR
        means += [CONTEXT.multiply(wanted, factor) * on for factor in factors]
    kept = [1 - (service.learning or Decimal(0)) for service in services]
    refusals = [Decimal(count) for count in range(MOST_REFUSALS + 1)]
    return Tables(
        hash=np.array([address(name) for name in names.services], np.uint64),
        row=row,
        steps=poisson_table(means or [Decimal(0)]),
        learned=tabulated(power, kept, refusals),
        hours=np.array([scaled(s.hours_lost or Decimal(0), 100) for s in services], np.int64),
        tier_closes=np.array(tier_closes, np.uint32),
        tier_clause=np.array(
            [names.clauses.index(f"tier.{t}.closes") for t in names.tiers], np.int64
        ),
        usable=np.array([_usable(services, school) for school in SCHOOLS], np.uint32),
        for_pupils=np.uint32(_usable(services, "") ^ (1 << len(services)) - 1),
    )


def _usable(services: list[Service], school: str) -> int:
    """Return a bit for each service that is for everybody, or for pupils of a school."""
    wanted = [service.school is None or school in service.school for service in services]
    return sum(1 << code for code, use in enumerate(wanted) if use)


@kernel
def narrow(
    week: int, people: People, usable: NDArray[np.uint32], closed: NDArray[np.uint32]
) -> None:
    """Leave out of everybody's closed services (n,) those that are for pupils of other schools.

    Who is of age is no pupil any more. `usable` is by school.
    """
    for i in range(closed.shape[0]):
        pupil = years(people.age_weeks[i], week) < ADULT
        closed[i] &= usable[part_of(people.status[i], SCHOOL, 2) if pupil else 0]


@kernel
def attempt(
    now: Setting,
    block: Columns,
    list_closes: NDArray[np.uint32],
    list_clause: NDArray[np.int64],
    tables: Tables,
    kin_tables: kin.Tables,
) -> Array:
    """Return the week's denials, in order of subject and service.

    `list_closes` (L,) has a bit for each service that a list closes, `list_clause` (L,) the clause
    by which it does.
    """
    first, week = now.first, now.week
    k0, k1 = now.key
    people, stays = block.people, block.sparse.stays
    closed, tier, refusals = block.state.closed, block.state.tier, block.state.refusals
    room = 64
    denials = np.empty(room, DENIAL)
    count = 0
    own = 0
    for i in range(closed.shape[0]):
        if closed[i] == 0:
            continue
        while own < stays.shape[0] and whole(stays[own].subject) < first + i:
            own += 1
        for service in range(tables.hash.shape[0]):
            if (closed[i] >> np.uint32(service)) & np.uint32(1) == 0:
                continue
            row = tables.row[service, joint_stratum(people, i, week)]
            who, name = U64(first + i), tables.hash[service]
            draw, _, _, _ = dice.philox(who, name, when(week, 0), COUNT, k0, k1)
            k = 0
            while k < tables.steps.shape[1] and draw >= tables.steps[row, k]:
                w0, w1, _, _ = dice.philox(who, name, when(week, k), ATTEMPT, k0, k1)
                if w1 < tables.learned[service, refusals[i]]:
                    if count == room:
                        room *= 2
                        longer = np.empty(room, DENIAL)
                        copy_to(longer, denials)
                        denials = longer
                    denial = denials[count]
                    denial.subject = first + i
                    denial.service = service
                    denial.index = k
                    denial.day = dice.below(w0, U64(7))
                    denial.actor = NOBODY
                    hers = _blame(
                        denial, own, service, tier[i], stays, list_closes, list_clause, tables
                    )
                    if not hers:
                        whose, clause, origin_week, origin_seq = reaching.blame(
                            first, i, service, people, tier, stays, kin_tables
                        )
                        denial.actor = whose
                        denial.clause = clause
                        denial.origin_week = origin_week
                        denial.origin_seq = origin_seq
                    count += 1
                k += 1
    return denials[:count].copy()


@inlined
def _blame(
    denial: Row,
    own: int,
    service: int,
    tier: int,
    stays: Array,
    list_closes: NDArray[np.uint32],
    list_clause: NDArray[np.int64],
    tables: Tables,
) -> bool:
    """Name the oldest open restriction of her own that closes the service to a denial's subject.

    Return whether there is one.
    """
    oldest = -1
    at = own
    while at < stays.shape[0] and stays[at].subject == denial.subject:
        closes = (list_closes[stays[at].list] >> np.uint32(service)) & np.uint32(1)
        binds = stays[at].bond == BINDING
        if binds and closes == 1 and (oldest < 0 or stays[at].since < stays[oldest].since):
            oldest = at
        at += 1
    if oldest >= 0:
        denial.clause = list_clause[stays[oldest].list]
        denial.origin_week = stays[oldest].origin_week
        denial.origin_seq = stays[oldest].origin_seq
        return True
    if tier == NO_BYTE or (tables.tier_closes[tier] >> np.uint32(service)) & np.uint32(1) == 0:
        return False
    denial.clause = tables.tier_clause[tier]
    denial.origin_week = NO_WORD
    denial.origin_seq = NO_WORD
    return True


@kernel
def refuse(
    sheet: Sheet,
    now: Setting,
    status: NDArray[np.uint32],
    refusals: NDArray[np.uint8],
    denials: Array,
    lists: int,
    hours: NDArray[np.int64],
    tally: Tally,
) -> None:
    """Write the week's denials, in order of subject, day, service and index; count them.

    `hours` are what each service's cost. `lists` is how many lists there are: services are coded
    after them.
    """
    first, week = now.first, now.week
    for at in range(denials.shape[0]):
        denial = denials[at]
        for_kin = denial.actor != NOBODY
        mechanism = KIN if for_kin else SERVICES
        row = sheet.rows[new_row(sheet, first, denial.subject, week, REFUSED, mechanism)]
        row.actor = denial.actor
        row.rule = denial.clause
        row.day = denial.day
        row.object = lists + whole(denial.service)
        if denial.origin_week != NO_WORD:
            row.origin_subject = denial.actor if for_kin else denial.subject
            row.origin_week = denial.origin_week
            row.origin_seq = denial.origin_seq
        local = whole(denial.subject) - first
        refusals[local] = min(whole(refusals[local]) + 1, MOST_REFUSALS)
        one = is_counted(status[local])
        tally.denials[denial.service] += one
        tally.of_kin[denial.service] += one * whole(for_kin)
        tally.hours[denial.service] += one * hours[denial.service]
