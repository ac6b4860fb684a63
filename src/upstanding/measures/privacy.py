"""Privacy: how much is recorded, where, for what else it is used, how long it is kept, who gets it.

A person's records are those that name her. Of records that no rule and no list acts upon a run
keeps the number alone, so that by group only what was entered is told.
"""

import polars as pl

from upstanding.clockwork.names import ACT_PLACES
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.counts import Counts
from upstanding.measures.error import performed_but_listed
from upstanding.measures.metrics import Interval, rate_interval
from upstanding.measures.rates import PER_YEAR, means, people_of
from upstanding.measures.stays import ledger_of
from upstanding.run import Run

PLACES = pl.Schema(
    {
        "place": pl.String(),
        "records": pl.Int64(),
        "people": pl.Int64(),
        "per_person_and_year": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "share": pl.Float64(),
    }
)
TRAITS = ("years", "sex", "group", "income", "district", "occupation", "household_size")
"""What tells people apart in a store that has lost its names."""


def records_by_place(run: Run) -> pl.DataFrame:
    """Return, PLACES, records by where the act was done, a person and year."""
    counts = Counts(run)
    sums, people = counts.sums("records"), counts.n["records"]
    years = people * run.plan.weeks / WEEKS_A_YEAR
    whole = sum(sums[place] for place in ACT_PLACES)
    rows = [
        (
            place,
            sums[place],
            people,
            sums[place] / years,
            *rate_interval(sums[place], years),
            sums[place] / whole if whole else None,
        )
        for place in ACT_PLACES
    ]
    return pl.DataFrame(rows, schema=PLACES, orient="row")


def entries(run: Run) -> pl.DataFrame:
    """Return entries of points, and those among them that cost something, by group; ROWS."""
    years = run.plan.weeks / WEEKS_A_YEAR
    found = (
        ledger_of(run, "points")
        .group_by(pl.col("subject").alias("citizen"))
        .agg(entries=pl.len() / years, adverse=(pl.col("points") < 0).sum() / years)
        .collect()
    )
    people = (
        people_of(run)
        .join(found, on="citizen", how="left")
        .with_columns(pl.col("entries", "adverse").fill_null(0))
    )
    return pl.concat(
        [
            means(people, "entries", "entries", PER_YEAR),
            means(people, "adverse-entries", "adverse", PER_YEAR),
        ]
    )


def out_of_purpose(run: Run) -> dict[str, int]:
    """Return records that served another purpose than they were made for, by the way they took.

    Entries of the state's score from a company's sensors; a company's records passed to the state;
    records of people under a pool. Penalties in another context than that of the data are in the
    context matrix.
    """
    counts = Counts(run)
    sensors = run.plan.scheme.file.sensor
    company = [name for name, sensor in sensors.items() if sensor.holder == "company"]
    scored = ledger_of(run, "points").filter(pl.col("sensor").is_in(company))
    return {
        "a company's records in the state's score": int(scored.select(pl.len()).collect().item()),
        "a company's records passed to the state": sum(counts.sums("records-passed").values()),
        "records pooled": sum(counts.sums("pooled-records").values()),
    }


def retention(run: Run) -> dict[str, float | int | None]:
    """Return how long what is no longer needed is kept.

    Weeks on a list after the obligation was performed; entries older than a year at the end that
    still count, which none does after a yearly reset, and their share of all entries.
    """
    after = performed_but_listed(run)
    score = run.plan.scheme.file.score
    rows = ledger_of(run, "points").select(
        n=pl.len(), old=(pl.col("week") < run.plan.weeks - WEEKS_A_YEAR).sum()
    )
    n, old = rows.collect().row(0)
    kept = int(old) if score and not score.yearly_reset else 0
    return {
        "stays performed": int(after["n"].sum()),
        "weeks listed after performance": int(after["weeks"].sum()),
        "entries": int(n),
        "entries older than a year that count": kept,
        "share of entries": kept / n if n else None,
    }


def exposed(run: Run) -> pl.DataFrame:
    """Return what breaches exposed, by store: breaches, people a breach, records in stolen names.

    The number of breaches is an input: what follows is told of one. `people` has its interval, by
    Garwood, as if people were exposed one by one.
    """
    counts = Counts(run)
    rows = []
    for store, breaches in counts.sums("breaches").items():
        people = counts.sums("people-exposed")[store]
        each = people / breaches if breaches else None
        bounds = rate_interval(people, breaches) if breaches else Interval(0.0, 0.0)
        stolen = counts.sums("records-stolen")[store]
        low, high = (bounds.low, bounds.high) if breaches else (None, None)
        rows.append((store, breaches, people, each, low, high, stolen))
    columns = {
        "store": pl.String(),
        "breaches": pl.Int64(),
        "people": pl.Int64(),
        "people_a_breach": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "records_stolen": pl.Int64(),
    }
    return pl.DataFrame(rows, schema=columns, orient="row")


def told_apart(run: Run) -> tuple[int, int]:
    """Return how many people are alone with their traits, of how many.

    Age in years, sex, group, income fifth, district, occupation and size of household: what a store
    without names still says. Alone in this sample; in a whole country fewer would be.
    """
    people = people_of(run).with_columns(household_size=pl.len().over("household"))
    alone = people.select((pl.len().over(TRAITS) == 1).sum()).item()
    return int(alone), people.height
