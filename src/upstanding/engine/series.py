"""Weekly measures: long rows of integers (week, measure, split, cell, value, n).

Sums are stored, and what they are sums over; rates and means appear on reading.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.clockwork.names import (
    ACT_PLACES,
    GROUPS,
    HOLDERS,
    OCCUPATIONS,
    OUTCOMES,
    PLACES,
    SEXES,
    Names,
)
from upstanding.engine.places import Places
from upstanding.engine.pool import Pool
from upstanding.mechanisms.pooling import CLASSES
from upstanding.mechanisms.ranking import DECILES, FIFTHS, SUMS
from upstanding.mechanisms.strata import FIFTHS as INCOMES
from upstanding.mechanisms.tally import GROUPED, PEOPLE, SCORE, SCORED, TERM, Tally

WAYS_OUT = ("performance", "repair", "other", "term", "tier", "reversal")
SHOWN = (
    "publications",
    "publications-of-wrong-persons",
    "people-shown",
    "views-by-strangers",
    "views-by-ties",
)
"""What is counted by channel, in the order of `Tally.published`."""
COMPARED = (
    "people",
    "earlier",
    "later",
    "earlier-squared",
    "later-squared",
    "product",
)
"""Cells of rank-comparison, in the order of `mechanisms.ranking.SUMS`."""
SCHEMA = pl.Schema(
    {
        "week": pl.UInt16(),
        "measure": pl.String(),
        "split": pl.String(),
        "cell": pl.String(),
        "value": pl.Int64(),
        "n": pl.Int64(),
    }
)
Counts = NDArray[np.int64]


class Measure(NamedTuple):
    """A measure: a name, what it is split by, a cell for each place of its columns."""

    name: str
    split: str
    cells: tuple[str, ...]
    values: Counts
    """(weeks, cells)."""
    n: Counts | None = None
    """(weeks, cells or 1) what the values are sums over; all citizens where it is None."""


@dataclass
class Totals:
    """What is kept of every week, (weeks, ...)."""

    tally: Tally
    """All but `finds` and `cells`."""
    groups: Counts
    """(weeks, len(GROUPED), strata) the cells, added up for each stratum of each split."""
    deciles: Counts
    """(weeks, 9) hundredths."""
    moves: Counts
    """(weeks, 5, 5) people by their fifth of the ranking a year before and now."""
    compared: Counts
    """(weeks, 6)"""
    flags: Counts
    """(weeks, P, groups, 3) of each district with a pool: adults, on the focus list, lawful."""
    filled: Counts
    """(weeks, 6) adults under a pool, and with a record of each class; (weeks, 0) without one."""

    def columns(self) -> dict[str, Counts]:
        """Return every array by a name."""
        named = {f"tally.{name}": getattr(self.tally, name) for name in Tally.names()}
        return named | {name: getattr(self, name) for name in _RANKED}


_RANKED = ("groups", "deciles", "moves", "compared", "flags", "filled")
_NOT_KEPT = ("finds", "cells")
"""Counts of a tally that are not kept by week as they are."""
_FEWEST = 10
"""People in a figure on focus lists at least."""


class Series:
    """The weekly totals of a run in progress."""

    def __init__(self, weeks: int, names: Names, tally: Tally, pooled: Sequence[int] = ()) -> None:
        """Make room for `weeks` totals of the shape of `tally`; `pooled` districts have a pool."""
        self._pooled = pooled
        self._splits = splits(names)
        strata = sum(len(cells) for cells in self._splits.values())

        def zeros(*shape: int) -> Counts:
            return np.zeros((weeks, *shape), np.int64)

        nothing = dict.fromkeys(_NOT_KEPT, np.empty(0, np.int64))
        bare = tally.replaced(**nothing)
        self.totals = Totals(
            tally=Tally(*(zeros(*counts.shape) for counts in bare)),
            groups=zeros(len(GROUPED), strata),
            deciles=zeros(DECILES),
            moves=zeros(FIFTHS, FIFTHS),
            compared=zeros(SUMS),
            flags=zeros(len(pooled), len(GROUPS), 3),
            filled=zeros((1 + len(CLASSES)) * names.pools),
        )

    def restore(self, columns: dict[str, Counts]) -> None:
        """Take up the totals that `Totals.columns` gave."""
        for name, column in self.totals.columns().items():
            column[...] = columns[name]

    def add(self, week: int, tally: Tally, places: Places, pool: Pool) -> None:
        """Note the counts of a week, the ranking and the focus lists at its close."""
        for name, counts in tally.as_dict().items():
            if name not in _NOT_KEPT:
                getattr(self.totals.tally, name)[week] = counts
        self.totals.groups[week] = _folded(tally.cells, [len(c) for c in self._splits.values()])
        self.totals.deciles[week] = places.deciles
        self.totals.moves[week] = places.moves
        self.totals.compared[week] = places.sums
        self.totals.flags[week] = pool.flags
        self.totals.filled[week] = pool.filled

    def frame(self, names: Names, citizens: int) -> pl.DataFrame:
        """Return the long rows, by week, then in the order of `declared`.

        `citizens` are those who are not planted.
        """
        measures = declared(self.totals, names, self._pooled)
        weeks = self.totals.deciles.shape[0]
        keys = pl.DataFrame(
            {
                "measure": [m.name for m in measures for _ in m.cells],
                "split": [m.split for m in measures for _ in m.cells],
                "cell": [cell for m in measures for cell in m.cells],
            }
        )
        values = np.concatenate([m.values for m in measures], axis=1)
        everybody = np.full((weeks, 1), citizens)
        n = np.concatenate(
            [
                np.broadcast_to(everybody if m.n is None else m.n, (weeks, len(m.cells)))
                for m in measures
            ],
            axis=1,
        )
        return pl.DataFrame(
            {
                "week": np.repeat(np.arange(weeks), keys.height),
                **{name: pl.concat([keys[name]] * weeks) for name in keys.columns},
                "value": values.ravel(),
                "n": n.ravel(),
            },
            schema=SCHEMA,
        )


def splits(names: Names) -> dict[str, tuple[str, ...]]:
    """Return what people are split by, and the strata of each, in the order of a joint stratum."""
    return {
        "age": names.bands,
        "sex": SEXES,
        "income": tuple(str(fifth + 1) for fifth in range(INCOMES)),
        "place": PLACES,
        "group": GROUPS,
        "occupation": OCCUPATIONS,
    }


def _folded(cells: Counts, sizes: list[int]) -> Counts:
    """Return counts by joint stratum (G, J) added up for each stratum of each split (G, strata)."""
    joint = cells.reshape(-1, *sizes)
    axes = range(1, len(sizes) + 1)
    return np.concatenate(
        [joint.sum(axis=tuple(other for other in axes if other != axis)) for axis in axes], axis=1
    )


def declared(totals: Totals, names: Names, pooled: Sequence[int] = ()) -> list[Measure]:
    """Return every measure; its name says what is counted, its split by what.

    `pooled` are the districts with a pool.
    """
    acts, lists, services = names.acts, names.lists, names.services
    people = ("everybody",)
    tally = totals.tally
    tiers = (*names.tiers, "none")
    measures = [
        Measure("candidates", "act", acts, tally.candidates),
        Measure("acts", "act", acts, tally.acts),
        Measure("obligations-performed", "act", acts, tally.performed),
        Measure("obligations-open", "act", acts, tally.outstanding),
        Measure("records-right", "sensor", names.sensors, tally.records[:, :, 0]),
        Measure("records-wrong", "sensor", names.sensors, tally.records[:, :, 1]),
        Measure("records", "holder", HOLDERS, tally.privacy.sum(axis=2)),
        Measure("records", "place-of-act", ACT_PLACES, tally.privacy.sum(axis=1)),
        Measure("records-dropped", "all", people, tally.dropped),
        Measure("entries", "rule", names.rules, tally.entries),
        Measure(
            "points-hundredths",
            "category",
            names.categories,
            tally.points[:, : len(names.categories)],
        ),
        Measure("score", "all", people, tally.score[:, :1], tally.score[:, 1:]),
        Measure("in-tier", "tier", names.tiers, tally.tiers),
        *(
            Measure("tier-moves", f"from-{tier}", tiers, tally.moved[:, code])
            for code, tier in enumerate(tiers)
            if names.tiers
        ),
        *_ranked(totals, tally.score[:, 1:]),
        *(
            Measure(f"speech-{outcome}", "act", names.speech, tally.speech[:, :, code])
            for code, outcome in enumerate(OUTCOMES)
        ),
        Measure("praise", "all", people, tally.praise[:, :1]),
        Measure(
            "praise-against-conviction", "all", people, tally.praise[:, 1:], tally.praise[:, :1]
        ),
        Measure("perceived-risk-65536ths", "all", people, tally.risk),
        Measure("ties-made", "all", people, tally.ties[:, :1]),
        Measure("ties-cut", "all", people, tally.ties[:, 1:]),
        Measure("ties-cut-for-shame", "all", people, tally.shamed),
        Measure("listed", "list", lists, tally.listed),
        Measure("stays-by-mistake", "list", lists, tally.mistaken[:, :, 0]),
        Measure("list-in", "list", lists, tally.entered),
    ]
    measures += [
        Measure(f"list-out-by-{way}", "list", lists, tally.left[:, :, code])
        for code, way in enumerate(WAYS_OUT)
    ]
    measures += [
        Measure("denials", "service", services, tally.denials),
        Measure("hours-lost-hundredths", "service", services, tally.hours),
        Measure("denials-of-kin", "service", services, tally.of_kin),
        Measure("children-barred", "service", services, tally.children),
    ]
    measures += [
        Measure(name, "channel", names.channels, tally.published[:, :, code])
        for code, name in enumerate(SHOWN)
    ]
    measures += _remedied(totals, names) + _tampered(totals, names)
    measures += _of_the_company(totals, names) + _of_the_pool(totals, names, pooled)
    measures += _breached(totals, names)
    return measures + _grouped(totals, names)


def _tampered(totals: Totals, names: Names) -> list[Measure]:
    """Return the measures of what officials do to records; none where they do nothing."""
    tally, people = totals.tally, ("everybody",)
    if not names.tampers:
        return []
    return [
        Measure("tampers", "tamper", names.tampers, tally.tampers[:, :, 0]),
        Measure("tampers-found", "tamper", names.tampers, tally.tampers[:, :, 1]),
        Measure("audited-65536ths", "all", people, tally.inspected),
        Measure("records-fabricated", "all", people, tally.critics[:, :1]),
        Measure("no-critic-met", "all", people, tally.critics[:, 1:]),
        Measure("records-shielded", "all", people, tally.kept_out[:, :1]),
        Measure("records-spared", "all", people, tally.kept_out[:, 1:]),
        Measure("stays-by-fabrication", "list", names.lists, tally.mistaken[:, :, 1]),
    ]


def _breached(totals: Totals, names: Names) -> list[Measure]:
    """Return the measures of breaches; none where nothing may be breached."""
    tally, lists = totals.tally, names.lists
    if not names.stores:
        return []
    return [
        Measure("breaches", "store", names.stores, tally.breaches[:, :, 0]),
        Measure("people-exposed", "store", names.stores, tally.breaches[:, :, 1]),
        Measure("records-stolen", "store", names.stores, tally.breaches[:, :, 2]),
        Measure("stays-by-theft", "list", lists, tally.mistaken[:, :, 2]),
        Measure("list-in-by-theft", "list", lists, tally.robbed),
    ]


def _remedied(totals: Totals, names: Names) -> list[Measure]:
    """Return the measures of notice, appeals, audits and corrections."""
    tally, people = totals.tally, ("everybody",)
    truths = ("true", "false")
    decided = tally.decided.sum(axis=(1, 2))[:, None]
    reversed_ = tally.decided[:, :, 1].sum(axis=1)[:, None]
    categories = tally.returned[:, : len(names.categories)]
    return [
        Measure("notices", "way", ("posting", "denial"), tally.notices),
        Measure("appeals", "truth", truths, tally.appeals),
        Measure("audits", "truth", truths, tally.audited),
        Measure("upheld", "truth", truths, tally.decided[:, :, 0]),
        Measure("reversed", "truth", truths, tally.decided[:, :, 1]),
        Measure("cases-waiting", "all", people, tally.waiting),
        Measure("stamps-waited", "all", people, tally.waited[:, :1], decided),
        Measure("cases-that-waited", "all", people, tally.waited[:, 1:], decided),
        Measure("days-to-correction", "all", people, tally.delay, reversed_),
        Measure("reversed-hundredths", "category", names.categories, categories),
        Measure("denials-flagged", "list", names.lists, tally.flagged),
    ]


def _of_the_company(totals: Totals, names: Names) -> list[Measure]:
    """Return the measures of the company's score, and of what the state gets of its records."""
    if names.company_bands is None:
        return []
    tally, people = totals.tally, ("everybody",)
    members, silent = tally.company[:, 1:], tally.silent[:, 1:]
    return [
        Measure("company-score-over-lowest", "all", people, tally.company[:, :1], members),
        Measure("company-score-hidden", "all", people, silent, members),
        Measure("company-score-shown", "all", people, members - silent, members),
        Measure("hidden-score-over-lowest", "all", people, tally.silent[:, :1], silent),
        Measure("in-company-band", "band", names.company_bands, tally.banded, members),
        Measure("records-passed", "sensor", names.sensors, tally.passed),
    ]


