"""Scoring: from records to points, score and tier.

The essay: "a numbered ranking", "a positive or negative score", in five categories (E1, E12). A
record of an act under a rule is an entry of the rule's points in one category.

*Equations.* A category's state is in 2**-16 point. At the close of a week, for the sum P of the
week's points in hundredths (int64): own += floor((P * 65536 + 50) / 100), held within +-(2**31 -
1). Then, at the close of every week w with (w + 1) mod 52 = 0 and a yearly reset: own = 0. Then
decay: own = sign(own) * ((|own| * D) >> 32), D = round(2**32 * 2**(-1/half-life)), or 2**32
without a half-life. At time zero there is neither. Then, in 2**-16 point,

    total = (sum of weight * own + 2**15) >> 16
    score = clamp(start + ((total * 100 + 2**15) >> 16) + term)

in hundredths, term being what `association` adds (0 without it), and the tier is the one whose
from <= score < below.

*Enrolment.* A citizen is scored at week w if her age then is at least `min-age` and her district
is enrolled: a district's week is uniform between the ramp's first and last week, both included.
Where only a share of the `districts` of a class runs the scheme, the others never are: the k-th of
its class, from 0 by number, is among them if a word for the class plus k with its 32 bits in
reverse, modulo 2**32, is under the share's threshold. So those that run it are spread evenly, and
what runs at one share runs at any larger. With
`members` only members of the platform are scored; with `consent` only those who agree, a share of
all. Who refuses has no score, no tier and no points, and so loses nothing by the score either.
Records of acts of weeks before that are dropped, and counted if any rule with points is about the
act. At the close of week w everybody scored at w + 1 has a score and a tier, and so at time zero
everybody scored at week 0; others have none.

*Parameters.* Scheme: `score`, `scored`, `category.*`, `rule.*`, `tier.*`. *Reads* records due.
*Writes* rows of kind points: a record's rules by name, a rule of 0 points none.

*Addresses.* scoring/enrol at (district, 0, 0): word 0 the week; at (0, 0, 1): words 0 and 1 those
of the rural and the urban class; scoring/consent at (citizen, 0, 0): word 0. *Rounding.* As above;
weights are int32 in 2**-16. *Off* equals every rule at 0 points: scores stay at the start.
Without consent, districts and members it is as with shares of 1.
"""

from decimal import Decimal
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from upstanding.clockwork.dice import CERTAIN, U64, whole
from upstanding.clockwork.kernel import inlined, kernel
from upstanding.clockwork.names import NO_BYTE, Names, bits
from upstanding.clockwork.numbers import (
    POINT,
    WEEKS_A_YEAR,
    half_life_factor,
    scaled,
)
from upstanding.clockwork.struct import Struct
from upstanding.documents.table import (
    Name,
    Number,
    Points,
    Share,
    Sourced,
    Switch,
    Table,
    Text,
    Weeks,
)
from upstanding.mechanisms.kin import Reach
from upstanding.mechanisms.rows import POINTS, SCORING, Row, fill_row
from upstanding.mechanisms.state import State
from upstanding.mechanisms.tally import Tally

NO_SCORE = np.int32(-(1 << 31))
_MOST = (1 << 31) - 1

CATEGORIES = 5
Ramp = Annotated[tuple[Weeks, Weeks], Field(description="first and last week")]


class Score(Sourced):
    """The number that everybody has."""

    start: Points
    range: tuple[Points, Points]
    """Lowest and highest score."""
    half_life_weeks: Annotated[Number, Field(gt=0, le=5200)] | None = None
    """Points fade toward the start with this half-life."""
    yearly_reset: Switch = False
    """Points are set to nothing at the close of each year."""


class Scored(Sourced):
    """Who has a score, and from when."""

    min_age: Annotated[int, Field(strict=True, ge=0, le=120)]
    enrol: dict[Literal["urban", "rural"], Ramp] = {}
    """First and last week of the roll-out by class of district; from the start where not named."""
    districts: dict[Literal["urban", "rural"], Share] = {}
    """Share of the districts of a class that run the scheme; all where not named."""
    consent: Share | None = None
    """Share of people who agree to be scored; nobody is asked where not named."""
    members: Switch = False
    """Only members of the platform are scored."""


class Category(Sourced):
    """A category of conduct and its weight in the score."""

    weight: Annotated[Number, Field(ge=-1000, le=1000)]


