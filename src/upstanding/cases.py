"""Cases: the essay's own, found in a run by a query and told as any other story.

Nobody is scripted: each query looks for the first citizen by number to whom it happened. Who was
flagged for lawful conduct has no citizen: a pool is told in totals alone (`finding.pool_words`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from upstanding.documents.raw import nearest, one_of, quoted
from upstanding.errors import InputError, Problem
from upstanding.measures.lives import lives_of
from upstanding.run import Run
from upstanding.twins.own_life import own_lives


@dataclass(frozen=True)
class Case:
    """What the essay tells of somebody, and how to find whom it befell in a run."""

    title: str
    row: str
    """Its row in the traceability table."""
    find: Callable[[Run], int | None]


def _first(rows: pl.LazyFrame) -> int | None:
    """Return the smallest number of somebody of whom there is such a row."""
    found = rows.select(pl.col("subject").min()).collect().item()
    return None if found is None else int(found)


def _rows(**said: str) -> Callable[[Run], int | None]:
    """Return a query for rows that hold some names."""
    return lambda run: _first(
        run.ledger.filter(*(pl.col(f).cast(pl.String) == name for f, name in said.items()))
    )


def _planted(archetype: str) -> Callable[[Run], int | None]:
    def find(run: Run) -> int | None:
        marked = run.citizens.filter(pl.col("planted").cast(pl.String) == archetype)
        return int(marked["citizen"][0]) if marked.height else None

    return find


def _over_a_library_book(run: Run) -> set[str]:
    return {"library-book-late"} & run.plan.society.file.act.keys()


def _over_friends(run: Run) -> set[str]:
    """Return the acts that are contacts with somebody of low standing."""
    return {name for name, act in run.plan.society.file.act.items() if act.low_company}


def _kept_out(causes: Callable[[Run], set[str]]) -> Callable[[Run], int | None]:
    """Return a query for somebody refused a journey who would not have been but for some acts."""

    def find(run: Run) -> int | None:
        acts = list(causes(run))
        ledger = run.ledger.with_columns(pl.selectors.enum().cast(pl.String))
        concerned = ledger.filter(pl.col("kind") == "points", pl.col("act").is_in(acts))
        subjects = concerned.select(pl.col("subject").unique()).collect()["subject"]
        journeys = [n for n, s in run.plan.society.file.service.items() if s.domain == "travel"]
        denials = ledger.filter(
            pl.col("kind") == "denial",
            pl.col("rule").str.starts_with("tier."),
            pl.col("actor").is_null(),
            pl.col("object").is_in(journeys),
            pl.col("subject").is_in(subjects.to_list()),
        ).sort("subject", "week")
        refused = denials.collect()
        own = own_lives(run, lives_of(run), refused["subject"].unique().sort().to_numpy())
        without = own.rows.select((pl.col("kind") == "points") & pl.col("act").is_in(acts))
        tiers = own.tiers(own.followed(without.to_series().fill_null(value=False).to_numpy()))
        # A tier binds from the close before.
        local = np.searchsorted(own.who, refused["subject"].to_numpy())
        before = refused["week"].to_numpy().astype(np.int64) - 1
        spared = tiers[before, local] != own.tiers_in_fact[before, local]
        found = refused["subject"].filter(pl.Series(spared))
        return int(found[0]) if found.len() else None

    return find


def _official_listed(run: Run) -> int | None:
    officials = run.citizens.filter(
        pl.col("occupation").cast(pl.String) == "official", pl.col("planted").is_null()
    )["citizen"]
    file, acts = run.plan.scheme.file, run.plan.society.file.act
    corrupt = {n for n, rule in file.rule.items() if acts[rule.act or n].kind == "office"}
    strikes = {name: table.enter.strikes for name, table in file.list_.items()}
    lists = [name for name, asked in strikes.items() if asked and asked.rules <= corrupt]
    return _first(
        run.ledger.filter(
            pl.col("kind").cast(pl.String) == "list-in",
            pl.col("object").cast(pl.String).is_in(lists),
            pl.col("subject").is_in(officials.to_list()),
        )
    )


def _shielded(run: Run) -> int | None:
    """Return somebody whose record an official kept out."""
    kept = pl.col("kind").cast(pl.String) == "shielded"
    return _first(run.ledger.filter(kept, pl.col("actor").is_not_null()))


CASES: Mapping[str, Case] = {
    "jaywalker": Case(
        "a jaywalker shown in public",
        "E5, E6",
        _rows(kind="publication", act="jaywalking", truth="true"),
    ),
    "taken-for-another": Case(
        "one taken for another", "E5", _rows(kind="publication", truth="false match")
    ),
    "journalist": Case("a journalist after a lost suit", "E7", _planted("journalist")),
    "refuser": Case("one who refused to serve", "E8", _planted("refuser")),
    "library-book": Case(
        "one who cannot travel over a library book", "E34", _kept_out(_over_a_library_book)
    ),
    "friends": Case("one who cannot travel over friends", "E34", _kept_out(_over_friends)),
    "gamer": Case("an idle gamer", "E19", _rows(kind="points", act="gaming-all-day")),
    "official-listed": Case("an official on a list", "E23", _official_listed),
    "official-shielded": Case("one whom an official shielded", "E30", _shielded),
    "breach-victim": Case("a victim of a breach", "E25", _rows(kind="points", truth="stolen")),
}


def find_case(run: Run, name: str) -> int | None:
    """Return the first citizen to whom a case happened in a run that kept all rows, or None.

    Raises:
        InputError: if there is no such case, or the run kept no rows to look through.

    """
    if name not in CASES:
        near = nearest(name, CASES)
        raise InputError([Problem("options", None, "case", quoted(name), one_of(CASES), near)])
    if run.plan.ledger != "all":
        allowed = "a run with --ledger all, whose rows tell what happened"
        raise InputError([Problem("options", None, "ledger", run.plan.ledger, allowed)])
    return CASES[name].find(run)