def _of_the_pool(totals: Totals, names: Names, pooled: Sequence[int]) -> list[Measure]:
    """Return the measures of dossiers and focus lists, none of which is of fewer than ten people.

    Of a group in a district of which too few are on the list, `n` is 0 as well; so is it where
    too few of these are told apart from the others. How many cells are withheld is a measure.
    """
    if not names.pools:
        return []
    people = ("everybody",)
    adults, listed, lawful = np.moveaxis(totals.flags, -1, 0)
    few = _are_few(listed)
    apart = few | _are_few(lawful) | _are_few(listed - lawful)
    where = [(str(district), group) for district in pooled for group in GROUPS]
    cells = tuple(f"{district} {group}" for district, group in where)

    def flat(counts: Counts) -> Counts:
        return counts.reshape(counts.shape[0], len(cells))

    records, heads = totals.tally.watched[..., 0], totals.tally.watched[..., 1]
    told = ~_are_few(heads).any(axis=1, keepdims=True)
    filled, residents = totals.filled[:, 1:], totals.filled[:, :1]
    return [
        Measure("focus", "district and group", cells, flat(listed * ~few), flat(adults * ~few)),
        Measure(
            "focus-for-lawful-conduct",
            "district and group",
            cells,
            flat(lawful * ~apart),
            flat(listed * ~apart),
        ),
        Measure("focus-cells-withheld", "all", people, _how_many(few)),
        Measure("lawful-cells-withheld", "all", people, _how_many(apart)),
        Measure("dossiers", "class", CLASSES, filled * ~_are_few(filled), residents),
        Measure("pooled-records", "focus", ("without", "with"), records * told, heads * told),
    ]


