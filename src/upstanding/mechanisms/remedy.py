"""Remedy: who is told, who appeals, how long that takes, and what a decision is worth.

The essay has no appeal, nor does it say that anybody is told (E7, E35: one learns of the list where
the ticket is refused). A record is *adverse* if it gives negative points or leads onto a list.

*Rules.* When an adverse record is posted, an office may take it up of itself (`audit`). Otherwise
its subject may be told (`notice`); who is not told learns of a list at her first denial that names
the stay for that record, and of points never. She decides once, when she learns: with chance

    P(appeal) = min(1, (when-true or when-false) * by-schooling * (1 - burden))

A case concerns one record (an act, a sensor, a subject), all rows that it made. It arrives at a
uniform stamp of 1/1024 week within the week after the close at which that was decided, waits in its
region's queue, first come first served (ties by stamp, subject, then the record's first row), and
takes an exponential time S of mean `service-weeks` at one of

    c = max(1, round(servers-per-100k * citizens of the region / 100,000))

offices; without `servers-per-100k` people may be told, and nobody hears them. Where rounding moves
capacity by more than 2 % S is multiplied by c over what was rounded, and the finding says so. A
case that ends in week w is decided at the close of w: a true record is reversed with chance
`right-reversed`, a false one with 1 - `wrong-upheld`. Nothing is heard twice.

A correction is the rows of `corrections`: minus what is left of each entry, and the end of what
rests on the record. Under `suspensive` the lists that rest on it close nothing to her from the week
after she appealed until the close of the decision; an audit suspends nothing. Stays of time zero
rest on no record of the run and have no remedy. The last region may be smaller than the others; a
run that is smaller than a region has one queue.

*Parameters.* Scheme: `remedy`. Society: `appeals`. *Reads* records posted, denials, stays,
schooling. *Writes* cases, rows of kind reversal, list-out.

*Addresses* (actor, act, week << 20 | index of the act, purpose): "remedy/case/<sensor>": word 0
notice, 1 appeal, 2 stamp, 3 audit; "remedy/hearing/<sensor>": words 0 and 1 the time, 2 the
decision. *Rounding.* P(appeal) is one threshold for each truth and schooling. The stamp within the
week is word 2 >> 22. S = max(1, (E * M + 2**31) >> 32) stamps, M the mean in
2**-8 stamps (at most 2**34), E a unit
exponential in 2**-24: n ln 2 + -ln y, n the leading zeros of word 0 and y the middle of the one of
4096 parts of 1/2..1 that word 1 chooses. *Off* equals audit 0 with nobody who appeals; notices are
counted all the same. With the ledger off, acts that may be appealed against take the long way.
"""

from decimal import Decimal, localcontext
from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork import dice
from upstanding.clockwork.arrays import copy_to
from upstanding.clockwork.dice import U64, Word, address, when, whole
from upstanding.clockwork.kernel import entry, inlined, kernel
from upstanding.clockwork.names import SCHOOLING, Names
from upstanding.clockwork.numbers import CONTEXT, scaled, threshold
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Factor, Number, Share, Sourced, Switch, Table
from upstanding.mechanisms.cases import drawn_for
from upstanding.mechanisms.rows import CASE, TRUE, Array, Cases, Row
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import TAUGHT, is_counted, part_of
from upstanding.mechanisms.tally import Tally

STAMPS = 1024
"""Of a week."""
STAMP_BITS = 10
PARTS = 4096
_UNIT, _MEAN, _MOST = 1 << 24, 1 << 8, 1 << 34
ROUNDED = Decimal("0.02")
"""The share of capacity that rounding may move before the time of service makes up for it."""
LATENT, APPEALED, AUDITED, DROPPED = range(4)
"""Stages of a case: nobody knows yet, the subject asked, an office asked, nobody ever will."""
NEVER, UNHEARD = (1 << 62) - 1, -1
"""The stamp of what does not happen, and that of what has not happened yet."""