class Rule(Sourced):
    """An act that is recorded changes the points of a category."""

    act: Name | None = None
    """The act; the rule's own name where not named."""
    category: Name
    points: Points
    sensors: frozenset[Name] | None = None
    """Only records of these sensors count; of all where not named."""
    domain: Name | None = None


class Tier(Sourced):
    """A band of scores: from <= score < below, without end on a side that is not named."""

    from_: Annotated[Points | None, Field(alias="from")] = None
    below: Points | None = None
    closes: frozenset[Name] = frozenset()
    """Services closed to those in the band."""
    reach: Reach | None = None
    note: Text | None = None

    def holds(self, hundredths: int) -> bool:
        """Return whether a score, in hundredths, is in the band."""
        low = -_MOST if self.from_ is None else scaled(self.from_, 100)
        high = _MOST if self.below is None else scaled(self.below, 100)
        return low <= hundredths < high


class SchemeTables(Table):
    """What this mechanism adds to a scheme file."""

    score: Score | None = None
    scored: Scored | None = None
    category: dict[Name, Category] = {}
    rule: dict[Name, Rule] = {}
    tier: dict[Name, Tier] = {}


class Tables(Struct):
    """Rules as integers; A acts, R rules, Q pairs of an act and a rule on it, T tiers."""

    scores: int
    """1 if the scheme has a score."""
    bounds: NDArray[np.int64]
    """(3,) start, lowest and highest score in hundredths."""
    decay: np.uint64
    """D; 2**32 without decay."""
    reset: int
    """1 with a yearly reset."""
    weight: NDArray[np.int64]
    """(5,) in 2**-16."""
    rules_from: NDArray[np.int64]
    """(A + 1,) where the rules of an act begin in `rules`."""
    rules: NDArray[np.int64]
    """(Q,) by name within an act."""
    sensors: NDArray[np.uint32]
    """(R,) a bit for each sensor whose records count."""
    category: NDArray[np.int64]
    """(R,)"""
    points: NDArray[np.int64]
    """(R,) hundredths."""
    tier_from: NDArray[np.int64]
    """(T,) hundredths."""
    tier_below: NDArray[np.int64]
    """(T,)"""


def compile_tables(scheme: SchemeTables, names: Names, *, on: bool) -> Tables:
    """Compile rules to integer tables; with `on` false no rule gives points."""
    rules = [scheme.rule[name] for name in names.rules]
    points = [scaled(rule.points, 100) if on else 0 for rule in rules]
    acts = [rule.act or name for name, rule in zip(names.rules, rules, strict=True)]
    by_act = [
        [code for code, on_act in enumerate(acts) if on_act == act and points[code] != 0]
        for act in names.acts
    ]
    weights = [scaled(scheme.category[name].weight, POINT) for name in names.categories]
    tiers = [scheme.tier[name] for name in names.tiers]
    score = scheme.score
    half_life = score.half_life_weeks if score else None
    return Tables(
        scores=int(score is not None),
        bounds=_hundredths([score.start, *score.range] if score else [Decimal(0)] * 3),
        decay=np.uint64(half_life_factor(half_life) if half_life else CERTAIN),
        reset=int(score is not None and score.yearly_reset),
        weight=np.array(weights + [0] * (CATEGORIES - len(weights)), np.int64),
        rules_from=np.cumsum([0, *map(len, by_act)]).astype(np.int64),
        rules=np.array([code for codes in by_act for code in codes], np.int64),
        sensors=np.array([_sensor_bits(rule, names) for rule in rules], np.uint32),
        category=np.array([names.categories.index(rule.category) for rule in rules], np.int64),
        points=np.array(points, np.int64),
        tier_from=_hundredths([_or(tier.from_, -_MOST) for tier in tiers]),
        tier_below=_hundredths([_or(tier.below, _MOST) for tier in tiers]),
    )


def _or(points: Decimal | None, end: int) -> Decimal:
    return Decimal(end) / 100 if points is None else points


def _hundredths(points: list[Decimal]) -> NDArray[np.int64]:
    return np.array([scaled(p, 100) for p in points], np.int64)


def _sensor_bits(rule: Rule, names: Names) -> int:
    counted = rule.sensors if rule.sensors is not None else frozenset(names.sensors)
    return bits(counted, names.sensors)


