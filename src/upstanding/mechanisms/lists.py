"""Lists: how one enters a blacklist, what it closes, how one leaves.

The essay: blacklisted as "dishonest personnel", "7 million citizens have been labeled as
untrustworthy" (E7, E24); "corrupt businesses" are found (E23); there are categories of people on
whom authorities focus (E17). A list is entered in one of four ways: by a recorded act (a judgment
left unpaid), by strikes (so many entries under certain rules within so many weeks), by the tier
of the score at a week's close, by category: for what somebody is, whatever she does.

*Rules.* A record that a list acts upon is taken, with chance `share`, if the subject is not
already waiting for or on the list for that very act of that actor, and, where the act left an
obligation and the record is true, if that is still open after the week's performances. It makes a
row of kind record at its posting (after its points rows, by name of the list), and an entry at the
close d = `delay-weeks` later, which binds from the week after; an obligation performed meanwhile
cancels it. Each such record is a stay of its own.

By strikes and by tier one is on a list once; who leaves at a close is not taken at the same close.
Entry is `delay-weeks` after the close that decides, whatever the tier is by then. Strikes are the
entries of the last `within-weeks` weeks, this one included; they count while she is on the list or
waiting, and being taken uses them up, so that she may be taken at any later close with enough of
them. An entry follows from the record's row, by strikes from the newest strike, by tier from none.

By category people are taken at the first close, of week 0 or later, at which they fit: band of
age, sex, group, income fifth, place, occupation; of them a `share`, drawn once. Such an entry
follows from nothing that anybody did, so that there is nothing to perform and nothing to appeal
against; who has left is not taken again.

A list `of` firms holds the firms of business owners, one each. It takes up records and strikes of
owners alone; who owns none is passed over. What it closes it closes to the firm's legal
representative, the owner: `reach.representative` takes the place of `closes`.

A stay ends at the close at which the first of these holds, in this order: its obligation was
performed `removal-delay-weeks` ago or more (0 is the close of the performance); by good acts, if
she has `repair.count` entries under the rules of `repair` that were posted after the close of her
entry and in the last `within-weeks` weeks, this one included (they count for every stay of hers on
the list, and are not used up); by chance, at `other-per-year`; `term-weeks` have passed since
entry; the tier at the close, with `above-tier`, is no longer the list's. An exit follows from the
performance, by repair from the newest of the good entries, otherwise from the entry; the
performance from the entry for its obligation or, before that, from the record (of several, that of
the first list by name). While a stay holds, the obligation is performed at performed-per-year +
pressure-per-year (`conduct`). Exits go by list, instant of entry and seq; entries by list, then
origin.

*Start.* Of those whose obligation is outstanding at time zero a share is listed, with an age of a
weeks, a = 0..520, of weight S(a) = exp(-(performed + other) a / 52), and 0 from the term on; none
has lasted longer than the person has been of 18.

*Parameters.* Scheme: `list.*`, `start.list.*`. *Reads* records due, entries, performances, tiers.
*Writes* rows of kind start, record, list-out, list-in.

*Addresses.* lists/take at (actor, act, week << 20 | index of the act) with purpose
"lists/take/<list>": word 0 taken. lists/leave at (subject, list, week << 20 | week of the act's
low 12 bits << 8 | index): word 0 other reasons; by strikes and tier the week of entry and index 0
stand for the act's, and by category (two stays of one list for acts of one week and index share
the draw). lists/start at (subject, list, 0): word 0 listed, 1 age. lists/category at (subject,
list, 0): word 0 taken. *Rounding.* Weekly chances 1 - exp(-r/52)
rounded once. *Off* equals every share 0 and no list entered by strikes or tier.
"""

from decimal import Decimal, localcontext
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import CERTAIN, U64, address
from upstanding.clockwork.names import GROUPS, LIST_CLAUSES, OCCUPATIONS, PLACES, SEXES, Names, bits
from upstanding.clockwork.numbers import (
    CONTEXT,
    WEEKS_A_YEAR,
    cumulative,
    power,
    threshold,
    weekly_leave,
)
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import Name, Rate, Share, Sourced, Switch, Table, Weeks
from upstanding.mechanisms import conduct
from upstanding.mechanisms.kin import Reach
from upstanding.mechanisms.strata import OLDEST, STATICS, unpack