class Remedy(Sourced):
    """What can be done about a record that is wrong."""

    servers_per_100k: Annotated[Number, Field(gt=0, le=100_000)] | None = None
    """Cases that are heard at a time, per 100,000 citizens; nobody hears any where not named."""
    service_weeks: Annotated[Number, Field(gt=0, le=520)] | None = None
    """Mean time that hearing a case takes; with servers only."""
    notice: Share | None = None
    """Share of adverse records whose subject is told at posting; 0 where not named."""
    suspensive: Switch = False
    """While an appeal is pending the lists that rest on the record close nothing to her."""
    burden: Share | None = None
    """Share of those who would appeal whom forms and fees put off; 0 where not named."""
    wrong_upheld: Share | None = None
    """Chance that a false record is upheld; 0 where not named."""
    right_reversed: Share | None = None
    """Chance that a true record is reversed; 0 where not named."""
    audit: Share | None = None
    """Share of adverse records that are examined without an appeal; 0 where not named."""


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    remedy: Remedy | None = None


class Appeals(Sourced):
    """Who appeals, of those who know of a record."""

    when_true: Share
    """Share that appeals against a record of her own act."""
    when_false: Share
    """Share that appeals against a record of somebody else's act."""
    by_schooling: dict[Literal["none", "primary", "secondary", "university"], Factor] = {}
    """Factors on both; 1 where not named."""


class SocietyTables(Table):
    """What this mechanism adds to a society file."""

    appeals: Appeals | None = None


class Tables(Struct):
    """Remedy as integers; S sensors. A truth is 0 for true records, 1 for false ones."""

    on: int
    """1 if there is a remedy."""
    notice: np.uint64
    audit: np.uint64
    appeal: Annotated[NDArray[np.uint64], 2]
    """(2, 4) threshold of an appeal by truth and schooling."""
    reversed: NDArray[np.uint64]
    """(2,) threshold of a reversal by truth."""
    suspensive: int
    case: NDArray[np.uint64]
    """(S,) the purpose of the draw about a record of each sensor."""
    hearing: NDArray[np.uint64]
    """(S,) the purpose of the draw about its hearing."""
    exponential: NDArray[np.int64]
    """(4096,) -ln y in 2**-24 for y in the middle of each part of 1/2..1."""
    doubling: int
    """ln 2 in 2**-24."""
    clause: int
    """code of the clause."""


class Courts(Struct):
    """The offices of each region; R regions."""

    region_size: int
    servers: NDArray[np.int64]
    """(R,)"""
    mean: NDArray[np.int64]
    """(R,) mean time of service in 2**-8 stamps."""
    rescaled: NDArray[np.bool_]
    """(R,) whether that is not what the scheme says, to make up for rounded servers."""


def compile_tables(
    scheme: SchemeTables, society: SocietyTables, names: Names, *, on: bool
) -> Tables:
    """Compile remedy to integer tables; with `on` false there is none."""
    rules, appetite = scheme.remedy, society.appeals
    on = on and rules is not None and appetite is not None
    appeal, reversed_ = np.zeros((2, len(SCHOOLING)), np.uint64), np.zeros(2, np.uint64)
    heard = rules is not None and rules.servers_per_100k is not None
    if on and heard and rules is not None and appetite is not None:
        with localcontext(CONTEXT):
            willing = 1 - (rules.burden or Decimal(0))
            for taught, word in enumerate(SCHOOLING):
                factor = appetite.by_schooling.get(word, Decimal(1)) * willing  # type: ignore[call-overload]
                appeal[:, taught] = [
                    threshold(share * factor) for share in (appetite.when_true, appetite.when_false)
                ]
            upheld = rules.wrong_upheld or Decimal(0)
            reversed_[:] = threshold(rules.right_reversed or Decimal(0)), threshold(1 - upheld)

    def single(share: Decimal | None) -> np.uint64:
        return np.uint64(threshold(share or Decimal(0)) if on else 0)

    return Tables(
        on=int(on),
        notice=single(rules.notice if rules else None),
        audit=single(rules.audit if rules else None),
        appeal=appeal,
        reversed=reversed_,
        suspensive=int(on and rules is not None and rules.suspensive),
        case=np.array([address(f"remedy/case/{name}") for name in names.sensors], np.uint64),
        hearing=np.array([address(f"remedy/hearing/{name}") for name in names.sensors], np.uint64),
        exponential=np.array(_exponential() if on else (), np.int64),
        doubling=scaled(Decimal(2).ln(CONTEXT), _UNIT),
        clause=names.clauses.index("remedy"),
    )


