"""The four harms that a report begins with, each as people of whom one number is told.

Whoever had something closed to her in some week is *barred*. She is *wrongly* so if some of her
exclusion rests on a record of what she did not do, and barred *by somebody else's act* if some
rests on kin or on friends (`causes.exclusion`, which follows the ledger and is no but-for). She is
never told why where the scheme tells nobody of a record.
"""

from dataclasses import dataclass

import polars as pl

from upstanding.counts import Counts
from upstanding.measures.causes import TIES, WRONG, exclusion
from upstanding.measures.lives import Lives
from upstanding.run import Run


@dataclass(frozen=True)
class Harms:
    """People of one run."""

    people: int
    """In figures."""
    barred: int
    """To whom something was closed in some week."""
    barred_at_the_end: int
    wrongly: int
    by_others: int
    never_told: int | None
    """None where some are told: whom a notice reached is not kept."""


def harms_of(run: Run, lives: Lives) -> Harms:
    """Count the four harms of a run."""
    rows = exclusion(run, lives).filter(pl.col("weeks") > 0)
    others = (pl.col("citizen") != pl.col("due_to")) | (pl.col("rests_on") == TIES)
    barred = int((lives.barred.any(axis=0) & lives.counted).sum())
    notices = sum(Counts(run).sums("notices").values())
    return Harms(
        int(lives.counted.sum()),
        barred,
        int((lives.barred[-1] & lives.counted).sum()),
        rows.filter(pl.col("rests_on") == WRONG)["citizen"].n_unique(),
        rows.filter(others)["citizen"].n_unique(),
        None if notices else barred,
    )
