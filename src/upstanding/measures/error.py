"""Error: records of what their subject did not do, what follows from them, and what is mended."""

import polars as pl

from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.counts import Counts, numbers_of
from upstanding.measures.causes import WRONG, exclusion
from upstanding.measures.lives import Lives
from upstanding.measures.metrics import share_interval
from upstanding.measures.rates import PER, PER_YEAR, means, people_of, shares
from upstanding.measures.stays import adverse_records, is_wrong, stays_of
from upstanding.run import Run
from upstanding.scheme.limited import limited

SENSORS = pl.Schema(
    {
        "sensor": pl.String(),
        "measure": pl.String(),
        "n": pl.Int64(),
        "count": pl.Int64(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)
TABLE = pl.Schema({"wrong_record": pl.Boolean(), "barred": pl.Boolean(), "people": pl.Int64()})


def records(run: Run) -> dict[str, int]:
    """Return how many records were right, of somebody else, made up and in a stolen name."""
    counts = Counts(run)
    return {
        "right": sum(counts.sums("records-right").values()),
        "of somebody else's act": sum(counts.sums("records-wrong").values()),
        "made up": sum(counts.sums("records-fabricated").values()),
        "in a stolen name": sum(counts.sums("records-stolen").values()),
    }


def sensors(run: Run) -> pl.DataFrame:
    """Return, SENSORS, precision and recall of each sensor.

    Precision: of its records, those that name who did it. Recall: of the acts done that it may see,
    wherever they were done, those of which it made a right record. Wilson's intervals take records
    for independent.
    """
    counts, acts = Counts(run), Counts(run).sums("acts")
    right, wrong = counts.sums("records-right"), counts.sums("records-wrong")
    rows = []
    for name, sensor in limited(run.plan.scheme.file, run.plan.society.file).sensor.items():
        seen = sum(acts.get(act, 0) for act in sensor.sees)
        for measure, n in (("precision", right[name] + wrong[name]), ("recall", seen)):
            low, high = share_interval(right[name], n) if n else (None, None)
            rows.append((name, measure, n, right[name], right[name] / n if n else None, low, high))
    return pl.DataFrame(rows, schema=SENSORS, orient="row")


def wrongly_recorded(run: Run) -> pl.DataFrame:
    """Return who ever had a wrong record against her, and how many a year, by group; ROWS."""
    people = _with_wrong_records(run)
    years = run.plan.weeks / WEEKS_A_YEAR
    return pl.concat(
        [
            shares(
                people.with_columns(met=pl.col("wrong") > 0), "ever-wrongly-recorded", "met", PER
            ),
            means(
                people.with_columns(wrong=pl.col("wrong") / years),
                "wrong-records",
                "wrong",
                PER_YEAR,
            ),
        ]
    )


def _with_wrong_records(run: Run) -> pl.DataFrame:
    rows = (
        adverse_records(run)
        .filter(is_wrong())
        .group_by(pl.col("subject").alias("citizen"))
        .agg(wrong=pl.col("n").sum())
    )
    people = people_of(run).join(rows.collect(), on="citizen", how="left")
    return people.with_columns(pl.col("wrong").fill_null(0))


def table(run: Run, lives: Lives) -> pl.DataFrame:
    """Return, TABLE, people by whether a wrong record was ever against them, and ever barred."""
    people = _with_wrong_records(run).select(
        (pl.col("wrong") > 0).alias("wrong_record"),
        pl.Series("barred", lives.barred[:, lives.counted].any(axis=0)),
    )
    cells = pl.DataFrame(
        {"wrong_record": [False, False, True, True], "barred": [False, True, False, True]}
    )
    counted = people.group_by("wrong_record", "barred").agg(people=pl.len())
    return (
        cells.join(counted, on=["wrong_record", "barred"], how="left", maintain_order="left")
        .with_columns(pl.col("people").fill_null(0))
        .cast(TABLE)
    )


def resting_on_wrong_records(run: Run, lives: Lives) -> tuple[float, float, int]:
    """Return weeks of exclusion that rest on wrong records, all weeks, and the people concerned."""
    weeks = exclusion(run, lives)
    wrong = weeks.filter(pl.col("rests_on") == WRONG)
    return (
        float(wrong["weeks"].sum()),
        float(weeks["weeks"].sum()),
        wrong["citizen"].n_unique(),
    )


def wrongly_listed(run: Run) -> pl.DataFrame:
    """Return, by list, stays that rest on a wrong record: how many, of how many, and weeks.

    Of stays by strikes the newest record tells.
    """
    return (
        stays_of(run)
        .group_by("list")
        .agg(
            n=pl.len().cast(pl.Int64),
            wrong=is_wrong().sum().cast(pl.Int64),
            weeks=pl.col("weeks").filter(is_wrong()).sum().cast(pl.Int64),
        )
        .sort("list")
    )


def performed_but_listed(run: Run) -> pl.DataFrame:
    """Return, by list, stays whose obligation was performed, and the weeks listed after that.

    `n` stays performed while listed, `weeks` listed after the close of the performance, `still`
    those who were still on the list at the end.
    """
    done = stays_of(run).filter(pl.col("performed").is_not_null())
    after = pl.col("left").fill_null(run.plan.weeks) - pl.col("performed")
    return (
        done.group_by("list")
        .agg(
            n=pl.len().cast(pl.Int64),
            weeks=after.sum().cast(pl.Int64),
            still=pl.col("left").is_null().sum().cast(pl.Int64),
        )
        .sort("list")
    )


def corrections(run: Run) -> dict[str, float | int | None]:
    """Return how many wrong records there were, were corrected and never were, and the mean days.

    The days are those from posting to reversal, of every reversal; None without any.
    """
    made = records(run)
    wrong = sum(made.values()) - made["right"]
    remedy = numbers_of(run)["remedy"]
    corrected = int(remedy["reversed"]["false"]) if remedy else 0
    return {
        "wrong": wrong,
        "corrected": corrected,
        "never corrected": wrong - corrected,
        "mean days to correction": remedy["mean-days-to-correction"] if remedy else None,
    }