@lru_cache(maxsize=1)
def _exponential() -> tuple[int, ...]:
    with localcontext(CONTEXT):
        middles = [(PARTS + part + Decimal("0.5")) / (2 * PARTS) for part in range(PARTS)]
        return tuple(scaled(-middle.ln(), _UNIT) for middle in middles)


def courts_of(scheme: SchemeTables, citizens: int, region_size: int) -> Courts:
    """Return the offices of each region of a run; none where the scheme has no remedy."""
    rules = scheme.remedy
    heard = rules is not None and rules.servers_per_100k is not None
    regions = -(-citizens // region_size) if heard else 0
    servers, mean = np.zeros((2, regions), np.int64)
    courts = Courts(region_size, servers, mean, np.zeros(regions, np.bool_))
    for region in range(regions):
        if rules is None or rules.servers_per_100k is None or rules.service_weeks is None:
            break
        people = min(region_size, citizens - region * region_size)
        with localcontext(CONTEXT):
            wanted = rules.servers_per_100k * people / 100_000
            offices = max(1, int(wanted.to_integral_value()))
            moved = abs(offices - wanted) > ROUNDED * wanted
            weeks = rules.service_weeks * (offices / wanted if moved else 1)
            mean[region] = min(scaled(weeks, STAMPS * _MEAN), _MOST)
        servers[region] = offices
        courts.rescaled[region] = moved
    return courts


@inlined
def take_up(
    now: Setting,
    record: Row,
    lists: int,
    status: int,
    act_hash: Word,
    tables: Tables,
    tally: Tally,
) -> tuple[int, int]:
    """Return in which stage the case about an adverse record begins, and when it arrives.

    The stage is DROPPED where none may come of it. `lists` has a bit for each list that the record
    leads onto, `status` is the subject's.
    """
    at_week = when(record.week, record.index)
    purpose = tables.case[record.sensor]
    whose = U64(drawn_for(record))
    w0, w1, w2, w3 = dice.philox(whose, act_hash, at_week, purpose, now.key[0], now.key[1])
    wrong, one = whole(record.truth != TRUE), is_counted(status)
    if w3 < tables.audit:
        tally.audited[wrong] += one
        return whole(AUDITED), arrival(now.week, w2)
    if w0 < tables.notice:
        tally.notices[0] += one
        if w1 >= tables.appeal[wrong, part_of(status, TAUGHT, 2)]:
            return whole(DROPPED), whole(NEVER)
        tally.appeals[wrong] += one
        return whole(APPEALED), arrival(now.week, w2)
    # Who was told nothing may still learn of a list, where she is refused; of points never.
    return whole(LATENT if lists != 0 else DROPPED), whole(NEVER)


@inlined
def open_case(
    case: Row,
    record: Row,
    week: int,
    seq: int,
    awards: int,
    lists: int,
    stage: int,
    arrives: int,
) -> None:
    """Fill in the case about an adverse record that posts in `week`.

    `seq` is that of the record's first row, `awards` are its rows of points; `lists` has a bit for
    each list that it leads onto.
    """
    case.arrives = arrives
    case.begins = UNHEARD
    case.ends = NEVER
    case.subject = record.subject
    case.actor = record.actor
    case.lists = lists
    case.open = lists
    case.posted = week
    case.seq = seq
    case.week = record.week
    case.index = record.index
    case.act = record.act
    case.sensor = record.sensor
    case.truth = record.truth
    case.awards = awards
    case.stage = stage


@inlined
def arrival(week: int, word: Word) -> int:
    """Return the stamp, in the week after `week`, that a word stands for."""
    return ((whole(week) + 1) << STAMP_BITS) + whole(word >> U64(32 - STAMP_BITS))


@inlined
def hearing_of(
    case: Row, act_hash: Word, key: tuple[Word, Word], tables: Tables
) -> tuple[Word, Word, Word]:
    """Return the three words that decide on a case: two for its time, one for its outcome."""
    at_week = when(case.week, case.index)
    purpose = tables.hearing[case.sensor]
    w0, w1, w2, _ = dice.philox(U64(drawn_for(case)), act_hash, at_week, purpose, key[0], key[1])
    return w0, w1, w2


@inlined
def _service(w0: Word, w1: Word, mean: int, tables: Tables) -> int:
    """Return a time of service in stamps, at least one."""
    zeros = whole(0)
    while zeros < 32 and (w0 >> U64(31 - zeros)) & U64(1) == 0:
        zeros += 1
    unit = zeros * tables.doubling + tables.exponential[whole(w1) * PARTS >> 32]
    stamps: int = max(whole(1), (unit * mean + (1 << 31)) >> 32)
    return stamps


@entry
def hear(
    week: int,
    key: tuple[Word, Word],
    cases: Cases,
    ordered: NDArray[np.int64],
    courts: Courts,
    act_hash: NDArray[np.uint64],
    tables: Tables,
) -> None:
    """Hear the cases that arrive in a week: set when each begins and ends.

    `ordered` are the places of all pending cases by region, then in the order of arrival. Who is
    served first come first served begins when the first of the offices is free, so that nothing but
    the ends of the cases before need be known: those ends that lie ahead are the offices' state.
    """
    region_size, servers, mean = courts.region_size, courts.servers, courts.mean
    low = 0
    busy = np.empty(0, np.int64)
    while low < ordered.shape[0]:
        region = whole(cases[ordered[low]].subject) // region_size
        high = low
        while high < ordered.shape[0]:
            if whole(cases[ordered[high]].subject) // region_size != region:
                break
            high += 1
        if busy.shape[0] < servers[region]:
            busy = np.empty(servers[region], np.int64)
        taken = whole(0)
        for at in range(low, high):
            case = cases[ordered[at]]
            if case.begins != UNHEARD and case.ends > whole(week) << STAMP_BITS:
                taken = _occupy(busy, taken, servers[region], case.ends)
        for at in range(low, high):
            case = cases[ordered[at]]
            if case.begins != UNHEARD or case.stage == LATENT:
                continue
            case.begins = case.arrives
            if taken == servers[region]:
                case.begins = max(case.arrives, busy[0])
            w0, w1, _ = hearing_of(case, act_hash[case.act], key, tables)
            case.ends = case.begins + _service(w0, w1, mean[region], tables)
            taken = _occupy(busy, taken, servers[region], case.ends)
        low = high


@inlined
def _occupy(busy: NDArray[np.int64], taken: int, servers: int, end: int) -> int:
    """Let an office be busy until `end`, that which is free first if all are taken.

    `busy` is a heap of the ends of those taken, of which the number is returned.
    """
    if taken < servers:
        at = taken
        while at > 0 and busy[(at - 1) // 2] > end:
            busy[at] = busy[(at - 1) // 2]
            at = (at - 1) // 2
        busy[at] = end
        return taken + 1
    if end <= busy[0]:
        return taken
    at = whole(0)
    while 2 * at + 1 < servers:
        child = 2 * at + 1
        if child + 1 < servers and busy[child + 1] < busy[child]:
            child += 1
        if busy[child] >= end:
            break
        busy[at] = busy[child]
        at = child
    busy[at] = end
    return taken


@kernel
def room(cases: Array, due: Array) -> Array:
    """Return the cases and, after them, room for one about each record that is due."""
    longer = np.empty(cases.shape[0] + due.shape[0], CASE)
    copy_to(longer, cases)
    return longer


assert TRUE == 0