@inlined
def award(
    row: Row, week: int, seq: int, record: Row, rule: int, category: int, points: int
) -> None:
    """Write the entry of a record under a rule."""
    fill_row(row, record.subject, week, seq, POINTS, SCORING)
    row.actor = record.actor
    row.lag = week - whole(record.week)
    row.rule = rule
    row.day = record.day
    row.act = record.act
    row.sensor = record.sensor
    row.category = category
    row.points = points
    row.truth = record.truth


@kernel
def add(own: NDArray[np.int32], sums: NDArray[np.int32]) -> None:
    """Add everybody's sums of the week (C, n), in hundredths, to their categories."""
    for category in range(sums.shape[0]):
        points, added = own[category], sums[category]
        for i in range(points.shape[0]):
            if added[i] != 0:
                points[i] = _added(points[i], whole(added[i]))


@inlined
def add_with(
    own: NDArray[np.int32], local: int, sums: NDArray[np.int64], straight: NDArray[np.int32]
) -> None:
    """Add a citizen's sums of the week (C,), and those of hers that were waiting; clear both."""
    for category in range(sums.shape[0]):
        total = sums[category]
        sums[category] = 0
        if straight.shape[0] > 0:
            total += straight[category, local]
            straight[category, local] = 0
        if total != 0:
            own[category, local] = _added(own[category, local], total)


@inlined
def _added(points: int, hundredths: int) -> int:
    total = whole(points) + (hundredths * POINT + 50) // 100
    return max(min(total, _MOST), -_MOST)


@inlined
def award_straight(
    i: int,
    act: int,
    sensor: int,
    one: int,
    scored: bool,
    tables: Tables,
    sums: NDArray[np.int32],
    tally: Tally,
) -> bool:
    """Add a record's points to the `sums` (C, n) of the block's citizen i; return if any are lost.

    Its entries are counted, and nobody writes them. `scored` tells whether she had a score when she
    acted; `one` is 1, or 0 for somebody who is in no figure.
    """
    low, high = tables.rules_from[act], tables.rules_from[act + 1]
    penalised = False
    if high > low and not scored:
        tally.dropped[0] += one
        return penalised
    for at in range(low, high):
        rule = tables.rules[at]
        if (tables.sensors[rule] >> np.uint32(sensor)) & np.uint32(1):
            category, points = tables.category[rule], tables.points[rule]
            sums[category, i] += points
            tally.entries[rule] += one
            tally.points[category] += one * points
            tally.unwritten[POINTS] += 1
            penalised |= points < 0
    return penalised


@kernel
def fade(week: int, tables: Tables, own: NDArray[np.int32]) -> None:
    """Reset or decay everybody's points at the close of `week`; week -1 is time zero."""
    decay = tables.decay
    clear = tables.reset == 1 and (week + 1) % WEEKS_A_YEAR == 0
    if not clear and (decay == CERTAIN or week < 0):
        return
    for category in range(own.shape[0]):
        points = own[category]
        for i in range(points.shape[0]):
            size = whole((U64(abs(whole(points[i]))) * decay) >> U64(32))
            points[i] = 0 if clear else size if points[i] > 0 else -size


@kernel
def weigh(own: NDArray[np.int32], weights: NDArray[np.int64], total: NDArray[np.int64]) -> None:
    """Fill `total` (n,) with everybody's points in 2**-16 point, by the weights of categories."""
    for i in range(total.shape[0]):
        total[i] = 1 << 15
    for category in range(own.shape[0]):
        weight, points = weights[category], own[category]
        if weight != 0:
            for i in range(total.shape[0]):
                total[i] += weight * points[i]
    for i in range(total.shape[0]):
        total[i] >>= 16


@kernel
def place(
    week: int,
    scored_from: NDArray[np.uint16],
    state: State,
    total: NDArray[np.int64],
    tables: Tables,
) -> None:
    """Set score and tier at the close of `week`, -1 at time zero.

    `total` (n,) is what the points come to.
    """
    score, term, tier = state.score, state.term, state.tier
    tier_from, tier_below = tables.tier_from, tables.tier_below
    start, lowest, highest = tables.bounds
    for i in range(score.shape[0]):
        # What stands at the close binds in the week after: who has no score then gets none now.
        if whole(scored_from[i]) > week + 1:
            continue
        level = start + ((total[i] * 100 + (1 << 15)) >> 16) + term[i]
        level = max(min(level, highest), lowest)
        score[i] = level
        band = NO_BYTE
        for t in range(tier_from.shape[0]):
            if tier_from[t] <= level < tier_below[t]:
                band = t
        tier[i] = band
