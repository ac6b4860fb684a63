"""Households: who lives with whom, fitted to the sizes of households and to the ages of people.

A *kind* of household is its size, whether the head has a spouse, how many children and parents of
the head live there, and the five-year (or other) band of ages of the head. All heads and spouses
are adults. The ages of the others follow from the head's by gaps in whole years, each drawn from a
triangle that is cut to what is possible:

- a husband is `husband-older` years older than his wife, one of the two being the head;
- a child is `child-younger` years younger than the younger of the couple, or than a single head;
- a parent of the head is as many years older than the head; there are at most two.

How often each kind occurs is fitted (`society.fit`) so that the shares of sizes and of bands of
ages both hold, starting from odds of the file: those of heading a household, of a spouse, and for
each child and parent; c children start at 1 / c! of that. Siblings are drawn without regard to each
other, and so are the head's parents. Sex: of a couple one each; of everybody else the share that
makes the share of men come out.

*What is left out.* Grandchildren and siblings of the head, and people who share no kin; collective
households, whose members live in these.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import accumulate
from math import factorial
from typing import Annotated, NamedTuple

import numpy as np
from numpy.typing import NDArray

from upstanding.clockwork.numbers import CONTEXT, ONE, scaled, threshold
from upstanding.clockwork.struct import Struct
from upstanding.mechanisms.strata import ADULT, CELL, OLDEST
from upstanding.society.aggregates import Family
from upstanding.society.fit import UNIT, WHOLE, Missed, fitted, told
from upstanding.society.model import SocietyFile

AGES = OLDEST + 1
MOST_PARENTS = 2
SIZE, COUPLE, CHILDREN, FROM, YEARS = range(5)
"""Columns of a kind: the last are the first age of the head's band and how many ages it has."""
MOST_SIZE = 9
_ENDS = 8
"""Steps of the correction for ends of cells, each of which leaves about a hundredth of the rest."""


class Gap(Struct):
    """A gap between ages as integers."""

    least: int
    steps: NDArray[np.int64]
    """(gaps + 1,) cumulative weights from 0: what lies below each gap, then below none."""


class Homes(Struct):
    """Households as integer tables."""

    steps: NDArray[np.uint64]
    """(kinds,) cumulative thresholds; kinds are ordered by size."""
    kinds: Annotated[NDArray[np.int64], 2]
    """(kinds, 5) size, couple, children, first age of the head, number of ages."""
    of_size: NDArray[np.int64]
    """(11,) the first kind of each size; the last entry is how many kinds there are."""
    husband_heads: np.uint64
    male: np.uint64
    """Thresholds: that the head of a couple is the husband; that somebody else is male."""
    oldest: int
    husband_older: Gap
    child_younger: Gap


class Crowd(NamedTuple):
    """How many people there are, in WHOLE, by what the fit says."""

    held: NDArray[np.int64]
    """(head's age, sex, age), with everybody counted in her head's row."""

    @property
    def ages(self) -> NDArray[np.int64]:
        """(121,) by age."""
        return self.held.sum(axis=(0, 1))  # type: ignore[no-any-return]


