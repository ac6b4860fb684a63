"""Chilling: what exercises a right and is no longer done, or said otherwise than it is meant.

Against a run of the same lives under ordinary law: both have the same candidates, so that what is
missing was held back by the rules. In this version fear acts on what is said and on no other act
(see `side_by_side`); what is given up besides answers to reward alone.
"""

import polars as pl

from upstanding.clockwork.names import OUTCOMES
from upstanding.clockwork.numbers import WEEKS_A_YEAR
from upstanding.counts import Counts
from upstanding.measures.metrics import rate_interval, share_interval
from upstanding.measures.rates import PER, means, people_of
from upstanding.run import Run
from upstanding.side_by_side import same_lives

GIVEN_UP = pl.Schema(
    {
        "act": pl.String(),
        "title": pl.String(),
        "right": pl.String(),
        "before": pl.Int64(),
        "after": pl.Int64(),
        "given_up": pl.Int64(),
        "per_1000_a_year": pl.Float64(),
        "share": pl.Float64(),
    }
)
SPEECH = pl.Schema(
    {
        "act": pl.String(),
        "outcome": pl.String(),
        "n": pl.Int64(),
        "count": pl.Int64(),
        "share": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)

EXPRESSION = pl.Schema({"what": pl.String(), "private": pl.Int64(), "expressed": pl.Int64()})


def given_up(run: Run, baseline: Run) -> pl.DataFrame:
    """Return, GIVEN_UP, acts that exercise a right, done under `baseline` and under the scheme.

    `given_up` is what is missing (below 0: more than before), `share` of what was done before. The
    company of somebody of low standing is left out: without a scheme there is no such company.

    Raises:
        InputError: if they are not runs of the same lives.

    """
    same_lives((baseline.plan, run.plan))
    before, after = (Counts(each).sums("acts") for each in (baseline, run))
    years = Counts(run).n["acts"] * run.plan.weeks / WEEKS_A_YEAR
    rows = []
    for name, act in run.plan.society.file.act.items():
        if not act.protects or act.low_company:
            continue
        missing = before[name] - after[name]
        rate = PER * missing / years
        share = missing / before[name] if before[name] else None
        rows.append(
            (name, act.title, act.protects, before[name], after[name], missing, rate, share)
        )
    return pl.DataFrame(rows, schema=GIVEN_UP, orient="row").sort("right", "act")


def speech(run: Run) -> pl.DataFrame:
    """Return, SPEECH, what became of things that somebody wanted to say, by act and outcome.

    Where nothing is punished nobody weighs what to say, and there are no rows.
    """
    counts = Counts(run)
    by_outcome = {outcome: counts.sums(f"speech-{outcome}") for outcome in OUTCOMES}
    rows = []
    for act in run.world.names.speech:
        n = sum(by_outcome[outcome].get(act, 0) for outcome in OUTCOMES)
        for outcome in OUTCOMES if n else ():
            count = by_outcome[outcome][act]
            rows.append((act, outcome, n, count, count / n, *share_interval(count, n)))
    return pl.DataFrame(rows, schema=SPEECH, orient="row")


def praise(run: Run) -> tuple[int, int]:
    """Return how often the state was praised, and how often of that against conviction."""
    counts = Counts(run)
    uttered, feigned = (
        sum(counts.sums(name).values()) for name in ("praise", "praise-against-conviction")
    )
    return uttered, feigned


def expressed_minus_private(run: Run) -> pl.DataFrame:
    """Return, EXPRESSION and `difference`, what was said against what was meant.

    In acts: `private` is what would be said by conviction alone, dissent that somebody wanted to
    utter and praise that agrees with conviction; `expressed` what was said. Of dissent that was
    said in part a run does not keep how much: it counts as said.
    """
    counts = Counts(run)
    outcome = {name: sum(counts.sums(f"speech-{name}").values()) for name in OUTCOMES}
    wanted = sum(outcome.values())
    uttered, feigned = praise(run)
    rows = [
        ("dissent", wanted, wanted - outcome["censored"]),
        ("support", uttered - feigned, uttered),
    ]
    return pl.DataFrame(rows, schema=EXPRESSION, orient="row").with_columns(
        difference=pl.col("expressed") - pl.col("private")
    )


def fear(run: Run) -> pl.DataFrame:
    """Return the mean chance of a penalty that people perceive at the end, by group; ROWS."""
    people = people_of(run).with_columns(risk=pl.col("perceived_risk") / 65536)
    return means(people, "perceived-risk", "risk", "of 1")


def ties(run: Run) -> pl.DataFrame:
    """Return ties made, cut, and cut for shame, a year and 1,000 people; a row each.

    `count`, `value`, `low`, `high`; a tie is counted once, though it is two people's.
    """
    counts = Counts(run)
    years = counts.n["ties-cut"] * run.plan.weeks / WEEKS_A_YEAR / PER
    rows = []
    for name in ("ties-made", "ties-cut", "ties-cut-for-shame"):
        count = sum(counts.sums(name).values())
        rows.append((name, count, count / years, *rate_interval(count, years)))
    columns = ("measure", "count", "value", "low", "high")
    return pl.DataFrame(rows, schema=columns, orient="row")