def _how_many(withheld: NDArray[np.bool_]) -> Counts:
    cells: Counts = withheld.sum(axis=(1, 2), dtype=np.int64)
    return cells[:, None]


def _are_few(people: Counts) -> NDArray[np.bool_]:
    return (people > 0) & (people < _FEWEST)


def _ranked(totals: Totals, scored: Counts) -> list[Measure]:
    """Return the measures of the ranking."""
    tenths = tuple(str(10 * (tenth + 1)) for tenth in range(DECILES))
    fifths = tuple(str(fifth + 1) for fifth in range(FIFTHS))
    return [
        Measure("score-decile", "percent", tenths, totals.deciles, scored),
        *(
            Measure("rank-moves", f"from-fifth-{fifth}", fifths, totals.moves[:, code])
            for code, fifth in enumerate(fifths)
        ),
        Measure("rank-comparison", "sum", COMPARED, totals.compared, totals.compared[:, :1]),
    ]


def _grouped(totals: Totals, names: Names) -> list[Measure]:
    """Return the measures by group: how many people each stratum has is their n."""
    measures, begin = [], 0
    for split, strata in splits(names).items():
        part = totals.groups[:, :, begin : begin + len(strata)]
        begin += len(strata)
        for code, name in enumerate(GROUPED):
            over = SCORED if code in (SCORE, TERM) else PEOPLE
            measures.append(Measure(name, split, strata, part[:, code], part[:, over]))
    return measures