LEAVE = U64(address("lists/leave"))
STARTS = U64(address("lists/start"))
CATEGORY = U64(address("lists/category"))
OLDEST_STAY = 520
NO_TIER = 0xFE
_CLOSING = {
    "persons": LIST_CLAUSES.index("closes"),
    "firms": LIST_CLAUSES.index("reach.representative"),
}
Age = Annotated[int, Field(strict=True, ge=0, le=OLDEST)]
Fifth = Annotated[int, Field(strict=True, ge=1, le=5)]
Occupation = Literal["other", "official", "journalist", "business-owner", "student"]


class Strikes(Table):
    """So many entries under certain rules within so many weeks."""

    rules: Annotated[frozenset[Name], Field(min_length=1)]
    count: Annotated[int, Field(strict=True, ge=1, le=100)]
    within_weeks: Annotated[int, Field(strict=True, ge=1, le=520)]


class Category(Table):
    """Who is meant, for what they are; everybody where a trait is not named."""

    ages: tuple[Age, Age] | None = None
    """First and last age in years."""
    sex: Literal["female", "male"] | None = None
    place: Literal["urban", "rural"] | None = None
    group: Literal["majority", "minority"] | None = None
    income: Annotated[frozenset[Fifth], Field(min_length=1)] | None = None
    """Income fifths, 1 the lowest."""
    occupation: Annotated[frozenset[Occupation], Field(min_length=1)] | None = None


class Enter(Table):
    """One way onto a list: exactly one of record, strikes, tier, category."""

    record: Name | None = None
    """A recorded act."""
    share: Share | None = None
    """Share of such records, or of such people, that lead to entry; all where not named."""
    strikes: Strikes | None = None
    tier: Name | None = None
    """The tier at the week's close."""
    category: Category | None = None


class Leave(Table):
    """The ways off a list; whichever comes first."""

    performance: Switch = False
    """The obligation that the recorded act left is performed."""
    repair: Strikes | None = None
    """So many entries for good acts since she entered, within so many weeks."""
    pressure_per_year: Rate | None = None
    """What being listed adds to the rate of performance."""
    removal_delay_weeks: Weeks = 0
    """Weeks from performance to removal."""
    other_per_year: Rate | None = None
    """Rate of leaving for other reasons."""
    term_weeks: Annotated[int, Field(strict=True, ge=1, le=5200)] | None = None
    above_tier: Switch = False
    """A list entered by tier is left when the score is no longer in it."""


class ListReach(Reach):
    """Services closed to others than those who are on a list."""

    representative: frozenset[Name] = frozenset()
    """To the legal representative of a firm: its owner."""


class Blacklist(Sourced):
    """A list of persons, or of firms, to whom services are closed."""

    of: Literal["persons", "firms"] = "persons"
    enter: Enter
    delay_weeks: Weeks = 0
    leave: Leave = Leave()
    closes: frozenset[Name] = frozenset()
    reach: ListReach | None = None
    domain: Name | None = None
    awareness: Share | None = None
    """Share of people who know of it from the start; everybody where not named."""


class StartList(Sourced):
    """A list's stock at time zero."""

    share: Share
    """Share listed of those whose obligation is outstanding at time zero."""


class Start(Table):
    """Time zero, before the opening of week 0."""

    list_: Annotated[dict[Name, StartList], Field(alias="list")] = {}


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    list_: Annotated[dict[Name, Blacklist], Field(alias="list")] = {}
    start: Start = Start()


