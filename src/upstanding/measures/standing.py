"""Standing: scores, tiers, how far people move, and how long it takes to leave the bottom."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
    """Return how far places in the ranking changed in the last year of which both ends are ranked.

    None without a ranking, or where the run has no two closes of years in which people are ranked.
    """
    compared = run.long.filter(pl.col("measure").is_in(["rank-moves", "rank-comparison"]))
    met = compared.filter(pl.col("cell") == COMPARED[0], pl.col("value") > 0)
    if not met.height:
        return None
    last = compared.filter(pl.col("week") == met["week"].max())
    values = {(split, cell): value for split, cell, value in last.select(*_CELL).iter_rows()}
    fifths = [str(fifth + 1) for fifth in range(FIFTHS)]
    moves = [[values[f"from-fifth-{one}", other] for other in fifths] for one in fifths]
    people, earlier, later, squared, _, product = (values["sum", name] for name in COMPARED)
    spread = people * squared - earlier**2
    return mobility(moves, (people * product - earlier * later) / spread) if spread else None


_CELL = ("split", "cell", "value")


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
