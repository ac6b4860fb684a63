"""Power: what officials do to the file and is never found, and what one holder sees."""

import polars as pl

from upstanding.counts import Counts
from upstanding.measures.metrics import share_interval
from upstanding.run import Run

TAMPERS = pl.Schema(
    {
        "tamper": pl.String(),
        "n": pl.Int64(),
        "survived": pl.Int64(),
        "share": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)
HOLDERS = pl.Schema(
    {"holder": pl.String(), "n": pl.Int64(), "records": pl.Int64(), "share": pl.Float64()}
)


def tampers(run: Run) -> pl.DataFrame:
    """Return, TAMPERS, what officials did to records, and which share of it was not found."""
    counts = Counts(run)
    made, found = counts.sums("tampers"), counts.sums("tampers-found")
    rows = []
    for name, n in made.items():
        left = n - found[name]
        low, high = share_interval(left, n) if n else (None, None)
        rows.append((name, n, left, left / n if n else None, low, high))
    return pl.DataFrame(rows, schema=TAMPERS, orient="row")


def kept_out(run: Run) -> dict[str, int]:
    """Return records of officials' households that they, or the scheme itself, left out."""
    counts = Counts(run)
    names = {"shielded by officials": "records-shielded", "spared by the scheme": "records-spared"}
    return {told: sum(counts.sums(name).values()) for told, name in names.items()}


def holders(run: Run) -> pl.DataFrame:
    """Return, HOLDERS, which share of all records each holder sees.

    The state's are those of its own sensors and those of a company's that were passed to it, which
    both then see: the shares may add up to more than 1. With rules on a company's sensor but no
    platform, what the sensor makes is the state's from the start, though it counts as the company's
    here.
    """
    counts = Counts(run)
    own = counts.sums("records")
    made = {name: own[name] for name in ("state", "company")}
    passed = sum(counts.sums("records-passed").values())
    n = sum(made.values())
    seen = made | {"state": made["state"] + passed}
    rows = [(name, n, count, count / n if n else None) for name, count in seen.items()]
    return pl.DataFrame(rows, schema=HOLDERS, orient="row")
