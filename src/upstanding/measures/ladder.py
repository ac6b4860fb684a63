"""The ladder of proportionality: how grave an act is, and how many weeks of exclusion it led to.

The AI Act's article 5(1)(c)(ii) asks whether treatment is out of proportion to the conduct. How
grave an act is, is taken from the files alone: conduct that exercises a right is least, then what
harms nobody, then what harms others (`act.*`); within these, as the scheme itself weighs it, by the
points that a record costs. Weeks are those of `causes.exclusion`, a week counting once.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from upstanding.measures.causes import OWN, WRONG, exclusion
from upstanding.measures.lives import Lives
from upstanding.measures.metrics import Interval, ratio_of_sums, share_interval
from upstanding.measures.rates import FEWEST
from upstanding.measures.stays import adverse_records
from upstanding.run import Run

RIGHT, HARMLESS, HARMFUL = "exercises a right", "harms nobody", "harms others"
GRAVITY = (RIGHT, HARMLESS, HARMFUL)
LADDER = pl.Schema(
    {
        "act": pl.String(),
        "title": pl.String(),
        "gravity": pl.Enum(GRAVITY),
        "points": pl.Float64(),
        "n": pl.Int64(),
        "people": pl.Int64(),
        "weeks": pl.Float64(),
        "kin_weeks": pl.Float64(),
        "per_record": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)


@dataclass(frozen=True)
class Inversion:
    """A lesser act whose record cost more weeks than that of a graver one."""

    lesser: str
    graver: str
    lesser_weeks: float
    graver_weeks: float
    because: str
    """By what the one is lesser."""


def ladder_of(run: Run, lives: Lives) -> pl.DataFrame:
    """Return, LADDER, acts that were recorded against somebody, from the least to the most grave.

    `points` is the most that a rule takes for the act (0 if none does), `n` adverse records (by
    points lost or onto a list), `people` whom they name, `weeks` of exclusion that they led to,
    `kin_weeks` those of spouse and children among them, `per_record` weeks over records, with its
    interval over people (none under ten). Where nobody was excluded for an act, `high` supposes
    that of as many as Wilson's interval allows each was so throughout.
    """
    records = _records(run)
    weeks = exclusion(run, lives).filter(
        pl.col("rests_on").is_in([OWN, WRONG]), pl.col("act").is_not_null()
    )
    kin = pl.col("citizen") != pl.col("due_to")
    by_person = weeks.group_by("act", pl.col("due_to").alias("citizen")).agg(
        pl.col("weeks").sum(), pl.col("weeks").filter(kin).sum().alias("kin_weeks")
    )
    both = records.join(by_person, on=["act", "citizen"], how="left").fill_null(0)
    acts, rows = run.plan.society.file.act, []
    for (name,), part in both.group_by("act", maintain_order=True):
        act, total = acts[str(name)], float(part["weeks"].sum())
        value, bounds = ratio_of_sums(part["weeks"].to_numpy(), part["n"].to_numpy())
        if not total:
            many = share_interval(0, part.height).high * part.height
            bounds = Interval(0.0, many * run.plan.weeks / int(part["n"].sum()))
        enough = part.height >= FEWEST
        rows.append(
            {
                "act": name,
                "title": act.title,
                "gravity": HARMFUL if act.harms else RIGHT if act.protects else HARMLESS,
                "points": points_of(run, str(name)),
                "n": int(part["n"].sum()),
                "people": part.height,
                "weeks": total,
                "kin_weeks": float(part["kin_weeks"].sum()),
                "per_record": value if enough else None,
                "low": max(bounds.low, 0.0) if enough else None,
                "high": bounds.high if enough else None,
            }
        )
    return pl.DataFrame(rows, schema=LADDER).sort("gravity", -pl.col("points"), "act")


def points_of(run: Run, act: str) -> float:
    """Return the points, at most 0, that the scheme takes for a record of an act."""
    rules = run.plan.scheme.file.rule.items()
    return min((float(r.points) for name, r in rules if (r.act or name) == act), default=0.0)


def _records(run: Run) -> pl.DataFrame:
    """Return how many adverse records of which act name whom."""
    return (
        adverse_records(run)
        .group_by("act", pl.col("subject").alias("citizen"))
        .agg(pl.col("n").sum())
        .sort("act", "citizen")
        .collect()
    )


def inversions(ladder: pl.DataFrame, most: int = 5) -> list[Inversion]:
    """Return the scheme's worst inversions: the largest gaps, each act named once on each side.

    Only acts with a figure are compared; and where the bounds of the two overlap, none is claimed.
    """
    told = ladder.filter(pl.col("per_record").is_not_null())
    rank = told["gravity"].to_physical().to_numpy().astype(np.int64)
    names, points = told["act"].to_list(), told["points"].to_numpy()
    per, low, high = (told[name].to_numpy() for name in ("per_record", "low", "high"))
    lesser = (rank[:, None] < rank) | ((rank[:, None] == rank) & (points[:, None] > points))
    inverted = lesser & (low[:, None] > high)
    gap = np.where(inverted, per[:, None] - per, -np.inf)
    found: list[Inversion] = []
    while len(found) < most and gap.size and np.isfinite(gap).any():
        one, other = np.unravel_index(int(gap.argmax()), gap.shape)
        words = (
            f"it {GRAVITY[rank[one]]}, the other {GRAVITY[rank[other]]}"
            if rank[one] < rank[other]
            else f"it costs {-points[one]:g} points, the other {-points[other]:g}"
        )
        found.append(Inversion(names[one], names[other], float(per[one]), float(per[other]), words))
        gap[one], gap[:, other] = -np.inf, -np.inf
    return found
