"""Enforcement: who is listed and barred, for what, from what, and whom it reaches."""

import numpy as np
import polars as pl

from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.counts import numbers_of
from upstanding.measures.lives import Lives
from upstanding.measures.rates import FEWEST, PER, PER_YEAR, means, people_of, shares
from upstanding.measures.stays import ledger_of, stays_of
from upstanding.mechanisms.strata import ADULT
from upstanding.run import Run

FLOWS = pl.Schema(
    {
        "list": pl.String(),
        "flow": pl.String(),
        "reason": pl.String(),
        "act": pl.String(),
        "n": pl.Int64(),
        "people": pl.Int64(),
        "weeks": pl.Int64(),
    }
)


SERVICES = pl.Schema(
    {
        "service": pl.String(),
        "title": pl.String(),
        "n": pl.Int64(),
        "weeks": pl.Int64(),
        "barred": pl.Int64(),
        "denials": pl.Int64(),
        "of_kin": pl.Int64(),
        "refused": pl.Int64(),
        "hours": pl.Float64(),
    }
)


def stock(run: Run, lives: Lives) -> pl.DataFrame:
    """Return who is barred or listed at the end, or ever was, per 1,000 people by group; ROWS."""
    people = people_of(run).with_columns(
        pl.Series("now", lives.barred[-1, lives.counted]),
        pl.Series("ever", lives.barred[:, lives.counted].any(axis=0)),
        pl.Series("listed", lives.lists[-1, lives.counted] != 0),
        pl.Series("ever_listed", (lives.lists[:, lives.counted] != 0).any(axis=0)),
    )
    return pl.concat(
        [
            shares(people, "barred-at-the-end", "now", PER),
            shares(people, "ever-barred", "ever", PER),
            shares(people, "listed-at-the-end", "listed", PER),
            shares(people, "ever-listed", "ever_listed", PER),
        ]
    )


def burden(run: Run, lives: Lives) -> pl.DataFrame:
    """Return weeks barred, refusals, hours lost, showings a year, and who was ever shown; ROWS."""
    years = run.plan.weeks / WEEKS_A_YEAR
    hours = {n: float(s.hours_lost or 0) for n, s in run.plan.society.file.service.items()}
    lost = pl.col("object").replace_strict(hours, default=0.0, return_dtype=pl.Float64)
    refused = (
        ledger_of(run, "denial")
        .group_by(pl.col("subject").alias("citizen"))
        .agg(
            refused=pl.len(),
            of_kin=(pl.col("mechanism") == "kin").sum(),
            hours=lost.sum(),
        )
    )
    shown = (
        ledger_of(run, "publication")
        .group_by(pl.col("subject").alias("citizen"))
        .agg(shown=pl.len())
    )
    counts = ("refused", "of_kin", "hours", "shown")
    met = pl.col("shown").is_not_null().alias("ever_shown")
    people = (
        people_of(run)
        .with_columns(
            pl.Series("barred", lives.barred[:, lives.counted].sum(axis=0) / years, pl.Float64)
        )
        .join(refused.collect(), on="citizen", how="left")
        .join(shown.collect(), on="citizen", how="left")
        .with_columns(met, *(pl.col(name).fill_null(0) / years for name in counts))
    )
    return pl.concat(
        [
            means(people, "weeks-barred", "barred", f"weeks {PER_YEAR}"),
            means(people, "attempts-refused", "refused", PER_YEAR),
            means(people, "refused-for-kin", "of_kin", PER_YEAR),
            means(people, "hours-lost", "hours", f"hours {PER_YEAR}"),
            means(people, "times-shown", "shown", PER_YEAR),
            shares(people, "ever-shown", "ever_shown", PER),
        ]
    )


def by_service(run: Run, lives: Lives) -> pl.DataFrame:
    """Return, SERVICES, what was closed: weeks, people barred, refusals, people refused, hours.

    `n` people are in figures, `barred` of them at some time, `refused` at least once; `of_kin` are
    refusals on account of a parent or spouse.
    """
    services = run.plan.society.file.service
    refused = (
        ledger_of(run, "denial")
        .group_by(pl.col("object").alias("service"))
        .agg(
            denials=pl.len(),
            of_kin=(pl.col("mechanism") == "kin").sum(),
            refused=pl.col("subject").n_unique(),
        )
        .collect()
    )
    closed = lives.closed[:, lives.counted]
    shut = [closed & np.uint32(1 << code) != 0 for code in range(len(lives.services))]
    found = pl.DataFrame(
        {
            "service": lives.services,
            "title": [services[name].title for name in lives.services],
            "n": [closed.shape[1]] * len(lives.services),
            "weeks": [int(each.sum()) for each in shut],
            "barred": [int(each.any(axis=0).sum()) for each in shut],
            "each": [float(services[name].hours_lost or 0) for name in lives.services],
        }
    )
    counts = pl.col("denials", "of_kin", "refused")
    return (
        found.join(refused, on="service", how="left", maintain_order="left")
        .with_columns(counts.fill_null(0))
        .with_columns(hours=pl.col("each") * pl.col("denials"))
        .select(SERVICES.names())
        .cast(SERVICES)
    )


def children_barred(run: Run, lives: Lives) -> pl.DataFrame:
    """Return to which share of children a school was ever closed, per 1,000 by group; ROWS.

    Children are who is under 18 at the end of the run.
    """
    schools = [
        code
        for code, name in enumerate(lives.services)
        if run.plan.society.file.service[name].school
    ]
    shut = lives.closed & np.uint32(sum(1 << code for code in schools)) != 0
    people = people_of(run).with_columns(pl.Series("shut", shut[:, lives.counted].any(axis=0)))
    return shares(people.filter(pl.col("years") < ADULT), "children-barred", "shut", PER)


def flows(run: Run) -> pl.DataFrame:
    """Return, FLOWS, entries onto and exits from each list by reason, and weeks of those stays.

    `reason` is the way in (start, record, strikes, tier, category) or out (a clause of `leave`,
    "remedy"), `act` that of the record behind the stay.
    """
    stays = stays_of(run)
    key = ("list", "reason", "act")

    def counted(of: pl.DataFrame, flow: str, reason: str) -> pl.DataFrame:
        return (
            of.rename({reason: "reason"})
            .group_by(key)
            .agg(
                pl.len().alias("n"),
                pl.col("citizen").n_unique().alias("people"),
                pl.col("weeks").sum(),
            )
            .with_columns(flow=pl.lit(flow))
            .select(FLOWS.names())
            .cast(FLOWS)
            .sort(key)
        )

    left = stays.filter(pl.col("left").is_not_null())
    return pl.concat([counted(stays, "in", "way_in"), counted(left, "out", "way_out")])


def flagged_for_lawful_conduct(run: Run) -> tuple[int, int] | None:
    """Return how many on focus lists, of those who may be told apart, did nothing that harms.

    Totals of ten and more alone, as the engine gives them; None without a pool or below that.
    """
    pool = numbers_of(run)["pool"]
    if pool is None or pool["told-apart"] < FEWEST:
        return None
    return int(pool["for-lawful-conduct"]), int(pool["told-apart"])
