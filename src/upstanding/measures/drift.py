"""Drift: what changes once a scheme is in use, week by week, and what to keep an eye on.

Gaming is praise against conviction: conduct for the score alone that the model can tell from
meant conduct. Informants are sensors that are people (`INFORMANTS`, by name: no file says so).
"""

import polars as pl

from upstanding.clockwork.names import OUTCOMES
from upstanding.counts import Counts
from upstanding.measures.lives import Lives
from upstanding.measures.metrics import share_interval
from upstanding.measures.rates import PER, people_of
from upstanding.mechanisms.strata import ADULT
from upstanding.run import Run

INFORMANTS = ("neighbours", "home-visits", "readers-of-posts")
GAMING, REPORTS, BACKLOG = "praise against conviction", "reports by informants", "appeals waiting"
UNITS = {
    GAMING: f"a week and {PER:,} people",
    REPORTS: f"a week and {PER:,} people",
    BACKLOG: f"cases of {PER:,} people",
}
DRIFT = pl.Schema(
    {
        "week": pl.Int64(),
        "indicator": pl.String(),
        "unit": pl.String(),
        "n": pl.Int64(),
        "count": pl.Int64(),
        "value": pl.Float64(),
    }
)
TRIPWIRES = pl.Schema(
    {
        "indicator": pl.String(),
        "measured": pl.Float64(),
        "unit": pl.String(),
        "n": pl.Int64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "level": pl.String(),
        "who must act": pl.String(),
    }
)


def drift(run: Run) -> pl.DataFrame:
    """Return, DRIFT, gaming, informants' reports and waiting appeals week by week.

    What a scheme has none of, or what a run shows none of in any week, is left out.
    """
    counts = Counts(run)
    sums = [counts.by_name.get(f"records-{truth}", {}) for truth in ("right", "wrong")]
    reports = [weeks for each in sums for name, weeks in each.items() if name in INFORMANTS]
    series = {
        GAMING: [*counts.by_name.get("praise-against-conviction", {}).values()],
        REPORTS: reports,
        BACKLOG: [*counts.by_name.get("cases-waiting", {}).values()],
    }
    people = counts.n["acts"]
    rows = []
    for indicator, parts in series.items():
        weekly = [sum(values) for values in zip(*parts, strict=True)]
        if any(weekly):
            rows += [
                (week, indicator, UNITS[indicator], people, count, PER * count / people)
                for week, count in enumerate(weekly)
            ]
    return pl.DataFrame(rows, schema=DRIFT, orient="row")


def tripwires(run: Run, lives: Lives) -> pl.DataFrame:
    """Return, TRIPWIRES, what to watch after deployment, as measured in the last year of a run.

    At which level somebody must act, and who, is for people to fill in: both are empty.
    """
    counts, weeks = Counts(run), min(run.plan.weeks, 52)
    people, last = int(lives.counted.sum()), run.plan.weeks - 1

    def year(name: str, *cells: str) -> int:
        """Return the sum over the last year, of all cells where none is named."""
        found = counts.by_name.get(name, {})
        return sum(sum(v[-weeks:]) for cell, v in found.items() if not cells or cell in cells)

    right, wrong = year("records-right"), year("records-wrong")
    barred = int(lives.barred[-1, lives.counted].sum())
    made, found = year("tampers"), year("tampers-found")
    shares = [
        ("people to whom something is closed", barred, people),
        ("records that name somebody else", wrong, right + wrong),
        (
            "children to whom a school is closed",
            int(run.measures_by("sex").filter(pl.col("week") == last)["children-barred"].sum()),
            people_of(run).filter(pl.col("years") < ADULT).height,
        ),
        (
            "appeals that are upheld against a false record",
            year("upheld", "false"),
            year("upheld", "false") + year("reversed", "false"),
        ),
        ("tampers by officials that are not found", made - found, made),
        ("praise that goes against conviction", year("praise-against-conviction"), year("praise")),
        (
            "dissent that is left unsaid",
            year("speech-censored"),
            sum(year(f"speech-{outcome}") for outcome in OUTCOMES),
        ),
    ]
    rows: list[tuple[object, ...]] = []
    for indicator, count, n in shares:
        low, high = share_interval(count, n) if n else (None, None)
        rows.append((indicator, count / n if n else None, "share", n, low, high, None, None))
    waiting = sum(counts.last("cases-waiting").values())
    rows.append(("appeals waiting at the end", float(waiting), "cases", people, *[None] * 4))
    fear = counts.last("perceived-risk-65536ths")["everybody"] / 65536 / people
    rows.append(("chance of a penalty that people perceive", fear, "of 1", people, *[None] * 4))
    return pl.DataFrame(rows, schema=TRIPWIRES, orient="row")
