"""Standing: scores, tiers, how far people move, and how long it takes to leave the bottom."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from upstanding.counts import Counts
from upstanding.engine.series import COMPARED
from upstanding.measures.lives import Lives
from upstanding.measures.metrics import FIFTHS, Mobility, Survival, mobility, survival
from upstanding.measures.rates import ROWS, means, people_of, quantiles, shares
from upstanding.run import Run

SPELLS = pl.Schema(
    {
        "citizen": pl.UInt32(),
        "begin": pl.Int32(),
        "end": pl.Int32(),
        "weeks": pl.Int32(),
        "had_begun": pl.Boolean(),
        "ended": pl.Boolean(),
    }
)


def scores(run: Run) -> pl.DataFrame:
    """Return the mean and percentiles of scores at the end by group, in points; ROWS."""
    people = people_of(run).with_columns(pl.col("score") / 100)
    return pl.concat(
        [
            means(people, "score", "score", "points"),
            quantiles(people, "score", "score", "points"),
        ]
    )


def categories(run: Run) -> pl.DataFrame:
    """Return the mean points by category of the score at the end, of those scored; ROWS."""
    people = people_of(run).filter(pl.col("score").is_not_null())
    frames = [ROWS.to_frame()]
    for name in run.world.names.categories if run.plan.scheme.file.score else ():
        points = people.with_columns(points=pl.col(f"points.{name}") / 65536)
        frames.append(means(points, f"points-{name}", "points", "points"))
    return pl.concat(frames)


def tiers(run: Run) -> pl.DataFrame:
    """Return which share of the scored is in each tier at the end; ROWS."""
    people = people_of(run).filter(pl.col("score").is_not_null())
    frames = [ROWS.to_frame()]
    for name in run.plan.scheme.file.tier:
        inside = people.with_columns(inside=pl.col("tier").cast(pl.String) == name)
        frames.append(shares(inside, f"in-tier-{name}", "inside"))
    return pl.concat(frames)


def mobility_of_run(run: Run) -> Mobility | None:
    """Return how far places in the ranking changed in the last year of a run.

    None without a ranking, or where the run lasted no longer than a year.
    """
    counts = Counts(run)
    moves = np.zeros((FIFTHS, FIFTHS), np.int64)
    for fifth in range(FIFTHS):
        cells = _moves_from(run, fifth + 1)
        moves[fifth] = [cells.get(str(to + 1), 0) for to in range(FIFTHS)]
    sums = counts.last("rank-comparison")
    people, earlier, later, squared, _, product = (sums.get(name, 0) for name in COMPARED)
    spread = people * squared - earlier**2
    if not people or not spread:
        return None
    return mobility(moves, (people * product - earlier * later) / spread)


def _moves_from(run: Run, fifth: int) -> dict[str, int]:
    """Return where those went in the last week's comparison who had been in a fifth."""
    rows = run.long.filter(
        pl.col("measure") == "rank-moves",
        pl.col("split") == f"from-fifth-{fifth}",
        pl.col("week") == run.plan.weeks - 1,
    )
    return dict(rows.select("cell", "value").iter_rows())


def spells(inside: NDArray[np.bool_]) -> pl.DataFrame:
    """Return, SPELLS, the runs of weeks in which something held of somebody.

    Args:
        inside: (weeks, citizens).

    Returns:
        A row a spell, by citizen and week: first and last week, how many, whether it held already
        at the first close, and whether it came to an end within the run.

    """
    weeks = inside.shape[0]
    edges = np.diff(inside.astype(np.int8), axis=0, prepend=0, append=0)
    who, begin = np.nonzero(edges.T == 1)
    _, end = np.nonzero(edges.T == -1)
    return pl.DataFrame(
        {
            "citizen": who,
            "begin": begin,
            "end": end - 1,
            "weeks": end - begin,
            "had_begun": begin == 0,
            "ended": end < weeks,
        },
        schema=SPELLS,
    )


def time_in(inside: NDArray[np.bool_]) -> Survival | None:
    """Return how long it takes to leave, of spells that began within the run; None without any.

    Those that held at the first close had begun nobody knows when, and are not counted.
    """
    begun = spells(inside).filter(~pl.col("had_begun"))
    return survival(begun["weeks"].to_numpy(), begun["ended"].to_numpy())


def time_in_lowest(run: Run, lives: Lives) -> Survival | None:
    """Return how long it takes to leave the lowest tier; None without tiers or anybody in it."""
    tiers = run.plan.scheme.file.tier
    lowest = [name for name, tier in tiers.items() if tier.from_ is None]
    if not lowest or not lives.tiers:
        return None
    return time_in((lives.tier == lives.tiers.index(lowest[0]))[:, lives.counted])


def time_barred(lives: Lives) -> Survival | None:
    """Return how long it takes until nothing is closed any more."""
    return time_in(lives.barred[:, lives.counted])