class Tables(Struct):
    """Lists as integers; L lists, A acts, R rules, Q pairs of an act and a list it leads to."""

    hash: NDArray[np.uint64]
    """(L,) the address of each list's name."""
    take: NDArray[np.uint64]
    """(L,) the purpose of the draw that decides on a record."""
    share: NDArray[np.uint64]
    """(L,)"""
    lists_from: NDArray[np.int64]
    """(A + 1,) where the lists of an act begin in `lists`."""
    lists: NDArray[np.int64]
    """(Q,) by name within an act."""
    struck: NDArray[np.uint32]
    """(R,) a bit for each list on which an entry under the rule is a strike."""
    strikes: Annotated[NDArray[np.int64], 2]
    """(L, 2) how many within how many weeks; 0 for lists not entered by strikes."""
    repairing: NDArray[np.uint32]
    """(R,) a bit for each list from which an entry under the rule helps off."""
    repairs: Annotated[NDArray[np.int64], 2]
    """(L, 2) how many within how many weeks end a stay; 0 for lists without repair."""
    tier: NDArray[np.int64]
    """(L,) the tier by which the list is entered, NO_TIER for none."""
    category: Annotated[NDArray[np.uint8], 2]
    """(L, statics) 1 if the list takes people of such traits, at the ages of `ages`."""
    ages: Annotated[NDArray[np.int64], 2]
    """(L, 2) first and last age in years; none where the list is not entered by category."""
    firms: NDArray[np.uint8]
    """(L,) 1 if the list is of firms."""
    delay: NDArray[np.int64]
    """(L,)"""
    performance: NDArray[np.uint8]
    """(L,) 1 if performance ends a stay."""
    removal: NDArray[np.int64]
    """(L,) weeks from performance to removal."""
    other: NDArray[np.uint64]
    """(L,) weekly threshold of leaving for other reasons."""
    term: NDArray[np.int64]
    """(L,) weeks, 0 for none."""
    above: NDArray[np.uint8]
    """(L,) 1 if a better tier ends a stay."""
    closes: NDArray[np.uint32]
    """(L,) a bit for each service closed."""
    pressed: Annotated[NDArray[np.uint64], 2]
    """(L, A) weekly threshold of performance while listed."""
    start: Annotated[NDArray[np.uint64], 2]
    """(L, A) threshold of being listed at time zero for an outstanding obligation."""
    age: Annotated[NDArray[np.uint64], 2]
    """(L, 521) cumulative thresholds of the age of a stay at time zero."""
    clause: NDArray[np.int64]
    """(L,) code of the clause `enter`; the ways to leave and `closes` follow it."""
    closing_clause: NDArray[np.int64]
    """(L,) code of the clause by which it closes services to its own."""
    start_clause: NDArray[np.int64]
    """(L,)"""


def compile_tables(
    scheme: SchemeTables, habits: conduct.SocietyTables, names: Names, *, on: bool
) -> Tables:
    """Compile lists to integer tables; with `on` false nobody enters any."""
    lists = [scheme.list_[name] for name in names.lists]
    entered = [entry.enter for entry in lists]
    by_act = [
        [code for code, way in enumerate(entered) if on and way.record == act] for act in names.acts
    ]
    strikes = [way.strikes if on else None for way in entered]
    repairs = [entry.leave.repair if on else None for entry in lists]
    first = len(names.rules) + len(names.lists)
    tables = Tables(
        hash=np.array([address(name) for name in names.lists], np.uint64),
        take=np.array([address(f"lists/take/{name}") for name in names.lists], np.uint64),
        share=conduct.thresholds_of(Decimal(1) if w.share is None else w.share for w in entered),
        lists_from=np.cumsum([0, *map(len, by_act)]).astype(np.int64),
        lists=np.array([code for codes in by_act for code in codes], np.int64),
        struck=_counting(strikes, names),
        strikes=_enough(strikes),
        repairing=_counting(repairs, names),
        repairs=_enough(repairs),
        tier=np.array(
            [names.tiers.index(w.tier) if on and w.tier else NO_TIER for w in entered], np.int64
        ),
        category=np.array([_fitting(w.category) for w in entered], np.uint8).reshape(
            len(lists), STATICS
        ),
        ages=np.array([_ages(w.category if on else None) for w in entered], np.int64).reshape(
            len(lists), 2
        ),
        firms=np.array([entry.of == "firms" for entry in lists], np.uint8),
        delay=np.array([entry.delay_weeks for entry in lists], np.int64),
        performance=np.array([entry.leave.performance for entry in lists], np.uint8),
        removal=np.array([entry.leave.removal_delay_weeks for entry in lists], np.int64),
        other=conduct.thresholds_of(
            weekly_leave(entry.leave.other_per_year or Decimal(0)) for entry in lists
        ),
        term=np.array([entry.leave.term_weeks or 0 for entry in lists], np.int64),
        above=np.array([entry.leave.above_tier for entry in lists], np.uint8),
        closes=np.array([bits(_closed(entry), names.services) for entry in lists], np.uint32),
        pressed=np.zeros((len(lists), len(names.acts)), np.uint64),
        start=np.zeros((len(lists), len(names.acts)), np.uint64),
        age=np.zeros((len(lists), OLDEST_STAY + 1), np.uint64),
        clause=first + np.arange(len(lists), dtype=np.int64) * len(LIST_CLAUSES),
        closing_clause=first
        + np.array(
            [code * len(LIST_CLAUSES) + _CLOSING[entry.of] for code, entry in enumerate(lists)],
            np.int64,
        ),
        start_clause=len(names.rules) + np.arange(len(lists), dtype=np.int64),
    )
    for code, name in enumerate(names.lists):
        _press(tables, code, name, scheme, habits, names, on=on)
    return tables