def compile_households(society: SocietyFile) -> tuple[Homes, Crowd, list[Missed]]:
    """Return a society's households, whom they hold, and what cannot be met."""
    family = society.family
    if family is None:
        raise AssertionError("a society without families has no households to fit")
    bands = {span_of(key): share for key, share in society.age.share.items() if share}
    oldest = max(last for _, last in bands)
    husband, child = _gap(family.husband_older), _gap(family.child_younger)
    near = _Near(husband, child, oldest, threshold(family.husband_heads))
    kinds, start = zip(*sorted(_kinds(society, family, bands, near)), strict=True)
    table = np.array(kinds, np.int64)
    sizes = [society.household.size.get(str(n), Decimal(0)) for n in range(1, MOST_SIZE + 1)]
    mean = sum((n * share for n, share in enumerate(sizes, 1)), Decimal(0))
    counts = [table[:, SIZE] == n for n in range(1, MOST_SIZE + 1)]
    persons = near.persons(table)
    counts_of_ages = [persons[:, low : high + 1].sum(axis=1) for low, high in bands]
    targets = [scaled(share, WHOLE) for share in sizes]
    targets += [scaled(CONTEXT.multiply(share, mean), WHOLE) for share in bands.values()]
    counted = np.stack([*(c * UNIT for c in counts), *counts_of_ages], axis=1)
    weights, missed = fitted(np.array(start, np.int64), counted, targets)
    drawn = _with_ends(targets[:MOST_SIZE])
    weights_drawn = [
        int(weight) * drawn[size - 1] // max(targets[size - 1], 1)
        for weight, size in zip(weights, table[:, SIZE], strict=True)
    ]
    below = list(accumulate(weights_drawn))
    steps = [min((many * ONE + below[-1] // 2) // below[-1], ONE) for many in below]
    people = int((weights * table[:, SIZE]).sum())
    couples = 2 * int((weights * table[:, COUPLE]).sum())
    alone = CONTEXT.divide(Decimal(people - couples), Decimal(people))
    male = society.composition.male - (1 - alone) / 2
    homes = Homes(
        np.array(steps, np.uint64),
        table,
        np.searchsorted(table[:, SIZE], np.arange(MOST_SIZE + 2)),
        np.uint64(near.husband_heads),
        np.uint64(threshold(CONTEXT.divide(male, alone) if alone else Decimal(0))),
        oldest,
        husband,
        child,
    )
    problems = [*told("age.share", missed)]
    living = f"near a half, since {1 - alone:.4f} of people live as couples"
    if not 0 <= male <= alone:
        problems.append(Missed("composition.male", str(society.composition.male), living))
    return homes, near.crowd(table, weights, int(homes.male)), problems


def span_of(band: str) -> tuple[int, int]:
    """Return the first and last age of a band "first-last"."""
    first, last = band.split("-")
    return int(first), int(last)


def _with_ends(sizes: list[int]) -> list[int]:
    """Return how often sizes must be drawn so that the given ones are left.

    At the end of a cell small households take the place of those that do not fit; large ones are
    drawn a little more often for that, as often as makes up for it exactly. From and to (9,).
    """
    drawn = list(sizes)
    for _ in range(_ENDS):
        left = _left(drawn)
        for at, (wanted, found) in enumerate(zip(sizes, left, strict=True)):
            if wanted and found:
                drawn[at] = drawn[at] * wanted * sum(left) // (found * sum(sizes))
    return drawn


def _left(drawn: list[int]) -> list[int]:
    """Return how many households of each size a cell holds, of drawn ones, in WHOLE."""
    total, left = sum(drawn), [0] * MOST_SIZE
    begins = [WHOLE] + [0] * CELL
    for at in range(CELL):
        for size, often in enumerate(drawn, 1):
            filled = min(size, CELL - at)
            part = begins[at] * often // total
            left[filled - 1] += part
            begins[at + filled] += part
    return left


def _gap(gaps: tuple[int, int, int]) -> Gap:
    """Return a triangle as integers: weights rise to the likeliest, then fall, evenly."""
    least, likeliest, most = gaps
    up, down = likeliest - least + 1, most - likeliest + 1
    rising = [(gap - least + 1) * down for gap in range(least, likeliest)]
    falling = [(most - gap + 1) * up for gap in range(likeliest, most + 1)]
    return Gap(least, np.cumsum([0, *rising, *falling], dtype=np.int64))


def _kinds(
    society: SocietyFile,
    family: Family,
    bands: dict[tuple[int, int], Decimal],
    near: "_Near",
) -> Iterator[tuple[tuple[int, ...], int]]:
    """Yield the kinds of household and the weight that each starts from."""
    one, odds, named = (
        Decimal(1),
        family.odds,
        [name for name, (low, high) in society.band.items() for _ in range(low, high + 1)],
    )
    sizes = sorted(int(size) for size, share in society.household.size.items() if share)
    for (low, high), people in bands.items():
        first = max(low, ADULT)
        if first > high:
            continue
        name = named[first]
        heads, couple, child, parent = (
            table.get(name, one) for table in (odds.heads, odds.couple, odds.child, odds.parent)
        )
        for size in sizes:
            for spouse in range(min(size, 2)):
                for parents in range(min(size - 1 - spouse, MOST_PARENTS) + 1):
                    children = size - 1 - spouse - parents
                    if parents and high + near.child.least > near.oldest:
                        continue
                    weight = people * heads * couple**spouse / (1 + couple)
                    weight *= child**children / factorial(children) * parent**parents
                    kind = (size, spouse, children, first, high + 1 - first)
                    yield kind, scaled(CONTEXT.multiply(weight, one), WHOLE >> 4)


class _Near(NamedTuple):
    """What the ages of a head's household are, exactly, by the head's age: shares in UNIT."""

    husband: Gap
    child: Gap
    oldest: int
    husband_heads: int

    def spouses(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (age, age of the wife) of husbands who are head, and the other way round."""
        least, most = self.husband.least, self.husband.least + len(self.husband.steps) - 2
        wives, husbands = np.zeros((2, AGES, AGES), np.int64)
        for age in range(ADULT, self.oldest + 1):
            down = max(least, age - self.oldest), min(most, age - ADULT)
            wives[age, [age - g for g in range(down[0], down[1] + 1)]] = _cut(self.husband, *down)
            up = max(least, ADULT - age), min(most, self.oldest - age)
            husbands[age, [age + g for g in range(up[0], up[1] + 1)]] = _cut(self.husband, *up)
        return wives, husbands

    def kin(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (age, age of a child) and (age, age of a parent)."""
        least, most = self.child.least, self.child.least + len(self.child.steps) - 2
        children, parents = np.zeros((2, AGES, AGES), np.int64)
        for age in range(ADULT, self.oldest + 1):
            high = min(most, age)
            children[age, [age - g for g in range(least, high + 1)]] = _cut(self.child, least, high)
            high = min(most, self.oldest - age)
            if high >= least:
                older = [age + g for g in range(least, high + 1)]
                parents[age, older] = _cut(self.child, least, high)
        return children, parents

    def members(self) -> list[NDArray[np.int64]]:
        """Return (age of the head, age) of head, wife, husband, child of a couple, of one, parent.

        Wives and husbands of the head sum to one.
        """
        wives, husbands = self.spouses()
        wives = wives * self.husband_heads >> 32
        husbands = husbands * (ONE - self.husband_heads) >> 32
        both = wives + husbands
        younger = np.tril(both, -1)
        younger[np.diag_indices(AGES)] = UNIT - younger.sum(axis=1)
        children, parents = self.kin()
        return [
            np.eye(AGES, dtype=np.int64) * UNIT,
            wives,
            husbands,
            younger @ children >> 20,
            children,
            parents,
        ]

    def persons(self, table: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many people of each age (kinds, 121) live in a household of each kind."""
        of_head = [_mean(table, ages) for ages in self.members()]
        numbers = np.stack(_numbers(table))[:, :, None]
        return (numbers * np.stack(of_head)).sum(axis=0)  # type: ignore[no-any-return]

    def crowd(self, table: NDArray[np.int64], weights: NDArray[np.int64], male: int) -> Crowd:
        """Return how many people there are of each sex and age, by the age of their head."""
        held = np.zeros((AGES, 2, AGES), np.int64)
        head, wives, husbands, *others = self.members()
        number = np.zeros((6, AGES), np.int64)
        for kind, weight, parts in zip(table, weights, np.stack(_numbers(table), 1), strict=True):
            of_head = slice(kind[FROM], kind[FROM] + kind[YEARS])
            number[:, of_head] += (parts * weight // kind[YEARS])[:, None]
        couples = number[1]
        male_heads = couples * (self.husband_heads >> 12) >> 20
        single = (number[0] - couples)[:, None] * head >> 20
        for many, ages in zip(number[3:], others, strict=True):
            single += many[:, None] * ages >> 20
        held[:, 1] = single * (male >> 12) >> 20
        held[:, 0] = single - held[:, 1]
        held[:, 1] += (male_heads[:, None] * head + couples[:, None] * husbands) >> 20
        held[:, 0] += ((couples - male_heads)[:, None] * head + couples[:, None] * wives) >> 20
        held = held * (WHOLE >> 12) // (int(held.sum()) >> 12)
        return Crowd(held)


def _cut(gap: Gap, least: int, most: int) -> NDArray[np.int64]:
    """Return the shares of gaps from `least` to `most`, in UNIT."""
    steps = gap.steps[least - gap.least : most - gap.least + 2]
    shares = (steps - steps[0]) * UNIT // (steps[-1] - steps[0])
    return shares[1:] - shares[:-1]  # type: ignore[no-any-return]


def _numbers(table: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return how many heads, spouses (twice: wives and husbands sum to one), ... kinds hold."""
    size, couple, children = table[:, SIZE], table[:, COUPLE], table[:, CHILDREN]
    parents = size - 1 - couple - children
    return [np.ones_like(size), couple, couple, children * couple, children * (1 - couple), parents]


def _mean(table: NDArray[np.int64], ages: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the mean row of `ages` over the ages that the head of each kind may have."""
    below = np.concatenate([np.zeros((1, AGES), np.int64), np.cumsum(ages, axis=0)])
    first, years = table[:, FROM], table[:, YEARS]
    return (below[first + years] - below[first]) // years[:, None]  # type: ignore[no-any-return]
