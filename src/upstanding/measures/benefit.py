"""Benefit: what a scheme brings against runs of the same lives, in the units of what it costs.

To whom a debt is owed is not in the model: whose debts are paid is told, and to whom is not.
"""

from collections.abc import Sequence

import polars as pl

from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.measures.lives import counted
from upstanding.measures.rates import PER, means, people_of
from upstanding.measures.stays import ledger_of
from upstanding.run import Run
from upstanding.side_by_side import side_by_side

BESIDE = pl.Schema(
    {
        "part": pl.String(),
        "what": pl.String(),
        "scheme": pl.String(),
        "picture": pl.String(),
        "value": pl.Float64(),
        "n": pl.Int64(),
    }
)
BRINGS = (
    "harmful acts prevented",
    "debts paid beyond ordinary law",
    "civic acts added",
    "entries for acts of officials",
)
"""What is brought, as `side_by_side` names it: the first three are differences from the first."""
BARRED = "people, of 1,000 at the end", "to whom something is closed"


def beside(runs: Sequence[Run]) -> pl.DataFrame:
    """Return, BESIDE, what each of some runs of the same lives brings and costs.

    A row for each line of `side_by_side` and run, a year and 1,000 people; differences are from the
    first run and null for itself. `scheme` is its label, which names its safeguards. They carry no
    interval: lives and luck are shared, and how they vary is for seeds to tell (`lab`).

    Raises:
        InputError: if they are not runs of the same lives.

    """
    found, people = side_by_side(runs), int(counted(runs[0]).sum())
    rows = [
        (line.part, line.what, plan.scheme.label, picture, value, people)
        for line in found.lines
        for plan, picture, value in zip(found.plans, found.pictures, line.values, strict=True)
    ]
    return pl.DataFrame(rows, schema=BESIDE, orient="row")


def debts_paid(run: Run) -> pl.DataFrame:
    """Return obligations performed a year and 1,000 people, by group of who performed; ROWS."""
    years = run.plan.weeks / WEEKS_A_YEAR
    done = (
        ledger_of(run, "performance")
        .group_by(pl.col("subject").alias("citizen"))
        .agg(paid=PER * pl.len() / years)
        .collect()
    )
    people = people_of(run).join(done, on="citizen", how="left")
    filled = people.with_columns(pl.col("paid").fill_null(0))
    return means(filled, "obligations-performed", "paid", f"a year and {PER:,} people")
