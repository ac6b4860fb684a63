"""Equality: how much more one group bears than another, and how much at equal conduct.

Conduct is what people would do if nothing held them back: their candidates for acts that harm
others. Candidates depend on no rule and no state, so that the strata are the same under every
scheme, and whom a scheme frightens does not look better behaved for it.
"""

from math import exp, hypot
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import stats

from upstanding.engine import blocks
from upstanding.engine.blocks import LARGE_BLOCK
from upstanding.measures.lives import Lives
from upstanding.measures.metrics import (
    SURE,
    Interval,
    gini,
    quantile_gap,
    ratio_interval,
    share_interval,
    wasserstein,
)
from upstanding.measures.rates import FEWEST, PER, cells_of, people_of, splits_of
from upstanding.mechanisms import candidates
from upstanding.mechanisms.scoring import CATEGORIES
from upstanding.mechanisms.state import Setting
from upstanding.mechanisms.strata import joint_strata
from upstanding.mechanisms.tally import new_tally
from upstanding.run import Run

STRATA = 5
"""Of equal conduct."""
NORMAL = float(stats.norm.isf((1 - SURE) / 2))
"""Standard errors on either side of an interval."""
RATIOS = pl.Schema(
    {
        "split": pl.String(),
        "cell": pl.String(),
        "compared_with": pl.String(),
        "n": pl.Int64(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
        "ratio": pl.Float64(),
        "ratio_low": pl.Float64(),
        "ratio_high": pl.Float64(),
        "apart": pl.Boolean(),
        "at_equal_conduct": pl.Float64(),
        "ratio_at_equal_conduct": pl.Float64(),
        "equal_low": pl.Float64(),
        "equal_high": pl.Float64(),
    }
)

GAPS = pl.Schema(
    {
        "split": pl.String(),
        "cell": pl.String(),
        "compared_with": pl.String(),
        "n": pl.Int64(),
        "mean_difference": pl.Float64(),
        "wasserstein": pl.Float64(),
        "gap": pl.Float64(),
    }
)


def conduct_of(run: Run) -> NDArray[np.int64]:
    """Return, (citizens,), how often each would have harmed somebody in the weeks of a run.

    Candidates at the society's cap for acts that harm others, drawn again: the same in all twins.
    """
    world, acts = run.world, run.plan.society.file.act
    harmful = np.array([acts[name].harms for name in world.names.acts])
    tally = new_tally(world.names, CATEGORIES).candidates
    apart = np.zeros_like(world.tables.conduct.daily)
    found = np.zeros(world.citizens, np.int64)
    for first in range(0, world.citizens, LARGE_BLOCK):
        citizens = min(LARGE_BLOCK, world.citizens - first)
        people = blocks.people_of(world, first, citizens)
        for week in range(run.plan.weeks):
            now = Setting(first, week, world.population.district_size, world.key)
            joint = joint_strata(people, week)
            drawn, _ = candidates.candidates(now, people, joint, world.tables.conduct, apart, tally)
            whose = drawn.citizen[harmful[drawn.act]].astype(np.int64)
            found[first : first + citizens] += np.bincount(whose, minlength=citizens)
    return found


def strata_of(conduct: NDArray[np.int64], strata: int = STRATA) -> NDArray[np.int64]:
    """Return a stratum, from 0, for each number of acts: as equal in people as ties allow."""
    edges = np.unique(np.quantile(conduct, np.arange(1, strata) / strata))
    found: NDArray[np.int64] = np.searchsorted(edges, conduct, side="left")
    return found


def barred_ratios(
    run: Run, lives: Lives, conduct: NDArray[np.int64], *, per: int = PER
) -> pl.DataFrame:
    """Return, RATIOS, who was ever barred by group, beside the largest group of each split.

    `value` of `per` people between `low` and `high`, its ratio to that of `compared_with`, and both
    at equal conduct: by direct standardisation over strata of the same number of acts, in which
    each group would have the whole society's share of the strata. A group without anybody in some
    stratum is compared over those that it has in common with the other. `apart` tells whether the
    two differ by more than luck gives among as many comparisons as there are (Bonferroni);
    `equal_low` and `equal_high` bound the ratio at equal conduct.
    """
    people = people_of(run).with_columns(
        pl.Series("barred", lives.barred[:, lives.counted].any(axis=0)),
        pl.Series("stratum", strata_of(conduct[lives.counted])),
    )
    weights = dict(people.group_by("stratum").len().iter_rows())
    rows = []
    for split in splits_of(people)[1:]:
        counted = (
            people.group_by(split).agg(pl.len().alias("n"), pl.col("barred").sum()).sort(split)
        )
        sizes = {str(cell): (n, int(b)) for cell, n, b in counted.iter_rows()}
        other = max(sizes, key=lambda cell: sizes[cell][0])
        by_stratum = {
            str(cell): {s: (b, n) for s, n, b in part.select("stratum", "n", "barred").iter_rows()}
            for (cell,), part in people.group_by(split, "stratum")
            .agg(pl.len().alias("n"), pl.col("barred").sum())
            .group_by(split)
        }
        for cell, (n, _) in sizes.items():
            rows.append(
                _row(split, cell, other, sizes, by_stratum, weights, per)
                if n >= FEWEST
                else {"split": split, "cell": cell, "compared_with": other, "n": n}
            )
    found = pl.DataFrame(rows, schema=RATIOS)
    return found.with_columns(_apart(found).alias("apart"))


def _apart(found: pl.DataFrame) -> pl.Expr:
    """Return whether the logarithm of a ratio is too far from 0 for one of so many."""
    told = pl.col("ratio_low") < pl.col("ratio_high")
    many = found.filter(told).height
    error = (pl.col("ratio_high").log() - pl.col("ratio_low").log()) / (2 * NORMAL)
    far = float(stats.norm.isf((1 - SURE) / 2 / max(many, 1)))
    return told & (pl.col("ratio").log().abs() > far * error)


def _row(
    split: str,
    cell: str,
    other: str,
    sizes: dict[str, tuple[int, int]],
    by_stratum: dict[str, dict[int, tuple[int, int]]],
    weights: dict[int, int],
    per: int,
) -> dict[str, object]:
    (n, barred), (of, base) = sizes[cell], sizes[other]
    low, high = share_interval(barred, n)
    ratio = barred / n / (base / of) if base else None
    bounds = ratio_interval(barred, n, base, of) if cell != other else Interval(1.0, 1.0)
    common = by_stratum[cell].keys() & by_stratum[other].keys()
    own, its = (_standardised(by_stratum[name], weights, common) for name in (cell, other))
    equal = own.over(its) if cell != other else Interval(1.0, 1.0)
    return {
        "split": split,
        "cell": cell,
        "compared_with": other,
        "n": n,
        "value": per * barred / n,
        "low": per * low,
        "high": per * high,
        "ratio": ratio,
        "ratio_low": bounds.low if bounds else None,
        "ratio_high": bounds.high if bounds else None,
        "at_equal_conduct": per * own.share,
        "ratio_at_equal_conduct": own.share / its.share if its.share else None,
        "equal_low": equal.low if equal else None,
        "equal_high": equal.high if equal else None,
    }


class Standardised(NamedTuple):
    """A share directly standardised, and its standard error."""

    share: float
    error: float

    def over(self, other: "Standardised") -> Interval | None:
        """Return the interval of the ratio to another, on the logarithm; None where one is 0."""
        if not self.share or not other.share:
            return None
        ratio = self.share / other.share
        spread = exp(NORMAL * hypot(self.error / self.share, other.error / other.share))
        return Interval(ratio / spread, ratio * spread)


def _standardised(
    by_stratum: dict[int, tuple[int, int]], weights: dict[int, int], common: set[int]
) -> Standardised:
    """Return the share barred if the strata were of the sizes `weights`."""
    strata = sorted(common)
    barred, n = (np.array([by_stratum[s][part] for s in strata], float) for part in (0, 1))
    weight = np.array([weights[s] for s in strata], float)
    weight /= weight.sum()
    rate = barred / n
    error = np.sqrt((weight**2 * rate * (1 - rate) / n).sum())
    return Standardised(float(weight @ rate), float(error))


def score_gaps(run: Run) -> pl.DataFrame:
    """Return, GAPS, how far the scores of each group are from those of the largest of its split.

    In points: the difference of means, Wasserstein-1, and the group's own gap between the tenth and
    the ninetieth percentile. Points have a sign, so that no Gini index is taken of them.
    """
    people = people_of(run).filter(pl.col("score").is_not_null())
    rows = []
    for split in splits_of(people)[1:]:
        parts = {
            str(cell): part["score"].to_numpy() / 100 for (cell,), part in people.group_by(split)
        }
        if not parts:
            continue
        other = max(sorted(parts), key=lambda cell: parts[cell].size)
        for cell in cells_of(people, split):
            own = parts.get(cell, np.empty(0))
            row: dict[str, object] = {"split": split, "cell": cell, "compared_with": other}
            if own.size >= FEWEST:
                row |= {
                    "mean_difference": float(own.mean() - parts[other].mean()),
                    "wasserstein": wasserstein(own, parts[other]),
                    "gap": quantile_gap(own),
                }
            rows.append(row | {"n": own.size})
    return pl.DataFrame(rows, schema=GAPS)


def concentration(lives: Lives) -> dict[str, float | int]:
    """Return how exclusion is shared out: Gini of weeks barred, and what the most barred bear.

    Of everybody in figures; the shares are those of the top 1 % and 10 % of people.
    """
    weeks = np.sort(lives.barred.sum(axis=0)[lives.counted])
    total = int(weeks.sum())

    def borne(share: float) -> float:
        people = max(1, round(share * weeks.size))
        return float(weeks[-people:].sum() / total) if total else 0.0

    return {
        "people": int(weeks.size),
        "barred": int((weeks > 0).sum()),
        "weeks": total,
        "gini": gini(weeks),
        "top 1 %": borne(0.01),
        "top 10 %": borne(0.10),
    }