def _counting(asked: list[Strikes | None], names: Names) -> NDArray[np.uint32]:
    """Return for each rule a bit for each list that counts entries under it."""
    return np.array(
        [
            sum(1 << code for code, those in enumerate(asked) if those and rule in those.rules)
            for rule in names.rules
        ],
        np.uint32,
    )


def _enough(asked: list[Strikes | None]) -> NDArray[np.int64]:
    """Return for each list how many entries it asks for, within how many weeks."""
    pairs = [(those.count, those.within_weeks) if those else (0, 0) for those in asked]
    return np.array(pairs, np.int64).reshape(len(asked), 2)


def _closed(entry: Blacklist) -> frozenset[str]:
    """Return what a list closes to those who are on it, or represent a firm that is."""
    if entry.of == "persons":
        return entry.closes
    return entry.reach.representative if entry.reach else frozenset()


def _ages(category: Category | None) -> tuple[int, int]:
    if category is None:
        return 1, 0
    return category.ages or (0, OLDEST)


def _fitting(category: Category | None) -> NDArray[np.bool_]:
    """Return which packed traits a category names."""
    traits = unpack(np.arange(STATICS, dtype=np.uint16))
    fitting = np.full(STATICS, category is not None)
    if category is None:
        return fitting
    for trait, named, known in (
        ("sex", category.sex, SEXES),
        ("urban", category.place, PLACES),
        ("group", category.group, GROUPS),
    ):
        if named:
            fitting &= traits[trait] == known.index(named)
    if category.income:
        fitting &= np.isin(traits["income"] + 1, sorted(category.income))
    if category.occupation:
        held = [OCCUPATIONS.index(name) for name in category.occupation]
        fitting &= np.isin(traits["occupation"], held)
    return fitting


def _press(
    tables: Tables,
    code: int,
    name: str,
    scheme: SchemeTables,
    habits: conduct.SocietyTables,
    names: Names,
    *,
    on: bool,
) -> None:
    """Fill in what a list does to the obligation of its act, and its stock at time zero."""
    entry = scheme.list_[name]
    tables.age[code] = CERTAIN
    duty = habits.act[entry.enter.record].obligation if entry.enter.record else None
    if duty is None or entry.enter.record is None:
        return
    act = names.acts.index(entry.enter.record)
    rate = duty.performed_per_year + (entry.leave.pressure_per_year or Decimal(0))
    tables.pressed[code, act] = threshold(weekly_leave(rate))
    if name in scheme.start.list_ and on:
        tables.start[code, act] = threshold(scheme.start.list_[name].share)
    with localcontext(CONTEXT):
        hazard = entry.leave.other_per_year or Decimal(0)
        if entry.leave.performance:
            hazard += duty.performed_per_year
        term = entry.leave.term_weeks or OLDEST_STAY + 1
        survival = (-hazard / WEEKS_A_YEAR).exp()
        weights = [power(survival, Decimal(a)) * int(a < term) for a in range(OLDEST_STAY + 1)]
    tables.age[code] = cumulative(weights)
